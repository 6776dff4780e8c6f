package coverage

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// findings turns a judgement into what a person can act on, worst first. Every ID has
// a section of its own in docs/findings.md.
func findings(a Assessment) []trail.Finding {
	var out []trail.Finding
	for _, rule := range []func(Assessment) []trail.Finding{
		noTrailFinding, regionFindings, globalFinding, futureFinding, trailFindings,
		optInHomeFinding, storeOnlyFinding, secondCopyFindings, changingFindings,
	} {
		out = append(out, rule(a)...)
	}
	order := []trail.Severity{trail.Critical, trail.High, trail.Medium, trail.Low, trail.Info}
	slices.SortStableFunc(out, func(x, y trail.Finding) int {
		return slices.Index(order, x.Severity) - slices.Index(order, y.Severity)
	})
	return out
}

func finding(id string, sev trail.Severity, r trail.Region, arn trail.ARN, args ...string) trail.Finding {
	return trail.Finding{
		ID: id, Severity: sev, Region: r, Trail: arn,
		Message: trail.Say("finding."+id, args...), Hint: trail.Say("finding." + id + ".hint"),
	}
}

func noTrailFinding(a Assessment) []trail.Finding {
	if len(a.Snapshot.Trails) > 0 || !allLooked(a.Snapshot) {
		return nil
	}
	return []trail.Finding{finding("no-trail", trail.Critical, "", "", "account", string(a.Snapshot.Account))}
}

// regionFindings tells of each Region that is not recorded, with its missing classes.
func regionFindings(a Assessment) []trail.Finding {
	severity := map[Verdict]trail.Severity{
		Unrecorded: trail.Critical, Failing: trail.High, Partial: trail.Medium, Unknown: trail.Medium,
	}
	var out []trail.Finding
	for _, r := range a.Regions {
		if sev, ok := severity[r.Verdict]; ok {
			if r.LeftOut {
				out = append(out, finding("region-left-out", trail.Info, r.Region, "", "region", string(r.Region)))
				continue
			}
			f := finding("region-"+string(r.Verdict), sev, r.Region, "", "region", string(r.Region), "missing", missing(r))
			if r.Verdict == Failing {
				f = failingFinding(a.Snapshot, f)
			}
			out = append(out, f)
		}
	}
	return out
}

func missing(r Region) string {
	var names []string
	for _, c := range r.Missing() {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}

func globalFinding(a Assessment) []trail.Finding {
	r, ok := a.Region(a.Snapshot.Partition.GlobalRegion())
	if !ok || len(r.Cells) == 0 {
		return nil
	}
	c := r.Cells[len(r.Cells)-1]
	if c.Class != trail.Global || c.State == Recorded || c.State == Unknown {
		return nil
	}
	f := finding("global-events", trail.High, r.Region, "", "region", string(r.Region))
	if c.State == Partial {
		f.Message.Key = "finding.global-events.partial"
	}
	return []trail.Finding{f}
}

func futureFinding(a Assessment) []trail.Finding {
	if a.Future != Unrecorded {
		return nil
	}
	return []trail.Finding{finding("future-regions", trail.High, "", "")}
}

// trailFindings tells what is wrong with single trails.
func trailFindings(a Assessment) []trail.Finding {
	var out []trail.Finding
	for _, t := range a.Snapshot.Trails {
		home, seen := t.Status[t.HomeRegion]
		if seen && !home.Logging {
			out = append(out, finding("not-logging", trail.High, t.HomeRegion, t.ARN, "trail", t.Name))
		}
		if !t.MultiRegion && a.Future != Recorded {
			out = append(out, finding("single-region-trail", trail.Medium, t.HomeRegion, t.ARN, "trail", t.Name, "region", string(t.HomeRegion)))
		}
		if !t.LogFileValidation {
			out = append(out, finding("log-file-validation", trail.Low, t.HomeRegion, t.ARN, "trail", t.Name))
		}
		out = append(out, deliveryFindings(a.Snapshot, t)...)
		out = append(out, digestFindings(a.Snapshot, t)...)
	}
	return out
}

// optInHomeFinding warns of an organization trail that lives in an opt-in Region: it
// records nothing of member accounts that have not enabled that Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
func optInHomeFinding(a Assessment) []trail.Finding {
	var out []trail.Finding
	for _, t := range a.Snapshot.Trails {
		if t.Organization && trail.DefaultOptStatus(t.HomeRegion) == trail.Disabled {
			out = append(out, finding("organization-trail-opt-in-home", trail.Medium, t.HomeRegion, t.ARN, "trail", t.Name, "region", string(t.HomeRegion)))
		}
	}
	return out
}

// storeOnlyFinding tells of Regions that event data stores record and trails do not.
func storeOnlyFinding(a Assessment) []trail.Finding {
	var regions []string
	for _, r := range a.Regions {
		by := r.RecordedBy()
		if len(by) > 0 && !slices.ContainsFunc(by, isTrail) {
			regions = append(regions, string(r.Region))
		}
	}
	if len(regions) == 0 {
		return nil
	}
	return []trail.Finding{finding("event-data-store-only", trail.Medium, "", "", "regions", strings.Join(regions, ", "))}
}

func isTrail(arn trail.ARN) bool { return strings.Contains(string(arn), ":trail/") }

// secondCopyFindings tells of trails that record what another records already: AWS
// bills the second copy of management events in each Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-manage-costs.html
func secondCopyFindings(a Assessment) []trail.Finding {
	var out []trail.Finding
	for _, t := range a.Snapshot.Trails {
		if by := copiedBy(a, t.ARN); by != "" {
			out = append(out, finding("second-copy", trail.Low, "", t.ARN, "trail", t.Name, "other", by.Name()))
		}
	}
	return out
}

// copiedBy returns a trail that records all that arn records, when there is one that
// reaches further, or that comes first among equals.
func copiedBy(a Assessment, arn trail.ARN) trail.ARN {
	var by []trail.ARN
	mine, first := 0, true
	for _, r := range a.Regions {
		for _, c := range r.Cells {
			if !slices.Contains(c.Witnesses, arn) {
				continue
			}
			mine++
			if first {
				by, first = slices.Clone(c.Witnesses), false
			}
			by = slices.DeleteFunc(by, func(x trail.ARN) bool { return !slices.Contains(c.Witnesses, x) })
		}
	}
	for _, other := range by {
		if other != arn && isTrail(other) && (witnessCount(a, other) > mine || witnessCount(a, other) == mine && other < arn) {
			return other
		}
	}
	return ""
}

func witnessCount(a Assessment, arn trail.ARN) int {
	n := 0
	for _, r := range a.Regions {
		for _, c := range r.Cells {
			if slices.Contains(c.Witnesses, arn) {
				n++
			}
		}
	}
	return n
}

func changingFindings(a Assessment) []trail.Finding {
	var out []trail.Finding
	for _, r := range a.Regions {
		if r.OptStatus == trail.Enabling || r.OptStatus == trail.Disabling {
			out = append(out, finding("region-changing", trail.Info, r.Region, "", "region", string(r.Region), "status", string(r.OptStatus)))
		}
	}
	return out
}
