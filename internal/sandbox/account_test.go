package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/account/types"
)

// regions lists the Regions of an account that have one of the statuses.
func (l *lab) regions(caller string, in *account.ListRegionsInput) string {
	l.t.Helper()
	var names []string
	pages := account.NewListRegionsPaginator(l.account(caller), in)
	for pages.HasMorePages() {
		page, err := pages.NextPage(l.t.Context())
		l.must(err)
		for _, r := range page.Regions {
			names = append(names, *r.RegionName)
		}
	}
	return strings.Join(names, " ")
}

const byDefault = "ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2"

func TestListRegions(t *testing.T) {
	l := newLab(t, together)
	for _, tt := range []struct {
		why, caller string
		in          account.ListRegionsInput
		want        string
	}{
		{"17 are enabled by default", self, account.ListRegionsInput{RegionOptStatusContains: []types.RegionOptStatus{"ENABLED_BY_DEFAULT"}}, byDefault},
		{"page by page", self, account.ListRegionsInput{MaxResults: ptr(int32(5)), RegionOptStatusContains: []types.RegionOptStatus{"ENABLED_BY_DEFAULT"}}, byDefault},
		{"the world file opted in", management, account.ListRegionsInput{RegionOptStatusContains: []types.RegionOptStatus{"ENABLED"}}, "af-south-1"},
		{"of a member, for the management account", management, account.ListRegionsInput{AccountId: ptr("444444444444"), RegionOptStatusContains: []types.RegionOptStatus{"ENABLED", "ENABLING"}}, "af-south-1"},
		{"none of that status", self, account.ListRegionsInput{RegionOptStatusContains: []types.RegionOptStatus{"DISABLING"}}, ""},
	} {
		if got := l.regions(tt.caller, &tt.in); got != tt.want {
			t.Errorf("%s: got %s", tt.why, got)
		}
	}
	if got := len(strings.Fields(l.regions(self, &account.ListRegionsInput{}))); got != 34 {
		t.Errorf("there are %d Regions, want 34", got)
	}
}

// The parameter AccountId is for the management account, about its members.
func TestListRegionsOfOthers(t *testing.T) {
	l := newLab(t, together)
	for _, tt := range []struct{ why, caller, about, code string }{
		{"a member about another", member, "444444444444", "AccessDeniedException"},
		{"the management account about itself", management, management, "AccessDeniedException"},
		{"about an account beside the organization", management, stranger, "AccessDeniedException"},
		{"an account without an organization", self, member, "AccessDeniedException"},
		{"not an account ID", management, "33333333333", "ValidationException"},
	} {
		_, err := l.account(tt.caller).ListRegions(t.Context(), &account.ListRegionsInput{AccountId: &tt.about})
		t.Log(tt.why)
		l.refused(err, tt.code, "")
	}
	_, err := l.account(self).ListRegions(t.Context(), &account.ListRegionsInput{NextToken: ptr("99")})
	l.refused(err, "ValidationException", "")
}

func (l *lab) optStatus(region string) string {
	l.t.Helper()
	out, err := l.account(self).GetRegionOptStatus(l.t.Context(), &account.GetRegionOptStatusInput{RegionName: &region})
	l.must(err)
	return string(out.RegionOptStatus)
}

func (l *lab) enable(region string) error {
	_, err := l.account(self).EnableRegion(l.t.Context(), &account.EnableRegionInput{RegionName: &region})
	return err
}

func (l *lab) disable(region string) error {
	_, err := l.account(self).DisableRegion(l.t.Context(), &account.DisableRegionInput{RegionName: &region})
	return err
}

// Without the switch, a Region is enabled at once, and calls go there at once.
func TestEnableRegion(t *testing.T) {
	l := newLab(t, "")
	_, err := l.in(self, "me-south-1").DescribeTrails(t.Context(), nil)
	l.refused(err, "UnrecognizedClientException", "The security token included in the request is invalid.")
	l.must(l.enable("me-south-1"))
	if got := l.optStatus("me-south-1"); got != "ENABLED" {
		t.Errorf("the status is %s", got)
	}
	_, err = l.in(self, "me-south-1").DescribeTrails(t.Context(), nil)
	l.must(err)
	l.must(l.enable("me-south-1")) // again, which changes nothing
	l.must(l.disable("me-south-1"))
	_, err = l.in(self, "me-south-1").DescribeTrails(t.Context(), nil)
	l.refused(err, "UnrecognizedClientException", "")
}

// With the switch, it takes its time by the clock of the sandbox.
func TestEnableRegionSlowly(t *testing.T) {
	l := newLab(t, "switches: {optInDuration: 1h}\n")
	steps := []struct {
		do   func() error
		want string
	}{
		{func() error { return nil }, "DISABLED"},
		{func() error { return l.enable("me-south-1") }, "ENABLING"},
		{func() error { l.post("clock?advance=59m"); return nil }, "ENABLING"},
		{func() error { l.post("clock?advance=2m"); return nil }, "ENABLED"},
		{func() error { return l.disable("me-south-1") }, "DISABLING"},
		{func() error { l.post("clock?advance=61m"); return nil }, "DISABLED"},
	}
	for i, s := range steps {
		l.must(s.do())
		if got := l.optStatus("me-south-1"); got != s.want {
			t.Errorf("step %d: the status is %s, want %s", i, got, s.want)
		}
	}
	l.must(l.enable("me-south-1"))
	l.refused(l.disable("me-south-1"), "ConflictException", "")
}

func TestEnableRegionRefused(t *testing.T) {
	l := newLab(t, "")
	l.refused(l.enable("us-east-1"), "ValidationException", "The Region us-east-1 is enabled by default, and cannot be enabled or disabled.")
	l.refused(l.disable("eu-west-1"), "ValidationException", "The Region eu-west-1 is enabled by default, and cannot be enabled or disabled.")
	l.refused(l.enable("mars-east-1"), "ValidationException", "The Region mars-east-1 is not valid.")
	l.refused(l.enable("cn-north-1"), "ValidationException", "The Region cn-north-1 is not valid.")
}
