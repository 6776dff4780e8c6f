package interop_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	trailARN  = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"
	logBucket = "your-bucket-name"
)

// advance moves the clock of the sandbox, and returns the time in there.
func (e endpoint) advance(d time.Duration) time.Time {
	e.t.Helper()
	var clock struct{ Now time.Time }
	e.send("POST", "/_sandbox/clock?advance="+d.String(), nil, &clock)
	return clock.Now
}

// keys lists the objects of the bucket of the logs that lie in a folder of a Region.
func (c caller) keys(folder, region string) []string {
	c.t.Helper()
	prefix := "AWSLogs/123456789012/" + folder + "/" + region + "/"
	out := c.aws("s3api", "list-objects-v2", "--bucket", logBucket, "--prefix", prefix, "--query", "Contents[].Key", "--output", "json")
	var keys []string
	if err := json.Unmarshal([]byte(out), &keys); err != nil {
		c.t.Fatalf("%v: %q", err, out)
	}
	return keys
}

// A saved is an object as it was before somebody tampered with it.
type saved struct {
	key      string
	body     []byte
	metadata map[string]string
}

func (c caller) fetch(key string) saved {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "object")
	out := c.aws("s3api", "get-object", "--bucket", logBucket, "--key", key, file)
	var head struct{ Metadata map[string]string }
	if err := json.Unmarshal([]byte(out), &head); err != nil {
		c.t.Fatalf("%v: %q", err, out)
	}
	return saved{key, read(c.t, file), head.Metadata}
}

func (c caller) put(o saved) {
	c.t.Helper()
	file := filepath.Join(c.t.TempDir(), "object")
	write(c.t, file, o.body)
	metadata, err := json.Marshal(o.metadata)
	if err != nil {
		c.t.Fatal(err)
	}
	c.aws("s3api", "put-object", "--bucket", logBucket, "--key", o.key, "--body", file,
		"--content-encoding", "gzip", "--content-type", "application/json", "--metadata", string(metadata))
}

func (c caller) remove(key string) {
	c.t.Helper()
	c.aws("s3api", "delete-object", "--bucket", logBucket, "--key", key)
}

// text is the content of the object before compression.
func (o saved) text(t *testing.T) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(o.body))
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// with returns the object with another content.
func (o saved) with(t *testing.T, text string) saved {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	o.body = b.Bytes()
	return o
}

// validate runs `aws cloudtrail validate-logs` over the digests of a Region.
func (c caller) validate(region string, from, to time.Time) outcome {
	c.t.Helper()
	const form = "2006-01-02T15:04:05Z"
	return c.run("cloudtrail", "validate-logs", "--region", region, "--verbose", "--trail-arn", trailARN,
		"--start-time", from.UTC().Format(form), "--end-time", to.UTC().Format(form))
}

// clean wants every digest and log file of a Region to be valid, as many as there are.
func (c caller) clean(region string, from, to time.Time, counts ...string) {
	c.t.Helper()
	o := c.validate(region, from, to)
	if o.code != 0 || strings.Contains(o.stdout, "INVALID") || o.stderr != "" {
		c.t.Errorf("validate-logs in %s: %v", region, o)
	}
	for _, want := range counts {
		if !strings.Contains(o.stdout, want) {
			c.t.Errorf("validate-logs in %s does not say %q: %v", region, want, o)
		}
	}
}

// The story of a trail of one Region: what is done elsewhere is in event history only.
// Once the trail is multi-Region, it is in the bucket within one delivery, and the AWS
// CLI finds every digest and log file valid, in both Regions.
func TestActivityIsDeliveredOnceTheTrailIsMultiRegion(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	mumbai := tokyo.in("ap-south-1")
	tokyo.aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--enable-log-file-validation")
	from := tokyo.advance(0)

	mumbai.aws("ec2", "describe-regions", "--filters", "Name=opt-in-status,Values=opted-in")
	mumbai.advance(5 * time.Minute)
	if keys := mumbai.keys("CloudTrail", "ap-south-1"); len(keys) != 0 {
		t.Errorf("a trail of ap-northeast-1 delivered %v", keys)
	}
	mumbai.says("DescribeRegions", "cloudtrail", "lookup-events", "--lookup-attributes", "AttributeKey=EventSource,AttributeValue=ec2.amazonaws.com",
		"--query", "Events[].EventName")

	tokyo.aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--is-multi-region-trail")
	mumbai.aws("ec2", "describe-regions", "--region-names", "ap-south-1")
	mumbai.advance(5 * time.Minute)
	keys := mumbai.keys("CloudTrail", "ap-south-1")
	if len(keys) != 1 {
		t.Fatalf("one delivery after the conversion there are %v, want one log file", keys)
	}
	text := mumbai.fetch(keys[0]).text(t)
	if n := strings.Count(text, `"eventName":"DescribeRegions"`); n != 1 {
		t.Errorf("the log file has %d events of what was done after the conversion, want 1:\n%s", n, text)
	}
	if strings.Contains(text, "opted-in") {
		t.Errorf("the log file has what was done before the conversion:\n%s", text)
	}

	to := mumbai.advance(2 * time.Hour)
	tokyo.clean("ap-northeast-1", from, to, "2/2 digest files valid", "log files valid")
	mumbai.clean("ap-south-1", from, to, "2/2 digest files valid", "1/1 log files valid")
}

// Whatever is done to what was delivered, the AWS CLI says so, in its own words.
func TestValidateLogsFindsTampering(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	mumbai := tokyo.in("ap-south-1")
	tokyo.aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--enable-log-file-validation", "--is-multi-region-trail")
	from := tokyo.advance(0)
	mumbai.aws("ec2", "describe-regions")
	to := mumbai.advance(3*time.Hour + time.Minute)

	digests, logs := mumbai.keys("CloudTrail-Digest", "ap-south-1"), mumbai.keys("CloudTrail", "ap-south-1")
	slices.Sort(digests)
	if len(digests) != 3 || len(logs) != 1 {
		t.Fatalf("there are the digests %v and the log files %v, want 3 and 1", digests, logs)
	}
	oldest, middle, newest, log := mumbai.fetch(digests[0]), mumbai.fetch(digests[1]), mumbai.fetch(digests[2]), mumbai.fetch(logs[0])
	moved := newest
	moved.key = strings.Replace(newest.key, "_ap-northeast-1_", "_ap-northeast-1_copy_", 1)
	swapped := newest
	swapped.metadata = middle.metadata

	for _, c := range []struct {
		why    string
		tamper func()
		want   string // what is said of a file
		mend   func()
	}{
		{
			"a log file is changed", func() { mumbai.put(log.with(t, strings.Replace(log.text(t), "DescribeRegions", "DescribeNothing", 1))) },
			"Log file\ts3://" + logBucket + "/" + log.key + "\tINVALID: hash value doesn't match", func() { mumbai.put(log) },
		},
		{
			"a log file is deleted", func() { mumbai.remove(log.key) },
			"Log file\ts3://" + logBucket + "/" + log.key + "\tINVALID: not found", func() { mumbai.put(log) },
		},
		{"a digest no longer lists its log file", func() {
			before, _, _ := strings.Cut(oldest.text(t), `"logFiles":`)
			mumbai.put(oldest.with(t, before+`"logFiles":[]}`))
		}, "Digest file\ts3://" + logBucket + "/" + oldest.key + "\tINVALID: signature verification failed", func() { mumbai.put(oldest) }},
		{
			"a digest is deleted", func() { mumbai.remove(middle.key) },
			"Digest file\ts3://" + logBucket + "/" + middle.key + "\tINVALID: not found", func() { mumbai.put(middle) },
		},
		{
			"a digest has the signature of another", func() { mumbai.put(swapped) },
			"Digest file\ts3://" + logBucket + "/" + newest.key + "\tINVALID: signature verification failed", func() { mumbai.put(newest) },
		},
		{
			"a digest is moved", func() { mumbai.remove(newest.key); mumbai.put(moved) },
			"Digest file\ts3://" + logBucket + "/" + moved.key + "\tINVALID: has been moved from its original location", func() { mumbai.remove(moved.key); mumbai.put(newest) },
		},
	} {
		c.tamper()
		o := mumbai.validate("ap-south-1", from, to)
		if o.code != 1 || !strings.Contains(o.stderr, c.want) {
			t.Errorf("%s: validate-logs does not say %q: %v", c.why, c.want, o)
		}
		c.mend()
	}
	mumbai.clean("ap-south-1", from, to, "3/3 digest files valid", "1/1 log files valid")
}

// Digests that could not be delivered in their time come as backfill digests; the AWS CLI
// finds them valid, a chain of their own beside the other, which is whole as well.
func TestValidateLogsWithBackfillDigests(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	tokyo.aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--enable-log-file-validation")
	from := tokyo.advance(0)
	tokyo.advance(time.Hour)
	tokyo.send("POST", "/_sandbox/faults", strings.NewReader(`[{"action": "s3:PutObject", "error": "SlowDown"}]`), nil)
	tokyo.advance(3*time.Hour + 10*time.Minute)
	tokyo.send("DELETE", "/_sandbox/faults", nil, nil)
	tokyo.aws("ec2", "describe-regions")
	to := tokyo.advance(time.Hour + time.Minute)
	tokyo.clean("ap-northeast-1", from, to, "3/3 digest files valid", "2/2 backfill digest files valid", "log files valid")

	for _, key := range tokyo.keys("CloudTrail-Digest", "ap-northeast-1") {
		if !strings.HasSuffix(key, "_backfill.json.gz") {
			continue
		}
		digest := tokyo.fetch(key)
		tokyo.put(digest.with(t, digest.text(t)+" "))
		if o := tokyo.validate("ap-northeast-1", from, to); o.code != 1 || !strings.Contains(o.stderr, key+"\tINVALID: signature verification failed") {
			t.Errorf("validate-logs does not see that %s was changed: %v", key, o)
		}
		tokyo.put(digest)
	}
}
