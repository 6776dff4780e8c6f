package sandbox_test

import (
	"crypto"
	"crypto/md5"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// digestFile is a digest as those who verify it read it.
type digestFile struct {
	AWSAccountID               string
	DigestStartTime            time.Time
	DigestEndTime              time.Time
	DigestS3Bucket             string
	DigestS3Object             string
	DigestPublicKeyFingerprint string
	NewestEventTime            *time.Time
	OldestEventTime            *time.Time
	PreviousDigestS3Object     *string
	PreviousDigestHashValue    *string
	PreviousDigestSignature    *string
	LogFiles                   []struct{ S3Object, HashValue string }

	delivered
}

func (l *lab) digests(region string) []digestFile {
	l.t.Helper()
	var list []digestFile
	for _, o := range l.objects(self, digestsOf+region+"/") {
		d := digestFile{delivered: o}
		l.must(json.Unmarshal(o.text, &d))
		list = append(list, d)
	}
	return list
}

// publicKeys are those of a Region between two times; zero: now.
func (l *lab) publicKeys(region string, from, to time.Time) []types.PublicKey {
	l.t.Helper()
	in := &cloudtrail.ListPublicKeysInput{}
	if !from.IsZero() {
		in.StartTime, in.EndTime = &from, &to
	}
	out, err := l.at(region).ListPublicKeys(l.t.Context(), in)
	l.must(err)
	return out.PublicKeyList
}

func hash(text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// checkChain verifies digests as the user guide says how, and that each follows the
// one before without a gap.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
func (l *lab) checkChain(list []digestFile, region string) {
	l.t.Helper()
	l.checkLinks(list, region)
	for i := 1; i < len(list); i++ {
		if !list[i].DigestStartTime.Equal(list[i-1].DigestEndTime) {
			l.t.Errorf("there is a gap between %s and %s", list[i-1].text, list[i].text)
		}
	}
}

// checkLinks verifies digests, and that each names the one before.
func (l *lab) checkLinks(list []digestFile, region string) {
	l.t.Helper()
	keys := map[string]*rsa.PublicKey{}
	for _, k := range l.publicKeys(region, list[0].DigestStartTime, list[len(list)-1].DigestEndTime) {
		key, err := x509.ParsePKCS1PublicKey(k.Value)
		l.must(err)
		if sum := md5.Sum(k.Value); hex.EncodeToString(sum[:]) != *k.Fingerprint || k.ValidityEndTime.Sub(*k.ValidityStartTime) != 30*24*time.Hour {
			l.t.Errorf("the key %s is not what it says", *k.Fingerprint)
		}
		keys[*k.Fingerprint] = key
	}
	previous := "null"
	for i, d := range list {
		l.checkDigest(d, keys[d.DigestPublicKeyFingerprint], previous)
		switch {
		case i == 0 && (d.PreviousDigestS3Object != nil || d.PreviousDigestHashValue != nil || d.PreviousDigestSignature != nil):
			l.t.Errorf("the starting digest follows another: %s", d.text)
		case i > 0 && (*d.PreviousDigestS3Object != list[i-1].key || *d.PreviousDigestHashValue != hash(list[i-1].text)):
			l.t.Errorf("%s does not follow %s", d.text, list[i-1].text)
		}
		previous = d.metadata["signature"]
	}
}

func (l *lab) checkDigest(d digestFile, key *rsa.PublicKey, previous string) {
	l.t.Helper()
	if key == nil {
		l.t.Fatalf("there is no public key %s", d.DigestPublicKeyFingerprint)
	}
	signed := sha256.Sum256([]byte(d.DigestEndTime.UTC().Format("2006-01-02T15:04:05Z") + "\n" + d.DigestS3Bucket + "/" + d.DigestS3Object + "\n" + hash(d.text) + "\n" + previous))
	signature, err := hex.DecodeString(d.metadata["signature"])
	l.must(err)
	if err := rsa.VerifyPKCS1v15(key, crypto.SHA256, signed[:], signature); err != nil || d.metadata["signature-algorithm"] != "SHA256withRSA" {
		l.t.Errorf("the signature of %s: %v, %v", d.key, err, d.metadata)
	}
	if d.DigestS3Object != d.key || d.AWSAccountID != self || d.LogFiles == nil {
		l.t.Errorf("%s is %s", d.key, d.text)
	}
	if (len(d.LogFiles) == 0) != (d.NewestEventTime == nil) || (d.NewestEventTime == nil) != (d.OldestEventTime == nil) {
		l.t.Errorf("the times of events of %s", d.text)
	}
	for _, f := range d.LogFiles {
		if hash(l.object(self, f.S3Object).text) != f.HashValue {
			l.t.Errorf("the hash of %s", f.S3Object)
		}
	}
}

// A digest comes every hour, of every Region, also when nothing was delivered, and a
// last one when the trail stops. The next start begins a new chain.
func TestDigests(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	l.advance(30 * time.Minute)
	if n := len(l.digests("us-east-1")); n != 0 {
		t.Fatalf("after half an hour there are %d digests", n)
	}
	l.act(self, "us-east-1")
	l.advance(3 * time.Hour)
	list := l.digests("us-east-1")
	if len(list) != 3 || len(list[0].LogFiles) != 2 || len(list[1].LogFiles) != 0 {
		t.Fatalf("there are %d digests, of %v", len(list), list)
	}
	if got := l.status(self, "us-east-1", arn).LatestDigestDeliveryTime; !got.Equal(list[2].DigestEndTime) {
		t.Errorf("the status says %v, want %v", got, list[2].DigestEndTime)
	}
	l.stop(self, "us-east-1", arn)
	l.advance(10 * time.Minute)
	list = l.digests("us-east-1")
	if len(list) != 4 || len(list[3].LogFiles) != 1 {
		t.Fatalf("with the last there are %d digests: %s", len(list), list[len(list)-1].text)
	}
	l.checkChain(list, "us-east-1")
	l.advance(5 * time.Hour)
	if n := len(l.digests("us-east-1")); n != 4 {
		t.Errorf("a stopped trail goes on, there are %d digests", n)
	}
	l.start(self, "us-east-1", arn)
	l.advance(2 * time.Hour)
	l.checkChain(l.digests("us-east-1")[4:], "us-east-1")
}

// A trail that is deleted has a last digest, too.
func TestDigestOfDeletedTrail(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	_, err := l.at("us-east-1").DeleteTrail(t.Context(), &cloudtrail.DeleteTrailInput{Name: &arn})
	l.must(err)
	l.advance(10 * time.Minute)
	list := l.digests("us-east-1")
	if len(list) != 1 || len(list[0].LogFiles) != 1 {
		t.Fatalf("there are %d digests", len(list))
	}
	l.checkChain(list, "us-east-1")
}

// A digest that can be delivered before the next one is due is only late.
func TestDigestsAreRedelivered(t *testing.T) {
	l := newLab(t, alone)
	l.start(self, "us-east-1", l.create(self, "us-east-1", "main", withValidation))
	l.advance(time.Hour)
	l.setPolicy(self, "")
	l.advance(time.Hour + 50*time.Minute)
	l.setPolicy(self, open)
	l.advance(5 * time.Minute)
	list := l.digests("us-east-1")
	if len(list) != 2 {
		t.Fatalf("there are %d digests, want 2", len(list))
	}
	l.checkChain(list, "us-east-1")
}

// noDigests is a bucket policy that takes log files, and no digests.
const noDigests = `{"Version":"2012-10-17","Statement":[
	{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"]},
	{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/*/CloudTrail-Digest/*"}]}`

// Digests that missed their time come as a chain of their own, with the log files of
// their hours; the other chain goes on past them. A restart forgets none.
func TestBackfillDigests(t *testing.T) {
	dir := t.TempDir()
	l, s := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	arn := l.create(self, "us-east-1", "main", withValidation)
	l.start(self, "us-east-1", arn)
	l.advance(time.Hour)
	for range 2 { // the second time, its chain goes on
		l.setPolicy(self, noDigests)
		l.advance(3 * time.Hour)
		if got := aws.ToString(l.status(self, "us-east-1", arn).LatestDigestDeliveryError); got != "AccessDenied" {
			t.Errorf("the status says %q of digests", got)
		}
		l.must(s.Close())
		l, s = serve(t, sandbox.Options{StateDir: dir})
		l.setPolicy(self, open)
		l.advance(5 * time.Minute)
	}
	l.stop(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	var standard, late []digestFile
	listed := map[string]bool{}
	for _, d := range l.digests("us-east-1") {
		_, generated := d.metadata["backfill-generation-timestamp"]
		if generated != strings.HasSuffix(d.key, "Z_backfill.json.gz") {
			t.Errorf("%s has the metadata %v", d.key, d.metadata)
		}
		if generated {
			late = append(late, d)
		} else {
			standard = append(standard, d)
		}
		for _, f := range d.LogFiles {
			listed[f.S3Object] = true
		}
	}
	if len(standard) != 4 || len(late) != 4 {
		t.Fatalf("there are %d digests and %d of the backfill, want 4 and 4", len(standard), len(late))
	}
	l.checkLinks(standard, "us-east-1")
	l.checkLinks(late, "us-east-1")
	for _, o := range l.objects(self, logsOf) {
		if !listed[o.key] {
			t.Errorf("no digest lists %s", o.key)
		}
	}
}

// The event of StopLogging is in the last log file, which the last digest lists. That
// digest does not end later than it was delivered.
func TestLastDigest(t *testing.T) {
	for range 3 {
		l := newLab(t, alone)
		arn := l.create(self, "us-east-1", "main", withValidation)
		l.start(self, "us-east-1", arn)
		l.advance(time.Hour)
		l.stop(self, "us-east-1", arn)
		l.advance(10 * time.Minute)
		logs, list := l.objects(self, logsOf), l.digests("us-east-1")
		last, final := logs[len(logs)-1], list[len(list)-1]
		if !strings.Contains(string(last.text), `"eventName":"StopLogging"`) || len(final.LogFiles) != 1 || final.LogFiles[0].S3Object != last.key {
			t.Errorf("the last digest is %s, the last log file %s", final.text, last.key)
		}
		if final.DigestEndTime.After(*final.head.LastModified) {
			t.Errorf("a digest of %v ends at %v", final.head.LastModified, final.DigestEndTime)
		}
		l.checkChain(list, "us-east-1")
	}
}

// Without validation there are no digests; a chain that is taken up again is another.
func TestDigestsOnAndOff(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	l.start(self, "us-east-1", arn)
	validate := func(on bool) {
		l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &arn, EnableLogFileValidation: &on}))
	}
	l.advance(2 * time.Hour)
	if n := len(l.digests("us-east-1")); n != 0 {
		t.Errorf("without validation there are %d digests", n)
	}
	validate(true)
	l.advance(2 * time.Hour)
	validate(false)
	l.advance(4 * time.Hour)
	list := l.digests("us-east-1")
	if len(list) != 3 { // two hours, and the one that was under way
		t.Fatalf("there are %d digests, want 3", len(list))
	}
	l.checkChain(list, "us-east-1")
	validate(true)
	l.advance(time.Hour)
	l.checkChain(l.digests("us-east-1")[3:], "us-east-1")
}

// Keys are per Region, last 30 days, and the old ones stay to verify with.
func TestPublicKeys(t *testing.T) {
	l := newLab(t, alone)
	now := l.publicKeys("us-east-1", time.Time{}, time.Time{})
	if again := l.publicKeys("us-east-1", time.Time{}, time.Time{}); len(now) != 1 || *again[0].Fingerprint != *now[0].Fingerprint {
		t.Errorf("the current keys are %v, then %v", now, again)
	}
	if other := l.publicKeys("eu-west-1", time.Time{}, time.Time{}); *other[0].Fingerprint == *now[0].Fingerprint {
		t.Error("two Regions have one key")
	}
	l.start(self, "us-east-1", l.create(self, "us-east-1", "main", withValidation))
	l.advance(31 * 24 * time.Hour)
	list := l.digests("us-east-1")
	if first, last := list[0].DigestPublicKeyFingerprint, list[len(list)-1].DigestPublicKeyFingerprint; first != *now[0].Fingerprint || first == last {
		t.Errorf("the first digest of a month has the key %s, the last %s", first, last)
	}
	l.checkChain(list, "us-east-1")

	from, to := time.Now(), time.Now().Add(-time.Hour)
	_, err := l.at("us-east-1").ListPublicKeys(t.Context(), &cloudtrail.ListPublicKeysInput{StartTime: &from, EndTime: &to})
	l.refused(err, "InvalidTimeRangeException", "")
	_, err = l.at("us-east-1").ListPublicKeys(t.Context(), &cloudtrail.ListPublicKeysInput{NextToken: ptr("x")})
	l.refused(err, "InvalidTokenException", "")
}
