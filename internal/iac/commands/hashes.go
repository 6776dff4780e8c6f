package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

var (
	rubyCall   = regexp.MustCompile(`[\w)\]]\s*&?\.\s*(create_trail|update_trail)\b(?:[ \t]*(\()|[ \t]+([\w:'"*{]))`)
	phpCall    = regexp.MustCompile(`(?i:[\w)\]]\s*\??->\s*(createTrail|updateTrail)(?:Async)?\s*(\())`)
	rubySDK    = regexp.MustCompile(`aws-sdk-cloudtrail\b|\bA(?:ws|WS)::CloudTrail\b`)
	phpSDK     = regexp.MustCompile(`(?i)\bAws\\CloudTrail\b|\bCloudTrailClient\b|\bcreateCloudTrail\s*\(|\bcreateClient\s*\(\s*['"]cloudtrail['"]`)
	rubyAny    = regexp.MustCompile(`['"]aws-sdk(?:-v[12])?['"]`)
	rubyEntry  = regexp.MustCompile(`^(?:(\w+):|:(\w+)\s*=>|["'](\w+)["']\s*=>|["'](\w+)["']:)`)
	phpEntry   = regexp.MustCompile(`^["'](\w+)["']\s*=>`)
	arrow      = regexp.MustCompile(`\s*=>\s*`)
	definition = regexp.MustCompile(`\bdef\s+(?:self\s*\.\s*)?(?:create_trail|update_trail)\b|(?i:\bfunction\s+(?:createTrail|updateTrail)\s*\()`)
)

// hashes finds the trails that Ruby and PHP make: calls of the SDK, which are given hashes.
func (h *hunt) hashes(kind iac.Kind) {
	if !has(h.in.Text, "create_trail", "update_trail", "Trail") {
		return
	}
	masked := blanked(h.in.Text, kind)
	r := hashes{hunt: h, src: source{text: h.in.Text, masked: masked, kind: kind, spent: new(int)}}
	r.own = definition.Match(masked)
	re := phpCall
	if kind == Ruby {
		re = rubyCall
	}
	calls := re.FindAllSubmatchIndex(masked, 2000)
	if len(calls) == 0 || !r.usesSDK() {
		return
	}
	for _, m := range calls {
		r.call(m)
	}
}

// hashes goes through a file.
type hashes struct {
	*hunt
	src source
	own bool // it has a method of this name itself
}

// usesSDK says whether the SDK is in sight, in code.
func (r hashes) usesSDK() bool {
	re := rubySDK
	if r.src.kind == PHP {
		re = phpSDK
	}
	for _, m := range re.FindAllIndex(r.src.text, 50) {
		if r.src.isCode(m[0]) {
			return true
		}
	}
	if r.src.kind != Ruby || !has(r.src.masked, "CloudTrail") {
		return false
	}
	m := rubyAny.FindIndex(r.src.text)
	return m != nil && r.src.isCode(m[0]+1)
}

// isCode says whether a place is in code, or in a string of it, and in no comment.
func (src source) isCode(at int) bool {
	if src.masked[at] != ' ' {
		return true
	}
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	lead := strings.TrimRight(string(src.masked[start:at]), " ")
	return strings.HasSuffix(lead, "'") || strings.HasSuffix(lead, `"`)
}

func (r hashes) maker(name string) *maker {
	m := &maker{name: name, multi: "IsMultiRegionTrail", global: "IncludeGlobalServiceEvents", byDefault: iac.Single, proof: []string{"Name"}}
	if r.src.kind == Ruby {
		m.multi, m.global = "is_multi_region_trail", "include_global_service_events"
	}
	if strings.HasPrefix(name, "update") {
		m.byDefault = ""
	}
	return m
}

// call judges a call by the hash that it is given.
func (r hashes) call(m []int) {
	src := r.src
	name := string(src.masked[m[2]:m[3]])
	if src.kind == Ruby && regexp.MustCompile(`\bdef\s+$`).Match(src.masked[max(0, m[0]-20):m[0]]) || bytes.HasSuffix(bytes.TrimRight(src.masked[:m[2]], " \t."), []byte("def self")) {
		return
	}
	var from, end int
	if m[4] >= 0 {
		from, end = m[5], closer(src.masked, m[4])
	} else {
		from = m[6]
		end = src.statement(from)
	}
	if end < 0 {
		return
	}
	mk := r.maker(name)
	args, given := r.given(mk, from, end, m[0])
	if !given || !r.proven(mk, args) {
		return
	}
	r.built(src, mk, built{at: m[2], args: args})
}

// proven says whether a call is one of the SDK by what it is given.
func (r hashes) proven(mk *maker, args []argument) bool {
	bucket := "S3BucketName"
	if r.src.kind == Ruby {
		bucket = "s3_bucket_name"
	}
	return slices.ContainsFunc(args, func(a argument) bool {
		return a.name == mk.multi || a.name == bucket || a.name == mk.global || a.name == "..." && !r.own
	})
}

var modifier = regexp.MustCompile(`^ (?:if|unless|while|until|rescue|and|or|do)\b`)

// statement is where a call without brackets ends: with its line, unless that ends with a comma.
func (src source) statement(from int) int {
	deep := 0
	for i := from; i < len(src.masked) && i < from+1<<14; i++ {
		switch src.masked[i] {
		case '(', '[', '{':
			deep++
		case ')', ']', '}':
			if deep--; deep < 0 {
				return i
			}
		case ';':
			if deep == 0 {
				return i
			}
		case ' ':
			if deep == 0 && modifier.Match(src.masked[i:min(len(src.masked), i+10)]) {
				return i
			}
		case '\n':
			if deep == 0 && !bytes.HasSuffix(bytes.TrimRight(src.masked[from:i], " \t\r"), []byte(",")) && len(bytes.TrimSpace(src.masked[lineStart(src.masked, i):i])) > 0 {
				return i
			}
		}
	}
	return len(src.masked)
}

func lineStart(text []byte, at int) int { return bytes.LastIndexByte(text[:at], '\n') + 1 }

// given are the properties that a call is given: a hash, or the pairs of one, or a name of one.
func (r hashes) given(mk *maker, from, end, call int) (args []argument, given bool) {
	src := r.src
	parts := src.filledParts(from, end)
	switch {
	case len(parts) == 0:
		return nil, false
	case src.kind == Ruby && (src.isPair(parts[0]) || bytes.HasPrefix(src.masked[parts[0][0]:], []byte("**"))):
		return r.pairs(mk, parts, call), true
	case len(parts) > 1:
		return nil, false // the SDK takes one
	case src.hash(parts[0]) >= 0:
		open := src.hash(parts[0])
		return r.pairs(mk, src.filledParts(open+1, closer(src.masked, open)), call), true
	default:
		return r.spread(mk, parts[0], call), true
	}
}

// filledParts are what stands between commas, without blanks.
func (src source) filledParts(from, end int) (out [][2]int) {
	for _, p := range split(src.masked, from, end) {
		if p = src.trimmed(p); p[0] < p[1] {
			out = append(out, p)
		}
	}
	return out
}

// hash is where the hash opens that a range is; -1 if it is none.
func (src source) hash(p [2]int) int {
	open := p[0]
	if src.kind == PHP && bytes.HasPrefix(bytes.ToLower(src.masked[p[0]:p[1]]), []byte("array")) {
		open += len("array")
		for open < p[1] && isBlank(src.masked[open]) {
			open++
		}
	}
	opens := byte('{')
	if src.kind == PHP {
		opens = '['
	}
	if open >= p[1] || src.masked[open] != opens && (src.masked[open] != '(' || open == p[0]) || closer(src.masked, open) != p[1]-1 {
		return -1
	}
	return open
}

// isPair says whether a range is a name and a value.
func (src source) isPair(p [2]int) bool { return src.pair(p) != nil }

// pair is where the name of a pair stands, and where its value begins.
func (src source) pair(p [2]int) []int {
	re := phpEntry
	if src.kind == Ruby {
		re = rubyEntry
	}
	m := re.FindSubmatchIndex(src.text[p[0]:p[1]])
	if m == nil || p[0]+m[1] < p[1] && src.text[p[0]+m[1]] == ':' { // Outer::CONSTANT
		return nil
	}
	for i := 2; i < len(m); i += 2 {
		if m[i] >= 0 {
			return []int{p[0] + m[i], p[0] + m[i+1], p[0] + m[1]}
		}
	}
	return nil
}

// pairs are the properties of a hash.
func (r hashes) pairs(mk *maker, parts [][2]int, call int) (args []argument) {
	src := r.src
	for _, p := range parts {
		m := src.pair(p)
		if m == nil {
			args = append(args, r.pairless(mk, p, call)...)
			continue
		}
		a := src.property(string(src.text[m[0]:m[1]]), p[0], m[2], p[1])
		if a.value == "" { // name: is name: name
			a.value = a.name
		}
		src.writing(&a, m)
		args = append(args, a)
	}
	return args
}

// pairless is what stands between pairs: a hash whose pairs are put in, or one with a name that is not in sight.
func (r hashes) pairless(mk *maker, p [2]int, call int) []argument {
	switch text := string(r.src.masked[p[0]:p[1]]); {
	case strings.HasPrefix(text, "**"), strings.HasPrefix(text, "..."), r.src.kind == PHP:
		return r.spread(mk, p, call)
	case strings.HasPrefix(text, "&"): // a block
		return nil
	}
	return []argument{unseen(string(r.src.text[p[0]:p[1]]), p[0])}
}

// writing notes how the name of a pair is written.
func (src source) writing(a *argument, m []int) {
	switch src.text[a.at] {
	case '\'', '"':
		a.quote = string(src.text[a.at])
	case ':':
		a.mark = ":"
	}
	a.sep = ": "
	switch between := src.text[m[1]:m[2]]; {
	case arrow.Match(between):
		a.sep = " => "
	case m[2] < a.to && !isBlank(src.text[m[2]]):
		a.sep = ":"
	}
}

// spread are the properties of the hash that a name stands for, where the file gives it one and
// no other; or else what is not in sight.
func (r hashes) spread(mk *maker, p [2]int, call int) []argument {
	src := r.src
	text := string(src.masked[p[0]:p[1]])
	hidden := []argument{unseen(string(src.text[p[0]:p[1]]), p[0])}
	name := strings.TrimPrefix(strings.TrimPrefix(text, "**"), "...")
	if !regexp.MustCompile(`^[@$]{0,2}[A-Za-z_]\w*$`).MatchString(name) {
		return hidden
	}
	if src.spends(len(src.masked)) {
		return hidden
	}
	start, boundary := regexp.QuoteMeta(name), `(?:^|[^\w$@.])`
	all := regexp.MustCompile(boundary+start+`\s*(?:[-+|&^*/?.<]{0,3}=)[^=~>]`).FindAllIndex(src.masked, 3)
	if len(all) != 1 || src.bound(start) || all[0][0] > call {
		return hidden
	}
	from := all[0][1] - 1
	for from < len(src.masked) && isBlank(src.masked[from]) {
		from++
	}
	open := src.hashAt(from)
	if open < 0 {
		return hidden
	}
	end := closer(src.masked, open)
	if end < 0 || end > call || src.continues(end+1) {
		return hidden
	}
	args := r.pairs(mk, src.filledParts(open+1, end), all[0][0])
	return append(args, src.stored(mk, start, end, call, all[0][1]-1)...)
}

// hashAt is where the hash opens that begins at a place; -1 if none does.
func (src source) hashAt(from int) int {
	rest := bytes.ToLower(src.masked[from:min(len(src.masked), from+40)])
	switch {
	case src.kind == Ruby && bytes.HasPrefix(rest, []byte("{")), src.kind == PHP && bytes.HasPrefix(rest, []byte("[")):
		return from
	case src.kind == PHP && bytes.HasPrefix(rest, []byte("array")):
		if n := bytes.IndexByte(rest, '('); n >= 0 && len(bytes.TrimSpace(rest[5:n])) == 0 {
			return from + n
		}
	}
	return -1
}

// continues says whether an expression goes on behind a place: {…}.merge(x), […] + $x.
func (src source) continues(at int) bool {
	rest := bytes.TrimLeft(src.masked[at:], " \t")
	if src.whole(at) > at { // on the next line
		return true
	}
	return len(rest) > 0 && bytes.IndexByte([]byte(".+|?&-"), rest[0]) >= 0
}

// stored are the properties that are put into a hash between it and its call. What else is done with it
// is not in sight.
func (src source) stored(mk *maker, name string, from, call, given int) (args []argument) {
	re := regexp.MustCompile(name + `\s*(?:\[([^\]\n]*)\]\s*([-+|&^*/?.<]{0,3}=)\s*([^=~>\s][^\n;]*)|\.\s*(?:merge!|update|store|delete\w*|replace|clear|tap|deep_merge!|reject!|select!|compact!|transform\w*!)|\[\s*\]\s*=)`)
	for _, m := range re.FindAllSubmatchIndex(src.masked[:call], 100) {
		if m[0] < from {
			continue // of another one of this name
		}
		key := ""
		if m[2] >= 0 {
			key = strings.Trim(strings.TrimSpace(string(src.text[m[2]:m[3]])), `:'"`)
			if strings.TrimSpace(string(src.text[m[2]:m[3]])) == key {
				key = "" // a name of a key
			}
		}
		switch {
		case key != "" && key != mk.multi && key != mk.global:
		case key != "" && m[5]-m[4] == 1 && src.block(m[0]) == src.block(given) && src.indent(m[0]) == src.indent(given) && src.begins(m[0], ""):
			args = append(args, src.property(key, m[0], m[6], src.whole(m[7])))
		default:
			args = append(args, unseen(src.line(m[0]), m[0]))
		}
	}
	if src.passedOn(name, from, call) {
		args = append(args, unseen(name, from))
	}
	return args
}

var unchanging = regexp.MustCompile(`^(?:puts|p|pp|return|raise|if|unless|and|or|not)$`)

// passedOn says whether a hash is given to a method that may change it.
func (src source) passedOn(name string, from, call int) bool {
	alone := regexp.MustCompile(`(?m)^[ \t]*([\w.]+[!?]?)[ \t]+` + name + `[ \t\r]*$`).FindSubmatch(src.masked[from:call])
	if src.kind == Ruby && alone != nil && !harmless.Match(alone[1]) && !unchanging.Match(alone[1]) {
		return true
	}
	if src.kind == Ruby && regexp.MustCompile(`(?m)[^=!<>]=[ \t]*`+name+`[ \t\r]*$`).Match(src.masked[from:call]) {
		return true // by another name
	}
	for _, m := range regexp.MustCompile(`[(,]\s*&?`+name+`\s*[,)]`).FindAllIndex(src.masked[from:call], 20) {
		open := opener(src.masked, from+m[0]+1)
		if open >= 0 && src.kind == Ruby && !harmless.Match(src.masked[max(0, open-60):open]) {
			return true
		}
	}
	return false
}
