package report

import (
	"io"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// LintReport is what was found in files.
type LintReport struct {
	Files   []LintFile // in the order of their paths
	Version string     // of trailspan
	// Fixing says that fixes were asked for: --fix need not be offered then.
	Fixing bool
}

// LintFile is what was found in one file.
type LintFile struct {
	Path   string // as it was given, or below that
	Kind   iac.Kind
	Trails []LintTrail
	Error  string // why it could not be read or understood, in English
	// Why is the same for the catalog; empty when there is no such sentence.
	Why trail.Note
}

// LintTrail is a trail, with those of its problems that the user wants to hear of.
type LintTrail struct {
	iac.Trail
	Problems   []LintProblem
	Suppressed []iac.Suppression
	// Mends are what --fix would do here, Elsewhere what --fix=declarations would do.
	Mends, Elsewhere []Mend
	Fixed            bool // just now
}

// LintProblem is a problem and how bad it is.
type LintProblem struct {
	iac.Problem
	Severity trail.Severity
}

// Mend is an edit, by lines and columns from 1. Columns count characters.
type Mend struct {
	Path                                       string // "" is the file itself
	StartLine, StartColumn, EndLine, EndColumn int
	Old, New                                   string
}

// Lint shows what was found in files. Its errors are those of w, and a format it does
// not know.
//
//	cloudtrail.yaml (cloudformation)
//	  ✗ 12:3  MyTrail  IsMultiRegionTrail is not set … (single-region, high)
//	          → --fix adds at line 14: IsMultiRegionTrail: true
//
//	files: 2, unreadable: 0; trails: 2 (1 multi-Region, 1 single-Region, 0 unknown)
func Lint(w io.Writer, f Format, r LintReport, o Options) error {
	switch f {
	case Text:
		return lintText(r, o).writeTo(w)
	case JSON:
		return writeJSON(w, lintDocument(r))
	case SARIF:
		return writeJSON(w, sarifDocument(r))
	case JUnit:
		return writeJUnit(w, r)
	case GitHub:
		return writeGitHub(w, r)
	default:
		return unknownFormat(f)
	}
}

// LintSummary counts.
type LintSummary struct {
	Files      int `json:"files"`
	Trails     int `json:"trails"`
	Multi      int `json:"multi"`
	Single     int `json:"single"`
	Unknown    int `json:"unknown"`
	Unreadable int `json:"unreadable"`
}

// Summary counts files and trails.
func (r LintReport) Summary() LintSummary {
	s := LintSummary{Files: len(r.Files)}
	for _, f := range r.Files {
		if f.Error != "" {
			s.Unreadable++
		}
		for _, t := range f.Trails {
			s.Trails++
			switch t.Verdict {
			case iac.Multi:
				s.Multi++
			case iac.Single:
				s.Single++
			default:
				s.Unknown++
			}
		}
	}
	return s
}

// Quiet says whether a trail is not to be spoken of: it is right, or suppressed.
func (t LintTrail) Quiet() bool {
	return len(t.Problems) == 0 && (t.Verdict != iac.Unknown || t.suppresses(iac.SingleRegion)) && !t.Fixed
}

func (t LintTrail) suppresses(rule string) bool {
	for _, s := range t.Suppressed {
		if s.Rule == rule {
			return true
		}
	}
	return false
}

func lintText(r LintReport, o Options) *page {
	p := newPage(o)
	for _, f := range r.Files {
		p.lintFile(f, r.Fixing)
	}
	s := r.Summary()
	p.text(0, para{p.say("lint.summary", "files", strconv.Itoa(s.Files), "trails", strconv.Itoa(s.Trails), "multi", strconv.Itoa(s.Multi),
		"single", strconv.Itoa(s.Single), "unknown", strconv.Itoa(s.Unknown), "unreadable", strconv.Itoa(s.Unreadable)), bold})
	if n := r.hushed(); n > 0 {
		p.text(0, para{p.say("lint.hushed", "count", strconv.Itoa(n)), ""})
	}
	return p
}

// hushed counts the trails that a suppression keeps from being spoken of: the summary has
// them, and no line tells why nothing is said.
func (r LintReport) hushed() (n int) {
	for _, f := range r.Files {
		for _, t := range f.Trails {
			if len(t.Suppressed) > 0 && t.Quiet() {
				n++
			}
		}
	}
	return n
}

func (p *page) lintFile(f LintFile, fixing bool) {
	t := table{columns: []column{{}, {}, {least: 20}}}
	if f.Error != "" {
		why := f.Error
		if f.Why.Key != "" {
			why = p.note(f.Why)
		}
		t.add(cell{unknown.para()}, words(""), words(p.say("lint.unreadable", "error", why)))
	}
	for _, x := range f.Trails {
		p.lintTrail(&t, x, fixing)
	}
	if len(t.rows) == 0 {
		return
	}
	title := clean(f.Path)
	if f.Kind != "" {
		title += " (" + clean(string(f.Kind)) + ")"
	}
	p.literally(0, para{title, bold})
	p.table(t)
	p.blank()
}

func (p *page) lintTrail(t *table, x LintTrail, fixing bool) {
	if x.Quiet() {
		return
	}
	if x.Fixed {
		t.add(cell{good.para()}, words(position(x.Line, x.Column)), words(p.say("lint.fixed", "name", x.Name)))
	}
	if len(x.Problems) == 0 && x.Verdict == iac.Unknown {
		c := words(p.say("lint.unknown", "name", x.Name, "reason", p.note(x.Reason), "default", p.scope(x.Default)))
		t.add(cell{unknown.para()}, words(position(x.Line, x.Column)), append(c, p.mends(x, fixing)...))
	}
	for i, problem := range x.Problems {
		c := words(p.say("lint.problem", "name", x.Name, "message", p.note(problem.Message),
			"rule", problem.Rule, "severity", p.say("severity."+string(problem.Severity))))
		if i == 0 {
			c = append(c, p.mends(x, fixing)...)
		}
		t.add(cell{bad.para()}, words(position(problem.Line, problem.Column)), c)
	}
}

func (p *page) scope(v iac.Verdict) string { return p.say("lint.verdict." + string(v)) }

// mends says what a fix would do.
func (p *page) mends(x LintTrail, fixing bool) cell {
	var c cell
	if !fixing {
		for _, m := range x.Mends {
			c = append(c, para{"→ " + p.mend("--fix", m), cyan})
		}
	}
	for _, m := range x.Elsewhere {
		c = append(c, para{"→ " + p.mend("--fix=declarations", m), cyan})
	}
	if x.Unfixed.Key != "" {
		c = append(c, para{"→ " + p.say("lint.unfixed", "why", p.note(x.Unfixed)), cyan})
	}
	return c
}

func (p *page) mend(flag string, m Mend) string {
	at := strconv.Itoa(m.StartLine)
	if m.Path != "" {
		at = m.Path + ":" + at
	}
	text := strings.Join(strings.Fields(m.New), " ")
	if m.Old == "" {
		return p.say("lint.adds", "flag", flag, "at", at, "text", text)
	}
	return p.say("lint.replaces", "flag", flag, "at", at, "old", strings.Join(strings.Fields(m.Old), " "), "text", text)
}

func position(line, column int) string { return strconv.Itoa(line) + ":" + strconv.Itoa(column) }

// lintMessage is what machine formats say of a problem.
func lintMessage(t LintTrail, m trail.Note) string {
	return say.New(say.English).Say("lint.message", "name", t.Name, "message", english().Note(m))
}
