package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

var (
	jvmMaker   = regexp.MustCompile(`((?:\b[A-Za-z]\w*\s*\.\s*)*)\b(CreateTrailRequest|UpdateTrailRequest|CfnTrailProps|TrailProps|TrailArgs|CfnTrail|Trail)\s*(\.\s*builder\s*\(|\.\s*Builder\s*\(|\.\s*Builder\s*\.\s*create\s*\(|\(|\{)`)
	jvmCall    = regexp.MustCompile(`[\w)!]\s*\??\.\s*(createTrail|updateTrail)\s*(\(\s*(?:\(\s*)?(?:[\w.]+\s+)?(\w+)\s*\)?\s*(?:->|=>)\s*|\{)`)
	newWord    = regexp.MustCompile(`\bnew\s+$`)
	declaresIt = regexp.MustCompile(`(?:\b(?:class|interface|record|object|enum|trait|fun|def|extends|throws|case)\s+|:\s*|->\s*)$`)
)

// builders finds the trails that Java, Kotlin and Scala make: with builders, the requests of version 1 of the
// SDK that are set one by one, and the objects of Kotlin.
func (h *hunt) builders(kind iac.Kind) {
	masked := blanked(h.in.Text, kind)
	if !has(masked, "Trail") || ownJVM.Match(masked) {
		return
	}
	b := builders{hunt: h, src: source{text: h.in.Text, masked: masked, kind: kind, spent: new(int)}, imports: importsOf(masked, kind), used: map[int]bool{}}
	if b.imports.none() && !has(masked, "services.cloudtrail.", "aws.cloudtrail.") {
		return
	}
	b.imports.disown(masked)
	b.src.later = b.src.settings()
	all := jvmMaker.FindAllSubmatchIndex(masked, 2000)
	for _, m := range all {
		b.construct(m)
	}
	for _, m := range all {
		b.make(m)
	}
	for _, m := range jvmCall.FindAllSubmatchIndex(masked, 2000) {
		b.lambda(m)
	}
}

// builders goes through a file.
type builders struct {
	*hunt
	src     source
	imports imported
	used    map[int]bool // builders that belong to a construct, by the place of their class
}

// maker is what a class makes that was found.
func (b builders) maker(m []int) (*maker, family) {
	class := string(b.src.masked[m[4]:m[5]])
	is := b.imports.family(string(b.src.masked[m[2]:m[3]]), class)
	return is.maker(class, b.src.kind), is
}

// construct judges new Trail(this, "T", TrailProps.builder()…build()) and the like of Pulumi.
func (b builders) construct(m []int) {
	mk, _ := b.maker(m)
	src := b.src
	if mk == nil || mk.props == 0 || src.masked[m[6]] != '(' || !bytes.HasSuffix(src.masked[m[4]:m[5]], []byte("Trail")) {
		return
	}
	before := src.masked[max(0, m[0]-40):m[0]]
	isNew := newWord.Match(before)
	if !isNew && src.kind != Kotlin || declaresIt.Match(before) && !isNew {
		return
	}
	end := closer(src.masked, m[7]-1)
	if end < 0 {
		return
	}
	at := m[0]
	if isNew {
		at = bytes.LastIndex(src.masked[:m[0]], []byte("new"))
	}
	if args, place, mine := b.properties(mk, m[7], end); mine {
		b.built(src, mk, built{at: at, args: args, place: place})
	}
}

// properties are those that a construct is given; not mine if they are made elsewhere in the file,
// where they are judged.
func (b builders) properties(mk *maker, from, end int) (args []argument, p *place, mine bool) {
	parts := split(b.src.masked, from, end)
	if len(parts) <= mk.props {
		return nil, nil, true
	}
	part := b.src.trimmed(parts[mk.props])
	text := string(b.src.masked[part[0]:part[1]])
	if m := jvmMaker.FindSubmatchIndex(b.src.masked[part[0]:part[1]]); m != nil && m[0] == 0 {
		for i := range m {
			m[i] += part[0]
		}
		if inner, is := b.maker(m); inner != nil {
			b.used[m[4]] = true
			made := b.chained(inner, is, m)
			return made.args, made.place, true
		}
	}
	if name := strings.TrimSuffix(text, ".build()"); bareName.MatchString(name) && b.isBuilt(name) {
		return nil, nil, false
	}
	for _, inner := range jvmMaker.FindAllSubmatchIndex(b.src.masked[part[0]:part[1]], 20) {
		b.used[part[0]+inner[4]] = true
	}
	return []argument{unseen(text, part[0])}, nil, text != ""
}

// isBuilt says whether a name is given properties of a construct in the file.
func (b builders) isBuilt(name string) bool {
	given := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\s*(?::\s*[\w.]+\s*)?=\s*(?:[\w.]+\.)?(?:CfnTrailProps|TrailProps|TrailArgs)\s*\.\s*[bB]uilder\s*\(`)
	return given.Match(b.src.masked)
}

// make judges a builder, a request of version 1, or an object of Kotlin.
func (b builders) make(m []int) {
	mk, is := b.maker(m)
	src := b.src
	if mk == nil || b.used[m[4]] {
		return
	}
	before := src.masked[max(0, m[0]-40):m[0]]
	isNew := newWord.Match(before)
	switch src.masked[m[6]] {
	case '(':
		if is != sdkOld || !isNew && src.kind != Kotlin || declaresIt.Match(before) {
			return
		}
	case '{':
		if is != sdkKotlin || src.kind != Kotlin || declaresIt.Match(before) {
			return
		}
		b.block(mk, m[0], m[6])
		return
	default:
		if bytes.HasSuffix(src.masked[m[4]:m[5]], []byte("Trail")) != bytes.Contains(src.masked[m[6]:m[7]], []byte("create")) {
			return // Trail.builder() is no construct
		}
	}
	made := b.chained(mk, is, m)
	made.at = m[0]
	if isNew {
		made.at = bytes.LastIndex(src.masked[:m[0]], []byte("new"))
	}
	b.built(src, mk, made)
}

// block judges CreateTrailRequest { name = … } of Kotlin.
func (b builders) block(mk *maker, at, open int) {
	end := closer(b.src.masked, open)
	if end < 0 {
		return
	}
	args := b.src.assignments(mk, open+1, end)
	args = b.src.handing(args, open, end)
	if again := b.src.copied(at); again >= 0 {
		args = settled(append(args, argument{name: handedOn, value: b.src.line(again), at: again}))
	}
	made := built{at: at, args: args}
	if len(args) > 0 && args[0].name != "..." {
		apart := b.src.apart(args[0].at, "; ")
		made.place = &place{at: args[0].at, between: " = ", join: apart, tail: apart}
	}
	if len(args) > 0 || mk.byDefault == "" {
		b.built(b.src, mk, made)
	}
}

var blockStatement = regexp.MustCompile(`(?m)(?:^|[;{])[ \t]*(?:(?:this|it)\s*\.\s*)?(\w+)\s*(?:=\s*([^=\s][^\n;}]*)|(\())`)

// setsScope is where the scope is set in a block of Kotlin.
var setsScope = regexp.MustCompile(`\b(?:set|with)?[iI]sMultiRegionTrail\s*(?:=[^=]|\()`)

var handsThis = regexp.MustCompile(`[(,]\s*this\s*[,)]`)

// handing are properties of a block in which calls are no properties: a function may set any of them.
func (src source) handing(args []argument, from, to int) []argument {
	if m := handsThis.FindIndex(src.masked[from:to]); m != nil {
		args = append(args, argument{name: handedOn, value: src.line(from + m[0]), at: from + m[0]})
	}
	for i, a := range args {
		name := wordOf.Find(src.masked[a.at:])
		behind := bytes.TrimLeft(src.masked[a.at+len(name):], " \t")
		if a.name != "..." && bytes.HasPrefix(behind, []byte("(")) && !harmless.Match(name) {
			args[i] = argument{name: handedOn, value: src.line(a.at), at: a.at}
		}
	}
	return settled(args)
}

// assignments are the properties that are set in a block of Kotlin.
func (src source) assignments(mk *maker, from, to int) (args []argument) {
	for _, m := range blockStatement.FindAllSubmatchIndex(src.masked[from-1:to], 200) {
		for i := range m {
			if m[i] >= 0 {
				m[i] += from - 1
			}
		}
		name := mk.property(string(src.masked[m[2]:m[3]]))
		if src.block(m[2]) != from-1 || opener(src.masked, m[2]-1) != from-1 {
			if name == mk.multi || name == mk.global {
				args = append(args, unseen(src.line(m[2]), m[2]))
			}
			continue
		}
		begins, ends := m[4], m[5]
		if m[6] >= from {
			begins, ends = m[7], closer(src.masked, m[6])
		}
		args = append(args, src.property(name, m[2], begins, src.whole(ends)))
	}
	for _, m := range setsScope.FindAllIndex(src.masked[from:to], 50) {
		if at := from + m[0]; !slices.ContainsFunc(args, func(a argument) bool { return a.at == at }) {
			args = append(args, unseen(src.line(at), at)) // not always
		}
	}
	return args
}

// A link is a call in a chain of them.
type link struct {
	name           string
	dot            int
	from, to, ends int // its arguments; where it ends
}

var linkName = regexp.MustCompile(`^\s*(?:\?|!!)?(\.)\s*(\w+)\s*([({])`)

// chain are the calls that follow a place.
func (src source) chain(at int) (links []link, ends int) {
	for len(links) < 200 {
		m := linkName.FindSubmatchIndex(src.masked[at:min(len(src.masked), at+4096)])
		if m == nil {
			break
		}
		open := at + m[6]
		end := closer(src.masked, open)
		if end < 0 {
			break
		}
		links = append(links, link{name: string(src.masked[at+m[4] : at+m[5]]), dot: at + m[2], from: open + 1, to: end, ends: end + 1})
		if src.masked[open] == '{' {
			links[len(links)-1].to = links[len(links)-1].from // of what stands in a block nothing is said
		}
		at = end + 1
	}
	return links, at
}

// property is the one that a call sets, by its name; with and set stand before it in version 1.
func (mk *maker) property(name string) string {
	for _, prefix := range []string{"with", "set"} {
		if rest, ok := strings.CutPrefix(name, prefix); ok && rest != "" && rest[0] >= 'A' && rest[0] <= 'Z' {
			if mk.multi[0] == 'I' {
				return rest
			}
			return strings.ToLower(rest[:1]) + rest[1:]
		}
	}
	return name
}

// changing are calls of a builder that can set anything.
var changing = []string{"applyMutation", "apply", "also", "let", "run", "with", "copy", "tap", "pipe"}

// chained are the properties that the calls of a chain set.
func (mk *maker) chained(src source, links []link) (args []argument) {
	for _, l := range links {
		if l.name == "build" {
			break
		}
		if l.name == "apply" && src.masked[l.from-1] == '{' {
			args = append(args, src.assignments(mk, l.from, l.ends-1)...)
			continue
		}
		if slices.Contains(changing, l.name) {
			args = append(args, unseen(string(src.text[l.dot:l.ends]), l.dot))
			continue
		}
		args = append(args, src.property(mk.property(l.name), l.dot, l.from, l.to))
	}
	return args
}

// chained reads a builder, or a request of version 1, and what is set on its name afterwards.
func (b builders) chained(mk *maker, is family, m []int) built {
	src := b.src
	open := m[7] - 1
	end := closer(src.masked, open)
	if end < 0 {
		return built{args: []argument{unseen(string(src.masked[m[0]:m[7]]), m[0])}}
	}
	links, ends := src.chain(end + 1)
	made := built{at: m[0], args: mk.chained(src, links), place: src.linked(links, is)}
	complete := slices.ContainsFunc(links, func(l link) bool { return l.name == "build" })
	if again := src.copied(m[0]); again >= 0 {
		made.args = append([]argument{{name: "...", value: src.line(again), at: again}}, made.args...)
	}
	if is == sdkOld {
		body := bytes.HasPrefix(bytes.TrimLeft(src.masked[end+1:], " \t\r\n"), []byte("{")) // of a class without a name
		if body || len(bytes.TrimSpace(src.masked[open+1:end])) > 0 {
			made.args = append([]argument{unseen(string(src.text[open+1:end]), open)}, made.args...)
		}
		if made.place == nil {
			made.place = &place{at: end + 1, before: ".with", between: "(", after: ")", capital: true}
		}
	} else if complete {
		return made
	}
	later := src.changed(mk, m[0], ends, is == sdkOld)
	made.args = settled(append(made.args, later...))
	return made
}

// linked is the place before the first call of a chain that stands on a line of its own, or else the first.
func (src source) linked(links []link, is family) *place {
	if len(links) == 0 {
		return nil
	}
	first := links[0].dot
	for _, l := range links {
		if src.apart(l.dot, "") != "" && !src.commented(l.dot) {
			first = l.dot
			break
		}
	}
	p := &place{at: first, before: ".", between: "(", after: ")"}
	if is == sdkOld {
		p.before, p.capital = ".with", true
	}
	p.join = src.apart(first, "")
	p.tail = p.join
	return p
}

// commented says whether the line above a place is a comment, which belongs to what stands there.
func (src source) commented(at int) bool {
	end := lineStart(src.text, at) - 1
	if end < 0 {
		return false
	}
	start := lineStart(src.text, end)
	return len(bytes.TrimSpace(src.masked[start:end])) == 0 && len(bytes.TrimSpace(src.text[start:end])) > 0
}

// lambda judges createTrail(r -> r.name(…)…) of version 2, and createTrail { name = … } of Kotlin.
func (b builders) lambda(m []int) {
	name := map[string]string{"createTrail": "CreateTrailRequest", "updateTrail": "UpdateTrailRequest"}[string(b.src.masked[m[2]:m[3]])]
	is, src := b.client(), b.src
	mk := is.maker(name, src.kind)
	if mk == nil {
		return
	}
	mk.name = string(src.masked[m[2]:m[3]])
	if src.masked[m[4]] == '{' {
		if is == sdkKotlin {
			b.block(mk, m[2], m[4])
		} else {
			b.trailing(mk, m[2], m[4])
		}
		return
	}
	open := opener(src.masked, m[1]-1)
	for open >= 0 && open > m[4] {
		open = opener(src.masked, open-1)
	}
	if open < 0 {
		return
	}
	end := closer(src.masked, open)
	if end < 0 || m[6] < 0 {
		return
	}
	var made built
	body := src.trimmed([2]int{m[1], end})
	param := string(src.masked[m[6]:m[7]])
	switch {
	case body[0] >= body[1]:
		return
	case src.masked[body[0]] == '{':
		made.args = settled(src.uses(mk, param, body[0]+1, body[1]-1))
	case bytes.HasPrefix(src.masked[body[0]:body[1]], []byte(param)):
		links, _ := src.chain(body[0] + len(param))
		made.args, made.place = mk.chained(src, links), src.linked(links, sdk)
	default:
		made.args = []argument{unseen(string(src.text[body[0]:body[1]]), body[0])}
	}
	made.at = m[2]
	b.built(src, mk, made)
}

var namesIt = regexp.MustCompile(`^\s*(\w+)\s*->\s*`)

// trailing judges createTrail { it.name(…)… } of Kotlin, which version 2 for Java is given.
func (b builders) trailing(mk *maker, at, open int) {
	src, param, from := b.src, "it", open+1
	end := closer(src.masked, open)
	if end < 0 {
		return
	}
	if m := namesIt.FindSubmatch(src.masked[from:end]); m != nil {
		param, from = string(m[1]), from+len(m[0])
	}
	body := src.trimmed([2]int{from, end})
	if !bytes.HasPrefix(src.masked[body[0]:body[1]], []byte(param+".")) {
		return
	}
	links, ends := src.chain(body[0] + len(param))
	made := built{at: at, args: mk.chained(src, links), place: src.linked(links, sdk)}
	if ends < body[1] {
		made.args = settled(append(made.args, src.uses(mk, param, ends, body[1])...))
	}
	b.built(src, mk, made)
}

// client is the SDK whose clients a file uses.
func (b builders) client() family {
	switch {
	case bytes.Contains(b.src.masked, []byte("software.amazon.awssdk.services.cloudtrail.")):
		return sdk
	case bytes.Contains(b.src.masked, []byte("aws.sdk.kotlin.services.cloudtrail.")):
		return sdkKotlin
	default:
		return foreign
	}
}
