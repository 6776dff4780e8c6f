package terraform

import (
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// The resources that are trails: of the provider aws, and of awscc, which has the defaults
// of CloudFormation.
const (
	aws   = "aws_cloudtrail"
	awscc = "awscc_cloudtrail_trail"
)

const (
	multiRegion  = "is_multi_region_trail"
	globalEvents = "include_global_service_events"
)

// declaration is a resource that is a trail, with what override files say of it.
type declaration struct {
	*block
	world     *world
	attrs     map[string]*attribute // merged
	nested    []*block              // likewise
	overrides bool                  // it is in an override file
	multi     answers
	// likely is what the declared defaults give.
	likely         answers
	global         answers
	globalLikely   answers
	globalFallback answers
}

// judge returns the trails of a file, in its order.
func (r *reader) judge(in iac.Input, src *source) []iac.Trail {
	var trails []iac.Trail
	w := r.around(in, src)
	for _, b := range src.blocks {
		switch {
		case b.kind == "resource" && (b.label(0) == aws || b.label(0) == awscc):
			if isOverride(in.Path) && b.attrs[multiRegion] == nil {
				continue // it is judged where it is declared
			}
			trails = append(trails, w.declaration(b).trail())
		case b.kind == "module":
			trails = append(trails, w.calls(b)...)
		}
	}
	return trails
}

func (w *world) declaration(b *block) *declaration {
	d := &declaration{block: b, world: w, attrs: maps.Clone(b.attrs), nested: b.blocks, globalFallback: yes}
	dir := path.Dir(w.in.Path)
	if d.overrides = isOverride(w.in.Path); d.overrides {
		d.under(w.near.declared(dir, b.label(0), b.label(1)))
	} else {
		for _, o := range w.near.overrides(dir, b.label(0), b.label(1)) {
			d.over(o)
		}
	}
	if b.label(0) == awscc {
		d.globalFallback = no
	}
	d.multi, d.likely = w.ask(b, d.attrs[multiRegion], no)
	d.global, d.globalLikely = w.ask(b, d.attrs[globalEvents], d.globalFallback)
	return d
}

// over takes in what an override file says: its attributes, and its blocks in the place of
// all of their kinds (https://developer.hashicorp.com/terraform/language/files/override).
func (d *declaration) over(by *block) {
	maps.Copy(d.attrs, by.attrs)
	d.nested = slices.DeleteFunc(slices.Clone(d.nested), func(b *block) bool {
		return b.makes() != "lifecycle" && slices.ContainsFunc(by.blocks, func(o *block) bool { return o.makes() == b.makes() })
	})
	d.nested = append(d.nested, by.blocks...)
}

// under takes in what the file says that is overridden.
func (d *declaration) under(base *block) {
	if base == nil {
		return
	}
	own := d.block
	d.attrs, d.nested = maps.Clone(base.attrs), base.blocks
	d.over(own)
}

func (d *declaration) trail() iac.Trail {
	t := iac.Trail{
		Name: d.label(0) + "." + d.label(1), Verdict: verdict(d.multi), Default: verdict(d.likely),
		Reason: d.reason(),
	}
	t.Line, t.Column = d.head.Line, column(d.file.text, d.head.Byte)
	if t.Verdict != iac.Unknown {
		t.Default = t.Verdict
	}
	t.Problems = d.problems(t)
	t.Fix = d.fix()
	if t.Fix == nil {
		t.Elsewhere = d.elsewhere()
		t.Alone = t.Elsewhere != nil && d.alone()
	}
	t.Start = d.start()
	return t
}

func verdict(a answers) iac.Verdict {
	switch a {
	case yes:
		return iac.Multi
	case no:
		return iac.Single
	default:
		return iac.Unknown
	}
}

// column counts characters from the start of the line, from 1.
func column(text []byte, at int) int {
	return utf8.RuneCount(text[lineStart(text, at):at]) + 1
}

// reason says why the verdict is what it is.
func (d *declaration) reason() trail.Note {
	a := d.attrs[multiRegion]
	switch {
	case d.ignored():
		return trail.Say("iac.terraform.ignored", "name", multiRegion)
	case a == nil:
		return trail.Say("iac.terraform.absent", "name", multiRegion)
	}
	if verdict(d.multi) == iac.Unknown {
		return d.world.depends(d.block, a, d.multi, d.likely)
	}
	if a.alone() {
		return trail.Say("iac.terraform.set", "name", multiRegion, "value", short(a.text()))
	}
	return trail.Say("iac.terraform.evaluated", "name", multiRegion, "value", short(a.text()), "result", boolean(d.multi))
}

// depends says what decides.
func (w *world) depends(b *block, a *attribute, can, likely answers) trail.Note {
	on := w.missing(b, a)
	switch {
	case on == "" && can&maybe != 0:
		return trail.Say("iac.terraform.not-evaluated", "name", a.name, "value", short(a.text()))
	case on == "":
		return trail.Say("iac.terraform.differs", "name", a.name, "value", short(a.text()))
	case verdict(likely) == iac.Unknown:
		return trail.Say("iac.terraform.depends", "name", a.name, "on", on)
	}
	return trail.Say("iac.terraform.depends-default", "name", a.name, "on", on, "result", boolean(likely))
}

func boolean(a answers) string {
	if a == yes {
		return "true"
	}
	return "false"
}

// short is a value as written, on one line.
func short(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > 60 {
		return string([]rune(text)[:59]) + "…"
	}
	return text
}

// ignored says whether Terraform leaves the property of a trail that exists as it is.
func (d *declaration) ignored() bool { return ignores(d.attrs, d.nested, multiRegion) }

// ignores says whether Terraform leaves an attribute of what exists as it is.
func ignores(attrs map[string]*attribute, nested []*block, name string) bool {
	if a := attrs["lifecycle"]; a != nil { // JSON
		return strings.Contains(a.text(), "ignore_changes") && strings.Contains(a.text(), name)
	}
	for _, b := range nested {
		a := b.attrs["ignore_changes"]
		if b.kind == "lifecycle" && a != nil && (strings.Contains(a.text(), name) || strings.Trim(a.text(), `"[]`) == "all") {
			return true
		}
	}
	return false
}
