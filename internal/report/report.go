// Package report is the windows of the house: it shows judgements, plans and results
// to people (text), machines (JSON) and spreadsheets (CSV), and reads a saved plan
// back in.
//
// It judges nothing and touches nothing but the io.Writer it is given. What AWS or a
// file said is never trusted on its way to a terminal or a spreadsheet: control
// characters and formulas are defused. Text speaks the language of the reader; JSON
// and CSV are English always, and their fields are a contract.
//
// Its nouns: page, a text in the making; table, its columns; ink, its colors.
package report

import (
	"io"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// Options say for whom a text is. They change nothing in JSON and CSV.
type Options struct {
	Speaker *say.Speaker // nil speaks English
	Color   bool         // with ANSI colors
	Width   int          // columns; 0 is 80, and what is narrower than 20 is 20
	Explain bool         // the answer for each class of events, and of published checks, too
	Entered *Entered     // how accounts are entered; nil: only that of the credentials is looked at
	Passing bool         // what is told of ends with the command: there is no way back to show
	Maker   Maker        // for the formats that name who made them
	// form is how a page is written; "" is as text.
	form pageForm
}

// Entered says from where accounts are entered, and how: what is to be done in another
// account is not done with a plain command.
type Entered struct {
	Caller trail.AccountID // of the credentials
	Which  string          // the flags that name all the accounts: --org
	How    string          // further flags: --role-name Audit; or ""
}

// Maker is who made a report, and for where.
type Maker struct {
	Version string       // of trailspan
	Region  trail.Region // whose Security Hub a finding is for; "" is the global Region
}

// CheckReport is the judgement of any number of accounts.
type CheckReport struct {
	GeneratedAt time.Time
	Accounts    []coverage.Assessment // in the order in which JSON and CSV list them
}

// PlanReport is a plan, the account before it and after it, and what came of it.
type PlanReport struct {
	Plan   plan.Plan
	Before coverage.Assessment
	After  coverage.Assessment // of Plan.Predicted
	Result *apply.Result       // nil: not applied
	Proof  *prove.Result       // nil: not proven, nor tried
	// Applying says that the plan is shown to be applied at once.
	Applying bool
	// SavedAs is the file that the plan was saved in for --plan-file, or "".
	SavedAs string
	// AllowDrift says that the plan was made with --allow-drift.
	AllowDrift bool
	// Returning says that Result is that of a rollback.
	Returning bool
}

// Check shows a judgement. Its errors are those of w, and a format it does not know.
func Check(w io.Writer, f Format, r CheckReport, o Options) error {
	s, err := NewCheckStream(w, f, r.GeneratedAt, len(r.Accounts), o)
	if err != nil {
		return err
	}
	for _, a := range r.Accounts {
		if err := s.Add(a); err != nil {
			return err
		}
	}
	return s.End(nil)
}

// Plan shows what would be changed. JSON holds the result too when there is one.
func Plan(w io.Writer, f Format, r PlanReport, o Options) error {
	switch f {
	case Text, Markdown:
		return planText(r, o.as(f)).writeTo(w)
	case HTML:
		return planHTML(w, r, o.as(f))
	case JSON:
		return writeJSON(w, planDocument(r))
	default:
		return unknownFormat(f)
	}
}

// Result shows what came of a run: in text the result alone, in JSON what Plan shows.
// It is for reports whose Result is set.
func Result(w io.Writer, f Format, r PlanReport, o Options) error {
	switch f {
	case Text, Markdown:
		return resultText(r, o.as(f)).writeTo(w)
	case HTML:
		return resultHTML(w, r, o.as(f))
	case JSON:
		return writeJSON(w, planDocument(r))
	default:
		return unknownFormat(f)
	}
}
