package trail

import (
	"fmt"
	"slices"
	"time"
)

// Snapshot is what was seen of one account. It is all that a judgement may rest on.
type Snapshot struct {
	Account         AccountID        `json:"account"`
	Name            string           `json:"name,omitempty"` // in its organization
	Partition       Partition        `json:"partition"`
	Taken           time.Time        `json:"taken"`
	Regions         []RegionView     `json:"regions"` // sorted by name
	Trails          []Trail          `json:"trails"`  // one per ARN, sorted
	EventDataStores []EventDataStore `json:"eventDataStores,omitempty"`
	Gaps            []Gap            `json:"gaps,omitempty"`
}

// RegionView is what was seen of a Region.
type RegionView struct {
	Region    Region    `json:"region"`
	OptStatus OptStatus `json:"optStatus"`
	// LeftOut says that the user did not want it looked at.
	LeftOut bool `json:"leftOut,omitempty"`
	// Visible are the trails that DescribeTrails lists in the Region, shadows among
	// them, sorted. Each takes one of the five places of the Region.
	Visible []ARN `json:"visible,omitempty"`
}

// GapKind says why something could not be looked at.
type GapKind string

// The kinds of Gap. Denied, Region disabled and no answer are three different things.
const (
	Denied    GapKind = "denied"
	NoRegion  GapKind = "disabled"
	Timeout   GapKind = "timeout"
	Throttled GapKind = "throttled"
	Failed    GapKind = "error"
)

// Gap is something that could not be looked at. It turns the answers that would rest
// on it into unknown: never into a pass or a failure.
type Gap struct {
	Region Region  `json:"region"`
	Action string  `json:"action"` // as IAM spells it: cloudtrail:DescribeTrails
	Kind   GapKind `json:"kind"`
	Trail  ARN     `json:"trail,omitempty"` // when it was one trail, or one event data store
	Error  string  `json:"error"`           // what AWS said
}

// Actions whose Gaps judgements ask for.
const (
	ListRegions         = "account:ListRegions"
	DescribeTrails      = "cloudtrail:DescribeTrails"
	GetTrailStatus      = "cloudtrail:GetTrailStatus"
	GetEventSelectors   = "cloudtrail:GetEventSelectors"
	ListEventDataStores = "cloudtrail:ListEventDataStores"
	GetEventDataStore   = "cloudtrail:GetEventDataStore"
)

// Trail returns the trail with this ARN.
func (s Snapshot) Trail(arn ARN) (Trail, bool) {
	i := slices.IndexFunc(s.Trails, func(t Trail) bool { return t.ARN == arn })
	if i < 0 {
		return Trail{}, false
	}
	return s.Trails[i], true
}

// View returns what was seen of a Region.
func (s Snapshot) View(r Region) (RegionView, bool) {
	i := slices.IndexFunc(s.Regions, func(v RegionView) bool { return v.Region == r })
	if i < 0 {
		return RegionView{}, false
	}
	return s.Regions[i], true
}

// EnabledRegions returns the Regions that answer calls, whether looked at or not.
func (s Snapshot) EnabledRegions() []Region {
	var out []Region
	for _, v := range s.Regions {
		if v.OptStatus.Usable() {
			out = append(out, v.Region)
		}
	}
	return out
}

// Gap returns the first Gap of an action in a Region that concerns arn; an empty arn
// asks for a Gap that concerns no particular trail.
func (s Snapshot) Gap(r Region, action string, arn ARN) (Gap, bool) {
	i := slices.IndexFunc(s.Gaps, func(g Gap) bool { return g.Region == r && g.Action == action && g.Trail == arn })
	if i < 0 {
		return Gap{}, false
	}
	return s.Gaps[i], true
}

// Check says in one sentence what makes s impossible to judge, or nil. A snapshot
// that was collected always passes; one that was edited by hand may not.
func (s Snapshot) Check() error {
	if _, err := ParseAccountID(string(s.Account)); err != nil {
		return err
	}
	seen := map[Region]bool{}
	for _, v := range s.Regions {
		switch {
		case v.Region == "":
			return fmt.Errorf("account %s: a Region has no name", s.Account)
		case seen[v.Region]:
			return fmt.Errorf("account %s: Region %s is there twice", s.Account, v.Region)
		case !slices.Contains([]OptStatus{EnabledByDefault, Enabled, Enabling, Disabling, Disabled}, v.OptStatus):
			return fmt.Errorf("account %s: Region %s has the unknown status %q", s.Account, v.Region, v.OptStatus)
		}
		seen[v.Region] = true
	}
	arns := map[ARN]bool{}
	for _, t := range s.Trails {
		if _, _, _, _, err := ParseTrailARN(string(t.ARN)); err != nil {
			return fmt.Errorf("account %s: %w", s.Account, err)
		}
		if t.HomeRegion != t.ARN.Region() {
			return fmt.Errorf("account %s: trail %s says that its home Region is %s", s.Account, t.ARN, t.HomeRegion)
		}
		if arns[t.ARN] {
			return fmt.Errorf("account %s: trail %s is there twice", s.Account, t.ARN)
		}
		arns[t.ARN] = true
	}
	for _, v := range s.Regions {
		for _, arn := range v.Visible {
			if !arns[arn] {
				return fmt.Errorf("account %s: Region %s shows the trail %s, which is not among the trails", s.Account, v.Region, arn)
			}
		}
	}
	return nil
}
