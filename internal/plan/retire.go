package plan

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Overlap is how long AWS advises to let two trails record beside each other before one
// is taken away: "up to one day".
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-an-organizational-trail-best-practice.html
const Overlap = 24 * time.Hour

// Decision is what becomes of a trail beside the one that records every Region.
type Decision string

// The decisions. A trail that is retired is stopped, never deleted.
const (
	Stop Decision = "retire"
	Keep Decision = "keep"
)

// Other is the decision about one of the other trails, and why.
type Other struct {
	Trail    trail.ARN
	Decision Decision
	Reasons  []trail.Note
}

// RetireEvidence is what a retirement needs beyond a Snapshot.
type RetireEvidence struct {
	Owners map[trail.ARN]Owner
	Since  Since
}

// Since says how long the trail that stays is known to be as it is.
type Since struct {
	// Run is a run of trailspan that made it so, and Verified when it was seen in every
	// Region that is enabled now; zero when no such run is known.
	Run      string
	Verified time.Time
	// Changed is the last change to it that event history shows within Overlap, and zero
	// when there is none.
	Changed time.Time
	// Gap is why event history, or who else can change the trail, could not be asked.
	Gap *trail.Gap
	// Others are the other accounts that can change it, whose event history is not seen.
	Others []trail.AccountID
}

// Keeper returns the trail that makes others superfluous, named or the best there is: of
// this account, multi-Region, and recording everything in every enabled Region.
func Keeper(s trail.Snapshot, named trail.ARN) (trail.Trail, bool) {
	var able []trail.Trail
	for _, t := range s.Trails {
		if (named == "" || t.ARN == named) && keeps(s, t) {
			able = append(able, t)
		}
	}
	if len(able) == 0 {
		return trail.Trail{}, false
	}
	return slices.MinFunc(able, func(a, b trail.Trail) int {
		return cmp.Or(
			-cmp.Compare(worth(a), worth(b)),
			cmp.Compare(a.ARN, b.ARN),
		)
	}), true
}

// worth counts what speaks for keeping a trail: an organization trail first, then
// evidence that nobody changed the log files, then a key.
func worth(t trail.Trail) int {
	n := 0
	for i, yes := range []bool{t.KMSKeyID != "", t.LogFileValidation, t.Organization} {
		if yes {
			n += 1 << i
		}
	}
	return n
}

// keeps judges t as if it were the only trail.
func keeps(s trail.Snapshot, t trail.Trail) bool {
	if !t.MultiRegion || t.ARN.Owner() != s.Account {
		return false
	}
	alone := s
	alone.Trails, alone.EventDataStores = []trail.Trail{t}, nil
	a := coverage.Assess(alone)
	return a.Verdict == coverage.Recorded && a.Future == coverage.Recorded && len(a.Regions) > 0 && !slices.ContainsFunc(s.Regions, func(v trail.RegionView) bool {
		return v.LeftOut && v.OptStatus.Usable()
	})
}

// Retire plans to stop the trails that the keeper makes superfluous. What would be lost
// with one keeps it.
func Retire(s trail.Snapshot, keeper trail.Trail, e RetireEvidence, drift Drift) Plan {
	p := Plan{Account: s.Account, Trail: keeper.ARN, Expect: s.EnabledRegions()}
	for _, t := range s.Trails {
		if t.ARN == keeper.ARN {
			continue
		}
		if reasons := whyKeep(s, keeper, t, e.Owners[t.ARN], drift); len(reasons) > 0 {
			p.Others = append(p.Others, Other{t.ARN, Keep, reasons})
			continue
		}
		p.Others = append(p.Others, Other{t.ARN, Stop, say("retire.duplicate", "keeper", keeper.Name, "bucket", keeper.Bucket)})
		p.add(stopStep(s, keeper, t))
	}
	p.Predicted = Predict(s, p.Steps)
	switch {
	case len(p.Others) == 0:
		p.Why = trail.Say("why.retire-alone", "trail", keeper.Name)
	case len(p.Steps) == 0:
		p.Why = trail.Say("why.retire-none", "trail", keeper.Name)
	default:
		p.Why = trail.Say("why.retire", "trail", keeper.Name)
		p.Gates = retireGates(s, keeper, e, p)
		p.Becomes = []Consequence{{keeper.ARN, trail.Say("becomes.stop-alarms")}}
	}
	return p
}

// NoKeeper is the plan where no trail makes another superfluous.
func NoKeeper(s trail.Snapshot) Plan { return nothing(s, trail.Say("why.retire-no-keeper")) }

// Duplicates returns the trails whose managers a retirement has to know.
func Duplicates(s trail.Snapshot, keeper trail.Trail) []trail.Trail {
	var out []trail.Trail
	for _, t := range s.Trails {
		if t.ARN != keeper.ARN && whyKeep(s, keeper, t, Owner{}, AllowDrift) == nil {
			out = append(out, t)
		}
	}
	return out
}

// stopStep stops t, as long as it is as it was seen, and the keeper records everywhere.
func stopStep(s trail.Snapshot, keeper, t trail.Trail) Step {
	arn, home := t.ARN, t.HomeRegion
	return Step{
		Needs:  append(asSeen(t), recording(s, keeper)...),
		Call:   Call{Action: StopLogging, Region: home, Request: Request{Name: string(arn)}},
		Before: State{IsLogging: true},
		After:  State{IsLogging: false},
		Undo: []Call{{
			Action: StartLogging, Region: home, Request: Request{Name: string(arn)}, Want: State{IsLogging: true},
		}},
	}
}

// asSeen looks at what a trail is and selects.
func asSeen(t trail.Trail) []Call {
	r := Request{Name: string(t.ARN)}
	return []Call{
		{Action: trail.DescribeTrails, Region: t.HomeRegion, Request: r, Want: TrailState(t.Settings)},
		{Action: trail.GetEventSelectors, Region: t.HomeRegion, Request: r, Want: SelectorsState(t.Selectors)},
	}
}

// recording looks whether a trail is as it was seen, and logs and delivers in every
// enabled Region.
func recording(s trail.Snapshot, t trail.Trail) []Call {
	looks := asSeen(t)
	for _, r := range s.EnabledRegions() {
		looks = append(looks, Call{
			Action: trail.GetTrailStatus, Region: r, Request: Request{Name: string(t.ARN)}, Want: StatusState(trail.Status{Logging: true}),
		})
	}
	return looks
}

// whyKeep says why a trail must not be stopped, or nothing: what decides first, and all
// of it.
func whyKeep(s trail.Snapshot, keeper, t trail.Trail, o Owner, drift Drift) []trail.Note {
	for _, reasons := range [][]trail.Note{
		whyNotOurs(s, t), whyNotSeen(t), whyLost(keeper, t), whyNotYet(keeper, t), whyManaged(t, o, drift),
	} {
		if len(reasons) > 0 {
			return reasons
		}
	}
	return nil
}

// say is one reason.
func say(key string, nameValue ...string) []trail.Note {
	return []trail.Note{trail.Say(key, nameValue...)}
}

func whyNotOurs(s trail.Snapshot, t trail.Trail) []trail.Note {
	v, known := s.View(t.HomeRegion)
	switch {
	case t.ARN.Owner() != s.Account:
		return say("retire.not-owned", "owner", string(t.ARN.Owner()))
	case t.Organization:
		return say("retire.organization")
	case !known || !v.OptStatus.Usable():
		return say("retire.home-region", "region", string(t.HomeRegion))
	default:
		return nil
	}
}

func whyNotSeen(t trail.Trail) []trail.Note {
	st, seen := t.Status[t.HomeRegion]
	switch {
	case hidden(t) != "":
		return say("retire.unseen", "action", hidden(t))
	case seen && !st.Logging:
		return say("retire.stopped")
	default:
		return nil
	}
}

// whyLost names all that only t does. No trail selects more management events than the
// keeper, which selects all.
func whyLost(keeper, t trail.Trail) []trail.Note {
	var lost []trail.Note
	for _, l := range []struct {
		gone bool
		note trail.Note
	}{
		{recordsOtherEvents(t.Selectors), trail.Say("retire.lost-events")},
		{t.InsightSelectors, trail.Say("retire.lost-insights")},
		{t.LogGroupARN != "", trail.Say("retire.lost-logs", "group", string(t.LogGroupARN))},
		{t.SNSTopicARN != "", trail.Say("retire.lost-sns", "topic", string(t.SNSTopicARN))},
		{t.LogFileValidation && !keeper.LogFileValidation, trail.Say("retire.lost-validation", "keeper", keeper.Name)},
		{t.KMSKeyID != "" && t.KMSKeyID != keeper.KMSKeyID, trail.Say("retire.lost-key", "keeper", keeper.Name)},
		{t.Bucket != keeper.Bucket || t.KeyPrefix != keeper.KeyPrefix, trail.Say("retire.lost-place", "place", place(t), "keeper", keeper.Name)},
	} {
		if l.gone {
			lost = append(lost, l.note)
		}
	}
	switch {
	case len(lost) > 0:
		return lost
	case !recordsManagementEvents(t):
		return say("retire.nothing-recorded")
	default:
		return nil
	}
}

// place is where the log files of a trail go: somebody may read them there.
func place(t trail.Trail) string {
	if t.KeyPrefix == "" {
		return t.Bucket
	}
	return t.Bucket + "/" + t.KeyPrefix
}

// recordsOtherEvents says whether selectors take anything in but management events.
func recordsOtherEvents(s *trail.Selectors) bool {
	if s == nil {
		return false
	}
	return slices.ContainsFunc(s.Basic, func(b trail.EventSelector) bool { return len(b.DataResources) > 0 }) ||
		slices.ContainsFunc(s.Advanced, func(a trail.AdvancedEventSelector) bool { return !field(a, "eventCategory", "Management") })
}

// whyNotYet: a trail that never delivered from a Region has not proven that it can.
func whyNotYet(keeper, t trail.Trail) []trail.Note {
	var dark []string
	for r, st := range t.Status {
		if !st.LatestDelivery.IsZero() && keeper.Status[r].LatestDelivery.IsZero() && (t.MultiRegion || r == t.HomeRegion) {
			dark = append(dark, string(r))
		}
	}
	if len(dark) == 0 {
		return nil
	}
	slices.Sort(dark)
	return say("retire.not-delivered", "keeper", keeper.Name, "regions", strings.Join(dark, ", "))
}

func whyManaged(t trail.Trail, o Owner, drift Drift) []trail.Note {
	who, evidence := ManagerOf(t, o)
	switch {
	case who == ControlTower:
		return say("retire.control-tower")
	case drift == AllowDrift:
		return nil
	case who.manages():
		return say("retire.managed", "owner", evidence, "set", stopInSource(language(who, o)))
	case who == NotAsked:
		return say("retire.unknown-owner", "action", o.Gaps()[0].Action)
	default:
		return nil
	}
}

// language is that of the code that a manager has.
func language(who Manager, o Owner) SourceKind {
	if who == Given {
		return o.Language
	}
	return kindOf(who, nil)
}

// stopInSource is what stops a trail in the code that makes it.
func stopInSource(k SourceKind) string {
	switch k {
	case TerraformSource:
		return "enable_logging = false"
	case CloudFormationSource:
		return "IsLogging: false"
	default:
		return "accountTrails"
	}
}
