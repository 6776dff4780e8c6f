package iac_test

import (
	"io/fs"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/trailspan/trailspan/internal/iac"
)

// wary reads as fake does, but takes every trail of a file for one of a single Region when
// the file named in a line "unless NAME" has a trail of every Region.
type wary struct{ fake }

func (w wary) Read(in iac.Input) iac.File {
	f := w.fake.Read(in)
	_, name, ok := strings.Cut(string(in.Text), "\nunless ")
	if !ok {
		return f
	}
	if other, err := fs.ReadFile(in.Tree, strings.TrimSpace(name)); err == nil && strings.Contains(string(other), " all") {
		for i := range f.Trails {
			f.Trails[i].Verdict, f.Trails[i].Default = iac.Single, iac.Single
		}
	}
	return f
}

func TestTogether(t *testing.T) {
	for name, tt := range map[string]struct {
		texts map[string]string
		want  map[string]string // those that are fixed at once; the others are left
	}{
		"all of them": {
			map[string]string{"a.fake": "trail a one\n", "b.fake": "trail b one\ntrail c one\n"},
			map[string]string{"a.fake": "trail a all\n", "b.fake": "trail b all\ntrail c all\n"},
		},
		"one that is refused in part is left": {
			map[string]string{"a.fake": "trail a one\ntrail b bad\n", "b.fake": "trail b one\n"},
			map[string]string{"b.fake": "trail b all\n"},
		},
		"one that another fix spoils is left": {
			map[string]string{"a.fake": "trail a one\nunless b.fake\n", "b.fake": "trail b one\n"},
			map[string]string{"b.fake": "trail b all\n"},
		},
		"two that spoil each other are left": {
			map[string]string{"a.fake": "trail a one\nunless b.fake\n", "b.fake": "trail b one\nunless a.fake\n", "c.fake": "trail c one\n"},
			map[string]string{"c.fake": "trail c all\n"},
		},
		"the call of a module, which decides trails of others, is left": {
			map[string]string{"a.fake": "trail module.a one\n", "b.fake": "trail b one\n"},
			map[string]string{"b.fake": "trail b all\n"},
		},
		"what is right or not wanted is left": {
			map[string]string{"a.fake": "trail a all\n", "b.fake": "trail no one\n", "c.fake": "trail a $x\nx = one\n"},
			map[string]string{},
		},
	} {
		t.Run(name, func(t *testing.T) {
			tree := fstest.MapFS{}
			for name, text := range tt.texts {
				tree[name] = &fstest.MapFile{Data: []byte(text)}
			}
			var files []iac.Seen
			for _, name := range slices.Sorted(maps.Keys(tt.texts)) {
				in := iac.Input{Path: name, Text: tree[name].Data, Tree: tree}
				files = append(files, iac.Seen{In: in, File: wary{}.Read(in), Wanted: func(_ int, x iac.Trail) bool { return x.Name != "no" }})
			}
			got := map[string]string{}
			for _, f := range iac.Together(wary{}, tree, files) {
				for name, text := range f.Texts {
					got[name] = string(text)
				}
			}
			if !maps.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
