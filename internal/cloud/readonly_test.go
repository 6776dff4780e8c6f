package cloud_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/plan"
)

// A Session that only looks sends no change: not by Do, and not past it either. One for
// change sends it.
func TestSessionsOnlyLook(t *testing.T) {
	t.Parallel()
	s, l := open(t, "")
	for _, action := range []string{
		plan.UpdateTrail, plan.CreateTrail, plan.DeleteTrail, plan.StartLogging, plan.StopLogging,
		plan.CreateBucket, plan.DeleteBucket, plan.PutBucketPolicy, plan.DeleteBucketPolicy, plan.PutPublicAccessBlock,
	} {
		c := plan.Call{Action: action, Region: tokyo, Request: plan.Request{Name: string(classic), Bucket: "new-bucket", S3BucketName: "new-bucket", Policy: "{}"}}
		for name, err := range map[string]error{"Do": s.Do(t.Context(), c), "a client": s.Unplanned(t.Context(), c)} {
			if err == nil || !strings.Contains(err.Error(), "only looks") {
				t.Errorf("%s by %s: %v, want a refusal", action, name, err)
			}
		}
	}
	if sent := l.calls(""); len(sent) != 0 {
		t.Errorf("sent all the same: %v", sent)
	}
	stop := plan.Call{Action: plan.StopLogging, Region: tokyo, Request: plan.Request{Name: string(classic)}}
	if err := s.ForChange().Do(t.Context(), stop); err != nil || len(l.calls(plan.StopLogging)) != 1 {
		t.Errorf("a session for change: %v, sent %v", err, l.calls(""))
	}
}

// No operation that is taken for a read has the name of a change.
func TestReadOperationsRead(t *testing.T) {
	t.Parallel()
	read := regexp.MustCompile(`^(Describe|Get|Head|List|Lookup|Simulate)[A-Z]`)
	for service, operations := range cloud.ReadOperations() {
		for _, o := range operations {
			if !read.MatchString(o) && service+" "+o != "STS AssumeRole" { // which only lends credentials
				t.Errorf("%s %s does not look like a read", service, o)
			}
		}
	}
}

// No operation is allowed that nothing sends.
func TestReadOperationsAreSent(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	var source strings.Builder
	for _, f := range files {
		if text, err := os.ReadFile(f); err == nil && f != "readonly.go" && !strings.HasSuffix(f, "_test.go") {
			source.Write(text)
		}
	}
	for service, operations := range cloud.ReadOperations() {
		for _, o := range operations {
			sent := strings.Contains(source.String(), "."+o+"(") || strings.Contains(source.String(), "New"+o+"Paginator(")
			if !sent && service+" "+o != "STS AssumeRole" { // which the SDK sends
				t.Errorf("%s %s: nothing sends it", service, o)
			}
		}
	}
}

// A session for change is of the account that was asked for, also when AWS does not say
// who it is.
func TestForChangeKeepsTheAccount(t *testing.T) {
	t.Parallel()
	s, l := session(t, world(t, organization), management, "us-east-1", 20*time.Second)
	member, err := s.Assume(t.Context(), "222222222222", "OrganizationAccountAccessRole", "", "")
	if err != nil {
		t.Fatal(err)
	}
	l.add(rule{"sts:GetCallerIdentity", "", says("AccessDenied", "no")})
	if got := member.ForChange().Collect(t.Context(), cloud.CollectOptions{}); got.Account != "222222222222" {
		t.Errorf("the account is %q", got.Account)
	}
}
