package plan

import (
	"regexp"
	"slices"
	"strings"
)

var (
	terraformBlock  = regexp.MustCompile(`(?m)^[ \t]*resource[ \t]+"(aws_cloudtrail|awscc_cloudtrail_trail)"[ \t]+"([^"\n]+)"`)
	terraformName   = regexp.MustCompile(`^\s*(?:name|trail_name)\s*=\s*"([^"$%\\]*)"\s*$`) // of the two providers
	terraformRepeat = regexp.MustCompile(`^\s*(?:count|for_each)\s*=`)
	terraformOnce   = regexp.MustCompile(`^\s*count\s*=\s*(?:.*\?\s*[01]\s*:\s*)?[01]\s*$`)
	terraformRemark = regexp.MustCompile(`(#|//).*`)
	terraformQuote  = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// terraformTrails finds the resources that are a trail.
func terraformTrails(text string) []sourceTrail {
	var out []sourceTrail
	for _, m := range terraformBlock.FindAllStringSubmatchIndex(text, -1) {
		own := linesIn(text[m[1]:])
		out = append(out, sourceTrail{
			resource: text[m[2]:m[3]] + "." + text[m[4]:m[5]],
			name:     nameIn(own),
			line:     1 + strings.Count(text[:m[2]], "\n"),
			repeats: slices.ContainsFunc(own, func(line string) bool {
				return terraformRepeat.MatchString(line) && !terraformOnce.MatchString(line)
			}),
		})
	}
	return out
}

// nameIn is the name that a block says plainly in a line of its own, "" when it does not.
func nameIn(own []string) string {
	for _, line := range own {
		if m := terraformName.FindStringSubmatch(line); m != nil {
			return m[1]
		}
	}
	return ""
}

// linesIn returns the lines of a block without their remarks, but not those of blocks and
// other braces in it, which may have a name too. The text begins behind its labels.
func linesIn(text string) []string {
	var out []string
	for depth, begun := 0, false; text != "" && (depth > 0 || !begun); {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		bare := terraformQuote.ReplaceAllStringFunc(line, func(s string) string { return strings.Repeat("_", len(s)) })
		bare = terraformRemark.ReplaceAllString(bare, "")
		if depth == 1 {
			out = append(out, line[:len(bare)])
		}
		begun = begun || strings.Contains(bare, "{")
		depth += strings.Count(bare, "{") - strings.Count(bare, "}")
	}
	return out
}

// Repeats says whether the block at a line of the file may make several trails. What
// changes in it changes them all.
func (f SourceFile) Repeats(line int) bool {
	return slices.ContainsFunc(f.trails, func(x sourceTrail) bool { return x.line == line && x.repeats })
}
