package cloud_test

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const managedWorld = `
accounts:
  - id: "123456789012"
    trails:
      - {name: owned, homeRegion: ap-northeast-1, bucket: here, tags: {ManagedBy: terraform, team: x}}
    stacks: [{name: audit, region: ap-northeast-1, trails: [owned]}]
buckets: [{name: here, account: "123456789012", region: ap-northeast-1, policy: documented}]
`

func TestOwner(t *testing.T) {
	t.Parallel()
	s, l := open(t, managedWorld)
	got := s.Owner(t.Context(), aTrail("owned", "here"))
	if got.Stack != "audit" || got.Resource == "" || !slices.Contains(got.Tags, plan.Tag{Key: "ManagedBy", Value: "terraform"}) || len(got.Tags) != 2 || len(got.Gaps()) != 0 {
		t.Errorf("owned: %+v", got)
	}
	if got := s.Owner(t.Context(), aTrail("not-there-yet", "here")); got.Stack != "" || len(got.Tags) != 0 || len(got.Gaps()) != 0 {
		t.Errorf("one that is yet to be made: %+v", got)
	}
	l.add(rule{action: "cloudtrail:ListTags", answer: says("AccessDeniedException", "no")})
	got = s.Owner(t.Context(), aTrail("owned", "here"))
	if got.TagGap == nil || got.TagGap.Action != "cloudtrail:ListTags" || got.TagGap.Kind != trail.Denied || got.Stack != "audit" {
		t.Errorf("without permission: %+v", got)
	}
}
