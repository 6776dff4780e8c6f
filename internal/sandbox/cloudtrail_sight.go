package sandbox

import (
	"cmp"
	"maps"
	"slices"
)

// sight is a trail as one account sees it in one Region.
type sight struct {
	*trailRecord
	owner  *account
	viewer *account
	region string
}

// shadow says whether what is seen is a replication: of a trail of another Region,
// or of an organization trail in a member account.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
func (v sight) shadow() bool { return v.HomeRegion != v.region || v.owner != v.viewer }

// seen returns the trails that an account sees in a Region, ordered by name.
func (s *Sandbox) seen(viewer *account, region string) []sight {
	return slices.DeleteFunc(s.known(viewer, region), func(v sight) bool { return !s.reaches(v) })
}

// known returns the trails that a Region knows of an account, ordered by name: its
// own, also those at home elsewhere, and the organization trails that reach it.
func (s *Sandbox) known(viewer *account, region string) []sight {
	var out []sight
	for _, owner := range s.ownersFor(viewer) {
		for arn := range owner.trailARNs() {
			v := sight{s.trailIn(owner, arn, region), owner, viewer, region}
			if v.trailRecord != nil && (owner == viewer || s.reaches(v)) {
				out = append(out, v)
			}
		}
	}
	slices.SortFunc(out, func(a, b sight) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ARN, b.ARN))
	})
	return out
}

// ownersFor returns the accounts whose trails an account may see: itself and, in an
// organization that trusts CloudTrail, the management account.
func (s *Sandbox) ownersFor(viewer *account) []*account {
	owners := []*account{viewer}
	org := s.organizationOf(viewer.ID)
	if org == nil || !org.TrustedAccess || org.ManagementAccount == viewer.ID {
		return owners
	}
	if m := s.w.Accounts[org.ManagementAccount]; m != nil && m.Partition == viewer.Partition {
		owners = append(owners, m)
	}
	return owners
}

// reaches says whether the trail exists for the account in the Region. An
// organization trail whose home Region is opt-in reaches only members that enabled
// that Region.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
func (s *Sandbox) reaches(v sight) bool {
	now := s.now()
	if v.owner != v.viewer && (!v.IsOrganizationTrail || !v.viewer.enabledIn(v.HomeRegion, now)) {
		return false
	}
	return v.region == v.HomeRegion || v.IsMultiRegionTrail && v.viewer.enabledIn(v.region, now)
}

// trailIn returns a trail as a Region knows it, or nil. The home Region knows the
// truth; others know what it was before changes that are still on their way.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
func (s *Sandbox) trailIn(owner *account, arn, region string) *trailRecord {
	if a, _ := parseARN(arn); a.Region != region {
		for _, e := range owner.Earlier[arn] {
			if s.now().Before(e.Until) {
				return e.Trail
			}
		}
	}
	return owner.Trails[arn]
}

// trailARNs returns the set of ARNs of the trails that an account owns, or owned so
// lately that some Region may still know them.
func (a *account) trailARNs() map[string]bool {
	arns := map[string]bool{}
	for arn := range maps.Keys(a.Trails) {
		arns[arn] = true
	}
	for arn := range maps.Keys(a.Earlier) {
		arns[arn] = true
	}
	return arns
}

// remember keeps what other Regions go on seeing of a trail that is about to change.
// Every operation that changes a trail calls it first.
func (s *Sandbox) remember(owner *account, arn string) {
	now := s.now()
	kept := slices.DeleteFunc(owner.Earlier[arn], func(e earlier) bool { return !now.Before(e.Until) })
	if delay := s.w.Switches.Propagation; delay > 0 {
		kept = append(kept, earlier{Until: now.Add(delay), Trail: owner.Trails[arn].clone()})
	}
	if len(kept) == 0 {
		delete(owner.Earlier, arn)
		return
	}
	if owner.Earlier == nil {
		owner.Earlier = map[string][]earlier{}
	}
	owner.Earlier[arn] = kept
}

// clone copies a trail. Its slices and maps are shared: operations replace them and
// never write into them.
func (t *trailRecord) clone() *trailRecord {
	if t == nil {
		return nil
	}
	c := *t
	return &c
}
