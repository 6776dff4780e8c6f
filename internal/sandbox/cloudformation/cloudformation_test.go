package cloudformation

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// Generated names are cut to what the service allows, and bear stack and logical ID.
func TestGenerateName(t *testing.T) {
	long := strings.Repeat("x", 100)
	for _, tt := range []struct {
		stack, logicalID string
		longest          int
		want             string
	}{
		{"audit", "Trail", 128, `^audit-Trail-[A-Za-z0-9]{12}$`},
		{long, "Trail", 64, `^x{45}-Trail-[A-Za-z0-9]{12}$`},
		{"audit", long, 64, `^audit-x{45}-[A-Za-z0-9]{12}$`},
		{long, long, 64, `^x{25}-x{25}-[A-Za-z0-9]{12}$`},
	} {
		if got := generateName(tt.stack, tt.logicalID, tt.longest); !regexp.MustCompile(tt.want).MatchString(got) {
			t.Errorf("generateName(%s, %s, %d) = %s, want %s", tt.stack, tt.logicalID, tt.longest, got, tt.want)
		}
	}
	if got := generateBucketName("Audit", "Bucket"); !regexp.MustCompile(`^audit-bucket-[a-z0-9]{12}$`).MatchString(got) {
		t.Errorf("the bucket is %s", got)
	}
}

// Properties are brought into their types where CloudFormation does so, and named where not.
func TestFit(t *testing.T) {
	schema := properties{
		"Text": text(), "On": boolean(), "Days": number(), "List": listOf(object(properties{"Key": text().must()})), "Free": free(),
	}
	for _, tt := range []struct {
		given, want string
		violations  []string
	}{
		{`{"Text":7,"On":"true","Days":"30","Free":{"a":[1]}}`, `{"Days":30,"Free":{"a":[1]},"On":true,"Text":"7"}`, nil},
		{`{"On":"yes"}`, `{"On":"yes"}`, []string{"#/On: expected type: Boolean, found: String"}},
		{`{"Text":["a"]}`, `{"Text":["a"]}`, []string{"#/Text: expected type: String, found: JSONArray"}},
		{`{"List":[{"Key":true},{"Kay":1}]}`, `{"List":[{"Key":"true"},{"Kay":1}]}`, []string{"#/List/1: extraneous key [Kay] is not permitted", "#/List/1: required key [Key] not found"}},
	} {
		var given map[string]any
		if err := json.Unmarshal([]byte(tt.given), &given); err != nil {
			t.Fatal(err)
		}
		got, violations := schema.fit(given)
		if text := valueText(got); text != tt.want || !slices.Equal(violations, tt.violations) {
			t.Errorf("%s became %s with %q", tt.given, text, violations)
		}
	}
}

// Pages go on where the last one ended, though something new came in front.
func TestPage(t *testing.T) {
	list := make([]int, 250)
	for i := range list {
		list[i] = i
	}
	first, next, err := page(list, "")
	if err != nil || len(first) != 100 || next == "" {
		t.Fatalf("the first page has %d, %q, %v", len(first), next, err)
	}
	second, next, err := page(append([]int{-1}, list...), next)
	if err != nil || second[0] != 100 {
		t.Errorf("the second page begins with %d, %v", second[0], err)
	}
	last, next, err := page(list, next)
	if err != nil || len(last) != 50 || next != "" {
		t.Errorf("the last page has %d, %q, %v", len(last), next, err)
	}
	for _, bad := range []string{"x", writeToken(251), writeToken(0)} {
		if _, _, err := page(list, bad); err == nil {
			t.Errorf("the token %q is taken", bad)
		}
	}
}

// Old events are forgotten; those that are left tell what they told.
func TestEventsAreBounded(t *testing.T) {
	st := &Stack{Name: "audit"}
	c := &wire.Call{Time: time.Now()}
	r := &Resource{LogicalID: "R", Type: "T", Properties: map[string]any{"A": "b"}}
	for i := range mostEvents + 10 {
		if i > 100 {
			r.Properties = map[string]any{"A": "c"}
		}
		st.enterResource(c, r, "UPDATE_IN_PROGRESS", "")
		if n := len(st.Events); n > mostEvents {
			t.Fatalf("there are %d events", n)
		}
	}
	again, told := 0, st.told()
	for i, e := range st.Events {
		if told[i] != `{"A":"c"}` {
			t.Fatalf("event %d tells %s", i, told[i])
		}
		if e.Again {
			again++
		}
	}
	if len(st.Events)-again != 1 {
		t.Errorf("%d events of %d repeat", again, len(st.Events))
	}
}

// What depends on others goes before them; what could not go keeps what it needs.
func TestRemovalOrder(t *testing.T) {
	list := []*Resource{
		{LogicalID: "Trail", DependsOn: []string{"Policy"}},
		{LogicalID: "Bucket"},
		{LogicalID: "Policy", DependsOn: []string{"Bucket"}},
		{LogicalID: "Other"},
	}
	var order []string
	for _, r := range removalOrder(list) {
		order = append(order, r.LogicalID)
	}
	if got := strings.Join(order, " "); got != "Other Trail Policy Bucket" {
		t.Errorf("the order is %s", got)
	}
}

// The canned ACLs of CloudFormation are those of S3 in other letters.
func TestCannedACL(t *testing.T) {
	for name, want := range map[string]string{
		"Private": "private", "LogDeliveryWrite": "log-delivery-write", "AwsExecRead": "aws-exec-read", "BucketOwnerFullControl": "bucket-owner-full-control",
	} {
		if got := cannedACL(name); got != want {
			t.Errorf("cannedACL(%s) = %s", name, got)
		}
	}
}
