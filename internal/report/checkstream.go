package report

import (
	"cmp"
	"encoding/csv"
	"io"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// Skipped is an account that nobody looked at.
type Skipped struct {
	Account trail.AccountID `json:"id"`
	Name    string          `json:"name"`
	State   string          `json:"state"`            // in the organization: SUSPENDED …
	Reason  string          `json:"reason,omitempty"` // why an active one could not be entered, in the words of AWS
}

// CheckStream shows a judgement account by account, and keeps of each no more than a
// row. What it writes is what Check writes of the same accounts.
type CheckStream struct {
	show checkWindow
}

// checkWindow is one format of a check.
type checkWindow interface {
	add(a coverage.Assessment) error
	end(skipped []Skipped) error
}

// NewCheckStream shows count accounts. It writes nothing before the first.
func NewCheckStream(w io.Writer, f Format, generatedAt time.Time, count int, o Options) (*CheckStream, error) {
	switch f {
	case Text:
		return &CheckStream{&textStream{w: w, options: o, alone: count == 1}}, nil
	case Markdown:
		return &CheckStream{&textStream{w: w, options: o.as(f), alone: count == 1, before: markdownTitle(o.as(f), generatedAt)}}, nil
	case HTML:
		return &CheckStream{newHTMLStream(w, generatedAt, count, o.as(f))}, nil
	case JSON:
		return &CheckStream{newJSONStream(w, generatedAt)}, nil
	case CSV:
		return &CheckStream{&csvStream{w: csv.NewWriter(w), english: english()}}, nil
	case SARIF:
		return &CheckStream{newSARIFStream(w, o.Maker)}, nil
	case JUnit:
		return &CheckStream{&junitStream{w: w, english: english(), at: generatedAt}}, nil
	case OCSF:
		return &CheckStream{newOCSFStream(w, generatedAt, o.Maker)}, nil
	case ASFF:
		return &CheckStream{newASFFStream(w, generatedAt, o.Maker)}, nil
	default:
		return nil, unknownFormat(f)
	}
}

// Add shows the next account.
func (s *CheckStream) Add(a coverage.Assessment) error { return s.show.add(a) }

// End shows what can be said once all are there.
func (s *CheckStream) End(skipped []Skipped) error { return s.show.end(skipped) }

// textStream writes the accounts that need a person, and at the end the table of all.
type textStream struct {
	w       io.Writer
	options Options
	alone   bool // there is one account only
	rows    []accountRow
	wrote   bool
	gaining int    // accounts with a trail that could record more
	before  string // all accounts
}

func (s *textStream) add(a coverage.Assessment) error {
	if !settled(a) && len(convertible(a.Snapshot)) > 0 {
		s.gaining++
	}
	s.rows = append(s.rows, rowOf(a))
	if settled(a) && !s.alone {
		return nil
	}
	p := s.page()
	p.brief = !s.alone
	p.account(a)
	return p.writeTo(s.w)
}

// page goes on below what was written.
func (s *textStream) page() *page {
	p := newPage(s.options)
	if s.wrote {
		p.blank()
	} else {
		p.buf.WriteString(s.before)
	}
	s.wrote = true
	return p
}

// markdownTitle is the heading of a whole report.
func markdownTitle(o Options, at time.Time) string {
	p := newPage(o)
	p.heading(1, p.say("report.md.title"))
	p.text(tableIndent, para{p.say("report.md.at", "time", at.UTC().Format(time.RFC3339)), plainInk})
	return p.buf.String()
}

func (s *textStream) end([]Skipped) error {
	if s.alone && len(s.rows) == 1 {
		return nil
	}
	p := s.page()
	p.accounts(worstFirst(s.rows))
	p.nextOfAll(s.gaining)
	return p.writeTo(s.w)
}

// accountRow is an account as the table of many accounts tells of it.
type accountRow struct {
	id              trail.AccountID
	name            string
	verdict, future coverage.Verdict
	recorded, all   int
	settled         bool
}

func rowOf(a coverage.Assessment) accountRow {
	return accountRow{
		id: a.Snapshot.Account, name: a.Snapshot.Name, verdict: a.Verdict, future: a.Future,
		recorded: a.Count()[coverage.Recorded], all: a.Looked(), settled: settled(a),
	}
}

// worstFirst sorts by verdict; where those are the same, by what is to come.
func worstFirst(rows []accountRow) []accountRow {
	rank := func(v coverage.Verdict) int { return slices.Index(coverage.WorstFirst(), v) }
	out := slices.Clone(rows)
	slices.SortStableFunc(out, func(a, b accountRow) int {
		return cmp.Or(rank(a.verdict)-rank(b.verdict), rank(a.future)-rank(b.future))
	})
	return out
}

// jsonStream writes the document of a check.
type jsonStream struct {
	list    jsonList
	english *say.Speaker
	summary summaryJSON
}

func newJSONStream(w io.Writer, generatedAt time.Time) *jsonStream {
	head := checkHeadJSON{Schema: CheckSchema, GeneratedAt: generatedAt.UTC().Format(time.RFC3339)}
	return &jsonStream{list: jsonList{w: w, name: "accounts", head: head}, english: english()}
}

func (s *jsonStream) add(a coverage.Assessment) error {
	s.summary.add(a)
	return s.list.add(accountDocument(s.english, a))
}

func (s *jsonStream) end(skipped []Skipped) error {
	return s.list.end(checkTailJSON{s.summary, skipped, controlCatalog(s.english)})
}

// csvStream writes a line for each Region of each account, and one for an account that
// could not be entered (RFC 4180):
//
//	account,name,partition,region,opt_in,verdict,missing,recorded_by,reasons
//	123456789012,,aws,us-east-1,default,unrecorded,read/kms read/rdsdata …,,no trail reaches this Region
//	210987654321,,aws,,,unknown,,,could not look: …
type csvStream struct {
	w       *csv.Writer
	english *say.Speaker
	wrote   bool
}

func (s *csvStream) add(a coverage.Assessment) error {
	if err := s.head(); err != nil {
		return err
	}
	for _, x := range a.Regions {
		if err := s.w.Write(csvLine(s.english, a, x)); err != nil {
			return err
		}
	}
	if len(a.Regions) == 0 {
		x := a.Snapshot
		if err := s.w.Write(csvUnseen(x.Account, x.Name, x.Partition, gapText(s.english, x.Gaps))); err != nil {
			return err
		}
	}
	s.w.Flush()
	return s.w.Error()
}

func (s *csvStream) head() error {
	if s.wrote {
		return nil
	}
	s.wrote = true
	return s.w.Write(csvHeader())
}

func (s *csvStream) end(skipped []Skipped) error {
	err := s.head()
	for _, x := range skipped {
		if x.Reason != "" {
			err = cmp.Or(err, s.w.Write(csvUnseen(x.Account, x.Name, "", x.Reason)))
		}
	}
	s.w.Flush()
	return cmp.Or(err, s.w.Error())
}
