package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// The XML of JUnit as CI systems read it: lint has a suite for
// each file with a case for each trail, check one for each account with its Regions.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Skipped  int          `xml:"skipped,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Errors   int         `xml:"errors,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"timestamp,attr,omitempty"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Name    string    `xml:"name,attr"`
		Class   string    `xml:"classname,attr"`
		File    string    `xml:"file,attr,omitempty"`
		Line    int       `xml:"line,attr,omitempty"`
		Failure *junitEnd `xml:"failure"`
		Error   *junitEnd `xml:"error"`
		Skipped *junitEnd `xml:"skipped"`
	}
	junitEnd struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

func writeJUnit(w io.Writer, r LintReport) error {
	all := junitSuites{Name: "trailspan"}
	for _, f := range r.Files {
		s := junitSuiteOf(f)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add counts a case too.
func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func junitSuiteOf(f LintFile) junitSuite {
	s := junitSuite{Name: f.Path}
	add := func(c junitCase) {
		c.Class, c.File = f.Path, f.Path
		s.add(c)
	}
	if f.Error != "" {
		add(junitCase{Name: f.Path, Error: &junitEnd{Message: f.Error, Type: "unreadable"}})
	}
	for _, t := range f.Trails {
		c := junitCase{Name: t.Name, Line: t.Line}
		switch {
		case len(t.Problems) > 0:
			c.Failure = &junitEnd{Message: english().Note(t.Problems[0].Message), Type: t.Problems[0].Rule, Text: junitText(f, t)}
		case t.Verdict == iac.Unknown && !t.Quiet():
			c.Error = &junitEnd{Message: english().Note(t.Reason), Type: string(iac.Unknown)}
		case len(t.Suppressed) > 0:
			c.Skipped = &junitEnd{Message: strings.TrimSpace(t.Suppressed[0].Rule + " " + t.Suppressed[0].Reason)}
		}
		add(c)
	}
	return s
}

func junitText(f LintFile, t LintTrail) string {
	var out strings.Builder
	for _, p := range t.Problems {
		fmt.Fprintf(&out, "%s:%d:%d: %s (%s)\n", f.Path, p.Line, p.Column, english().Note(p.Message), p.Rule)
	}
	return out.String()
}

// writeGitHub writes the commands that GitHub Actions shows beside the lines.
// https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
func writeGitHub(w io.Writer, r LintReport) error {
	var out strings.Builder
	for _, f := range r.Files {
		if f.Error != "" {
			annotate(&out, "warning", f.Path, 1, 1, "unreadable", f.Error)
		}
		for _, t := range f.Trails {
			for _, p := range t.Problems {
				annotate(&out, gitHubLevel(p), f.Path, p.Line, p.Column, p.Rule, lintMessage(t, p.Message))
			}
			if t.Verdict == iac.Unknown && len(t.Problems) == 0 && !t.Quiet() {
				annotate(&out, "warning", f.Path, t.Line, t.Column, string(iac.Unknown), lintMessage(t, t.Reason))
			}
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func gitHubLevel(p LintProblem) string {
	if level := sarifLevel(p.Severity); level != "note" {
		return level
	}
	return "notice"
}

func annotate(out *strings.Builder, level, file string, line, column int, title, message string) {
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	fmt.Fprintf(out, "::%s file=%s,line=%s,col=%s,title=%s::%s\n", level, property.Replace(file), strconv.Itoa(line), strconv.Itoa(column),
		property.Replace("trailspan: "+title), text.Replace(message))
}
