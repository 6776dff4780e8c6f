package sandbox

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A call that a service makes for its caller is answered, recorded before the one that
// caused it, and meets the faults.
func TestInnerCalls(t *testing.T) {
	s, err := New(Options{Faults: []byte(`[{action: "cloudtrail:StopLogging", error: AccessDeniedException, message: no}]`)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	const by = "cloudformation.amazonaws.com"
	c := &wire.Call{
		Account: "123456789012", Partition: "aws", Region: "ap-northeast-1", Service: "cloudformation", Operation: "CreateStack",
		Time: s.now(), Caller: wire.Caller{AccessKeyID: "AKIA", ARN: "arn:aws:iam::123456789012:user/alice", UserID: "AIDA"},
	}
	type named struct{ Name string }
	var out struct{ TrailARN string }
	s.mu.Lock()
	defer s.mu.Unlock()
	err = s.call(c, by, "cloudtrail", "UpdateTrail", map[string]any{"Name": "your-trail-name", "IsMultiRegionTrail": true}, &out)
	if err != nil || !strings.HasSuffix(out.TrailARN, ":trail/your-trail-name") {
		t.Errorf("UpdateTrail answers %+v, %v", out, err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, "/made-by-a-stack", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.callS3(c, by, r, []byte(`<CreateBucketConfiguration><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>`)); err != nil {
		t.Error(err)
	}
	if b, ok := s.buckets.Bucket("made-by-a-stack"); !ok || b.Region != "ap-northeast-1" || b.Account != c.Account {
		t.Errorf("the bucket is %+v, %v", b, ok)
	}
	for operation, code := range map[string]string{"StopLogging": "AccessDeniedException", "StartLogging": "", "MakeCoffee": "UnsupportedOperationException"} {
		err := s.call(c, by, "cloudtrail", operation, named{"your-trail-name"}, nil)
		var e *wire.Error
		if got := err; code == "" && got != nil || code != "" && (!errors.As(got, &e) || e.Code != code) {
			t.Errorf("%s: %v, want %q", operation, got, code)
		}
	}
	if err := s.call(c, by, "cloudtrail", "StartLogging", named{}, nil); err == nil {
		t.Error("StartLogging without a name succeeded")
	}
	var names []string
	for _, e := range s.history.after(c.Account, c.Region, 0, 100) {
		var r record
		if err := json.Unmarshal(e.Text, &r); err != nil {
			t.Fatal(err)
		}
		names = append(names, r.EventName+" "+r.ErrorCode)
		if r.UserIdentity.InvokedBy != by || r.UserAgent != by || r.UserIdentity.UserName != "alice" {
			t.Errorf("%s is recorded as of %+v", r.EventName, r.UserIdentity)
		}
	}
	if len(names) < 3 || names[0] != "UpdateTrail " || names[1] != "CreateBucket " {
		t.Errorf("recorded: %q", names)
	}
}

// The credentials of a caller do not expire for what is done for a stack.
func TestInnerCallsDoNotExpire(t *testing.T) {
	s, err := New(Options{Faults: []byte(`[{action: "*", expire: true}]`)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := &wire.Call{
		Account: "123456789012", Partition: "aws", Region: "ap-northeast-1", Service: "cloudformation", Operation: "CreateStack",
		Time: s.now(), Caller: wire.Caller{AccessKeyID: "ASIA", ARN: "arn:aws:sts::123456789012:assumed-role/r/s", UserID: "AROA:s", Temporary: true},
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.call(c, "cloudformation.amazonaws.com", "cloudtrail", "StopLogging", map[string]any{"Name": "your-trail-name"}, nil); err != nil {
		t.Error(err)
	}
}

// What a service reads of S3 for its caller is kept only where data events are asked for.
func TestInnerDataEvents(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	c := &wire.Call{Account: "123456789012", Partition: "aws", Region: "ap-northeast-1", Service: "cloudformation", Operation: "CreateStack", Time: s.now()}
	s.mu.Lock()
	defer s.mu.Unlock()
	read := func() uint64 {
		before := s.history.last()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/none/template", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.callS3(c, "cloudformation.amazonaws.com", r, nil); wire.CodeOf(err) != "NoSuchBucket" {
			t.Errorf("the answer is %v", err)
		}
		return s.history.last() - before
	}
	if n := read(); n != 0 {
		t.Errorf("%d records that nobody asks for", n)
	}
	selectors := []any{map[string]any{"DataResources": []any{map[string]any{"Type": "AWS::S3::Object", "Values": []any{"arn:aws:s3"}}}}}
	if err := s.call(c, "cloudformation.amazonaws.com", "cloudtrail", "PutEventSelectors", map[string]any{"TrailName": "your-trail-name", "EventSelectors": selectors}, nil); err != nil {
		t.Fatal(err)
	}
	if n := read(); n != 1 {
		t.Errorf("%d records that a trail asks for", n)
	}
}
