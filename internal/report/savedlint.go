package report

import (
	"slices"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// readLint reads back what lint said of files.
func readLint(spoken *say.Speaker, d lintJSON) (LintReport, error) {
	r := LintReport{Version: d.Version, Fixing: d.Fixing}
	for _, f := range d.Files {
		file := LintFile{Path: f.Path, Kind: iac.Kind(f.Kind), Error: f.Error}
		for _, t := range f.Trails {
			x, err := t.trail(spoken, d.Sentences)
			if err != nil {
				return LintReport{}, err
			}
			file.Trails = append(file.Trails, x)
		}
		r.Files = append(r.Files, file)
	}
	return r, nil
}

func (t lintTrailJSON) trail(spoken *say.Speaker, said wordings) (LintTrail, error) {
	for _, v := range []iac.Verdict{t.Verdict, t.EffectiveDefault} {
		if !slices.Contains([]iac.Verdict{iac.Multi, iac.Single, iac.Unknown}, v) {
			return LintTrail{}, wrong("verdict: " + string(v))
		}
	}
	x := LintTrail{Trail: iac.Trail{
		Name: t.Name, Line: t.Line, Column: t.Column, Verdict: t.Verdict, Default: t.EffectiveDefault, Reason: said.note(spoken, t.Reason),
	}, Fixed: t.Fixed}
	if t.Unfixed != "" {
		x.Unfixed = said.note(spoken, t.Unfixed)
	}
	for _, p := range t.Problems {
		if !slices.Contains([]trail.Severity{trail.Critical, trail.High, trail.Medium, trail.Low, trail.Info}, p.Severity) {
			return LintTrail{}, wrong("severity: " + string(p.Severity))
		}
		x.Problems = append(x.Problems, LintProblem{iac.Problem{Rule: p.Rule, Line: p.Line, Column: p.Column, Message: said.note(spoken, p.Message)}, p.Severity})
	}
	for _, s := range t.Suppressed {
		x.Suppressed = append(x.Suppressed, iac.Suppression(s))
	}
	for _, m := range t.Fixes {
		x.Mends = append(x.Mends, Mend(m))
	}
	for _, m := range t.Elsewhere {
		x.Elsewhere = append(x.Elsewhere, Mend(m))
	}
	return x, nil
}
