package template

// Bounds of what a small template may come to. CloudFormation has none that it tells of, but
// for the size of a template; a template that somebody means is far below them.
const (
	deepest  = 500      // values within values
	mostMade = 32 << 20 // what loops and functions may make of one template, as size counts
)

// A budget is what may yet be made of a template. It is spent before anything is made: a
// few short functions within each other can ask for more than there is memory.
type budget struct{ left int }

func (b *budget) spend(size int) error {
	if b.left -= size; b.left < 0 {
		b.left = 0
		return templateErrorf("the functions of the template come to more than it may hold.")
	}
	return nil
}

// nodeSize is what a value takes besides its text, or a little less.
const nodeSize = 32

// spendOn spends the size of a value and of all within it.
func (b *budget) spendOn(v any) error {
	switch v := v.(type) {
	case string:
		return b.spend(nodeSize + len(v))
	case []string:
		for _, s := range v {
			if err := b.spend(nodeSize + len(s)); err != nil {
				return err
			}
		}
	case []any:
		for _, item := range v {
			if err := b.spendOn(item); err != nil {
				return err
			}
		}
	case *object:
		for _, m := range v.members {
			if err := b.spend(nodeSize + len(m.key)); err != nil {
				return err
			}
			if err := b.spendOn(m.value); err != nil {
				return err
			}
		}
	}
	return b.spend(nodeSize)
}
