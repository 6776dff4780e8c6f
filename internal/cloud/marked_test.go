package cloud_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

// The request ID of a mark is that of its record, in event history and in the log file;
// and all that it takes to find it is in the policy for prove.
func TestMarkIsFound(t *testing.T) {
	t.Parallel()
	url := world(t, "")
	s, l := session(t, url, production, tokyo, 20*time.Second)
	id, at, err := s.AskForTrail(t.Context(), tokyo, "trailspan-prove-x")
	if err != nil || id == "" || time.Since(at).Abs() > time.Minute {
		t.Fatalf("%q, %s, %v", id, at, err)
	}
	found := ""
	if err := s.LookUp(t.Context(), tokyo, at.Add(-time.Minute), at.Add(time.Minute), func(record string) bool {
		found = record
		return strings.Contains(record, id)
	}); err != nil || !strings.Contains(found, id) || !strings.Contains(found, "trailspan-prove-x") {
		t.Errorf("event history has %s, %v", found, err)
	}
	resp, err := http.Post(url+"/_sandbox/clock?advance=5m", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	where := s.BucketRegion(t.Context(), "your-bucket-name", "us-east-1")
	const folder = "AWSLogs/123456789012/CloudTrail/ap-northeast-1/"
	files, err := s.Objects(t.Context(), where, "your-bucket-name", folder, folder+at.UTC().Format("2006/01/02/"))
	if err != nil || len(files) == 0 || files[0].Modified.IsZero() {
		t.Fatalf("in %s there is %v, %v", where, files, err)
	}
	var log struct {
		Records []struct{ RequestID string }
	}
	if err := s.ReadObject(t.Context(), where, "your-bucket-name", files[0].Key, func(in io.Reader) error {
		z, err := gzip.NewReader(in)
		if err != nil {
			return err
		}
		return json.NewDecoder(z).Decode(&log)
	}); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(log.Records, func(r struct{ RequestID string }) bool { return r.RequestID == id }) {
		t.Errorf("the log file has %d records, none of %s", len(log.Records), id)
	}
	if none, err := s.Objects(t.Context(), where, "your-bucket-name", folder, files[len(files)-1].Key); err != nil || len(none) > 0 {
		t.Errorf("after the last file there is %v, %v", none, err)
	}
	var allowed []string
	for _, statement := range cloud.PolicyFor("prove").Statement {
		allowed = append(allowed, statement.Action...)
	}
	names := map[string]string{"s3:HEAD?": "s3:ListBucket", "s3:GET?": "s3:GetObject", "s3:GET?list-type": "s3:ListBucket", "s3:GET?x-id": "s3:GetObject"}
	for _, c := range l.calls("") {
		action := c.action
		if name, ok := names[action]; ok {
			action = name
		}
		if !slices.Contains(allowed, action) {
			t.Errorf("%s is not allowed", action)
		}
	}
}

// A key that may not be used is told from a bucket that may not be read, and both from
// what passes.
func TestLockedAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		code, message string
		action        string
		passes        bool
	}{
		"the key":    {"AccessDenied", "User: x is not authorized to perform: kms:Decrypt on resource: y", "kms:Decrypt", false},
		"its state":  {"KMS.DisabledException", "the key is disabled", "kms:Decrypt", false},
		"the object": {"AccessDenied", "Access Denied", "s3:GetObject", false},
		"a fault":    {"IncompleteBody", "try again", "s3:GetObject", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := open(t, "", rule{action: "s3:GET?x-id", answer: saysWith(status(c.code), c.code, c.message)})
			err := s.ReadObject(t.Context(), tokyo, "your-bucket-name", "x", func(io.Reader) error { return errors.New("read") })
			g, passes := cloud.GapOf(err)
			if g.Action != c.action || g.Region != tokyo || passes != c.passes || g.Kind == trail.Timeout {
				t.Errorf("%v: %+v passes %v; want %s, %v", err, g, passes, c.action, c.passes)
			}
		})
	}
}

// status is that of AWS for the codes of S3 and KMS.
func status(code string) int {
	if code == "AccessDenied" {
		return http.StatusForbidden
	}
	return http.StatusBadRequest
}

func saysWith(status int, code, message string) answer {
	return func(w http.ResponseWriter, _ *http.Request) (bool, error) {
		respond(w, status, "application/xml", `<Error><Code>%s</Code><Message>%s</Message></Error>`, code, message)
		return true, nil
	}
}
