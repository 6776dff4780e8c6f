package commands

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

var (
	aroundLiteral = regexp.MustCompile(`(?i)^(?:(?:[\w.\\]+[.:])?(?:Boolean\.(?:valueOf|box)|Output\.(?:of|Create))\s*\(\s*|(?:java\.lang\.)?Boolean\.|\(\s*)(true|false)\s*\)?$`)
	anyCase       = regexp.MustCompile(`(?i)^(?:true|false)$`)
)

// property is a value that stands in a range, without the blanks and comments around it. Its name
// begins at a place.
func (src source) property(name string, at, from, to int) argument {
	p := src.trimmed([2]int{from, max(from, to)})
	a := argument{name: name, at: at, from: p[0], to: p[1], value: string(src.text[p[0]:p[1]])}
	if m := aroundLiteral.FindStringSubmatchIndex(a.value); m != nil {
		a.from, a.to, a.value = a.from+m[2], a.from+m[3], strings.ToLower(a.value[m[2]:m[3]])
	}
	if src.kind == PHP && anyCase.MatchString(a.value) {
		a.value = strings.ToLower(a.value)
	}
	if src.kind == PHP {
		a.value = strings.TrimPrefix(a.value, "self::")
	}
	return a
}

// unseen is an argument for what is not in sight; what decides is quoted.
func unseen(decides string, at int) argument {
	decides = strings.Join(strings.Fields(decides[:min(len(decides), 400)]), " ")
	return argument{name: "...", value: decides[:min(len(decides), 60)], at: at, from: at, to: at, replaces: true}
}

var (
	opensType = regexp.MustCompile(`(?:class|interface|record|object|enum|struct|trait|module)\b[^;{}()]*(?:\([^{}]*\)[^;{}()]*)?$`)
	isFixed   = regexp.MustCompile(`\b(?:final|const|readonly|val|private)\b`)
)

// assigned is the literal that a name is given, and where that stands. It is certain if the name is given nothing else in
// the file, and nobody outside of it can give it another.
func (src source) assigned(name string) (value string, at int, certain bool) {
	if src.spends(2 * len(src.masked)) {
		return "", 0, false
	}
	quoted := regexp.QuoteMeta(name)
	if name[0] != '$' {
		quoted = `\b` + quoted
	}
	all := regexp.MustCompile(quoted+`\b\s*(?::\s*[\w.?]+\s*)?(?:[-+|&^*/?.<>]{0,3}=)([^=~>][^\n;]*)`).FindAllSubmatchIndex(src.masked, 3)
	if len(all) != 1 {
		return "", 0, false
	}
	m := all[0]
	first := src.trimmed([2]int{m[2], m[3]})
	raw := string(src.masked[first[0]:first[1]])
	word := regexp.MustCompile(`(?i)^(?:Boolean\.)?(true|false)\b`).FindStringSubmatchIndex(raw)
	if word == nil || raw[word[2]:word[3]] != strings.ToLower(raw[word[2]:word[3]]) && src.kind != PHP && word[2] == 0 {
		return "", 0, false
	}
	value, at = strings.ToLower(raw[word[2]:word[3]]), first[0]+word[2]
	plain := src.masked[m[0]:m[2]]
	certain = word[1] == len(raw) && src.whole(m[3]) == m[3] && !bytes.ContainsAny(plain, "+|&^*/?.<") && !src.bound(quoted) && !src.open(m[0]) && src.declares(m[0], name)
	return value, at, certain
}

// bound says whether a name is given something in another way than by an assignment: as a
// parameter, in a loop, by a pattern.
func (src source) bound(quoted string) bool {
	var re string
	switch src.kind {
	case Ruby:
		re = `\bdef\s[^\n]*` + quoted + `\b|\|[^|\n]*` + quoted + `\b[^|\n]*\||\bfor\s[^\n]*` + quoted + `\b|` + quoted + `\s*,[^\n(){}]*=[^=]|,\s*` + quoted + `\s*=[^=>]`
	case PHP:
		re = `\bfunction\b[^{;]*` + quoted + `\b|\bfn\b[^=]*` + quoted + `\b|\bas\s[^)]*` + quoted + `\b|&\s*` + quoted + `\b|\bglobal\b[^;]*` + quoted + `\b|\b(?:list\s*\(|\[)[^\])]*` + quoted + `\b[^\])]*[\])]\s*=`
	default:
		ends := `\s*[,)]|`
		if src.kind == Java {
			ends = `\s*[,):]|`
		}
		re = `[\w>\]?]\s+` + quoted + ends + quoted + `\s*(?:,[^()\n]*)?\)?\s*(?:->|=>)|\b(?:out|ref)\s+(?:\w+\s+)?` + quoted + `\b|[(,]\s*` + quoted + `\s*:`
	}
	return regexp.MustCompile(re).Match(src.masked)
}

// open says whether what a name is given at a place can be replaced from outside: a field that
// is not final, or that something else fills.
func (src source) open(at int) bool {
	before := src.declaration(at)
	if n := opener(src.masked, at-1); n >= 0 && src.masked[n] != '{' {
		return true // the default of a parameter
	}
	switch src.kind {
	case Ruby:
		return false
	case PHP:
		return regexp.MustCompile(`\b(?:public|protected|var)\b`).Match(before)
	}
	if bytes.HasSuffix(bytes.TrimRight(before, " \t"), []byte(".")) { // this.x = …: who declares it may give it more
		return true
	}
	if bytes.IndexByte(before, '@') >= 0 || src.kind == CSharp && bytes.IndexByte(before, '[') >= 0 {
		return true // an annotation, by which something else may fill it
	}
	if isFixed.Match(before) {
		return false
	}
	brace := src.block(at)
	if brace < 0 {
		return src.kind != CSharp // whose statements may stand outside of everything
	}
	return opensType.Match(src.masked[max(0, brace-300):brace])
}

var (
	typed      = regexp.MustCompile(`\b(?:boolean|Boolean|bool\??|var|final|const)\s+$`)
	valOrVar   = regexp.MustCompile(`\b(?:val|var)\s+$`)
	rubyOuter  = regexp.MustCompile(`^(?:def|class|module)\b`)
	phpOuter   = regexp.MustCompile(`\b(?:function|fn|class|interface|trait|enum)\b[^{;}]*$`)
	phpDeclare = regexp.MustCompile(`\bconst\s+$`)
)

// declares says whether a name is given something where it begins to be, so that it always is: not in a branch.
func (src source) declares(at int, name string) bool {
	before := src.masked[max(0, at-60):at]
	switch src.kind {
	case Ruby:
		return src.begins(at, name) && src.outside(at)
	case PHP:
		brace := src.block(at)
		if brace >= 0 && !phpOuter.Match(src.masked[max(0, brace-300):brace]) {
			return false
		}
		return phpDeclare.Match(before) || src.begins(at, name)
	case Java, CSharp:
		return typed.Match(before)
	default:
		return valOrVar.Match(before)
	}
}

// outside says whether the line of a place in Ruby is in nothing but a method, a class or a module.
func (src source) outside(at int) bool {
	indent := len(src.indent(at))
	for end := lineStart(src.masked, at) - 1; end > 0 && indent > 0; {
		start := lineStart(src.masked, end)
		line := src.masked[start:end]
		trimmed := bytes.TrimSpace(line)
		if lead := len(line) - len(bytes.TrimLeft(line, " \t")); len(trimmed) > 0 && lead < indent {
			return rubyOuter.Match(trimmed)
		}
		end = start - 1
	}
	return indent == 0
}

// declaration is what stands before a name in the statement that declares it.
func (src source) declaration(at int) []byte {
	from := max(0, at-300)
	if src.kind == Kotlin || src.kind == Scala { // whose statements end with their lines
		from = lineStart(src.masked, at)
		if above := lineStart(src.masked, max(0, from-1)); bytes.HasPrefix(bytes.TrimSpace(src.masked[above:from]), []byte("@")) {
			from = above
		}
	}
	before := src.masked[from:at]
	if n := bytes.LastIndexAny(before, ";{}"); n >= 0 {
		before = before[n:]
	}
	return before
}

// block is the brace that is open at a place; -1 if there is none.
func (src source) block(at int) int {
	deep := 0
	for i := at - 1; i >= max(0, at-1<<17); i-- {
		switch src.masked[i] {
		case '}':
			deep++
		case '{':
			if deep--; deep < 0 {
				return i
			}
		}
	}
	return -1
}

// blockEnd is where the block ends that a place is in.
func (src source) blockEnd(at int) int {
	deep := 0
	for i := at; i < min(len(src.masked), at+1<<17); i++ {
		switch src.masked[i] {
		case '{':
			deep++
		case '}':
			if deep--; deep < 0 {
				return i
			}
		}
	}
	return min(len(src.masked), at+1<<17)
}

// enough is how many bytes of a file are gone through for its names.
const enough = 1 << 22

// spends says whether names were looked for long enough; some more bytes are to be gone through.
func (src source) spends(bytes int) bool {
	if src.spent == nil {
		return false
	}
	*src.spent += bytes
	return *src.spent > enough
}

// A built is what makes a trail in one of the languages of this room's patterns: from at on, with
// properties, and where more of them can be put.
type built struct {
	at    int
	args  []argument
	place *place
}

// built judges what makes a trail.
func (h *hunt) built(src source, mk *maker, b built) {
	f := finding{name: mk.name, at: b.at, blame: b.at, globalAt: b.at}
	multi, global, rest := mk.deciding(b.args)
	if !f.weigh(src, mk, multi, global, rest) {
		return
	}
	if src.place = b.place; src.place == nil {
		src.place = src.listed(b.args)
	}
	if src.place != nil || multi != nil && (global != nil || !f.excludesGlobal) {
		f.edits = src.mend(mk, f, b.args, multi, global)
	}
	if f.edits == nil && f.verdict == iac.Single && multi == nil {
		f.unfixed = trail.Say("iac.commands.no-place", "name", mk.multi)
	}
	f.elsewhere = src.declared(f, multi)
	src.escaped(&f, mk, b)
	h.offByCall(&f, src, mk, b.args, rest)
	h.found = append(h.found, f)
}
