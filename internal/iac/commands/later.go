package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// givenTo is the name that something is given to which begins at the end of a text.
var givenTo = regexp.MustCompile(`(?:^|[^\w$.])(?:[\w.<>\[\]?]+\s+)?(\w+)\s*(?::\s*[\w.?]+\s*)?=\s*(?:(?:await\s+)?new\s+)?$`)

// changed are the properties that are set on the name that something is given to, behind it. What is given no
// name goes where nobody sees it, if it is not whole.
func (src source) changed(mk *maker, at, ends int, whole bool) []argument {
	m := givenTo.FindSubmatch(src.masked[max(0, at-200):at])
	switch {
	case m == nil && !whole:
		return []argument{unseen(src.line(at), at)}
	case m == nil && leaves.Match(src.masked[max(0, at-80):at]):
		return src.setElsewhere("", at, ends)
	case m == nil:
		return nil
	}
	name, until := string(m[1]), src.blockEnd(ends)
	args := src.uses(mk, name, ends, until)
	var returned []int
	if rest := src.masked[ends:until]; bytes.Contains(rest, []byte("return")) {
		if src.spends(len(rest)) {
			return []argument{unseen(src.line(at), at)}
		}
		returned = regexp.MustCompile(`\breturn\s+` + name + `\s*[;\n]`).FindIndex(rest)
	}
	switch {
	case whole && src.isField(at, name):
		args = append(src.setElsewhere(name, at, until), args...)
	case whole && returned != nil:
		args = append(src.setElsewhere("", at, until), args...)
	case returned != nil: // a builder, which is not done
		args = append(args, argument{name: handedOn, value: src.line(ends + returned[0]), at: ends + returned[0]})
	}
	return args
}

// leaves is what stands before what a method returns, or gives to a field.
var leaves = regexp.MustCompile(`(?:\breturn|=>|->|=)\s*(?:new\s+)?$`)

// isField says whether what stands at a place is given to a field by its name: a declaration in a
// class, or an assignment that declares nothing.
func (src source) isField(at int, name string) bool {
	declares := regexp.MustCompile(`[\w>\]?]\s+` + name + `\s*(?::\s*[\w.?]+\s*)?=\s*(?:(?:await\s+)?new\s+)?$`)
	if !declares.Match(src.masked[max(0, at-200):at]) {
		return true
	}
	brace := src.block(at)
	return brace >= 0 && opensType.Match(src.masked[max(0, brace-300):brace])
}

// setElsewhere is what is not in sight when the scope is set outside of a range: on a name, or on any if it is "".
// It could be that of what is made in the range.
func (src source) setElsewhere(name string, from, to int) []argument {
	if src.spends(len(src.masked)) {
		return nil
	}
	if name == "" {
		name = `[\w)]`
	}
	re := regexp.MustCompile(name + `\s*\.\s*(?:(?:set|with)IsMultiRegionTrail\s*\(|[iI]sMultiRegionTrail\s*=[^=])`)
	for _, m := range re.FindAllIndex(src.masked, 50) {
		if m[0] < from || m[0] >= to {
			return []argument{{name: handedOn, value: src.line(m[0]), at: m[0]}}
		}
	}
	return nil
}

// copied is where the name that something is given to is copied with another scope; -1 is nowhere.
func (src source) copied(at int) int {
	m := givenTo.FindSubmatch(src.masked[max(0, at-200):at])
	if m == nil || !has(src.masked, "toBuilder", "copy", " with ") || src.spends(len(src.masked)) {
		return -1
	}
	re := regexp.MustCompile(`\b` + string(m[1]) + `\s*(?:\??\.\s*(?:toBuilder\s*\(|copy\s*[({])|with\s*\{)[^;]{0,400}?sMultiRegionTrail`)
	if found := re.FindIndex(src.masked[at:]); found != nil {
		return at + found[0]
	}
	return -1
}

var (
	harmless = regexp.MustCompile(`(?i)(?:^|\W)(?:create_?trail\w*|update_?trail\w*|print\w*|writeline|log\w*|debug|info|warn\w*|error|verify|assert\w*|then\w*|of|equals|submit|(?:cfn)?trail)\s*$`)
	setterOf = regexp.MustCompile(`^\s*(?:\?|!{1,2})?\.\s*(\w+)\s*(\?\?|[|&^])?=\s*([^=\s][^\n;]*)`)
)

// uses are the properties that a name sets between two places of a block. What is not
// always done, and what others do with it, is not in sight.
func (src source) uses(mk *maker, name string, from, to int) (args []argument) {
	if src.spends(to - from) {
		return []argument{unseen(name, from)}
	}
	re := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	until, counted, deep := from, from, 0
	for _, m := range re.FindAllIndex(src.masked[from:to], 500) {
		at, end := from+m[0], from+m[1]
		deep += bytes.Count(src.masked[counted:at], []byte("{")) - bytes.Count(src.masked[counted:at], []byte("}"))
		counted = at
		at -= len(ofThis.Find(src.masked[max(0, at-8):at]))
		if at < until || at > 0 && (src.masked[at-1] == '.' || src.masked[at-1] == '$') {
			continue
		}
		always := deep == 0 && src.begins(at, name)
		if src.givenAnew(end, name) {
			if re.Match(src.masked[end:src.statementEnd(end)]) { // of which it is a part
				args = append(args, unseen(src.line(at), at))
			}
			break
		}
		set, ends := src.use(mk, at, end)
		until = max(until, ends)
		for _, a := range set {
			switch {
			case always:
				args = append(args, a)
			case a.name == mk.multi || a.name == mk.global || a.name == "...":
				args = append(args, unseen(src.line(at), at))
			}
		}
		if len(set) == 0 && (src.passed(at, end) || src.aliased(at, end)) {
			a := unseen(src.line(at), at)
			a.name = handedOn
			args = append(args, a)
		}
		if src.sent(at, end, ends) {
			break
		}
	}
	return args
}

var ofThis = regexp.MustCompile(`\bthis\.$`)

// givenAnew says whether a name is given something else here: name = other.
func (src source) givenAnew(end int, name string) bool {
	m := anew.FindSubmatch(src.masked[end:min(len(src.masked), end+120)])
	return m != nil && string(m[1]) != name
}

// statementEnd is where a statement ends, or its line in languages that do without semicolons.
func (src source) statementEnd(at int) int {
	sign := ";"
	if src.kind == Kotlin || src.kind == Scala {
		sign = "\n"
	}
	if n := bytes.Index(src.masked[at:], []byte(sign)); n >= 0 {
		return at + n
	}
	return len(src.masked)
}

var (
	anew    = regexp.MustCompile(`^\s*=\s*(?:[^\w=\s]|(\w+))`)
	sends   = regexp.MustCompile(`(?i)(?:create|update)_?trail(?:async)?\s*\(\s*$`)
	isBuilt = regexp.MustCompile(`\.\s*build\s*\(\s*\)$`)
)

// sent says whether what a name stands for is used here: what is set on it afterwards comes too late.
func (src source) sent(at, end, until int) bool {
	rest := bytes.TrimLeft(src.masked[end:min(len(src.masked), end+40)], " \t\r\n")
	return bytes.HasPrefix(rest, []byte(")")) && sends.Match(src.masked[max(0, at-60):at]) || until > end && isBuilt.Match(src.masked[end:until])
}

// handedOn is the name of an argument for what others do with what makes a trail. They could set what the
// program itself does not, and hardly set what it does.
const handedOn = "…"

// settled puts what is handed on before everything.
func settled(args []argument) []argument {
	var first, rest []argument
	for _, a := range args {
		if a.name == handedOn {
			a.name = "..."
			first = append(first, a)
		} else {
			rest = append(rest, a)
		}
	}
	return append(first, rest...)
}

// use are the properties that are set where a name stands.
func (src source) use(mk *maker, at, end int) (args []argument, ends int) {
	if m := setterOf.FindSubmatchIndex(src.masked[end:min(len(src.masked), end+4096)]); m != nil {
		property := string(src.masked[end+m[2] : end+m[3]])
		if m[4] >= 0 { // what it was before decides, too
			m[6] = m[2]
		}
		return []argument{src.property(property, at, end+m[6], src.whole(end+m[7]))}, end + m[7]
	}
	links, ends := src.chain(end)
	args = mk.chained(src, links)
	for i := range args {
		args[i].at = at
	}
	return args, ends
}

// operator begins a line on which an expression goes on.
var operator = regexp.MustCompile(`^\s*\n\s*(?:\|\||&&|\?|:[^:]|\.\w|[-+|&^]\s)`)

// whole is where a value ends that ends at a place or on the line behind it, of which not more is said
// than that it is no literal.
func (src source) whole(end int) int {
	if m := operator.FindIndex(src.masked[end:min(len(src.masked), end+4096)]); m != nil {
		return end + m[1]
	}
	return end
}

// begins says whether a name begins a statement: name.setX(…), or name = name.x(…).
func (src source) begins(at int, name string) bool {
	start := bytes.LastIndexByte(src.masked[:at], '\n') + 1
	lead := strings.TrimSpace(string(src.masked[start:at]))
	if lead != "" {
		last := lead[len(lead)-1]
		again := strings.TrimSpace(strings.TrimSuffix(strings.TrimSuffix(lead, "="), " "))
		return last == ';' || last == '{' || again == name || lead == "return"
	}
	before := bytes.TrimRight(src.masked[max(0, start-4096):start], " \t\r\n")
	if len(before) == 0 || bytes.IndexByte([]byte(";{}"), before[len(before)-1]) >= 0 {
		return true
	}
	return (src.kind == Kotlin || src.kind == Scala || src.kind == Ruby) && !branches.Match(before[max(0, len(before)-200):])
}

var branches = regexp.MustCompile(`(?m)(?:\belse|(?:^|[;{}\s])(?:if|while|for)\b[^\n]*\)|->|=)$`)

// aliased says whether a name is given another one, or a method of what it stands for is.
func (src source) aliased(at, end int) bool {
	rest := bytes.TrimLeft(src.masked[end:min(len(src.masked), end+80)], " \t\r")
	if bytes.HasPrefix(rest, []byte("::")) {
		return true
	}
	before := bytes.TrimRight(src.masked[max(0, at-80):at], " \t")
	return len(rest) > 0 && (rest[0] == ';' || rest[0] == '\n') && len(before) > 1 && before[len(before)-1] == '=' && before[len(before)-2] != '='
}

// passed says whether a name is given to something that may change what it stands for.
func (src source) passed(at, end int) bool {
	before := bytes.TrimRight(src.masked[max(0, at-80):at], " \t\r\n")
	rest := bytes.TrimLeft(src.masked[end:min(len(src.masked), end+80)], " \t\r\n")
	if len(before) == 0 || len(rest) == 0 || before[len(before)-1] != '(' && before[len(before)-1] != ',' || rest[0] != ')' && rest[0] != ',' {
		return false
	}
	open := opener(src.masked, at-1)
	return open >= 0 && src.masked[open] == '(' && !harmless.Match(src.masked[max(0, open-60):open])
}

var setsIt = regexp.MustCompile(`([\w$]+)\s*\.\s*setIsMultiRegionTrail\s*\(\s*([^()\n]*)\)`)

// settings are those of constructs that are made already.
func (src source) settings() []override {
	return slices.DeleteFunc(src.allSettings(), func(o override) bool { return src.isRequest(o.root) })
}

// isRequest says whether a name is given a request of an SDK, which is followed by its name.
func (src source) isRequest(name string) bool {
	if name == "" || src.spends(len(src.masked)) {
		return false
	}
	name = regexp.QuoteMeta(name)
	return regexp.MustCompile(`\b` + name + `\s*=\s*(?:new\s+)?(?:[\w.]+\.)?(?:Create|Update)TrailRequest\b|\b(?:Create|Update)TrailRequest\s+` + name + `\b`).Match(src.masked)
}

func (src source) allSettings() []override {
	out := src.overrides()
	if !has(src.masked, ".setIsMultiRegionTrail") {
		return out
	}
	for _, m := range setsIt.FindAllSubmatchIndex(src.masked, 100) {
		out = append(out, override{root: string(src.masked[m[2]:m[3]]), at: m[0], from: m[4], value: strings.TrimSpace(string(src.masked[m[4]:m[5]]))})
	}
	return out
}

// escaped corrects what was found of a construct by what is set on one later. Which is meant nobody says.
func (src source) escaped(f *finding, mk *maker, b built) {
	if mk.isRequest() {
		return
	}
	on, off := truths(src.kind)
	for _, o := range src.later {
		verdict := map[string]iac.Verdict{on: iac.Multi, off: iac.Single}[o.value]
		if verdict != "" && verdict == f.verdict || o.at >= b.at && len(b.args) > 0 && o.from <= b.args[len(b.args)-1].to && o.from >= b.args[0].at {
			continue
		}
		f.byDefault = f.verdict
		if verdict != "" {
			f.byDefault = verdict
		}
		f.verdict, f.edits, f.elsewhere, f.unfixed = iac.Unknown, nil, nil, trail.Note{}
		f.reason = trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", src.line(o.at))
	}
}
