package commands

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// moduleNames are the names of Ansible's module, with and without its collection.
func moduleNames() []string {
	return []string{"amazon.aws.cloudtrail", "community.aws.cloudtrail", "cloudtrail"}
}

// task notes the trail of an Ansible task, whose arguments are a mapping or words like name=x.
func (p *page) task(n, key, arguments *yaml.Node) {
	if arguments.Kind == yaml.ScalarNode {
		if s, ok := p.script(arguments); ok {
			p.inWords(n, key, s)
		}
		return
	}
	d := dialect{multi: "is_multi_region_trail", global: "include_global_events", inherited: p.moduleDefaults(n)}
	if !d.isTask(key.Value, arguments) {
		return
	}
	p.trail(taskName(n, key.Value), key, arguments, d)
}

// action notes the trail of a task in the old form: action: cloudtrail name=x, or a mapping
// that names the module.
func (p *page) action(n, key, value *yaml.Node) {
	if module := iac.Member(value, "module"); module != nil && slices.Contains(moduleNames(), module.Value) {
		d := dialect{multi: "is_multi_region_trail", global: "include_global_events", inherited: p.moduleDefaults(n)}
		if d.isTask("", value) {
			p.trail(taskName(n, module.Value), key, value, d)
		}
		return
	}
	if value.Kind != yaml.ScalarNode {
		return
	}
	module, _, _ := strings.Cut(strings.TrimSpace(value.Value), " ")
	if s, ok := p.script(value); ok && slices.Contains(moduleNames(), module) {
		from := strings.Index(string(s.text), module) + len(module)
		p.inWords(n, key, s.part(from, len(s.text)))
	}
}

func taskName(n *yaml.Node, module string) string {
	if n := iac.Member(n, "name"); n != nil && n.Kind == yaml.ScalarNode {
		return n.Value
	}
	return module
}

// isTask tells a task from a setting that has the same name: a bare cloudtrail needs the
// arguments of the module.
func (d dialect) isTask(key string, arguments *yaml.Node) bool {
	if arguments.Kind != yaml.MappingNode {
		return false
	}
	if state := d.property(arguments, "state"); state != nil && state.Value == "absent" {
		return false
	}
	return key != "cloudtrail" || d.property(arguments, "s3_bucket_name") != nil ||
		d.property(arguments, "state") != nil && d.property(arguments, "name") != nil
}

// moduleDefaults are what a task inherits from itself and from the blocks and the play around
// it: https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_module_defaults.html
func (p *page) moduleDefaults(task *yaml.Node) (all []*yaml.Node) {
	around := append(slices.Clone(p.above), task)
	for _, n := range slices.Backward(around) {
		for _, name := range moduleNames() {
			if d := iac.Member(iac.Member(n, "module_defaults"), name); d != nil {
				// A nearer declaration takes the place of the whole of an outer one.
				return merges(d)
			}
		}
	}
	return nil
}

var keyed = regexp.MustCompile(`(\w+)=("[^"]*"|'[^']*'|(?:\{\{.*?\}\}|[^\s{])+)`)

// inWords notes the trail of a task whose arguments are words.
func (p *page) inWords(n, key *yaml.Node, s script) {
	w := assigned{script: s, at: map[string][2]int{}}
	for _, m := range keyed.FindAllSubmatchIndex(s.text, -1) {
		if len(w.at) == 0 {
			w.first = m[0]
		}
		w.at[string(s.text[m[2]:m[3]])] = [2]int{m[4], m[5]}
	}
	if w.value("state") == "absent" || w.value("state")+w.value("s3_bucket_name") == "" {
		return
	}
	at := p.offset(key)
	f := finding{name: taskName(n, key.Value), at: at, blame: at, globalAt: at}
	const multi, global = "is_multi_region_trail", "include_global_events"
	on, known := w.truth(multi)
	switch _, said := w.at[multi]; {
	case !said:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", multi)
	case !known:
		f.verdict, f.byDefault = iac.Unknown, p.templateDefault(w.value(multi))
		f.reason = trail.Say("iac.commands.property-unknown", "name", multi, "decides", w.value(multi))
	case on:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", multi)
	default:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", multi)
	}
	on, known = w.truth(global)
	f.excludesGlobal = w.value(global) != "" && known && !on
	if f.verdict != iac.Unknown {
		f.edits = w.fix(f, multi, global)
	}
	p.found = append(p.found, f)
}

// assigned are arguments like name=x.
type assigned struct {
	script
	at    map[string][2]int // where values stand, by name
	first int
}

func (w assigned) value(name string) string {
	r := w.at[name]
	return strings.Trim(string(w.text[r[0]:r[1]]), `"'`)
}

func (w assigned) truth(name string) (value, ok bool) {
	return truth(&yaml.Node{Kind: yaml.ScalarNode, Value: w.value(name)})
}

// fix turns what is false round, and puts what is missing before the first word.
func (w assigned) fix(f finding, multi, global string) (edits []iac.Edit) {
	turn := func(name string) bool {
		r, said := w.at[name]
		text, from, to := multi+"=true ", w.first, w.first
		if said {
			text, from, to = pairs()[string(w.text[r[0]:r[1]])], r[0], r[1]
		}
		e := iac.Edit{Start: w.place(from), End: w.place(from), Text: text}
		if said {
			e.End = w.after(to)
		}
		edits = append(edits, e)
		return text != "" && (!said || e.End-e.Start == to-from)
	}
	if f.verdict == iac.Single && !turn(multi) || f.excludesGlobal && !turn(global) {
		return nil
	}
	return edits
}

var jinjaDefault = regexp.MustCompile(`(?i)\{\{\s*([\w.]+)\s*(?:\|\s*(?:default|d)\(\s*["']?(\w+)["']?\s*(?:,\s*true\s*)?\))?`)

// templateDefault is what a template of Jinja comes to without anything given to it: by its
// filter, or by the defaults of the role.
func (p *page) templateDefault(value string) iac.Verdict {
	m := jinjaDefault.FindStringSubmatch(value)
	if m == nil {
		return iac.Unknown
	}
	word := &yaml.Node{Kind: yaml.ScalarNode, Value: m[2]}
	if m[2] == "" {
		if word = p.variable(m[1]); word == nil {
			return iac.Unknown
		}
	}
	switch on, known := truth(word); {
	case !known:
		return iac.Unknown
	case on:
		return iac.Multi
	default:
		return iac.Single
	}
}

// variable is what a play or a role declares for a name; nil when nothing in sight does.
func (p *page) variable(name string) *yaml.Node {
	for _, n := range slices.Backward(p.above) {
		if v := iac.Member(iac.Member(n, "vars"), name); v != nil {
			return v
		}
	}
	if p.in.Tree == nil {
		return nil
	}
	role := path.Dir(path.Dir(p.in.Path))
	for _, file := range []string{"vars/main.yml", "vars/main.yaml", "defaults/main.yml", "defaults/main.yaml"} {
		text, err := fs.ReadFile(p.in.Tree, path.Join(role, file))
		if err != nil || len(text) > most {
			continue
		}
		documents, _ := parseYAML(text)
		for _, d := range documents {
			if len(d.Content) == 1 {
				if v := iac.Member(d.Content[0], name); v != nil {
					return v
				}
			}
		}
	}
	return nil
}
