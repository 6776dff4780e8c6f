package terraform

import (
	"bytes"
	"io/fs"

	"github.com/hashicorp/hcl/v2"

	"github.com/trailspan/trailspan/internal/iac"
)

// logging says whether the trail is to log, and what the attribute is called.
func (d *declaration) logging() (name string, can answers) {
	name, fallback := "enable_logging", yes
	if d.label(0) == awscc {
		name, fallback = "is_logging", maybe // required
	}
	can, _ = d.world.ask(d.block, d.attrs[name], fallback)
	return name, can
}

// start turns logging on where the block itself turns it off.
func (d *declaration) start() []iac.Edit {
	name, can := d.logging()
	a := d.attrs[name]
	if can != no || a == nil || a.file != d.file {
		return nil
	}
	e, ok := a.flip()
	if !ok || !d.file.keeps([]iac.Edit{e}, d.block, name) {
		return nil
	}
	return []iac.Edit{e}
}

// alone says whether nothing but this trail refers to the variables and local values that
// decide it, and whether the directory is used in one way only.
func (d *declaration) alone() bool {
	d.world.look()
	if len(d.world.scopes) > 1 {
		return false
	}
	for _, name := range []string{multiRegion, globalEvents} {
		for a := d.attrs[name]; a != nil && !a.alone(); a = d.world.step(a) {
			for _, to := range a.expr.Variables() {
				if d.world.references(to) != 1 {
					return false
				}
			}
		}
	}
	return true
}

// references counts how often a directory refers to what a traversal leads to, in files
// that declare nothing of interest, too.
func (w *world) references(to hcl.Traversal) (n int) {
	for _, s := range w.dir.sources {
		n += countIn(s.blocks, first(to))
		for _, at := range s.passed {
			n += bytes.Count(at.SliceBytes(s.text), []byte(first(to)))
		}
	}
	for _, name := range w.dir.passed {
		if text, err := fs.ReadFile(w.near.tree, name); err == nil && bytes.Contains(text, []byte(first(to))) {
			n++
		}
	}
	return n
}

func countIn(blocks []*block, what string) (n int) {
	for _, b := range blocks {
		for _, a := range b.attrs {
			for _, t := range a.expr.Variables() {
				if first(t) == what {
					n++
				}
			}
		}
		n += countIn(b.blocks, what)
	}
	return n
}

// first is what a traversal begins with: var.name of var.name.member.
func first(t hcl.Traversal) string {
	if len(t) > 1 {
		if a, ok := t[1].(hcl.TraverseAttr); ok {
			return t.RootName() + "." + a.Name
		}
	}
	return t.RootName()
}
