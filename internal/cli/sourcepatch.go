package cli

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
	"github.com/trailspan/trailspan/internal/iac/terraform"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// patch adds to a plan the diff of the file of --source that does what the plan does, to
// the trail of the plan alone; or why there is none. A block that makes several trails
// cannot be changed for one of them: the remark says so.
func (f ownerFlags) patch(ctx context.Context, p *plan.Plan, t trail.Trail) {
	x := p.Source
	if x == nil || f.file == nil || x.File != f.file.Name {
		return
	}
	forest, err := newForest()
	if err != nil {
		x.Remark = trail.Say("source.unseen", "error", reason(err))
		return
	}
	defer forest.close()
	found, err := forest.sources(ctx, f.source)
	if err != nil || len(found) != 1 {
		x.Remark = trail.Say("source.no-file")
		return
	}
	s := found[0]
	m := sourceMender{readerOf(f.file.Kind()), iac.Input{Path: s.name, Text: f.text, Tree: s.tree.root.FS()}, map[string][]byte{}}
	if x.Remark = m.mend(*x, p.Steps); len(m.texts) == 0 {
		return
	}
	olds, texts := map[string][]byte{}, map[string][]byte{}
	for name, text := range m.texts {
		whole := filepath.Join(s.tree.path, filepath.FromSlash(name))
		olds[whole], texts[whole] = f.text, text
		if name != s.name {
			if olds[whole], err = s.tree.root.ReadFile(name); err != nil {
				x.Remark = trail.Say("source.unseen", "error", reason(err))
				return
			}
		}
	}
	var out strings.Builder
	_ = report.WritePatch(&out, forest.patches(olds, texts)) // a Builder takes everything
	x.Patch = out.String()
	switch {
	case f.state != nil && f.state.Siblings(t) > 0:
		x.Remark = trail.Say("source.siblings", "count", strconv.Itoa(f.state.Siblings(t)))
	case (f.state == nil || f.state.Address(t) == "") && f.file.Repeats(x.Line):
		x.Remark = trail.Say("source.repeats")
	}
}

func readerOf(k plan.SourceKind) iac.Reader {
	if k == plan.TerraformSource {
		return terraform.New()
	}
	return cfn.New()
}

// sourceMender changes in memory what makes a trail.
type sourceMender struct {
	reader iac.Reader
	in     iac.Input         // as it is now
	texts  map[string][]byte // what has become of files, by their path in the tree
}

// mend does in the code what the steps do; texts are empty when it cannot do all of it,
// or has nothing to do, and the remark says why.
func (m *sourceMender) mend(x plan.Source, steps []plan.Step) (remark trail.Note) {
	does := func(action string) bool {
		return slices.ContainsFunc(steps, func(s plan.Step) bool { return s.Action == action })
	}
	before := m.reader.Read(m.in)
	i := place(before, x)
	if i < 0 {
		return trail.Say("source.not-understood")
	}
	whole := true
	if does(plan.UpdateTrail) {
		remark, whole = m.widen(before.Trails[i], i)
	}
	if whole && does(plan.StartLogging) {
		var why trail.Note
		if why, whole = m.start(i); why.Key != "" {
			remark = why
		}
	}
	switch {
	case !whole:
		clear(m.texts)
	case len(m.texts) == 0:
		remark = trail.Say("source.said-so")
	case remark.Key == "" && x.Kind == plan.TerraformSource && does(plan.UpdateTrail) && m.silentOnGlobal():
		remark = trail.Say("source.global-default")
	}
	return remark
}

// silentOnGlobal says whether no file that was changed speaks of global service events.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudtrail
func (m *sourceMender) silentOnGlobal() bool {
	for _, text := range m.texts {
		if strings.Contains(string(text), "include_global_service_events") {
			return false
		}
	}
	return !strings.Contains(string(m.in.Text), "include_global_service_events")
}

// place finds the trail of a Source; -1 when it is not surely one of the file.
func place(f iac.File, x plan.Source) int {
	at := -1
	for i, t := range f.Trails {
		if t.Line != x.Line || !named(x.Resource, t.Name) {
			continue
		}
		if at >= 0 {
			return -1
		}
		at = i
	}
	return at
}

// named says whether a resource, perhaps in a module or one instance of several, is that
// of this name in the code.
func named(resource, name string) bool {
	for from := 0; ; {
		i := strings.Index(resource[from:], name)
		if i < 0 {
			return false
		}
		begin, end := from+i, from+i+len(name)
		if (begin == 0 || resource[begin-1] == '.') && (end == len(resource) || resource[end] == '[') {
			return true
		}
		from = begin + 1
	}
}

// widen makes the trail multi-Region: in the trail itself or, where that is not where it
// is decided, in a declaration that decides nothing else.
func (m *sourceMender) widen(t iac.Trail, at int) (remark trail.Note, done bool) {
	if wide(t, t.Verdict) {
		return trail.Note{}, true
	}
	if t.Reason.Key == "iac.terraform.ignored" { // a trail that exists stays as it is
		return t.Reason, false
	}
	only := func(i int, _ iac.Trail) bool { return i == at }
	fixed := iac.Fix(m.reader, m.in, iac.TrailOnly, only)
	if now := fixed.After.Trails[at]; wide(now, now.Verdict) {
		m.take(fixed.Texts)
		return trail.Note{}, true
	}
	if !t.Alone {
		return decided(t), false
	}
	fixed = iac.Fix(m.reader, m.in, iac.Declarations, only)
	now := fixed.After.Trails[at]
	if !wide(now, now.Default) {
		return decided(t), false
	}
	m.take(fixed.Texts)
	if now.Verdict != iac.Multi {
		return trail.Say("source.default"), true
	}
	return trail.Note{}, true
}

// wide says whether a trail is multi-Region, and AWS takes it.
func wide(t iac.Trail, v iac.Verdict) bool {
	return v == iac.Multi && !breaks(t, iac.SingleRegion) && !breaks(t, iac.GlobalServiceEvents)
}

func breaks(t iac.Trail, rule string) bool {
	return slices.ContainsFunc(t.Problems, func(p iac.Problem) bool { return p.Rule == rule })
}

// decided says what decides. A changed default of a parameter is nothing to a stack that
// exists: it keeps the value that it was made with.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html
func decided(t iac.Trail) trail.Note {
	if by := t.Reason.Args["by"]; by != "" {
		return trail.Say("source.parameter", "by", by)
	}
	return t.Reason
}

// start makes the trail log. A file that does not say that it is stopped has nothing to
// be changed.
func (m *sourceMender) start(at int) (remark trail.Note, done bool) {
	if t := m.reader.Read(m.in).Trails[at]; !breaks(t, iac.NotLogging) {
		return trail.Note{}, true
	}
	text, ok := iac.Start(m.reader, m.in, at)
	if !ok {
		return trail.Say("source.logging-elsewhere"), false
	}
	m.take(map[string][]byte{m.in.Path: text})
	return trail.Note{}, true
}

func (m *sourceMender) take(texts map[string][]byte) {
	maps.Copy(m.texts, texts)
	if own, ok := texts[m.in.Path]; ok {
		m.in.Text = own
	}
	m.in.Tree = iac.Overlay(m.in.Tree, texts)
}
