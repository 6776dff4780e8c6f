package commands

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// A maker is a call that makes a trail, found by pattern.
type maker struct {
	name          string
	multi, global string
	byDefault     iac.Verdict // without the property; "" leaves the scope of a trail as it is
	needsGlobal   bool        // without it the trail excludes global service events
	proof         []string    // a property of which one must be there: other things have the same name
}

var (
	pyCall  = regexp.MustCompile(`(?:(\.)|\b)(create_trail|update_trail|CfnTrail|Trail|Cloudtrail)\s*\(`)
	jsCall  = regexp.MustCompile(`(?:new\s+(?:[\w$]+\.)*|\.)(createTrail|updateTrail|CreateTrailCommand|UpdateTrailCommand|CfnTrail|Trail|Cloudtrail)\s*\(`)
	cdk     = regexp.MustCompile(`aws[-_]cdk|@aws-cdk/`)
	cdktf   = regexp.MustCompile(`cdktf|@cdktf/`)
	pulumi  = regexp.MustCompile(`@pulumi/aws|pulumi_aws`)
	tropo   = regexp.MustCompile(`troposphere`)
	sdk     = regexp.MustCompile(`boto3|botocore|aiobotocore|aws-sdk`)
	pyClass = regexp.MustCompile(`\b(?:def|class)\s+$`)
)

// code is what a file uses.
type code struct{ cdk, cdktf, pulumi, tropo, sdk, imports bool }

func codeOf(text []byte) code {
	return code{cdk.Match(text), cdktf.Match(text), pulumi.Match(text), tropo.Match(text), sdk.Match(text), importsIt.Match(text)}
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
		if !is.sdk {
			return nil
		}
	case "CfnTrail":
		m.needsGlobal = true
		if !is.cdk {
			return nil
		}
	case "Cloudtrail":
		if !is.cdktf {
			return nil
		}
	case "Trail":
		switch {
		case is.cdk && !is.pulumi && !is.tropo:
			m.byDefault = iac.Multi
		case is.pulumi && !is.cdk:
		case is.tropo && !is.cdk:
			m.multi, m.global, m.needsGlobal = "IsMultiRegionTrail", "IncludeGlobalServiceEvents", true
			m.proof = []string{"S3BucketName", "IsLogging"}
		default:
			return nil
		}
	}
	return m
}

// calls finds the calls that make trails by pattern. Comments and the text of strings
// are not looked at.
func (h *hunt) calls(kind iac.Kind) {
	text := h.in.Text
	masked := blankCode(text, kind == Python)
	uses := codeOf(text)
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
		mk := uses.maker(name, kind)
		end := closer(masked, m[1]-1)
		if mk == nil || end < 0 {
			continue
		}
		if name == "Trail" && !uses.isOurs(text, masked, m[group]) {
			continue
		}
		h.made(mk, m[0], inSight(text, masked, arguments(text, masked, m[1], end)), kind)
	}
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

// An argument is a property of a call.
type argument struct {
	name     string
	value    string
	from, to int
}

// made judges a call.
func (h *hunt) made(mk *maker, at int, args []argument, kind iac.Kind) {
	f := finding{name: mk.name, at: at, blame: at, globalAt: at}
	var multi, global, rest *argument
	proven := len(mk.proof) == 0
	for i := range args {
		a := &args[i]
		switch a.name {
		case mk.multi:
			multi = a
		case mk.global:
			global = a
		case "...":
			rest = a
		}
		for _, p := range mk.proof {
			proven = proven || a.name == p
		}
	}
	if !proven && rest == nil && multi == nil {
		return
	}
	on, off := truths(kind)
	switch {
	case multi == nil && rest != nil:
		f.verdict, f.byDefault, f.reason = iac.Unknown, mk.byDefault, trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", rest.value)
		if mk.byDefault == "" {
			return
		}
	case multi == nil && mk.byDefault == "":
		return
	case multi == nil && mk.byDefault == iac.Multi:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-default", "name", mk.multi)
	case multi == nil:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", mk.multi)
	case multi.value == on:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", mk.multi)
	case multi.value == off:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", mk.multi)
		f.edits = append(f.edits, iac.Edit{Start: multi.from, End: multi.to, Text: on})
	default:
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", multi.value[:min(len(multi.value), 60)])
	}
	if multi != nil {
		f.blame = multi.from
	}
	f.excludesGlobal = global == nil && mk.needsGlobal && rest == nil || global != nil && global.value == off
	switch {
	case f.excludesGlobal && global == nil: // nothing certain can be written
		f.edits = nil
	case f.excludesGlobal && (f.verdict == iac.Multi || len(f.edits) > 0):
		f.globalAt = global.from
		f.edits = append(f.edits, iac.Edit{Start: global.from, End: global.to, Text: on})
	}
	h.found = append(h.found, f)
}

var identifier = regexp.MustCompile(`^(?:\.\.\.|\*\*)?([A-Za-z_]\w*)$`)

// inSight puts the properties of an object in the place of its name, if the file gives it
// that name once and sets none of its properties later.
func inSight(text, masked []byte, args []argument) (out []argument) {
	for _, a := range args {
		m := identifier.FindStringSubmatch(a.value)
		if a.name != "..." || m == nil {
			out = append(out, a)
			continue
		}
		assigned := regexp.MustCompile(`\b`+m[1]+`\b\s*(?::\s*[\w.<>]+\s*)?=\s*[^=]`).FindAllIndex(masked, 2)
		set := regexp.MustCompile(`\b` + m[1] + `(\.\w+\s*=[^=]|\[[^\]]*\]\s*=[^=]|\.update\()`)
		if len(assigned) != 1 || masked[assigned[0][1]-1] != '{' || set.Match(masked) {
			out = append(out, a)
			continue
		}
		open := assigned[0][1] - 1
		if end := closer(masked, open); end > 0 {
			out = append(out, object(text, masked, open+1, end)...)
		}
	}
	return out
}

func truths(kind iac.Kind) (on, off string) {
	if kind == Python {
		return "True", "False"
	}
	return "true", "false"
}

var (
	pyArgument = regexp.MustCompile(`^\s*(\w+)\s*=\s*`)
	jsArgument = regexp.MustCompile(`^\s*["']?(\w+)["']?\s*:\s*`)
	shorthand  = regexp.MustCompile(`^\s*(\w+)\s*$`)
)

// arguments are the keyword arguments of a Python call, or the properties of the object
// that a JavaScript call is given; "..." stands for what is not in sight.
func arguments(text, masked []byte, from, to int) (out []argument) {
	if bytes.HasPrefix(bytes.TrimSpace(masked[from:to]), []byte("*")) || python(masked[from:to]) {
		for _, p := range split(masked, from, to) {
			part := masked[p[0]:p[1]]
			trimmed := strings.TrimSpace(string(part))
			if m := pyArgument.FindSubmatchIndex(part); m != nil {
				out = append(out, value(text, string(part[m[2]:m[3]]), p[0]+m[1], p[1]))
			} else if strings.HasPrefix(trimmed, "**") {
				out = append(out, argument{name: "...", value: trimmed})
			}
		}
		return out
	}
	parts := split(masked, from, to)
	if name := strings.TrimSpace(string(masked[parts[0][0]:parts[0][1]])); identifier.MatchString(name) && name != "this" && name != "self" && name != "scope" && len(parts) < 3 {
		return []argument{{name: "...", value: name}}
	}
	for i, p := range parts {
		part := strings.TrimSpace(string(masked[p[0]:p[1]]))
		if strings.HasPrefix(part, "{") {
			open := p[0] + bytes.IndexByte(masked[p[0]:p[1]], '{')
			if end := closer(masked, open); end > 0 && end <= p[1] {
				return object(text, masked, open+1, end)
			}
		}
		if i == len(parts)-1 && part != "" && (i != 1 || !strings.HasPrefix(part, `"`)) && i != 0 && !isText(part) || i == 0 && len(parts) == 1 && part != "" && !isText(part) {
			out = append(out, argument{name: "...", value: part[:min(len(part), 60)]})
		}
	}
	return out
}

func isText(part string) bool { return strings.IndexAny(part, "\"'`") == 0 }

// python says whether the arguments of a call have keywords as Python's have.
func python(masked []byte) bool {
	for _, p := range split(masked, 0, len(masked)) {
		part := masked[p[0]:p[1]]
		if pyArgument.Match(part) && !bytes.Contains(part, []byte("=>")) || bytes.HasPrefix(bytes.TrimSpace(part), []byte("**")) {
			return true
		}
	}
	return false
}

func object(text, masked []byte, from, to int) (out []argument) {
	for _, p := range split(masked, from, to) {
		part := masked[p[0]:p[1]]
		raw := text[p[0]:p[1]]
		trimmed := strings.TrimSpace(string(part))
		if strings.HasPrefix(trimmed, "...") {
			out = append(out, argument{name: "...", value: trimmed})
			continue
		}
		lead := len(part) - len(bytes.TrimLeft(part, " \t\r\n"))
		if m := jsArgument.FindSubmatchIndex(raw[lead:]); m != nil {
			out = append(out, value(text, string(raw[lead+m[2]:lead+m[3]]), p[0]+lead+m[1], p[1]))
		} else if m := shorthand.FindSubmatch(part); m != nil {
			out = append(out, argument{name: string(m[1]), value: string(m[1])})
		}
	}
	return out
}

// value is an argument without the blanks and comments around it.
func value(text []byte, name string, from, to int) argument {
	for to > from && isBlank(text[to-1]) {
		to--
	}
	a := argument{name: name, from: from, to: to, value: string(text[from:to])}
	for _, word := range []string{"true", "false", "True", "False"} {
		if rest, ok := strings.CutPrefix(a.value, word); ok && strings.IndexAny(rest+" ", " \t\r\n#/") == 0 && isComment(rest) {
			a.value, a.to = word, from+len(word)
		}
	}
	return a
}

func isComment(rest string) bool {
	rest = strings.TrimSpace(rest)
	return rest == "" || rest[0] == '#' || strings.HasPrefix(rest, "//") || strings.HasPrefix(rest, "/*")
}

// split cuts a range at the commas that stand in no bracket.
func split(masked []byte, from, to int) (out [][2]int) {
	start, open := from, 0
	for i := from; i < to; i++ {
		switch masked[i] {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		case ',':
			if open == 0 {
				out = append(out, [2]int{start, i})
				start = i + 1
			}
		}
	}
	return append(out, [2]int{start, to})
}

// closer returns where the bracket at a place is closed; -1 if it is not.
func closer(masked []byte, at int) int {
	open := 0
	for i := at; i < len(masked) && i < at+1<<16; i++ {
		switch masked[i] {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			if open--; open == 0 {
				return i
			}
		}
	}
	return -1
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
