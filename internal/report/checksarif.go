package report

import (
	"io"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// sarifStream writes one run, with a result for each finding. What could not be looked
// at is kept until the end, once for all Regions of an account that gave the same answer.
//
// A finding has no file. Its logical location is the trail or the Region that it is
// about; the physical one, without which GitHub shows nothing, is a path of that.
// https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
type sarifStream struct {
	list    jsonList
	english *say.Speaker
	gaps    []sarifNotification
}

// sarifHead and sarifTail are a run around its results; its document is closed by hand.
type sarifHead struct {
	Tool       sarifTool `json:"tool"`
	ColumnKind string    `json:"columnKind"`
}

type sarifTail struct {
	Invocations []sarifInvocation `json:"invocations"`
}

func newSARIFStream(w io.Writer, m Maker) *sarifStream {
	s := &sarifStream{english: english()}
	head := sarifHead{ColumnKind: "unicodeCodePoints"}
	head.Tool.Driver = sarifDriver{Name: "trailspan", Version: m.Version, InformationURI: homePage, Rules: each(ruleIDs(), func(id string) sarifRule {
		return sarifRule{ID: id, ShortDescription: sarifText{ruleTitle(s.english, id)}, HelpURI: findingPage(id), Default: sarifDefault{"warning"}}
	})}
	s.list = jsonList{w: &sarifFrame{w: w}, name: "results", head: head}
	return s
}

// sarifFrame puts the log around its one run.
type sarifFrame struct {
	w     io.Writer
	begun bool
}

func (f *sarifFrame) Write(b []byte) (int, error) {
	if !f.begun {
		f.begun = true
		if _, err := io.WriteString(f.w, `{"$schema":"`+sarifSchema+`","version":"2.1.0","runs":[`+"\n"); err != nil {
			return 0, err
		}
	}
	return f.w.Write(b)
}

func (s *sarifStream) add(a coverage.Assessment) error {
	for _, f := range sober(a) {
		if err := s.list.add(sarifFinding(s.english, a.Snapshot.Account, f)); err != nil {
			return err
		}
	}
	for _, g := range foldGaps(a.Snapshot.Gaps) {
		s.gap(a.Snapshot, g)
	}
	return nil
}

// gap keeps what could not be looked at, with the places where it was.
func (s *sarifStream) gap(seen trail.Snapshot, g foldedGap) {
	text := s.english.Note(trail.Say("reason.gap-"+string(g.Kind), "action", g.Action)) + ": " + clean(g.Error)
	regions := g.regions
	if len(regions) == 0 {
		regions = []string{""}
	}
	n := sarifNotification{Level: "warning", Message: sarifText{text}}
	for _, r := range regions {
		n.Locations = append(n.Locations, sarifPlace(seen.Account, trail.Region(r), g.Trail))
	}
	s.gaps = append(s.gaps, n)
}

func (s *sarifStream) end(skipped []Skipped) error {
	for _, x := range skipped {
		if x.Reason != "" {
			at := []sarifLocation{sarifPlace(x.Account, "", "")}
			s.gaps = append(s.gaps, sarifNotification{"warning", sarifText{clean(x.Reason)}, at})
		}
	}
	run := sarifInvocation{Successful: true, Notifications: slices.Clip(s.gaps)}
	if run.Notifications == nil {
		run.Notifications = []sarifNotification{}
	}
	if err := s.list.end(sarifTail{[]sarifInvocation{run}}); err != nil {
		return err
	}
	_, err := io.WriteString(s.list.w, "]}\n")
	return err
}

func sarifFinding(s *say.Speaker, account trail.AccountID, f trail.Finding) sarifResult {
	text := s.Note(f.Message)
	if hint := s.Note(f.Hint); hint != "" {
		text += " → " + hint
	}
	r := findingRuling(s, f.ID, f)
	return sarifResult{
		RuleID: f.ID, RuleIndex: slices.Index(ruleIDs(), f.ID), Level: sarifLevel(f.Severity), Message: sarifText{clean(text)},
		Locations: []sarifLocation{sarifPlace(account, f.Region, f.Trail)}, Fingerprints: map[string]string{"trailspan/v1": r.id(account)},
	}
}

// sarifPlace is where a finding is: aws/ACCOUNT/REGION/TRAIL, as far as it is about one.
func sarifPlace(account trail.AccountID, r trail.Region, arn trail.ARN) sarifLocation {
	parts := []string{string(account)}
	if r != "" {
		parts = append(parts, string(r))
	}
	if arn != "" {
		parts = append(parts, arn.Name())
	}
	name := strings.Join(parts, "/")
	logical := sarifLogical{Name: parts[len(parts)-1], Full: name, Kind: "resource"}
	if arn != "" {
		logical.Full = string(arn)
	}
	return sarifLocation{
		Physical: sarifPhysical{sarifArtifact{uri("aws/" + name)}, &sarifRegion{StartLine: 1, StartColumn: 1}},
		Logical:  []sarifLogical{logical},
	}
}
