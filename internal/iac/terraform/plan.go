package terraform

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/tailscale/hujson"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// plan is what terraform show -json says of a plan, or of a state.
type plan struct {
	text    []byte
	after   map[string]*hujson.Object // what is known after apply only, by address
	root    *hujson.Object            // its outermost module
	trails  []iac.Trail
	counted int // lines up to
	line    int
}

func readPlan(text []byte) (trails []iac.Trail, unreadable string) {
	switch {
	case !bytes.Contains(text, []byte("cloudtrail")):
		return nil, ""
	case len(text) > largestPlan:
		return nil, fmt.Sprintf("larger than %d MB", largestPlan>>20)
	case iac.Depth(text) > deepest:
		return nil, "nested too deeply"
	}
	root, err := hujson.Parse(withoutMark(text))
	if err != nil {
		return nil, strings.TrimPrefix(err.Error(), "hujson: ")
	}
	p := &plan{text: text, after: map[string]*hujson.Object{}, line: 1}
	top := object(root)
	p.changes(top)
	for _, name := range []string{"planned_values", "values"} {
		if module := object(get(object(get(top, name)), "root_module")); module != nil {
			p.root = module
			p.module(module)
			break
		}
	}
	return p.trails, ""
}

func object(v hujson.Value) *hujson.Object {
	o, _ := v.Value.(*hujson.Object)
	return o
}

func array(v hujson.Value) []hujson.Value {
	if a, ok := v.Value.(*hujson.Array); ok {
		return a.Elements
	}
	return nil
}

// get returns a member; the zero Value when there is none.
func get(o *hujson.Object, name string) hujson.Value {
	if o != nil {
		for _, m := range o.Members {
			if l, ok := m.Name.Value.(hujson.Literal); ok && l.String() == name {
				return m.Value
			}
		}
	}
	return hujson.Value{}
}

// written is a scalar as the file writes it, strings without quotes.
func written(v hujson.Value) string {
	l, ok := v.Value.(hujson.Literal)
	switch {
	case !ok:
		return ""
	case l.Kind() == '"':
		return l.String()
	}
	return string(l)
}

func (p *plan) changes(top *hujson.Object) {
	for _, c := range array(get(top, "resource_changes")) {
		o := object(c)
		if after := object(get(object(get(o, "change")), "after_unknown")); after != nil {
			p.after[written(get(o, "address"))] = after
		}
	}
}

func (p *plan) module(m *hujson.Object) {
	for _, r := range array(get(m, "resources")) {
		o := object(r)
		kind := written(get(o, "type"))
		if o != nil && (kind == aws || kind == awscc) && written(get(o, "mode")) != "data" {
			p.trails = append(p.trails, p.trail(o, kind))
		}
	}
	for _, child := range array(get(m, "child_modules")) {
		if o := object(child); o != nil {
			p.module(o)
		}
	}
}

func (p *plan) trail(o *hujson.Object, kind string) iac.Trail {
	address, values := written(get(o, "address")), object(get(o, "values"))
	t := iac.Trail{Name: address, Line: 1, Column: 1}
	if len(o.Members) > 0 {
		t.Line, t.Column = p.position(o.Members[0].Name.StartOffset)
	}
	says := func(name string, fallback answers) answers {
		switch written(get(values, name)) {
		case "true":
			return yes
		case "false":
			return no
		}
		if written(get(p.after[address], name)) == "true" || values == nil {
			return maybe
		}
		return fallback
	}
	multi := says(multiRegion, no)
	t.Verdict, t.Default = verdict(multi), verdict(multi)
	t.Reason = trail.Say("iac.terraform.planned", "name", multiRegion, "result", boolean(multi))
	if t.Verdict == iac.Unknown {
		t.Reason = trail.Say("iac.terraform.after-apply", "name", multiRegion)
	}
	global, logging := yes, "enable_logging"
	if kind == awscc {
		global, logging = no, "is_logging"
	}
	add := func(rule string, message trail.Note) {
		t.Problems = append(t.Problems, iac.Problem{Rule: rule, Line: t.Line, Column: t.Column, Message: message})
	}
	if t.Verdict == iac.Single {
		add(iac.SingleRegion, trail.Say("iac.terraform.rule.single-region"))
	}
	if t.Verdict == iac.Multi && says(globalEvents, global) == no {
		add(iac.GlobalServiceEvents, trail.Say("iac.terraform.rule.global-service-events"))
	}
	if t.Verdict == iac.Multi && written(get(p.after[address], "s3_key_prefix")) != "true" {
		if by, out := p.delivers(values, kind); out.Refused {
			add(iac.BucketPolicy, notDelivered(by, out))
		}
	}
	if says(logging, yes) == no {
		add(iac.NotLogging, trail.Say("iac.terraform.rule.not-logging", "name", logging))
	}
	if p.drops(values) {
		add(iac.ManagementEvents, trail.Say("iac.terraform.rule.management-events"))
	}
	if says("enable_log_file_validation", no) == no {
		add(iac.LogFileValidation, trail.Say("iac.terraform.rule.log-file-validation"))
	}
	return t
}

// position is the line and column of an offset. Trails mostly come in the order of the file.
func (p *plan) position(at int) (line, col int) {
	if at < p.counted {
		p.counted, p.line = 0, 1
	}
	p.line += bytes.Count(p.text[p.counted:at], []byte("\n"))
	p.counted = at
	return p.line, column(p.text, at)
}

// drops says whether planned selectors leave management events out.
func (p *plan) drops(values *hujson.Object) bool {
	basic, advanced := p.selectors(values, "event_selector"), p.selectors(values, "advanced_event_selector")
	switch {
	case len(advanced) > 0:
		return dropsAdvanced(advanced)
	case len(basic) > 0:
		return dropsBasic(basic)
	}
	return false
}

// selectors returns planned selectors in the form in which those of a configuration are judged.
func (p *plan) selectors(values *hujson.Object, name string) []cty.Value {
	v := get(values, name)
	if len(array(v)) == 0 {
		v = get(values, name+"s")
	}
	if len(array(v)) == 0 {
		return nil
	}
	text := v.Pack()
	kind, err := ctyjson.ImpliedType(text)
	if err != nil {
		return nil
	}
	parsed, err := ctyjson.Unmarshal(text, kind)
	if err != nil {
		return nil
	}
	return elements(parsed)
}
