package report

import (
	"cmp"
	"encoding/xml"
	"io"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// junitStream writes a suite for each account, with a case for each enabled Region and
// one for those to come:
//
//	<testsuite name="123456789012 production" tests="18" failures="17" …>
//	  <testcase name="ap-northeast-1" classname="trailspan.123456789012"></testcase>
//	  <testcase name="us-east-1" classname="trailspan.123456789012">
//	    <failure message="no management event of us-east-1 is recorded" type="region-recorded">→ …</failure>
//	  </testcase>
//	</testsuite>
//
// What is not known is an error, what was left out is skipped.
type junitStream struct {
	w       io.Writer
	english *say.Speaker
	at      time.Time
	wrote   bool
}

func (s *junitStream) add(a coverage.Assessment) error {
	return s.suite(a.Snapshot.Account, a.Snapshot.Name, rulings(s.english, a))
}

func (s *junitStream) suite(account trail.AccountID, name string, all []ruling) error {
	if err := s.head(); err != nil {
		return err
	}
	title := string(account)
	if name != "" {
		title += " " + clean(name)
	}
	suite := junitSuite{Name: title, Time: s.at.UTC().Format("2006-01-02T15:04:05")}
	for _, r := range all {
		if r.rule == regionRule || r.rule == futureRule || r.rule == unseenRule {
			suite.add(junitCheckCase(account, r))
		}
	}
	e := xml.NewEncoder(s.w)
	e.Indent("  ", "  ")
	if err := e.EncodeElement(suite, xml.StartElement{Name: xml.Name{Local: "testsuite"}}); err != nil {
		return err
	}
	_, err := io.WriteString(s.w, "\n")
	return err
}

func (s *junitStream) head() error {
	if s.wrote {
		return nil
	}
	s.wrote = true
	_, err := io.WriteString(s.w, xml.Header+`<testsuites name="trailspan">`+"\n")
	return err
}

func (s *junitStream) end(skipped []Skipped) error {
	err := s.head()
	for _, x := range skipped {
		if x.Reason != "" {
			err = cmp.Or(err, s.suite(x.Account, x.Name, []ruling{unseen(s.english, x.Reason)}))
		}
	}
	if err != nil {
		return err
	}
	_, err = io.WriteString(s.w, "</testsuites>\n")
	return err
}

func junitCheckCase(account trail.AccountID, r ruling) junitCase {
	c := junitCase{Name: cmp.Or(string(r.region), r.rule), Class: "trailspan." + string(account)}
	what := &junitEnd{Message: clean(r.message), Type: r.rule}
	if r.hint != "" {
		what.Text = "→ " + clean(r.hint)
	}
	switch r.outcome {
	case passed:
	case failed:
		c.Failure = what
	case leftOut:
		c.Skipped = &junitEnd{Message: what.Message}
	default:
		c.Error = what
	}
	return c
}
