package commands

import (
	"bytes"
	"regexp"
)

var (
	csMaker   = regexp.MustCompile(`\bnew\s+((?:\w+\s*(?:\.|::)\s*)*)(CreateTrailRequest|UpdateTrailRequest|CfnTrailProps|TrailProps|TrailArgs|CfnTrail|Trail)\b\s*([({])`)
	csTarget  = regexp.MustCompile(`((?:\b\w+\s*\.\s*)*)\b(CreateTrailRequest|UpdateTrailRequest|CfnTrailProps|TrailProps|TrailArgs)\??\s+\w+\s*=\s*(new)\s*([({])`)
	csCall    = regexp.MustCompile(`\.\s*(CreateTrail|UpdateTrail)(?:Async)?\s*\(\s*(new)\s*(\()`)
	csClient  = regexp.MustCompile(`\b(?:IAmazonCloudTrail|AmazonCloudTrailClient)\b`)
	csEntry   = regexp.MustCompile(`^\s*(\w+)(\s*=\s*)`)
	directive = regexp.MustCompile(`\n[ \t]*#(?:if|el)`)
	csNew     = regexp.MustCompile(`^(?:\w+\s*:\s*)?(new)\s*(?:((?:\w+\s*(?:\.|::)\s*)*)(CfnTrailProps|TrailProps|TrailArgs)\s*)?([({])`)
)

// initializers finds the trails that C# makes: with objects of the SDK, the CDK and Pulumi.
func (h *hunt) initializers() {
	masked := blanked(h.in.Text, CSharp)
	if !has(masked, "Trail") {
		return
	}
	c := csharp{hunt: h, src: source{text: h.in.Text, masked: masked, kind: CSharp, spent: new(int)}, imports: importsOf(masked, CSharp), used: map[int]bool{}}
	if csClient.Match(masked) { // other files of a project can import for all of them
		c.imports.all = append(c.imports.all, sdk)
	}
	if c.imports.none() && !has(masked, "CloudTrail.") {
		return
	}
	c.imports.disown(masked)
	c.src.later = c.src.settings()
	all := csMaker.FindAllSubmatchIndex(masked, 2000)
	for _, m := range all {
		c.construct(m)
	}
	for _, m := range all {
		c.make(m[0], m[2:6], m[6])
	}
	for _, m := range csTarget.FindAllSubmatchIndex(masked, 500) {
		c.make(m[6], m[2:6], m[8])
	}
	for _, m := range csCall.FindAllSubmatchIndex(masked, 500) {
		c.call(m)
	}
}

// csharp goes through a file.
type csharp struct {
	*hunt
	src     source
	imports imported
	used    map[int]bool // objects that belong to a construct, by the place of new
}

// maker is what a class makes; its qualifier and its name stand at four places.
func (c csharp) maker(class []int) *maker {
	name := string(c.src.masked[class[2]:class[3]])
	qualifier := bytes.ReplaceAll(c.src.masked[class[0]:class[1]], []byte("::"), []byte("."))
	return c.imports.family(string(qualifier), name).maker(name, CSharp)
}

// construct judges new Trail(this, "T", new TrailProps { … }) and the like of Pulumi.
func (c csharp) construct(m []int) {
	mk, src := c.maker(m[2:6]), c.src
	if mk == nil || mk.props == 0 || src.masked[m[6]] != '(' || !bytes.HasSuffix(src.masked[m[4]:m[5]], []byte("Trail")) {
		return
	}
	end := closer(src.masked, m[6])
	if end < 0 {
		return
	}
	parts := split(src.masked, m[7], end)
	made := built{at: m[0]}
	if len(parts) > mk.props {
		part := src.trimmed(parts[mk.props])
		text := src.masked[part[0]:part[1]]
		inner := csNew.FindSubmatchIndex(text)
		switch {
		case inner != nil:
			c.used[part[0]+inner[2]] = true
			made.args, made.place = src.initialized(part[0] + inner[8])
		case bareName.Match(text) && c.isBuilt(string(text)):
			return // it is judged where it is made
		case len(text) > 0 && string(text) != "null":
			for _, inner := range csMaker.FindAllIndex(text, 20) {
				c.used[part[0]+inner[0]] = true
			}
			made.args = []argument{unseen(string(text), part[0])}
		}
	}
	c.built(src, mk, made)
}

// isBuilt says whether a name is given properties of a construct in the file.
func (c csharp) isBuilt(name string) bool {
	name = regexp.QuoteMeta(name)
	given := regexp.MustCompile(`\b` + name + `\s*=\s*new\s+(?:[\w.]+\.)?(?:CfnTrailProps|TrailProps|TrailArgs)\b|\b(?:CfnTrailProps|TrailProps|TrailArgs)\s+` + name + `\s*=\s*new\b`)
	return given.Match(c.src.masked)
}

// make judges an object that stands at new, and what is set on its name afterwards.
func (c csharp) make(at int, class []int, open int) {
	mk, src := c.maker(class), c.src
	if mk == nil || c.used[at] || !mk.isRequest() && bytes.HasSuffix(src.masked[class[2]:class[3]], []byte("Trail")) {
		return
	}
	c.object(mk, at, open)
}

// call judges client.CreateTrailAsync(new() { … }).
func (c csharp) call(m []int) {
	name := string(c.src.masked[m[2]:m[3]])
	if mk := c.imports.family("", name+"Request").maker(name+"Request", CSharp); mk != nil {
		c.object(mk, m[4], m[6])
	}
}

func (c csharp) object(mk *maker, at, open int) {
	src := c.src
	args, p := src.initialized(open)
	made := built{at: at, args: args, place: p}
	ends := src.initializedEnd(open)
	later := src.changed(mk, at, ends, true)
	if again := src.copied(at); again >= 0 {
		later = append(later, argument{name: handedOn, value: src.line(again), at: again})
	}
	made.args = settled(append(made.args, later...))
	if made.place == nil && len(args) == 0 {
		made.place = src.setting(later)
	}
	c.built(src, mk, made)
}

// setting is the place before the first property that is set on a name, as a statement like that.
func (src source) setting(later []argument) *place {
	if len(later) == 0 || later[0].name == "..." || later[0].name == handedOn {
		return nil
	}
	first := later[0]
	name := regexp.MustCompile(`^\w+`).Find(src.masked[first.at:])
	apart := src.apart(first.at, " ")
	return &place{at: first.at, before: string(name) + ".", between: " = ", after: ";", join: apart, tail: apart}
}

// brace is where the initializer opens of what begins with a bracket; -1 if it has none.
func (src source) brace(open int) int {
	if src.masked[open] == '{' {
		return open
	}
	end := closer(src.masked, open)
	if end < 0 {
		return -1
	}
	rest := bytes.TrimLeft(src.masked[end+1:], " \t\r\n")
	if len(rest) == 0 || rest[0] != '{' {
		return -1
	}
	return len(src.masked) - len(rest)
}

// initializedEnd is where an object ends that begins with a bracket.
func (src source) initializedEnd(open int) int {
	if brace := src.brace(open); brace >= 0 {
		open = brace
	}
	if end := closer(src.masked, open); end >= 0 {
		return end + 1
	}
	return len(src.masked)
}

// initialized are the properties of an object, and where more can be put.
func (src source) initialized(open int) (args []argument, p *place) {
	if src.masked[open] == '(' {
		end := closer(src.masked, open)
		if end < 0 || len(bytes.TrimSpace(src.masked[open+1:end])) > 0 {
			return []argument{unseen(src.line(open), open)}, nil
		}
	}
	brace := src.brace(open)
	if brace < 0 {
		return nil, nil
	}
	end := closer(src.masked, brace)
	if end < 0 {
		return []argument{unseen(src.line(brace), brace)}, nil
	}
	if m := directive.FindIndex(src.text[brace:end]); m != nil {
		return []argument{unseen(src.line(brace+m[0]+1), brace+1)}, nil
	}
	for _, part := range split(src.masked, brace+1, end) {
		m := csEntry.FindSubmatchIndex(src.masked[part[0]:part[1]])
		if m == nil {
			continue
		}
		a := src.property(string(src.masked[part[0]+m[2]:part[0]+m[3]]), part[0]+m[2], part[0]+m[1], part[1])
		a.sep = " = "
		if sep := string(src.masked[part[0]+m[4] : part[0]+m[5]]); sep == "=" {
			a.sep = sep
		}
		args = append(args, a)
	}
	if len(args) > 0 {
		return args, src.listed(args)
	}
	return nil, src.filled(brace, " = ")
}
