package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// A maker is a call that makes a trail, found by pattern.
type maker struct {
	name          string
	multi, global string
	byDefault     iac.Verdict // without the property; "" leaves the scope of a trail as it is
	needsGlobal   bool        // without it the trail excludes global service events
	proof         []string    // a property of which one must be there: other things have the same name
	strict        bool        // what is not in sight is no proof
	props         int         // how many arguments stand before the properties in JavaScript
}

var (
	pyCall  = regexp.MustCompile(`(?:(\.)|\b)(create_trail|update_trail|CfnTrail|Trail|Cloudtrail)\s*\(`)
	jsCall  = regexp.MustCompile(`(?:new\s+(?:[\w$]+\.)*|\.)(createTrail|updateTrail|CreateTrailCommand|UpdateTrailCommand|CfnTrail|Trail|Cloudtrail)\s*\(`)
	pyClass = regexp.MustCompile(`\b(?:def|class)\s+$`)
)

// code is what a file uses.
type code struct{ cdk, cdktf, pulumi, tropo, sdk, imports bool }

func codeOf(text []byte) code {
	return code{
		cdk: has(text, "aws-cdk", "aws_cdk"), cdktf: has(text, "cdktf"), pulumi: has(text, "@pulumi/aws", "pulumi_aws"),
		tropo: has(text, "troposphere"), sdk: has(text, "boto3", "botocore", "aws-sdk"), imports: importsIt.Match(text),
	}
}

// has says whether a text has any of some words.
func has(text []byte, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(text, []byte(word)) })
}

// maker says what a call of this name makes in this file; nil if that is nothing of ours.
func (is code) maker(name string, kind iac.Kind) *maker {
	snake := kind == Python
	property := func(camel, snaked string) string {
		if snake {
			return snaked
		}
		return camel
	}
	m := &maker{name: name, multi: property("isMultiRegionTrail", "is_multi_region_trail"), global: property("includeGlobalServiceEvents", "include_global_service_events"), byDefault: iac.Single}
	switch name {
	case "create_trail", "update_trail", "createTrail", "updateTrail", "CreateTrailCommand", "UpdateTrailCommand":
		m.multi, m.global, m.proof = "IsMultiRegionTrail", "IncludeGlobalServiceEvents", []string{"Name", "S3BucketName"}
		if strings.HasPrefix(strings.ToLower(name), "update") {
			m.byDefault = ""
		}
		if m.strict = !is.sdk; m.strict {
			m.proof = []string{"S3BucketName", m.multi}
		}
	case "CfnTrail":
		m.needsGlobal, m.props = true, 2
		if !is.cdk {
			return nil
		}
	case "Cloudtrail":
		m.props = 2
		if !is.cdktf {
			return nil
		}
	case "Trail":
		switch {
		case is.cdk && !is.pulumi && !is.tropo:
			m.byDefault, m.props = iac.Multi, 2
		case is.pulumi && !is.cdk:
			m.props = 1
		case is.tropo && !is.cdk:
			m.multi, m.global, m.needsGlobal = "IsMultiRegionTrail", "IncludeGlobalServiceEvents", true
			m.proof = []string{"S3BucketName", "IsLogging"}
		default:
			return nil
		}
	}
	return m
}

// multiByDefault says whether a call without the property makes a multi-Region trail, as
// the L2 construct of the CDK does.
func (mk *maker) multiByDefault() bool { return mk.byDefault == iac.Multi }

// calls finds the calls that make trails by pattern. Comments and the text of strings
// are not looked at.
func (h *hunt) calls(kind iac.Kind) {
	text := h.in.Text
	masked := blankCode(text, kind == Python)
	uses := codeOf(text)
	src := source{text: text, masked: masked, kind: kind}
	src.later = src.overrides()
	h.spawned(src)
	re := jsCall
	if kind == Python {
		re = pyCall
	}
	for _, m := range re.FindAllSubmatchIndex(masked, 2000) {
		group := len(m) - 2
		name := string(masked[m[group]:m[group+1]])
		if kind == Python && (pyClass.Match(masked[max(0, m[0]-20):m[0]]) || strings.HasSuffix(name, "_trail") && m[2] < 0) {
			continue
		}
		end := closer(masked, m[1]-1)
		if end < 0 {
			continue
		}
		mk := uses.inferred(masked, m[group], m[1], end).maker(name, kind)
		if mk == nil {
			continue
		}
		if name == "Trail" && !uses.isOurs(text, masked, m[group]) {
			continue
		}
		h.made(src, mk, m[0], end, mk.given(src, m[1], end))
	}
}

var (
	constructs = regexp.MustCompile(`^(?:this|self|scope|stack|app)$`)
	ofPulumi   = regexp.MustCompile(`\baws\.cloudtrail\.$`)
)

// inferred is what a part of a program uses that does not show what it imports, as documents have them: what a
// construct is given first is its scope, and a resource of Pulumi its name.
func (is code) inferred(masked []byte, name, from, to int) code {
	if is.cdk || is.cdktf || is.pulumi || is.tropo || !qualified.Match(masked[max(0, name-60):name]) {
		return is
	}
	parts := split(masked, from, to)
	switch given := strings.TrimSpace(string(masked[parts[0][0]:parts[0][1]])); {
	case len(parts) > 1 && constructs.MatchString(given):
		is.cdk, is.cdktf = true, true
	case isText(strings.TrimLeft(given, "fr")) && ofPulumi.Match(masked[max(0, name-60):name]):
		is.pulumi = true
	}
	return is
}

var (
	qualified  = regexp.MustCompile(`(?i)cloudtrail\w*\.$`)
	importsIt  = regexp.MustCompile(`(?s)(?:from\s+[\w.]*cloudtrail\s+import\b[^\n]*\bTrail\b|from\s+[\w.]*cloudtrail\s+import\s*\([^)]*\bTrail\b|\{[^{}]*\bTrail\b[^{}]*\}\s*from\s*['"][^'"]*cloudtrail['"])`)
	namespaced = regexp.MustCompile(`(?:\* as|import)\s+([\w$]+)\s*(?:=\s*require\(|from)\s*['"][^'"\n]*cloudtrail|cloudtrail\s+as\s+(\w+)`)
)

// isOurs says whether a Trail is that of CloudTrail: qualified by its module, or imported.
func (is code) isOurs(text, masked []byte, at int) bool {
	before := masked[max(0, at-60):at]
	if qualified.Match(before) {
		return true
	}
	if bytes.HasSuffix(before, []byte(".")) {
		for _, m := range namespaced.FindAllSubmatch(text, 20) {
			for _, name := range m[1:] {
				if len(name) > 0 && bytes.HasSuffix(before, append(bytes.Clone(name), '.')) {
					return true
				}
			}
		}
		return false
	}
	return is.imports
}

func truths(kind iac.Kind) (on, off string) {
	if kind == Python {
		return "True", "False"
	}
	return "true", "false"
}

// blankCode writes comments and the text of strings as blanks; their quotes stay.
func blankCode(text []byte, isPython bool) []byte {
	out := bytes.Clone(text)
	blank := func(from, to int) {
		for i := from; i < min(to, len(out)); i++ {
			if out[i] != '\n' {
				out[i] = ' '
			}
		}
	}
	for i := 0; i < len(text); i++ {
		rest := text[i:]
		switch {
		case isPython && text[i] == '#', !isPython && bytes.HasPrefix(rest, []byte("//")):
			n := bytes.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			blank(i, i+n)
			i += n - 1
		case !isPython && bytes.HasPrefix(rest, []byte("/*")):
			n := bytes.Index(rest[2:], []byte("*/"))
			if n < 0 {
				n = len(rest) - 2
			}
			blank(i, i+n+4)
			i += n + 3
		case text[i] == '\'' || text[i] == '"' || text[i] == '`' && !isPython:
			quote := string(text[i])
			if isPython && bytes.HasPrefix(rest, []byte(strings.Repeat(quote, 3))) {
				quote = strings.Repeat(quote, 3)
			}
			end := closing(text, i+len(quote), quote)
			if quote == "`" {
				end = closing(text, i+1, "`")
			}
			if end >= 0 {
				blank(i+len(quote), end)
				i = end + len(quote) - 1
			}
		}
	}
	return out
}
