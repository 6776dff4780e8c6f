package cli

import (
	"io/fs"
	"slices"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// judged is what a user is told of a file: the problems that the configuration is about
// and that nobody has suppressed.
func (l *linter) judged(shown string, in iac.Input, f iac.File, c iac.Config) report.LintFile {
	out := report.LintFile{Path: shown, Kind: f.Kind, Error: f.Unreadable, Why: f.Why}
	if f.Why.Key != "" {
		out.Error = say.New(say.English).Note(f.Why)
	}
	suppressed := iac.Suppressions(in.Text, f, l.today)
	for i, t := range f.Trails {
		x := report.LintTrail{Trail: t}
		silent := func(rule string) bool {
			return slices.ContainsFunc(suppressed[i], func(s iac.Suppression) bool { return s.Rule == rule })
		}
		for _, p := range t.Problems {
			if c.On(p.Rule) && !silent(p.Rule) {
				x.Problems = append(x.Problems, report.LintProblem{Problem: p, Severity: c.Severity(p.Rule)})
			}
		}
		for _, s := range suppressed[i] {
			broken := func(p iac.Problem) bool { return p.Rule == s.Rule }
			if slices.ContainsFunc(t.Problems, broken) || t.Verdict == iac.Unknown && s.Rule == iac.SingleRegion {
				x.Suppressed = append(x.Suppressed, s)
			}
		}
		if mendable(x) {
			x.Mends = mends(in, t.Fix)
			if len(x.Mends) == 0 {
				x.Elsewhere = mends(in, t.Elsewhere)
			}
		} else {
			x.Unfixed = trail.Note{}
		}
		out.Trails = append(out.Trails, x)
	}
	return out
}

// mendable says whether the user would want a trail to be mended.
func mendable(x report.LintTrail) bool {
	if x.Verdict == iac.Unknown && !x.Quiet() {
		return true
	}
	return slices.ContainsFunc(x.Problems, func(p report.LintProblem) bool {
		return p.Rule == iac.SingleRegion || p.Rule == iac.GlobalServiceEvents
	})
}

// mends says where edits are, for people and editors.
func mends(in iac.Input, edits []iac.Edit) []report.Mend {
	var out []report.Mend
	for _, e := range edits {
		text := in.Text
		if e.Path != "" && e.Path != in.Path {
			var err error
			if text, err = fs.ReadFile(in.Tree, e.Path); err != nil {
				return nil
			}
		} else {
			e.Path = ""
		}
		if e.Start < 0 || e.End < e.Start || e.End > len(text) {
			return nil
		}
		m := report.Mend{Path: e.Path, Old: string(text[e.Start:e.End]), New: e.Text}
		m.StartLine, m.StartColumn = iac.Place(text, e.Start)
		m.EndLine, m.EndColumn = iac.Place(text, e.End)
		out = append(out, m)
	}
	return out
}
