package report

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// advice is a sentence, and a command line to copy or "".
type advice struct{ why, command string }

// next writes what to do next, when there is something to do.
func (p *page) next(a coverage.Assessment) {
	steps := p.advise(a)
	if len(steps) == 0 {
		return
	}
	p.title(p.say("report.next"))
	for _, s := range steps {
		p.text(tableIndent, para{s.why, plainInk})
		if s.command != "" {
			p.literally(stackIndent, para{s.command, bold})
		}
	}
}

func (p *page) advise(a coverage.Assessment) []advice {
	var out []advice
	switch {
	case closed(a.Snapshot.Gaps):
		return []advice{{p.say("report.next.policyOrganization"), "trailspan policy organization"}}
	case rejected(a.Snapshot.Gaps):
		out = append(out, advice{p.say("report.next.credentials"), "aws sts get-caller-identity"})
	case denied(a.Snapshot.Gaps):
		out = append(out, advice{p.say("report.next.policy"), "trailspan policy check"})
	}
	widenable := convertible(a.Snapshot)
	switch {
	case settled(a) || a.Verdict == coverage.Unknown && a.Future != coverage.Unrecorded:
	case p.elsewhere(a) && narrowOrganizationTrail(a.Snapshot) != "" && a.Future != coverage.Recorded:
		out = append(out, advice{
			p.say("report.next.convert-organization", "trail", narrowOrganizationTrail(a.Snapshot)), p.enter("trailspan convert --plan --org"),
		})
	case p.elsewhere(a) && len(widenable) > 0 && a.Future != coverage.Recorded:
		out = append(out, advice{p.say("report.next.convert-entered"), p.enter("trailspan convert --accounts " + string(a.Snapshot.Account))})
	case p.elsewhere(a) && len(a.Snapshot.Trails) == 0 && !hidesTrails(a.Snapshot.Gaps):
		out = append(out, advice{p.say("report.next.create-entered"), "trailspan create"})
	case len(widenable) == 1 && a.Future != coverage.Recorded:
		out = append(out, advice{p.say("report.next.convert"), "trailspan convert --trail " + widenable[0].Name()})
	case len(widenable) > 1 && a.Future != coverage.Recorded:
		out = append(out, advice{p.say("report.next.convert"), "trailspan convert"})
	case len(a.Snapshot.Trails) == 0 && !hidesTrails(a.Snapshot.Gaps):
		out = append(out, advice{p.say("report.next.create"), "trailspan create"})
	case len(a.Snapshot.Trails) > 0:
		out = append(out, advice{p.say("report.next.hints"), "trailspan check"})
	}
	return out
}

// elsewhere says whether an account is another than that of the credentials.
func (p *page) elsewhere(a coverage.Assessment) bool {
	return p.Entered != nil && a.Snapshot.Account != p.Entered.Caller
}

// narrowOrganizationTrail names a single-Region organization trail of another account.
func narrowOrganizationTrail(s trail.Snapshot) string {
	for _, t := range s.Trails {
		if t.Organization && !t.MultiRegion && t.ARN.Owner() != s.Account {
			return t.Name
		}
	}
	return ""
}

// enter adds to a command how accounts are entered.
func (p *page) enter(command string) string {
	if p.Entered.How == "" {
		return command
	}
	return command + " " + p.Entered.How
}

// nextOfAll says what to do with many accounts at once, when several could be changed.
func (p *page) nextOfAll(widenable int) {
	if p.Entered == nil || widenable < 2 {
		return
	}
	p.title(p.say("report.next"))
	p.text(tableIndent, para{p.say("report.next.convert-all"), plainInk})
	p.literally(stackIndent, para{p.enter("trailspan convert --plan " + p.Entered.Which), bold})
}

func denied(gaps []trail.Gap) bool {
	return slices.ContainsFunc(gaps, func(g trail.Gap) bool { return g.Kind == trail.Denied })
}

// credentialCodes are those with which AWS refuses credentials that have expired or that
// it does not know.
var credentialCodes = [...]string{
	"ExpiredToken", "RequestExpired", "TokenRefreshRequired", "UnrecognizedClientException", "InvalidClientTokenId", "InvalidAccessKeyId",
}

// rejected says whether new credentials may see what these did not.
func rejected(gaps []trail.Gap) bool {
	return slices.ContainsFunc(gaps, func(g trail.Gap) bool {
		return g.Kind == trail.Failed && slices.ContainsFunc(credentialCodes[:], func(code string) bool { return strings.HasPrefix(g.Error, code) })
	})
}

// closed says whether the account could not be entered.
func closed(gaps []trail.Gap) bool {
	return slices.ContainsFunc(gaps, func(g trail.Gap) bool { return g.Kind == trail.Denied && g.Action == assumeRole })
}

const assumeRole = "sts:AssumeRole"

// hidesTrails says whether there may be trails that nobody saw.
func hidesTrails(gaps []trail.Gap) bool {
	return slices.ContainsFunc(gaps, func(g trail.Gap) bool { return g.Action == trail.DescribeTrails })
}

// convertible returns the trails of the account itself that convert can widen, or start.
func convertible(s trail.Snapshot) []trail.ARN {
	var out []trail.ARN
	for _, t := range s.Trails {
		if (!t.MultiRegion || stoppedTrail(t)) && t.ARN.Owner() == s.Account {
			out = append(out, t.ARN)
		}
	}
	return out
}

func stoppedTrail(t trail.Trail) bool {
	st, seen := t.Status[t.HomeRegion]
	return seen && !st.Logging
}
