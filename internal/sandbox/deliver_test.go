package sandbox_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// delivered is a log file or a digest in the bucket logs.
type delivered struct {
	key      string
	text     []byte // before compression
	metadata map[string]string
	head     *s3.GetObjectOutput
}

// objects returns what was delivered below a prefix, in the order of the keys.
func (l *lab) objects(account, prefix string) []delivered {
	l.t.Helper()
	pages := s3.NewListObjectsV2Paginator(l.s3(account), &s3.ListObjectsV2Input{Bucket: ptr("logs"), Prefix: &prefix})
	var list []delivered
	for pages.HasMorePages() {
		page, err := pages.NextPage(l.t.Context())
		l.must(err)
		for _, o := range page.Contents {
			if strings.HasSuffix(*o.Key, ".json.gz") {
				list = append(list, l.object(account, *o.Key))
			}
		}
	}
	return list
}

func (l *lab) object(account, key string) delivered {
	l.t.Helper()
	out, err := l.s3(account).GetObject(l.t.Context(), &s3.GetObjectInput{Bucket: ptr("logs"), Key: &key})
	l.must(err)
	packed, err := io.ReadAll(out.Body)
	l.must(err)
	z, err := gzip.NewReader(bytes.NewReader(packed))
	l.must(err)
	text, err := io.ReadAll(z)
	l.must(err)
	return delivered{key, text, out.Metadata, out}
}

// shipped returns the names of the events in the log files below a prefix, in order.
func (l *lab) shipped(account, prefix string) string {
	l.t.Helper()
	var names []string
	for _, o := range l.objects(account, prefix) {
		var log struct {
			Records []struct {
				EventName, AwsRegion, RecipientAccountID string
			}
		}
		l.must(json.Unmarshal(o.text, &log))
		for _, r := range log.Records {
			names = append(names, r.EventName)
		}
	}
	return strings.Join(names, " ")
}

// act makes a call in a Region that every trail of management events takes.
func (l *lab) act(account, region string) {
	l.t.Helper()
	_, err := l.in(account, region).ListTrails(l.t.Context(), &cloudtrail.ListTrailsInput{})
	l.must(err)
}

const (
	logsOf    = "AWSLogs/" + self + "/CloudTrail/"
	digestsOf = "AWSLogs/" + self + "/CloudTrail-Digest/"
)

// What is done in another Region is delivered from when the trail is multi-Region, and
// what was done before is not.
func TestDeliveryFollowsConversion(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", arn)
	l.act(self, "eu-west-1")
	l.advance(10 * time.Minute)
	if got := l.shipped(self, logsOf); got != "StartLogging" {
		t.Errorf("a single-Region trail delivered %q", got)
	}
	l.must(l.widen(self, "us-east-1", arn))
	l.act(self, "eu-west-1")
	l.act(self, "eu-west-1")
	l.advance(5 * time.Minute)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "ListTrails ListTrails" {
		t.Errorf("a multi-Region trail delivered %q from the other Region", got)
	}
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &arn, IsMultiRegionTrail: ptr(false)}))
	l.act(self, "eu-west-1")
	l.advance(time.Hour)
	if got := l.shipped(self, logsOf+"eu-west-1/"); got != "ListTrails ListTrails" {
		t.Errorf("once it is narrowed there are %q of the other Region", got)
	}
}

// The object that a log file is: its key, its headers, one line of JSON.
func TestLogFile(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", func(in *cloudtrail.CreateTrailInput) { in.S3KeyPrefix = ptr("some/prefix") })
	l.start(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	list := l.objects(self, "some/prefix/"+logsOf)
	if len(list) != 1 {
		t.Fatalf("there are %d log files, want 1", len(list))
	}
	key := regexp.MustCompile(`^some/prefix/AWSLogs/123456789012/CloudTrail/us-east-1/\d{4}/\d\d/\d\d/123456789012_CloudTrail_us-east-1_\d{8}T\d{4}Z_[0-9A-Za-z]{16}\.json\.gz$`)
	if !key.MatchString(list[0].key) {
		t.Errorf("the key is %s", list[0].key)
	}
	if at := l.status(self, "us-east-1", arn).LatestDeliveryTime.UTC().Format("_20060102T1504Z_"); !strings.Contains(list[0].key, at) {
		t.Errorf("the key %s does not have the time of the delivery, %s", list[0].key, at)
	}
	if !strings.HasPrefix(string(list[0].text), `{"Records":[{"eventVersion":`) || !json.Valid(list[0].text) || bytes.Contains(list[0].text, []byte("\n")) {
		t.Errorf("the file is %s", list[0].text)
	}
	head := list[0].head
	if aws.ToString(head.ContentType) != "application/json" || aws.ToString(head.ContentEncoding) != "gzip" || head.ServerSideEncryption != "AES256" {
		t.Errorf("type %s, encoding %s, encryption %s", aws.ToString(head.ContentType), aws.ToString(head.ContentEncoding), head.ServerSideEncryption)
	}
}

// What happened before StartLogging is not for the trail, whenever it is told of.
func TestNothingFromBeforeStartLogging(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", into(group, role))
	l.start(self, "us-east-1", arn)
	for name, at := range map[string]time.Time{"DeleteVpc": time.Now().Add(-time.Hour), "CreateVpc": time.Now()} {
		l.inject(200, `[{"account":"123456789012","region":"us-east-1","eventName":"`+name+`","eventTime":"`+at.UTC().Format(time.RFC3339)+`"}]`)
	}
	l.advance(5 * time.Minute)
	got := strings.Fields(l.shipped(self, logsOf))
	slices.Sort(got)
	if g := strings.Join(got, " "); g != "CreateVpc StartLogging" {
		t.Errorf("the bucket has %q", g)
	}
	if g := l.found(self, "us-east-1", `{ $.eventName = "*Vpc" }`); len(g) != 1 || !strings.HasSuffix(g[0], " CreateVpc") {
		t.Errorf("the log group has %q", g)
	}
}

// A stopped trail delivers what it captured, and that it was stopped; then nothing,
// until it is started again.
func TestDeliveryStops(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.act(self, "us-east-1") // before the start: for nobody
	l.start(self, "us-east-1", arn)
	l.act(self, "us-east-1")
	l.stop(self, "us-east-1", arn)
	l.act(self, "us-east-1")
	l.start(self, "us-east-1", arn) // before the last round of the first time
	l.advance(time.Hour)
	want := "StartLogging ListTrails StopLogging StartLogging"
	got := strings.Fields(l.shipped(self, logsOf))
	slices.Sort(got) // two files of one minute, in any order
	if g := strings.Join(got, " "); g != "ListTrails StartLogging StartLogging StopLogging" {
		t.Errorf("delivered %q, want %q", g, want)
	}
	_, err := l.at("us-east-1").DeleteTrail(t.Context(), &cloudtrail.DeleteTrailInput{Name: &arn})
	l.must(err)
	l.act(self, "us-east-1")
	l.advance(time.Hour)
	if g := l.shipped(self, logsOf); strings.Count(g, "ListTrails") != 1 || strings.Count(g, "DeleteTrail") != 1 {
		t.Errorf("with the trail deleted there is %q", g)
	}
}

// Global services are recorded in one Region: trails that reach it take them, if they
// are to.
func TestGlobalServiceEventsAreDelivered(t *testing.T) {
	for _, c := range []struct {
		why, region string
		change      func(*cloudtrail.CreateTrailInput)
		want        int
	}{
		{"at home in the global Region", "us-east-1", func(*cloudtrail.CreateTrailInput) {}, 1},
		{"there, but not for them", "us-east-1", withoutGlobalEvents, 0},
		{"of another Region", "eu-west-1", func(*cloudtrail.CreateTrailInput) {}, 0},
		{"of all Regions", "eu-west-1", multiRegion, 1},
	} {
		l := newLab(t, alone)
		l.start(self, c.region, l.create(self, c.region, "main", c.change))
		l.must(l.enable("me-south-1"))
		l.advance(5 * time.Minute)
		if got := strings.Count(l.shipped(self, logsOf), "EnableRegion"); got != c.want {
			t.Errorf("%s: delivered %d events of a global service, want %d", c.why, got, c.want)
		}
	}
}

// What cannot be delivered waits, for 30 days.
func TestRedelivery(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	l.setPolicy(self, "")
	l.advance(time.Hour)
	l.act(self, "us-east-1")
	l.advance(29*24*time.Hour + 22*time.Hour)
	if s := l.status(self, "us-east-1", arn); aws.ToString(s.LatestDeliveryError) != "AccessDenied" {
		t.Errorf("the status is %s", l.last())
	}
	l.setPolicy(self, open)
	l.advance(5 * time.Minute)
	if got := l.shipped(self, logsOf); strings.Count(got, "ListTrails") != 1 {
		t.Errorf("mended after 29 days: %q", got)
	}
	if s := l.status(self, "us-east-1", arn); s.LatestDeliveryError != nil {
		t.Errorf("the status is %s", l.last())
	}
	l.setPolicy(self, "")
	l.act(self, "us-east-1")
	l.advance(31 * 24 * time.Hour)
	l.setPolicy(self, open)
	l.advance(5 * time.Minute)
	if got := l.shipped(self, logsOf); strings.Count(got, "ListTrails") != 1 {
		t.Errorf("mended after 31 days: %q", got)
	}
}

// An organization trail delivers for every member, each into a folder of its own, and
// for no other account.
func TestOrganizationDelivery(t *testing.T) {
	l := newLab(t, together)
	arn := l.create(management, "us-east-1", "org", multiRegion, forOrganization)
	l.start(management, "us-east-1", arn)
	for _, account := range []string{management, member, stranger} {
		l.act(account, "eu-west-1")
	}
	l.advance(5 * time.Minute)
	for account, want := range map[string]string{management: "ListTrails", member: "ListTrails", stranger: "", admin: ""} {
		if got := l.shipped(management, "AWSLogs/o-exampleorgid/"+account+"/CloudTrail/eu-west-1/"); got != want {
			t.Errorf("of %s was delivered %q, want %q", account, got, want)
		}
	}
	if got := l.shipped(management, "AWSLogs/"+member); got != "" {
		t.Errorf("outside of the organization's folder there is %q", got)
	}
}

// Data events are for trails that select them.
func TestDataEventsAreDelivered(t *testing.T) {
	objects := []types.EventSelector{{DataResources: []types.DataResource{{Type: ptr("AWS::S3::Object"), Values: []string{"arn:aws:s3:::logs/"}}}}}
	for why, want := range map[string]int{"without a selector": 0, "with one": 1} {
		l := newLab(t, alone)
		arn := l.create(self, "us-east-1", "main")
		l.start(self, "us-east-1", arn)
		if want > 0 {
			_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{TrailName: &arn, EventSelectors: objects})
			l.must(err)
		}
		_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k")})
		l.must(err)
		l.advance(5 * time.Minute)
		if got := strings.Count(l.shipped(self, logsOf), "PutObject"); got != want {
			t.Errorf("%s: delivered %d events of an object, want %d", why, got, want)
		}
	}
}

// What waits to be delivered survives the process, and comes once.
func TestDeliverySurvivesRestart(t *testing.T) {
	dir := t.TempDir()
	o := sandbox.Options{World: []byte(alone), StateDir: dir}
	l, s := serve(t, o)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	l.advance(time.Hour)
	l.act(self, "us-east-1")
	l.must(s.Close())
	l, _ = serve(t, o)
	l.advance(time.Hour)
	if got := l.shipped(self, logsOf); got != "StartLogging ListTrails" {
		t.Errorf("delivered %q", got)
	}
	l.checkChain(l.digests("us-east-1"), "us-east-1")
}

// Time that passes by itself delivers as time that is advanced does, as often as the
// options say.
func TestDeliveryByItself(t *testing.T) {
	l, _ := serve(t, sandbox.Options{World: []byte(alone), DeliverEvery: 20 * time.Millisecond})
	l.start(self, "us-east-1", l.create(self, "us-east-1", "main"))
	deadline := time.Now().Add(30 * time.Second) // ends a test that would hang
	for l.shipped(self, logsOf) != "StartLogging" {
		if time.Now().After(deadline) {
			t.Fatal("nothing is delivered")
		}
	}
}

// Calls that are made while the clock is advanced are delivered, each once.
func TestNothingIsLostOrDoubled(t *testing.T) {
	const callers, calls = 4, 10
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", multiRegion)
	l.start(self, "us-east-1", arn)
	var all sync.WaitGroup
	for i := range callers {
		region := []string{"us-east-1", "eu-west-1"}[i%2]
		all.Go(func() {
			for range calls {
				if _, err := l.at(region).ListTrails(t.Context(), &cloudtrail.ListTrailsInput{}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for range 10 {
		l.advance(7 * time.Minute)
	}
	all.Wait()
	l.advance(5 * time.Minute)
	ids := map[string]bool{}
	for _, o := range l.objects(self, logsOf) {
		var log struct {
			Records []struct{ EventName, EventID string }
		}
		l.must(json.Unmarshal(o.text, &log))
		for _, r := range log.Records {
			if _, twice := ids[r.EventID]; twice {
				t.Errorf("%s is delivered twice", r.EventID)
			}
			ids[r.EventID] = r.EventName == "ListTrails"
		}
	}
	n := 0
	for _, counted := range ids {
		if counted {
			n++
		}
	}
	if n != callers*calls {
		t.Errorf("%d of %d calls are delivered", n, callers*calls)
	}
}
