package report

import (
	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// LintSchema names the JSON of Lint. Fields may be added to it, never changed.
const LintSchema = "trailspan/lint/v1"

type lintJSON struct {
	Schema    string         `json:"schema"`
	Files     []lintFileJSON `json:"files"`
	Summary   LintSummary    `json:"summary"`
	Version   string         `json:"version,omitempty"` // of trailspan
	Fixing    bool           `json:"fixing,omitempty"`  // fixes were asked for
	Sentences wordings       `json:"sentences,omitempty"`
}

type lintFileJSON struct {
	Path   string          `json:"path"`
	Kind   string          `json:"kind"`
	Trails []lintTrailJSON `json:"trails"`
	Error  string          `json:"error"`
}

type lintTrailJSON struct {
	Name             string            `json:"name"`
	Line             int               `json:"line"`
	Column           int               `json:"column"`
	Verdict          iac.Verdict       `json:"verdict"`
	EffectiveDefault iac.Verdict       `json:"effectiveDefault"`
	Reason           string            `json:"reason"`
	Fixable          bool              `json:"fixable"`
	Rules            []string          `json:"rules"`
	Fixed            bool              `json:"fixed"`
	Problems         []lintProblemJSON `json:"problems"`
	Suppressed       []suppressionJSON `json:"suppressed"`
	Unfixed          string            `json:"unfixed,omitempty"` // why --fix does not change it
	Fixes            []mendJSON        `json:"fixes,omitempty"`
	Elsewhere        []mendJSON        `json:"elsewhere,omitempty"` // fixes where the value is declared
}

type mendJSON struct {
	Path        string `json:"path,omitempty"` // of another file
	StartLine   int    `json:"startLine"`
	StartColumn int    `json:"startColumn"`
	EndLine     int    `json:"endLine"`
	EndColumn   int    `json:"endColumn"`
	Old         string `json:"old"`
	New         string `json:"new"`
}

type lintProblemJSON struct {
	Rule     string         `json:"rule"`
	Severity trail.Severity `json:"severity"`
	Line     int            `json:"line"`
	Column   int            `json:"column"`
	Message  string         `json:"message"`
}

type suppressionJSON struct {
	Rule   string `json:"rule"`
	Line   int    `json:"line"`
	Reason string `json:"reason"`
}

func lintDocument(r LintReport) lintJSON {
	s := newScribe(english())
	d := lintJSON{
		Schema: LintSchema, Version: r.Version, Fixing: r.Fixing,
		Files: each(r.Files, func(f LintFile) lintFileJSON {
			return lintFileJSON{Path: f.Path, Kind: string(f.Kind), Trails: each(f.Trails, func(t LintTrail) lintTrailJSON { return lintTrailOf(s, t) }), Error: f.Error}
		}),
		Summary: r.Summary(),
	}
	d.Sentences = s.said
	return d
}

func lintTrailOf(s voice, t LintTrail) lintTrailJSON {
	unfixed := ""
	if t.Unfixed.Key != "" {
		unfixed = s.Note(t.Unfixed)
	}
	return lintTrailJSON{
		Unfixed: unfixed,
		Name:    t.Name, Line: t.Line, Column: t.Column, Verdict: t.Verdict, EffectiveDefault: t.Default,
		Reason: s.Note(t.Reason), Fixable: len(t.Mends) > 0, Fixed: t.Fixed,
		Rules: each(t.Problems, func(p LintProblem) string { return p.Rule }),
		Problems: each(t.Problems, func(p LintProblem) lintProblemJSON {
			return lintProblemJSON{p.Rule, p.Severity, p.Line, p.Column, s.Note(p.Message)}
		}),
		Suppressed: each(t.Suppressed, func(s iac.Suppression) suppressionJSON { return suppressionJSON(s) }),
		Fixes:      mendDocuments(t.Mends), Elsewhere: mendDocuments(t.Elsewhere),
	}
}

// mendDocuments is nil where there is none, so that it is left out.
func mendDocuments(all []Mend) []mendJSON {
	if len(all) == 0 {
		return nil
	}
	return each(all, func(m Mend) mendJSON { return mendJSON(m) })
}
