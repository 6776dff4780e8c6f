package commands

import (
	"bytes"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// A dialect is how a tool spells the two properties of a trail.
type dialect struct {
	multi, global string
	needsGlobal   bool // a trail without it excludes global service events
	update        bool // what is not said stays as it is
	// inherited are the mappings that say what the trail itself does not, nearest first.
	inherited []*yaml.Node
}

// declarable says whether a text can declare what declared looks for: whether it has one of the
// names as a word of its own. Most texts that speak of CloudTrail are templates, which have it
// in the name of the service and of its actions.
func declarable(text []byte) bool {
	const name = "cloudtrail"
	for {
		i := bytes.Index(text, []byte(name))
		if i < 0 {
			return false
		}
		text = text[i+len(name):]
		if isWhole(text) {
			return true
		}
	}
}

// isWhole says whether a name ends before a text, or goes on as the names of trails do.
func isWhole(after []byte) bool {
	begins := func(words ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return bytes.HasPrefix(after, []byte(word)) })
	}
	switch {
	case len(after) == 0, begins(":Trail", "/trail:Trail", ": ", ":\t", ":\r", ":\n"), string(after) == ":":
		return true
	case after[0] == '.':
		return !begins(".amazonaws", ".${")
	default:
		return bytes.IndexByte([]byte("\"' \t\r\n,}]"), after[0]) >= 0
	}
}

// declared notes the trail of an Ansible task, of Pulumi YAML or of a Kubernetes operator.
func (p *page) declared(n *yaml.Node) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		switch key.Value {
		case "amazon.aws.cloudtrail", "community.aws.cloudtrail", "cloudtrail":
			p.task(n, key, value)
		case "action", "local_action":
			p.action(n, key, value)
		case "type":
			spelled := dialect{multi: "isMultiRegionTrail", global: "includeGlobalServiceEvents"}
			switch value.Value {
			case "aws:cloudtrail:Trail", "aws:cloudtrail/trail:Trail":
			case "aws-native:cloudtrail:Trail":
				spelled.needsGlobal = true
			default:
				continue
			}
			p.trail("aws:cloudtrail:Trail", key, iac.Member(n, "properties"), spelled)
		case "Api":
			p.automation(n, key, value.Value)
		case "apiVersion":
			p.operator(n, key, value.Value)
		}
	}
}

// automation notes the trail that a step of Systems Manager Automation makes with
// aws:executeAwsApi.
func (p *page) automation(n, key *yaml.Node, api string) {
	api = strings.ToLower(strings.ReplaceAll(api, "_", ""))
	if service := iac.Member(n, "Service"); service == nil || service.Value != "cloudtrail" || api != "createtrail" && api != "updatetrail" {
		return
	}
	d := dialect{multi: "IsMultiRegionTrail", global: "IncludeGlobalServiceEvents", update: api == "updatetrail"}
	if d.update && iac.Member(n, d.multi) == nil {
		return
	}
	p.trail("aws:executeAwsApi", key, n, d)
}

// operator notes the trail of a Kubernetes object.
func (p *page) operator(n, key *yaml.Node, version string) {
	if kind := iac.Member(n, "kind"); kind == nil || kind.Value != "Trail" || !strings.HasPrefix(version, "cloudtrail.") {
		return
	}
	spec := iac.Member(n, "spec")
	if inner := iac.Member(spec, "forProvider"); inner != nil {
		spec = inner
	}
	name := "Trail"
	if n := iac.Member(iac.Member(n, "metadata"), "name"); n != nil {
		name = n.Value
	}
	p.trail(name, key, spec, dialect{multi: "isMultiRegionTrail", global: "includeGlobalServiceEvents"})
}

// globals are the names that the second property has.
func (d dialect) globals() []string {
	if d.global == "include_global_events" {
		return []string{d.global, "include_global_service_events"}
	}
	return []string{d.global}
}

// own is the value of the first of some keys that a mapping has itself; nil if it has none.
func own(n *yaml.Node, names ...string) *yaml.Node {
	for _, name := range names {
		if found := iac.Member(n, name); found != nil {
			return found
		}
	}
	return nil
}

// property is the value that a trail has for the first of some keys: its own, one of a
// merge key, or an inherited one.
func (d dialect) property(n *yaml.Node, names ...string) *yaml.Node {
	for _, from := range append(merges(n), d.inherited...) {
		if found := own(from, names...); found != nil {
			return found
		}
	}
	return nil
}

// merges are a mapping and what its merge keys bring in, in the order in which they count.
func merges(n *yaml.Node) []*yaml.Node {
	all := []*yaml.Node{n}
	for i := 0; i < len(all) && len(all) < 50; i++ {
		switch merged := iac.Member(all[i], "<<"); {
		case merged == nil:
		case merged.Kind == yaml.AliasNode:
			all = append(all, merged.Alias)
		case merged.Kind == yaml.SequenceNode:
			for _, m := range merged.Content {
				all = append(all, cmpNode(m.Alias, m))
			}
		default:
			all = append(all, merged)
		}
	}
	return all
}

// truth reads a boolean as YAML 1.1 does; not ok when it is neither.
func truth(n *yaml.Node) (value, ok bool) {
	if n == nil || n.Kind != yaml.ScalarNode {
		return false, false
	}
	switch strings.ToLower(n.Value) {
	case "true", "yes", "on", "y", "1":
		return true, true
	case "false", "no", "off", "n", "0", "null", "~", "":
		return false, true
	}
	return false, false
}

func (p *page) trail(name string, key, arguments *yaml.Node, d dialect) {
	at := p.offset(key)
	f := finding{name: name, at: at, blame: at, globalAt: at}
	multi, global := d.property(arguments, d.multi), d.property(arguments, d.globals()...)
	value, ok := truth(multi)
	by := p.controlled(arguments, multi)
	switch {
	case by != "":
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Unknown, trail.Say("iac.commands.property-unknown", "name", d.multi, "decides", by)
	case multi == nil && arguments != nil && arguments.Kind == yaml.AliasNode:
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.property-unknown", "name", d.multi, "decides", "<<")
	case multi == nil:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", d.multi)
	case !ok:
		f.verdict, f.byDefault = iac.Unknown, p.templateDefault(multi.Value)
		f.reason = trail.Say("iac.commands.property-unknown", "name", d.multi, "decides", multi.Value)
	case value:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", d.multi)
	default:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", d.multi)
	}
	if multi != nil {
		f.blame = p.offset(multi)
	}
	on, known := truth(global)
	f.excludesGlobal = global == nil && d.needsGlobal || global != nil && known && !on
	if global != nil {
		f.globalAt = p.offset(global)
	}
	f.offByDeclaration(arguments, d)
	f.edits = p.fix(arguments, f, d)
	p.found = append(p.found, f)
}

// fix writes the properties: a literal is turned round, what is missing comes before the
// first key, on a line of its own.
func (p *page) fix(arguments *yaml.Node, f finding, d dialect) []iac.Edit {
	if f.verdict == iac.Unknown || arguments == nil || arguments.Kind != yaml.MappingNode {
		return nil
	}
	var edits []iac.Edit
	var missing []string
	put := func(names ...string) bool {
		n := own(arguments, names...)
		if n == nil {
			missing = append(missing, names[0])
			return true
		}
		e, ok := p.turn(n)
		edits = append(edits, e)
		return ok
	}
	if f.verdict == iac.Single && !put(d.multi) || f.excludesGlobal && !put(d.globals()...) {
		return nil
	}
	if len(missing) > 0 {
		e, ok := p.insert(arguments, missing)
		if !ok {
			return nil
		}
		edits = append(edits, e)
	}
	return edits
}

// pairs are the spellings of false, and of true in the same style.
func pairs() map[string]string {
	return map[string]string{
		"false": "true", "False": "True", "FALSE": "TRUE", "no": "yes", "No": "Yes", "NO": "YES", "off": "on", "Off": "On", "OFF": "ON",
	}
}

// turn replaces a false by a true of the same style.
func (p *page) turn(n *yaml.Node) (iac.Edit, bool) {
	at := p.content(n)
	on, ok := pairs()[n.Value]
	if !ok || n.Anchor != "" || !bytes.HasPrefix(p.text[at:], []byte(n.Value)) {
		return iac.Edit{}, false
	}
	return iac.Edit{Start: at, End: at + len(n.Value), Text: on}, true
}

// insert puts properties before the first key of a mapping.
func (p *page) insert(arguments *yaml.Node, names []string) (iac.Edit, bool) {
	if len(arguments.Content) == 0 {
		return p.fill(arguments, names)
	}
	at := p.offset(arguments.Content[0])
	start := bytes.LastIndexByte(p.text[:at], '\n') + 1
	word := "true"
	for i := 1; i < len(arguments.Content); i += 2 {
		n := arguments.Content[i]
		for off, on := range pairs() {
			if n.Style == 0 && (n.Value == off || n.Value == on) {
				word = on
			}
		}
	}
	var b strings.Builder
	if arguments.Style&yaml.FlowStyle != 0 {
		if slices.Contains([]byte{'"', '\''}, p.text[at]) {
			return iac.Edit{}, false
		}
		for _, name := range names {
			b.WriteString(name + ": " + word + ", ")
		}
		return iac.Edit{Start: at, End: at, Text: b.String()}, true
	}
	indent := string(p.text[start:at])
	if strings.Trim(indent, " ") != "" {
		return iac.Edit{}, false
	}
	line := p.lineEnd()
	for _, name := range names {
		b.WriteString(indent + name + ": " + word + line)
	}
	return iac.Edit{Start: start, End: start, Text: b.String()}, true
}

// fill puts properties into a mapping that has none, which is written {}.
func (p *page) fill(arguments *yaml.Node, names []string) (iac.Edit, bool) {
	at := p.offset(arguments)
	if !bytes.HasPrefix(p.text[at:], []byte("{}")) {
		return iac.Edit{}, false
	}
	return iac.Edit{Start: at + 1, End: at + 1, Text: strings.Join(names, ": true, ") + ": true"}, true
}
