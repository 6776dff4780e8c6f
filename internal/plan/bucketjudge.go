package plan

import (
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// refusal is what the policy of a bucket refuses, over all Regions.
type refusal struct {
	dark    []string // the Regions that it keeps out
	because blames
	denied  blames // the statements that deny explicitly
	written int    // the dark Regions from which log files would come, but no digests
	sure    int    // the dark Regions that an explicit Deny decides
}

func (f *refusal) add(r trail.Region, a answer, writes bool) {
	f.dark = append(f.dark, string(r))
	f.because.add(a)
	if a.Decision == policy.Denied {
		f.denied.add(a)
		f.sure++
	}
	if writes {
		f.written++
	}
}

// gate tells digests from log files, and an explicit Deny from an Allow that is not there.
func (f *refusal) gate(t trail.Trail, legacy bool) Gate {
	digests, deny := f.written == len(f.dark), f.sure == len(f.dark)
	why := "dark"
	switch {
	case deny && digests:
		why = "deny-digests"
	case deny:
		why = "deny"
	case digests:
		why = "digests"
	case legacy:
		why = "legacy"
	}
	g := bucketBlock(why, "", t, "regions", strings.Join(f.dark, ", ")).by(f.because.list()...)
	switch {
	case deny:
		statements := f.statements()
		g.Message.Args["statements"] = statements
		g.Hint = trail.Say("gate.bucket-policy.block-deny.hint", "statements", statements)
	case digests:
		g.Hint = trail.Say("gate.bucket-policy.block-digests.hint")
	}
	return g
}

// statements are those that deny, by Sid or number.
func (f *refusal) statements() string {
	var out []string
	for _, n := range f.denied.list() {
		out = append(out, n.Key)
	}
	return strings.Join(out, ", ")
}

// judgeBucket asks the policy once per Region.
func judgeBucket(s trail.Snapshot, t trail.Trail, doc policy.Document, e Evidence) Gate {
	refused := refusal{because: blames{}, denied: blames{}}
	legacy := false
	allow, unsure := map[string]bool{}, map[string]bool{}
	for _, r := range s.EnabledRegions() {
		switch a := delivery(t.ARN.Owner(), t, doc, e, r); a.Decision {
		case policy.Allowed:
			allow[a.Statement] = true
			legacy = legacy || a.Legacy
		case policy.Unclear:
			unsure[a.condition()] = true
		default:
			refused.add(r, a, t.LogFileValidation && writes(t, doc, e, r))
		}
	}
	switch {
	case len(refused.dark) > 0:
		return refused.gate(t, legacy)
	case len(unsure) > 0:
		return verdict(bucketPolicy, Warn, "warn", list(unsure), "bucket", t.Bucket)
	case delivery(t.ARN.Owner(), t, doc, e, anyRegion).Decision != policy.Allowed:
		return verdict(bucketPolicy, Warn, "warn-future", list(allow), "bucket", t.Bucket)
	default:
		return gate(bucketPolicy, Pass, list(allow), "bucket", t.Bucket)
	}
}

// writes says whether log files alone, without digests, would come from a Region.
func writes(t trail.Trail, doc policy.Document, e Evidence, r trail.Region) bool {
	t.LogFileValidation = false
	return delivery(t.ARN.Owner(), t, doc, e, r).Decision == policy.Allowed
}
