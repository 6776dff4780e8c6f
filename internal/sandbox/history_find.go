package sandbox

import (
	"sort"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
)

// A finder finds entries again. It is quick when places of one block follow each other.
type finder struct {
	history *history
	views   map[origin]view
	open    *block // of which texts are
	texts   []byte
}

// A view is a stream as it was at a moment.
type view struct {
	blocks []block
	words  []string
}

// find returns the entry at a place; ok is false when the history no longer has it.
func (f *finder) find(p lake.Place) (e entry, ok bool) {
	from := origin{p.Account, p.Region}
	v := f.view(from)
	i := sort.Search(len(v.blocks), func(i int) bool { marks := v.blocks[i].marks; return marks[len(marks)-1].seq >= p.Seq })
	if i == len(v.blocks) {
		return entry{}, false
	}
	b := &v.blocks[i]
	j := sort.Search(len(b.marks), func(j int) bool { return b.marks[j].seq >= p.Seq })
	if b.marks[j].seq != p.Seq {
		return entry{}, false
	}
	if f.open != b {
		f.open, f.texts = b, b.texts()
	}
	return b.entry(j, from, f.texts, v.words), true
}

func (f *finder) view(from origin) view {
	v, ok := f.views[from]
	if !ok {
		if f.views == nil {
			f.views = map[origin]view{}
		}
		v.blocks, v.words = f.history.view(from)
		f.views[from] = v
	}
	return v
}
