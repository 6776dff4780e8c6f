package sandbox_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// call is one operation on a trail that is meant by a name or an ARN.
type call struct {
	name string
	do   func(context.Context, *cloudtrail.Client, string) error
}

func reads() []call {
	return []call{
		{"GetTrailStatus", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: &trail})
			return err
		}},
		{"GetEventSelectors", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: &trail})
			return err
		}},
		{"GetInsightSelectors", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.GetInsightSelectors(ctx, &cloudtrail.GetInsightSelectorsInput{TrailName: &trail})
			return err
		}},
	}
}

// changes are ordered so that each leaves what the next one needs.
func changes() []call {
	return []call{
		{"UpdateTrail", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.UpdateTrail(ctx, &cloudtrail.UpdateTrailInput{Name: &trail})
			return err
		}},
		{"StartLogging", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.StartLogging(ctx, &cloudtrail.StartLoggingInput{Name: &trail})
			return err
		}},
		{"StopLogging", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.StopLogging(ctx, &cloudtrail.StopLoggingInput{Name: &trail})
			return err
		}},
		{"PutEventSelectors", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.PutEventSelectors(ctx, &cloudtrail.PutEventSelectorsInput{TrailName: &trail, EventSelectors: []types.EventSelector{{}}})
			return err
		}},
		{"PutInsightSelectors", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.PutInsightSelectors(ctx, &cloudtrail.PutInsightSelectorsInput{TrailName: &trail, InsightSelectors: []types.InsightSelector{{InsightType: types.InsightTypeApiCallRateInsight}}})
			return err
		}},
		{"DeleteTrail", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.DeleteTrail(ctx, &cloudtrail.DeleteTrailInput{Name: &trail})
			return err
		}},
	}
}

func tagging() []call {
	return []call{
		{"AddTags", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.AddTags(ctx, &cloudtrail.AddTagsInput{ResourceId: &trail, TagsList: []types.Tag{{Key: ptr("k")}}})
			return err
		}},
		{"RemoveTags", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.RemoveTags(ctx, &cloudtrail.RemoveTagsInput{ResourceId: &trail, TagsList: []types.Tag{{Key: ptr("k")}}})
			return err
		}},
		{"ListTags", func(ctx context.Context, c *cloudtrail.Client, trail string) error {
			_, err := c.ListTags(ctx, &cloudtrail.ListTagsInput{ResourceIdList: []string{trail}})
			return err
		}},
	}
}

// Names and ARNs, from everywhere: in the world together, management owns a
// single-Region trail single, a multi-Region trail multi and an organization trail
// org, all with Insights, at home in us-east-1.
func TestResolve(t *testing.T) {
	const (
		unknown = "TrailNotFoundException"
		invalid = "CloudTrailARNInvalidException"
		notHome = "InvalidHomeRegionException"
		denied  = "AccessDeniedException"
	)
	single, multi, org := arnOf(management, "us-east-1", "single"), arnOf(management, "us-east-1", "multi"), arnOf(management, "us-east-1", "org")
	for _, c := range []struct {
		why             string
		account, region string
		trail           string
		read            string // error codes of the three groups of operations; "" is success
		change          string
		tags            string
	}{
		{"own name at home", management, "us-east-1", "single", "", "", invalid},
		{"own name at home, of a multi-Region trail", management, "us-east-1", "multi", "", "", invalid},
		{"own ARN at home", management, "us-east-1", multi, "", "", ""},
		{"name elsewhere", management, "eu-west-1", "single", unknown, unknown, invalid},
		{"name elsewhere, although the shadow is seen", management, "eu-west-1", "multi", unknown, unknown, invalid},
		{"ARN elsewhere, of a multi-Region trail", management, "eu-west-1", multi, "", notHome, invalid},
		{"ARN elsewhere, of a single-Region trail", management, "eu-west-1", single, unknown, notHome, invalid},
		{"ARN of no trail", management, "us-east-1", arnOf(management, "us-east-1", "none"), unknown, unknown, "ResourceNotFoundException"},
		{"name of an organization trail, from a member", member, "us-east-1", "org", unknown, unknown, invalid},
		{"ARN of an organization trail, from a member", member, "us-east-1", org, "", denied, invalid},
		{"ARN of an organization trail, from a member elsewhere", member, "eu-west-1", org, "", denied, invalid},
		{"ARN of a trail of management that is not the organization's", member, "us-east-1", multi, unknown, unknown, invalid},
		{"name of an organization trail, from a delegated administrator", admin, "us-east-1", "org", unknown, unknown, invalid},
		{"ARN of an organization trail, from a delegated administrator", admin, "us-east-1", org, "", "", ""},
		{"ARN of an organization trail, from a delegated administrator elsewhere", admin, "eu-west-1", org, "", notHome, invalid},
		{"ARN of a trail of management, from a delegated administrator", admin, "us-east-1", single, unknown, unknown, "ResourceNotFoundException"},
		{"ARN of an organization trail, from outside", stranger, "us-east-1", org, invalid, invalid, invalid},
		{"ARN of another resource", management, "us-east-1", "arn:aws:cloudtrail:us-east-1:111111111111:eventdatastore/x", invalid, invalid, "EventDataStoreNotFoundException"},
		{"ARN of another service", management, "us-east-1", "arn:aws:s3:::logs/x", invalid, invalid, "ResourceTypeNotSupportedException"},
		{"ARN of another partition", management, "us-east-1", "arn:aws-cn:cloudtrail:us-east-1:111111111111:trail/single", invalid, invalid, invalid},
		{"ARN that is cut off", management, "us-east-1", "arn:aws:cloudtrail:us-east-1", invalid, invalid, invalid},
		{"name that cannot be", management, "us-east-1", "a", "InvalidTrailNameException", "InvalidTrailNameException", invalid},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, together)
			l.create(management, "us-east-1", "single")
			l.create(management, "us-east-1", "multi", multiRegion)
			l.create(management, "us-east-1", "org", multiRegion, forOrganization)
			for _, trail := range []string{single, multi, org} {
				l.must(changes()[4].do(t.Context(), l.in(management, "us-east-1"), trail)) // Insights
			}
			client := l.in(c.account, c.region)
			for _, read := range reads() {
				t.Log(read.name)
				l.refused(read.do(t.Context(), client, c.trail), c.read, "")
			}
			for _, tag := range tagging() {
				t.Log(tag.name)
				l.refused(tag.do(t.Context(), client, c.trail), c.tags, "")
			}
			for _, change := range changes() {
				t.Log(change.name)
				l.refused(change.do(t.Context(), client, c.trail), c.change, "")
			}
		})
	}
}

// The sentences that AWS is known to say.
func TestResolveMessages(t *testing.T) {
	l := newLab(t, together)
	multi, org := l.create(management, "us-east-1", "multi", multiRegion), l.create(management, "us-east-1", "org", multiRegion, forOrganization)
	here, elsewhere, from := l.in(management, "us-east-1"), l.in(management, "eu-west-1"), l.in(member, "us-east-1")
	get, start, list := reads()[0].do, changes()[1].do, tagging()[2].do
	for _, c := range []struct {
		why           string
		err           error
		code, message string
	}{
		{
			"a name is completed to an ARN of the Region of the call", get(t.Context(), elsewhere, "multi"), "TrailNotFoundException",
			"Unknown trail: arn:aws:cloudtrail:eu-west-1:111111111111:trail/multi for the user: 111111111111",
		},
		{
			"also where it is to be changed", start(t.Context(), here, "none"), "TrailNotFoundException",
			"Unknown trail: arn:aws:cloudtrail:us-east-1:111111111111:trail/none for the user: 111111111111",
		},
		{
			"members may not change", start(t.Context(), from, org), "AccessDeniedException",
			"Access Denied: You do not have permission to operate on this resource",
		},
		{
			"tags are for the home Region", list(t.Context(), elsewhere, multi), "CloudTrailARNInvalidException",
			"Region in ARN is wrong, you can only access resources in region eu-west-1.",
		},
		{
			"tags are for the owner", list(t.Context(), from, org), "CloudTrailARNInvalidException",
			"AccountID in ARN is wrong, you can only access resources with AccountID 333333333333.",
		},
	} {
		t.Run(c.why, func(t *testing.T) { l.refused(c.err, c.code, c.message) })
	}
	// GetTrail alone repeats the name as it was given.
	_, err := here.GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("none")})
	l.refused(err, "TrailNotFoundException", "Unknown trail: none for the user: 111111111111")
}

// Trails of one name in several Regions are different trails.
func TestSameNameInSeveralRegions(t *testing.T) {
	l := newLab(t, alone)
	a := l.create(self, "us-east-1", "Default")
	b := l.create(self, "eu-west-1", "Default")
	if a == b {
		t.Fatal("one ARN for two trails")
	}
	l.must(changes()[5].do(t.Context(), l.at("us-east-1"), "Default"))
	if got := l.names(self, "eu-west-1"); got != "Default" {
		t.Errorf("the other trail is gone too: %q", got)
	}
}

// What DescribeTrails shows of a world with a trail here, a shadow of a trail there,
// and, for members, an organization trail.
func TestDescribeTrails(t *testing.T) {
	l := newLab(t, together)
	l.create(management, "us-east-1", "here")
	there := l.create(management, "eu-west-1", "There", multiRegion)
	apart := l.create(management, "ap-south-1", "apart")
	org := l.create(management, "us-east-1", "org", multiRegion, forOrganization)
	yes, no := ptr(true), ptr(false)
	for _, c := range []struct {
		why     string
		account string
		list    []string
		shadows *bool
		want    []string
	}{
		{"all, by the order of bytes in their names", management, nil, nil, []string{"There", "here", "org"}},
		{"an empty list is all", management, []string{}, yes, []string{"There", "here", "org"}},
		{"without shadows", management, nil, no, []string{"here", "org"}},
		{"by name", management, []string{"org", "here"}, nil, []string{"here", "org"}},
		{"twice the same", management, []string{"here", "here"}, nil, []string{"here"}},
		{"a shadow by name is not meant", management, []string{"There"}, nil, nil},
		{"a shadow by ARN", management, []string{there}, nil, []string{"There"}},
		{"a shadow by ARN, without shadows", management, []string{there}, no, nil},
		{"a single-Region trail of another Region is not seen", management, []string{apart}, nil, nil},
		{"what is unknown is left out", management, []string{"none", arnOf(management, "us-east-1", "none"), arnOf(stranger, "us-east-1", "x-y")}, nil, nil},
		{"members see the organization trail", member, nil, nil, []string{"org"}},
		{"which to them is a shadow", member, nil, no, nil},
		{"and found by ARN", member, []string{org}, nil, []string{"org"}},
		{"but not by name", member, []string{"org"}, nil, nil},
		{"others see nothing", stranger, nil, nil, nil},
	} {
		t.Run(c.why, func(t *testing.T) {
			out, err := l.in(c.account, "us-east-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{TrailNameList: c.list, IncludeShadowTrails: c.shadows})
			l.must(err)
			var got []string
			for _, trail := range out.TrailList {
				got = append(got, *trail.Name)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	_, err := l.in(management, "us-east-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{TrailNameList: []string{"arn:aws:x"}})
	l.refused(err, "CloudTrailARNInvalidException", "")
	_, err = l.in(management, "us-east-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{TrailNameList: []string{"-"}})
	l.refused(err, "InvalidTrailNameException", "")
}
