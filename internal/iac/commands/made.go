package commands

import (
	"bytes"
	"slices"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// A source is code that is read by pattern: its text, and the same with comments and the
// text of strings as blanks.
type source struct {
	text, masked []byte
	kind         iac.Kind
	later        []override
	place        *place // where properties are put; nil is before the first one
	spent        *int   // bytes that names were looked for in; nil is not counted
}

// made judges a call, from at to its closing bracket.
func (h *hunt) made(src source, mk *maker, at, end int, args []argument) {
	args = src.inSight(mk, at, args)
	if !mk.proven(args) {
		return
	}
	f := finding{name: mk.name, at: at, blame: at, globalAt: at}
	multi, global, rest := mk.deciding(args)
	if !f.weigh(src, mk, multi, global, rest) {
		return
	}
	f.edits = src.mend(mk, f, args, multi, global)
	if f.edits == nil && f.verdict == iac.Single && multi == nil && global == nil {
		f.edits = src.unnamed(mk, f, args, at, end)
		f.unfixed = trail.Say("iac.commands.no-place", "name", mk.multi)
	}
	f.elsewhere = src.declared(f, multi)
	src.overridden(&f, mk, at, end)
	h.offByCall(&f, src, mk, args, rest)
	h.found = append(h.found, f)
}

// weigh notes what the properties of a call decide; false: it leaves the scope as it is.
func (f *finding) weigh(src source, mk *maker, multi, global, rest *argument) bool {
	if !f.scope(src, mk, multi, rest) {
		return false
	}
	_, off := truths(src.kind)
	f.excludesGlobal = global == nil && mk.needsGlobal && rest == nil || global != nil && src.evaluated(global.value) == off
	if global != nil {
		f.globalAt = global.from
	}
	return true
}

// proven says whether the call is one of CloudTrail.
func (mk *maker) proven(args []argument) bool {
	return len(mk.proof) == 0 || slices.ContainsFunc(args, func(a argument) bool {
		return a.name == "..." && !mk.strict || a.name == mk.multi || slices.Contains(mk.proof, a.name)
	})
}

// deciding are the properties that decide. In an object the last one counts: what is
// spread behind a property can replace it.
func (mk *maker) deciding(args []argument) (multi, global, rest *argument) {
	for i := range args {
		switch a := &args[i]; a.name {
		case mk.multi:
			multi = a
		case mk.global:
			global = a
		case "...":
			if rest = a; a.replaces {
				multi, global = nil, nil
			}
		}
	}
	return multi, global, rest
}

// scope says how many Regions the trail records; false: the call leaves that as it is.
func (f *finding) scope(src source, mk *maker, multi, rest *argument) bool {
	if multi == nil {
		return f.unsaid(mk, rest)
	}
	f.blame = multi.from
	on, off := truths(src.kind)
	switch value := src.evaluated(multi.value); value {
	case on:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-on", "name", mk.multi)
	case off:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-off", "name", mk.multi)
	default:
		f.verdict, f.byDefault = iac.Unknown, iac.Unknown
		switch src.defaultOf(multi.value) {
		case on:
			f.byDefault = iac.Multi
		case off:
			f.byDefault = iac.Single
		}
		f.reason = trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", multi.value[:min(len(multi.value), 60)])
	}
	return true
}

// unsaid is the scope of a trail that says nothing of it.
func (f *finding) unsaid(mk *maker, rest *argument) bool {
	switch {
	case mk.byDefault == "":
		return false
	case rest != nil:
		f.verdict, f.byDefault, f.reason = iac.Unknown, mk.byDefault, trail.Say("iac.commands.property-unknown", "name", mk.multi, "decides", rest.value)
	case mk.byDefault == iac.Multi:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.property-default", "name", mk.multi)
	default:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.property-missing", "name", mk.multi)
	}
	return true
}

// mend turns literals round and puts what is missing before the first property.
func (src source) mend(mk *maker, f finding, args []argument, multi, global *argument) []iac.Edit {
	if f.verdict == iac.Unknown {
		return nil
	}
	on, off := truths(src.kind)
	var edits []iac.Edit
	var missing []string
	put := func(name string, a *argument) bool {
		switch {
		case a == nil:
			missing = append(missing, name)
		case a.value == off && a.to > a.from:
			edits = append(edits, iac.Edit{Start: a.from, End: a.to, Text: like(on, src.text[a.from:a.to])})
		default:
			return false // it is decided elsewhere
		}
		return true
	}
	if f.verdict == iac.Single && !put(mk.multi, multi) || f.excludesGlobal && !put(mk.global, global) {
		return nil
	}
	if len(missing) > 0 {
		e, ok := src.insert(args, missing, on)
		if !ok {
			return nil
		}
		edits = append(edits, e)
	}
	return edits
}

// declared turns the constant that makes a trail single-Region where it is declared, or the
// default of a parameter that does so when nothing is given for it.
func (src source) declared(f finding, multi *argument) []iac.Edit {
	if multi == nil || f.verdict == iac.Multi || f.byDefault == iac.Multi || f.excludesGlobal || !bareName.MatchString(multi.value) {
		return nil
	}
	on, off := truths(src.kind)
	value, at, _ := src.constant(multi.value)
	if value != off || !bytes.HasPrefix(src.text[at:], []byte(off)) {
		return nil
	}
	return []iac.Edit{{Start: at, End: at + len(off), Text: on}}
}

// insert puts properties before the first one, written as that is.
func (src source) insert(args []argument, names []string, on string) (iac.Edit, bool) {
	if src.place != nil {
		return src.place.put(names, on), true
	}
	i := slices.IndexFunc(args, func(a argument) bool { return a.sep != "" })
	if i < 0 {
		return iac.Edit{}, false
	}
	first := args[i]
	start := bytes.LastIndexByte(src.text[:first.at], '\n') + 1
	behind := ", "
	if lead := src.text[start:first.at]; len(bytes.TrimSpace(lead)) == 0 {
		behind = ",\n" + string(lead)
		if start > 1 && src.text[start-2] == '\r' {
			behind = ",\r\n" + string(lead)
		}
	}
	text := ""
	for _, name := range names {
		text += first.quote + name + first.quote + first.sep + on + behind
	}
	return iac.Edit{Start: first.at, End: first.at, Text: text}, true
}
