package report

import (
	"encoding/json"
	"slices"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// readAccount reads back what a check said of an account: enough of a judgement to say it
// again in every format and language, and for published checks to be judged on it. It is
// not judged anew: what was said stays said.
func readAccount(spoken *say.Speaker, raw json.RawMessage) (coverage.Assessment, error) {
	var d accountJSON
	if err := decoded(raw, &d); err != nil {
		return coverage.Assessment{}, err
	}
	return d.assessment(spoken)
}

func (d accountJSON) assessment(spoken *say.Speaker) (coverage.Assessment, error) {
	if err := d.check(); err != nil {
		return coverage.Assessment{}, err
	}
	a := coverage.Assessment{Verdict: d.Verdict, Future: d.FutureRegions, Snapshot: trail.Snapshot{
		Account: d.ID, Name: d.Name, Partition: d.Partition,
	}}
	for _, r := range d.Regions {
		read := r.region(spoken, d.Sentences)
		a.Regions = append(a.Regions, read)
		a.Snapshot.Regions = append(a.Snapshot.Regions, trail.RegionView{
			Region: r.Region, OptStatus: read.OptStatus, LeftOut: r.LeftOut, Visible: d.visible(r.Region),
		})
	}
	for _, t := range d.Trails {
		a.Snapshot.Trails = append(a.Snapshot.Trails, t.trail())
	}
	for _, x := range d.EventDataStores {
		a.Snapshot.EventDataStores = append(a.Snapshot.EventDataStores, trail.EventDataStore{
			ARN: x.ARN, Name: x.Name, HomeRegion: x.HomeRegion, Status: x.Status, MultiRegion: x.MultiRegion, Organization: x.Organization,
		})
	}
	for _, f := range d.Findings {
		a.Findings = append(a.Findings, trail.Finding{
			ID: f.ID, Severity: f.Severity, Region: f.Region, Trail: f.Trail,
			Message: d.Sentences.note(spoken, f.Message), Hint: d.Sentences.note(spoken, f.Hint),
		})
	}
	for _, g := range d.Gaps {
		a.Snapshot.Gaps = append(a.Snapshot.Gaps, trail.Gap{Region: g.Region, Action: g.Action, Kind: g.Kind, Error: g.Error, Trail: g.Trail})
	}
	return a, nil
}

// visible are the trails that a Region shows.
func (d accountJSON) visible(in trail.Region) []trail.ARN {
	var out []trail.ARN
	for _, t := range d.Trails {
		if slices.Contains(t.VisibleIn, in) {
			out = append(out, t.ARN)
		}
	}
	return out
}

// check refuses what no check says.
func (d accountJSON) check() error {
	if _, err := trail.ParseAccountID(string(d.ID)); err != nil {
		return wrong("id: " + string(d.ID))
	}
	for _, v := range []coverage.Verdict{d.Verdict, d.FutureRegions} {
		if !verdictKnown(v) || v == coverage.Disabled {
			return wrong("verdict: " + string(v))
		}
	}
	for _, r := range d.Regions {
		if err := r.check(); err != nil {
			return err
		}
	}
	for _, f := range d.Findings {
		if !slices.Contains([]trail.Severity{trail.Critical, trail.High, trail.Medium, trail.Low, trail.Info}, f.Severity) {
			return wrong("severity: " + string(f.Severity))
		}
	}
	for _, g := range d.Gaps {
		if !gapKindKnown(g.Kind) {
			return wrong("kind: " + string(g.Kind))
		}
	}
	return nil
}

func gapKindKnown(k trail.GapKind) bool {
	return slices.Contains([]trail.GapKind{trail.Denied, trail.NoRegion, trail.Timeout, trail.Throttled, trail.Failed}, k)
}

func (r regionJSON) check() error {
	if !regionName.MatchString(string(r.Region)) {
		return wrong("region: " + string(r.Region))
	}
	if !verdictKnown(r.Verdict) {
		return wrong("verdict: " + string(r.Verdict))
	}
	for _, x := range r.Answers {
		if !verdictKnown(x.Verdict) || x.Verdict == coverage.Disabled {
			return wrong("verdict: " + string(x.Verdict))
		}
	}
	return nil
}

func (r regionJSON) region(spoken *say.Speaker, said wordings) coverage.Region {
	out := coverage.Region{Region: r.Region, OptStatus: optStatus(r.OptIn), LeftOut: r.LeftOut, Verdict: r.Verdict}
	switch {
	case r.Verdict == coverage.Disabled:
	case len(r.Answers) > 0:
		out.Cells = r.answered(spoken, said)
	default:
		out.Cells = r.uniform(spoken, said)
	}
	return out
}

func optStatus(optIn string) trail.OptStatus {
	switch optIn {
	case "default":
		return trail.EnabledByDefault
	case "opted-in":
		return trail.Enabled
	default:
		return trail.Disabled
	}
}

// answered reads the cells of a Region whose classes have different answers.
func (r regionJSON) answered(spoken *say.Speaker, said wordings) []coverage.Cell {
	var out []coverage.Cell
	for _, c := range trail.Classes(r.Region) {
		i := slices.IndexFunc(r.Answers, func(x answerJSON) bool { return slices.Contains(x.Classes, string(c)) })
		if i < 0 {
			continue
		}
		x := r.Answers[i]
		out = append(out, coverage.Cell{Class: c, State: x.Verdict, Witnesses: arns(x.RecordedBy), Reason: said.note(spoken, x.Reason)})
	}
	return out
}

// uniform reads the cells of a Region whose classes all have the same answer. A report
// from before answers were told apart may have several: there the reasons go to the
// missing classes in their order.
func (r regionJSON) uniform(spoken *say.Speaker, said wordings) []coverage.Cell {
	var out []coverage.Cell
	reasons := said.notes(spoken, r.Reasons)
	for _, c := range trail.Classes(r.Region) {
		x := coverage.Cell{Class: c, State: coverage.Recorded, Witnesses: arns(r.RecordedBy)}
		if slices.Contains(r.Missing, string(c)) {
			x.State, x.Witnesses = r.Verdict, nil
			if len(reasons) > 0 {
				x.Reason = reasons[0]
				reasons = reasons[min(1, len(reasons)-1):]
			}
		}
		out = append(out, x)
	}
	return out
}

func arns(texts []string) []trail.ARN {
	if len(texts) == 0 {
		return nil
	}
	return each(texts, func(s string) trail.ARN { return trail.ARN(s) })
}

func (t trailJSON) trail() trail.Trail {
	out := trail.Trail{ARN: t.ARN, Name: t.Name, HomeRegion: t.HomeRegion, Settings: trail.Settings{
		Bucket: t.Bucket, GlobalServiceEvents: t.GlobalServiceEvents, MultiRegion: t.MultiRegion,
		Organization: t.Organization, LogFileValidation: t.LogFileValidation,
		KeyPrefix: t.KeyPrefix, SNSTopicARN: t.SNSTopicARN, LogGroupARN: t.LogGroupARN, LogRoleARN: t.LogRoleARN, KMSKeyID: t.KMSKeyID,
	}, Selectors: t.Selectors, InsightSelectors: t.Insights}
	for _, s := range t.Status {
		if out.Status == nil {
			out.Status = map[trail.Region]trail.Status{}
		}
		for _, r := range s.Regions {
			out.Status[r] = trail.Status{
				Logging: s.Logging, DeliveryError: s.DeliveryError, DigestError: s.DigestError,
				NotificationError: s.NotificationError, LogsError: s.LogsError,
			}
		}
	}
	if t.Logging != nil && out.Status == nil {
		seenIn := t.HomeRegion
		if t.LoggingSeenIn != "" {
			seenIn = t.LoggingSeenIn
		}
		out.Status = map[trail.Region]trail.Status{seenIn: {Logging: *t.Logging}}
	}
	return out
}
