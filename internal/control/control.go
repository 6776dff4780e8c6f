// Package control holds the published checks of CloudTrail as values: what Trusted
// Advisor, CIS, Security Hub, AWS Config and tools of others will say of an account,
// judged on the same Snapshot as coverage, and where coverage says otherwise, why.
//
// It copies what each of them publishes, mistakes included, and never what coverage
// thinks. Where AWS does not say how a check decides, or a Gap hides what it would see,
// its status is Unknown: never a guess.
//
// Its nouns: Control, a published check; demand, one thing that a check asks of a trail;
// Aspect, what a demand looks at; Difference, where a check and coverage part.
package control

import (
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Status is what a check says.
type Status string

// The statuses. Warn is said by Trusted Advisor only, whose color for it is yellow.
const (
	Pass    Status = "pass"
	Warn    Status = "warn"
	Fail    Status = "fail"
	Unknown Status = "unknown"
)

// worse returns the one that decides of two statuses, as verdicts of Regions decide that
// of an account: what is certain comes before what is unknown.
func worse(a, b Status) Status {
	for _, s := range []Status{Fail, Warn, Unknown} {
		if a == s || b == s {
			return s
		}
	}
	return Pass
}

// Control is a published check. Its title is in the catalog, as control.title.ID.
type Control struct {
	ID      string   // who publishes it, a slash, and its name there
	Sources []string // where it is published
	scope   scope
	demands []demand
	// together says how the answers of several trails make one.
	together quorum
	// refused is what the check says where the credentials may not read what it asks
	// for. A check that AWS runs is refused nothing: its zero value is Unknown.
	refused refusal
}

// scope is what a check gives an answer for.
type scope int

const (
	account   scope = iota // one answer, with trails as their home Regions show them
	oneRegion              // one answer, with trails as the global Region of the partition shows them
	regions                // one answer for each enabled Region
)

// quorum is how many trails must have all that a check asks for.
type quorum int

const (
	one   quorum = iota // one of them
	every               // each of them, and at least one
)

// refusal is what a tool makes of an answer that it is denied.
type refusal struct {
	status Status
	note   string // key of the catalog
}

// Result is what a check will say of an account.
type Result struct {
	ID     string
	Status Status
	// Reason is that of the first Region with the Status where there are Regions.
	Reason trail.Note
	// Regions are the answers of a check that gives one for each enabled Region.
	Regions []RegionResult
	// Differences say where coverage judges otherwise, and why. None: it does not.
	Differences []Difference
}

// RegionResult is what a check will say of one Region.
type RegionResult struct {
	Region trail.Region
	Status Status
	Reason trail.Note
}

// Evaluate returns what each check of All will say of an account, in the same order.
func Evaluate(a coverage.Assessment) []Result {
	var out []Result
	for _, c := range All() {
		r := c.Evaluate(a.Snapshot)
		r.Differences = c.differences(r, a)
		out = append(out, r)
	}
	return out
}

// Evaluate returns what c will say of an account, without differences.
func (c Control) Evaluate(s trail.Snapshot) Result {
	if c.scope != regions {
		v := c.judge(scene{s, c.place(s)})
		return Result{ID: c.ID, Status: v.status, Reason: v.reason}
	}
	out := Result{ID: c.ID, Status: Pass}
	for _, r := range s.EnabledRegions() {
		v := c.judge(scene{s, r})
		out.Regions = append(out.Regions, RegionResult{r, v.status, v.reason})
		out.Status = worse(out.Status, v.status)
	}
	if note, hides := regionsHidden(s); hides && out.Status == Pass {
		out.Status, out.Reason = Unknown, note
		return out
	}
	for _, r := range out.Regions {
		if r.Status == out.Status {
			out.Reason = r.Reason
			break
		}
	}
	return out
}

// place is the Region from which a check looks; "" stands for the home Region of each
// trail.
func (c Control) place(s trail.Snapshot) trail.Region {
	if c.scope == oneRegion {
		return s.Partition.GlobalRegion()
	}
	return ""
}

// verdict is an answer of a check, and why.
type verdict struct {
	status Status
	reason trail.Note
}

// All returns the checks in the order of reports: those of AWS, those of CIS, and those
// of tools.
func All() []Control {
	var out []Control
	for _, publisher := range []func() []Control{
		trustedAdvisor, cis, securityHub, config, prowler, steampipe, custodian, cloudSploit, cloudbeat,
	} {
		out = append(out, publisher()...)
	}
	return out
}
