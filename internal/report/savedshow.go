package report

import (
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
)

// sound reads all once, so that nothing is shown of a report that cannot be shown to its
// end.
func (s *Saved) sound() error {
	spoken := english()
	n := 0
	one := func(read func(json.RawMessage) error) error {
		return s.accounts(func(raw json.RawMessage) error {
			n++
			return inAccount(n, read(raw))
		})
	}
	switch s.schema {
	case CheckSchema:
		if _, err := s.checkHead(); err != nil {
			return err
		}
		return one(func(raw json.RawMessage) error { _, err := readAccount(spoken, raw); return err })
	case OrganizationSchema:
		return one(func(raw json.RawMessage) error { _, err := readAccountPlan(spoken, raw); return err })
	default:
		_, err := s.read(spoken)
		return err
	}
}

// inAccount says in which account a value is wrong.
func inAccount(n int, err error) error {
	var bad *SavedError
	if errors.As(err, &bad) {
		return notSaved("fail.report-account", "number", strconv.Itoa(n), "value", bad.Note.Args["value"])
	}
	return err
}

// wrong says of a value that it is not one that such a report has.
func wrong(value string) error { return notSaved("fail.report-value", "value", value) }

// decoded reads a part of a report, by member.
func decoded(raw json.RawMessage, into any) error {
	err := json.Unmarshal(raw, into)
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return wrong(kind.Field + ": " + kind.Value)
	}
	return err
}

func (s *Saved) document(into any) error {
	raw, err := append(append(rawObject{}, s.head...), s.tail...).MarshalJSON()
	if err != nil {
		return err
	}
	return decoded(raw, into)
}

type checkSavedHead struct {
	GeneratedAt time.Time `json:"generatedAt"`
	Skipped     []Skipped `json:"skipped"`
}

func (s *Saved) checkHead() (checkSavedHead, error) {
	var head checkSavedHead
	var kind *time.ParseError
	err := s.document(&head)
	if errors.As(err, &kind) {
		err = wrong("generatedAt: " + kind.Value)
	}
	return head, err
}

func (s *Saved) check(w io.Writer, f Format, o Options) error {
	head, err := s.checkHead()
	if err != nil {
		return err
	}
	stream, err := NewCheckStream(w, f, head.GeneratedAt, s.count, o)
	if err != nil {
		return err
	}
	spoken := english()
	err = s.accounts(func(raw json.RawMessage) error {
		a, err := readAccount(spoken, raw)
		if err != nil {
			return err
		}
		return stream.Add(a)
	})
	if err != nil {
		return err
	}
	return stream.End(head.Skipped)
}

func (s *Saved) organization(w io.Writer, f Format, o Options) error {
	var d struct {
		organizationHeadJSON
		Skipped []Skipped `json:"skipped"`
	}
	if err := s.document(&d); err != nil {
		return err
	}
	spoken := english()
	head := OrganizationHead{Run: d.Run, Why: d.Sentences.note(spoken, d.Why), Returning: d.Returning}
	stream, err := NewOrganizationStream(w, f, head, o)
	if err != nil {
		return err
	}
	err = s.accounts(func(raw json.RawMessage) error {
		r, err := readAccountPlan(spoken, raw)
		if err != nil {
			return err
		}
		return stream.Add(r)
	})
	if err != nil {
		return err
	}
	return stream.End(d.Skipped)
}

// read reads a report that is not a list of accounts, and returns how to show it.
func (s *Saved) read(spoken *say.Speaker) (func(io.Writer, Format, Options) error, error) {
	switch s.schema {
	case PlanSchema:
		var d planJSON
		if err := s.document(&d); err != nil {
			return nil, err
		}
		r, err := readPlan(spoken, d)
		return func(w io.Writer, f Format, o Options) error { return planAndResult(w, f, r, o) }, err
	case ProofSchema:
		var d proofJSON
		if err := s.document(&d); err != nil {
			return nil, err
		}
		r, err := readProof(spoken, d)
		return func(w io.Writer, f Format, o Options) error { return Proof(w, f, r, o) }, err
	case RunsSchema:
		var d runsJSON
		if err := s.document(&d); err != nil {
			return nil, err
		}
		return func(w io.Writer, f Format, o Options) error { return Runs(w, f, d.Journal, d.Runs, o) }, d.check()
	default:
		var d lintJSON
		if err := s.document(&d); err != nil {
			return nil, err
		}
		r, err := readLint(spoken, d)
		return func(w io.Writer, f Format, o Options) error { return Lint(w, f, r, o) }, err
	}
}

func (s *Saved) single(w io.Writer, f Format, o Options) error {
	show, err := s.read(english())
	if err != nil {
		return err
	}
	return show(w, f, o)
}

// planAndResult shows a plan and, below it, what came of it.
func planAndResult(w io.Writer, f Format, r PlanReport, o Options) error {
	if r.Result == nil {
		return Plan(w, f, r, o)
	}
	if r.Returning { // the plan is of what is gone
		return Result(w, f, r, o)
	}
	r.Applying = true
	if f == HTML { // it is one file
		return planHTML(w, r, o.as(f))
	}
	if err := Plan(w, f, r, o); err != nil {
		return err
	}
	if f == Text {
		if _, err := io.WriteString(w, "\n"); err != nil {
			return err
		}
	}
	return Result(w, f, r, o)
}

// verdictKnown says whether a verdict is one.
func verdictKnown(v coverage.Verdict) bool {
	for _, x := range append(coverage.WorstFirst(), coverage.Disabled) {
		if v == x {
			return true
		}
	}
	return false
}
