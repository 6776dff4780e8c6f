package commands

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

var (
	binding     = regexp.MustCompile(`([\w.$]+)\s*(?::\s*[\w.]+\s*)?=\s*[\w.$]*$`)
	escapes     = regexp.MustCompile(`([\w.$()\[\]]*(?: as [\w.]+\))?)\.(?i:add_?(?:property_?(?:deletion_?)?)?override)\s*\(`)
	saysIt      = regexp.MustCompile(`^\s*["'` + "`" + `](?:Properties\.)?IsMultiRegionTrail["'` + "`" + `]\s*(?:,\s*(true|false|True|False)\b)?`)
	setProps    = regexp.MustCompile(`([\w.$()\[\]]*(?: as [\w.]+\))?)\.(?:isMultiRegionTrail|is_multi_region_trail|IsMultiRegionTrail)\s*=\s*([^=\s][^\n;]*)`)
	optionsName = regexp.MustCompile(`(?i)(?:props|args|opts|options|config|params|input|settings)$`)
	rootName    = regexp.MustCompile(`^[(\s]*(?:(?:this|self)\.)?([A-Za-z_$][\w$]*)`)
)

// An override sets the scope of a construct after it was made.
type override struct {
	root, value string // the name that it begins with; what is set
	at, from    int    // from is where the value stands; -1 for none
}

// overrides are those of a file, such as trail.isMultiRegionTrail = true and
// addPropertyOverride('IsMultiRegionTrail', true).
func (src source) overrides() (out []override) {
	if !has(src.masked, ".isMultiRegionTrail", ".is_multi_region_trail", ".IsMultiRegionTrail", "verride", "VERRIDE") {
		return nil // far quicker than the expressions
	}
	for _, m := range setProps.FindAllSubmatchIndex(src.masked, 100) {
		if optionsName.Match(src.masked[m[2]:m[3]]) {
			continue // an object of properties, which is looked at where it is used
		}
		out = append(out, override{
			root: src.root(string(src.masked[m[2]:m[3]])), at: m[0], from: m[4],
			value: strings.TrimSpace(string(src.masked[m[4]:m[5]])),
		})
	}
	for _, m := range escapes.FindAllSubmatchIndex(src.masked, 100) {
		said := saysIt.FindSubmatchIndex(src.text[m[1]:])
		if said == nil {
			continue
		}
		o := override{root: src.root(string(src.masked[m[2]:m[3]])), at: m[0], from: -1}
		if said[2] >= 0 {
			o.from = m[1] + said[2]
			o.value = string(src.text[m[1]+said[2] : m[1]+said[3]])
		}
		out = append(out, o)
	}
	return out
}

// root is the name with which an expression begins, without this and self; of a name that
// stands for trail.node.defaultChild it is trail.
func (src source) root(expression string) string {
	for range 4 {
		m := rootName.FindStringSubmatch(expression)
		if m == nil {
			return ""
		}
		alias := regexp.MustCompile(`\b` + regexp.QuoteMeta(m[1]) + `\s*(?::\s*[\w.]+\s*)?=\s*([^\n;=]*\.node\.[^\n;=]*)`).FindSubmatch(src.masked)
		if alias == nil {
			return m[1]
		}
		expression = string(alias[1])
	}
	return ""
}

// overridden corrects what was found by what is set later. Which trail is meant by a name
// that is given no trail in sight nobody knows, unless it is set to what the trail is anyway.
func (src source) overridden(f *finding, mk *maker, at, end int) {
	if len(src.later) == 0 || mk.name != "Trail" && mk.name != "CfnTrail" && mk.name != "Cloudtrail" {
		return
	}
	own := ""
	if m := binding.FindSubmatch(src.masked[max(0, at-200):at]); m != nil {
		own = src.root(string(m[1]))
	}
	on, off := truths(src.kind)
	for _, o := range src.later {
		verdict := map[string]iac.Verdict{on: iac.Multi, off: iac.Single}[o.value]
		mine := o.root != "" && o.root == own
		switch {
		case o.at > at && o.at < end, !mine && src.isTrail(o.root):
		case mine && verdict != "" && o.at > end && src.beginsLine(o.at) && src.indent(o.at) == src.indent(at):
			f.set(mk, verdict, iac.Edit{Start: o.from, End: o.from + len(off), Text: on})
		case verdict != f.verdict:
			f.byDefault = f.verdict
			if verdict != "" {
				f.byDefault = verdict
			}
			f.verdict, f.edits, f.elsewhere = iac.Unknown, nil, nil
			f.reason = trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", src.line(o.at))
		}
	}
}

// set is what a property decides that is set behind the call.
func (f *finding) set(mk *maker, v iac.Verdict, turn iac.Edit) {
	f.verdict, f.byDefault, f.edits, f.elsewhere, f.blame = v, "", nil, nil, turn.Start
	f.reason = trail.Say("iac.commands.property-on", "name", mk.multi)
	if v == iac.Multi {
		return
	}
	f.reason = trail.Say("iac.commands.property-off", "name", mk.multi)
	if !f.excludesGlobal { // else its fix stands elsewhere
		f.edits = []iac.Edit{turn}
	}
}

// isTrail says whether a name is given a trail.
func (src source) isTrail(name string) bool {
	if name == "" {
		return false
	}
	re := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\s*(?::\s*[\w.]+\s*)?=\s*(?:new\s+)?[\w.]*(?:Trail|Cloudtrail)\s*\(`)
	return re.Match(src.masked)
}

// line is the line of a place, without what is too long.
func (src source) line(at int) string {
	start := bytes.LastIndexByte(src.text[:at], '\n') + 1
	line := strings.TrimSpace(string(src.text[start:lineEnd(src.text, at)]))
	return line[:min(len(line), 60)]
}
