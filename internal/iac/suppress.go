package iac

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Suppression says that somebody wants to hear nothing of a rule.
type Suppression struct {
	Rule   string
	Line   int
	Reason string // "" when none is given
}

// suppressors are words, in lower case, of which every comment and all metadata that suppress
// a rule have one.
func suppressors() []string {
	return []string{":ignore", ":skip", "kics-scan", "ckv_aws_", "suppressedrules"}
}

// mentionsSuppressor looks for them in a text. It is asked of every file.
func mentionsSuppressor(text []byte) bool {
	text = bytes.ToLower(text)
	return slices.ContainsFunc(suppressors(), func(word string) bool { return bytes.Contains(text, []byte(word)) })
}

// foreign are the names that other linters have for a rule: checkov, trivy, tfsec,
// terrascan, KICS and AWS's rules for cfn-guard.
func foreign(name string) string {
	name = strings.ToUpper(name)
	switch strings.TrimPrefix(name, "AVD-") {
	case "CKV_AWS_67", "AWS-0014", "AWS-CLOUDTRAIL-ENABLE-ALL-REGIONS", "AC_AWS_0448", "AC_AWS_0034", "MULTI_REGION_CLOUD_TRAIL_ENABLED":
		return SingleRegion
	case "CKV_AWS_36", "AWS-0016", "AWS-CLOUDTRAIL-ENABLE-LOG-VALIDATION":
		return LogFileValidation
	case "CKV_AWS_251":
		return NotLogging
	}
	for _, id := range []string{"058AC855-", "8173D5EB-", "6AD087D7-"} { // CloudFormation, Terraform, Ansible
		if strings.HasPrefix(name, id) {
			return SingleRegion
		}
	}
	return ""
}

// Suppressions returns for each trail of a file what is suppressed there. Today is a date
// as in 2027-01-01: what was suppressed until then is not any more.
func Suppressions(text []byte, f File, today string) [][]Suppression {
	out := make([][]Suppression, len(f.Trails))
	if len(f.Trails) == 0 || !mentionsSuppressor(text) {
		return out
	}
	lines := strings.Split(string(text), "\n")
	all := directives(lines, today)
	for i, t := range f.Trails {
		begin, end := block(lines, t.Line)
		for _, d := range all {
			if d.reaches(lines, t, begin, end) {
				out[i] = append(out[i], d.Suppression)
			}
		}
		out[i] = append(out[i], metadata(text, t)...)
	}
	return out
}

// scope says what a directive is about, beside its own line.
type scope int

const (
	near  scope = iota // the line after it, and the trail in whose block it is
	next               // the line after it only
	whole              // the file
)

type directive struct {
	Suppression
	scope scope
	alone bool // nothing but the comment is on the line
}

// reaches says whether a directive is about a trail, whose block has these lines.
func (d directive) reaches(lines []string, t Trail, begin, end int) bool {
	if d.scope == whole || d.Line >= begin && d.Line <= end && d.scope == near || d.Line == t.Line {
		return true
	}
	if !d.alone {
		return false
	}
	after := d.Line + 1
	for after < begin && isComment(lines[after-1]) {
		after++
	}
	if after == begin || after == t.Line {
		return true
	}
	return d.scope == next && slices.ContainsFunc(t.Problems, func(p Problem) bool { return p.Rule == d.Rule && p.Line == d.Line+1 })
}

var (
	comment = regexp.MustCompile(`(?:#|//|/\*|<!--|\b(?i:rem)\b)`)

	ours    = regexp.MustCompile(`trailspan:ignore[ :=]+([a-z,-]+)[ :]*(.*)`)
	until   = regexp.MustCompile(`\s*\b(?:until|exp):(\d{4}-\d{2}-\d{2})\b`)
	checkov = regexp.MustCompile(`(?i)(?:checkov|bridgecrew|cortex):skip\s*=\s*([A-Z0-9_,]+)(?::(.*))?`)
	trivy   = regexp.MustCompile(`(?i)(?:trivy|tfsec):ignore:([A-Za-z0-9-]+|\*)(\S*)`)
	scan    = regexp.MustCompile(`(?i)ts:skip\s*=\s*(AC_AWS_\d+)\s*(.*)`)
	kics    = regexp.MustCompile(`kics-scan\s+(ignore-line|ignore-block|ignore|disable=([0-9a-fA-F,-]+))\s*$`)
)

// directives finds the comments that suppress something and have not expired.
func directives(lines []string, today string) []directive {
	var out []directive
	for i, line := range lines {
		mark := comment.FindStringIndex(line)
		if mark == nil || !mentionsSuppressor([]byte(line)) {
			continue
		}
		text := strings.TrimRight(line[mark[0]:], " \t\r")
		text = strings.TrimRight(strings.TrimSuffix(strings.TrimSuffix(text, "*/"), "-->"), " \t")
		for _, d := range said(text, today) {
			d.Line, d.alone = i+1, isComment(line)
			out = append(out, d)
		}
	}
	return out
}

// said are the directives in one comment.
func said(text, today string) []directive {
	var out []directive
	add := func(rule, reason string, where scope) {
		if rule != "" && !expired(text, today) {
			reason = strings.Trim(until.ReplaceAllString(reason, ""), " :")
			out = append(out, directive{Suppression: Suppression{Rule: rule, Reason: reason}, scope: where})
		}
	}
	if m := ours.FindStringSubmatch(text); m != nil {
		for _, id := range strings.Split(m[1], ",") {
			if _, ok := ruleOf(id); ok {
				add(id, m[2], near)
			}
		}
	}
	if m := checkov.FindStringSubmatch(text); m != nil {
		for _, id := range strings.Split(m[1], ",") {
			add(foreign(id), m[2], near)
		}
	}
	for _, m := range trivy.FindAllStringSubmatch(text, -1) {
		if m[1] == "*" {
			add(SingleRegion, "", near)
		}
		add(foreign(m[1]), "", near)
	}
	if m := scan.FindStringSubmatch(text); m != nil {
		add(foreign(m[1]), m[2], near)
	}
	if m := kics.FindStringSubmatch(text); m != nil {
		switch {
		case m[2] != "":
			for _, id := range strings.Split(m[2], ",") {
				add(foreign(id), "", whole)
			}
		case m[1] == "ignore":
			add(SingleRegion, "", whole)
		default:
			add(SingleRegion, "", next)
		}
	}
	return out
}

func expired(text, today string) bool {
	m := until.FindStringSubmatch(text)
	return m != nil && m[1] < today // dates of this form compare as texts
}

func isComment(line string) bool {
	line = strings.TrimSpace(line)
	at := comment.FindStringIndex(line)
	return at != nil && at[0] == 0
}

// block returns the first and the last line of the trail that begins at a line: what is
// indented deeper, with the bracket that closes it, and lines that go on.
func block(lines []string, line int) (begin, end int) {
	if line < 1 || line > len(lines) {
		return line, line
	}
	depth := indentation(lines[line-1])
	end = line
	for i := line; i < len(lines); i++ {
		text := strings.TrimSpace(lines[i])
		switch {
		case end == i && goesOn(lines[i-1]):
			end = i + 1
		case text == "":
		case indentation(lines[i]) > depth:
			end = i + 1
		case strings.ContainsRune("})]", rune(text[0])):
			return line, i + 1
		case !isComment(text):
			return line, end
		}
	}
	return line, end
}

func goesOn(line string) bool {
	line = strings.TrimRight(line, "\r")
	return strings.HasSuffix(line, `\`) || strings.HasSuffix(line, "`")
}

func indentation(line string) int { return len(line) - len(strings.TrimLeft(line, " \t")) }

// metadata are the suppressions in the Metadata of a resource of CloudFormation: those of
// checkov and cfn-guard.
func metadata(text []byte, t Trail) []Suppression {
	if !bytes.Contains(text, []byte("Metadata")) {
		return nil
	}
	var out []Suppression
	loader := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var doc yaml.Node
		if loader.Decode(&doc) != nil || len(doc.Content) == 0 {
			return out
		}
		top := doc.Content[0]
		resources := Member(top, "Resources")
		if resources == nil {
			resources = Member(Member(top, "resources"), "Resources")
		}
		m := Member(Member(resources, t.Name), "Metadata")
		for _, who := range []string{"checkov", "bridgecrew", "cortex"} {
			out = append(out, listed(Member(Member(m, who), "skip"))...)
		}
		out = append(out, listed(Member(Member(m, "guard"), "SuppressedRules"))...)
	}
}

// listed are rules in a list: names, or mappings with an id and a comment.
func listed(list *yaml.Node) []Suppression {
	if list == nil || list.Kind != yaml.SequenceNode {
		return nil
	}
	var out []Suppression
	for _, x := range list.Content {
		id, reason := x.Value, ""
		if n := Member(x, "id"); n != nil {
			id = n.Value
		}
		if n := Member(x, "comment"); n != nil {
			reason = n.Value
		}
		if rule := foreign(id); rule != "" {
			out = append(out, Suppression{Rule: rule, Line: x.Line, Reason: reason})
		}
	}
	return out
}
