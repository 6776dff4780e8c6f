package report

import (
	"fmt"
	"slices"
)

// Format is a way to show something.
type Format string

// The formats. Which of them something has, its own list says.
const (
	Text     Format = "text"
	JSON     Format = "json"
	CSV      Format = "csv"
	Markdown Format = "md"
	HTML     Format = "html"
	SARIF    Format = "sarif"
	JUnit    Format = "junit"
	OCSF     Format = "ocsf"
	ASFF     Format = "asff"
	GitHub   Format = "github"
)

// CheckFormats are the formats of Check.
func CheckFormats() []Format {
	return []Format{Text, JSON, CSV, Markdown, HTML, SARIF, JUnit, OCSF, ASFF}
}

// LintFormats are the formats of Lint.
func LintFormats() []Format { return []Format{Text, JSON, SARIF, JUnit, GitHub} }

// planFormats are those of plans, single or of an organization, and plainFormats those
// of what is a list only.
func planFormats() []Format  { return []Format{Text, JSON, Markdown, HTML} }
func plainFormats() []Format { return []Format{Text, JSON} }

// ParseFormat returns the format of a name.
func ParseFormat(name string) (Format, error) {
	f := Format(name)
	if f != GitHub && !slices.Contains(CheckFormats(), f) {
		return "", fmt.Errorf("format %q is not known", name)
	}
	return f, nil
}

func unknownFormat(f Format) error { return fmt.Errorf("format %q is not offered here", f) }
