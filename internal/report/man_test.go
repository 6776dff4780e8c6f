package report

import (
	"io"
	"testing"
)

// TestMan shows that a page says what a Manual says, and that nothing in it is taken for
// an order to roff.
func TestMan(t *testing.T) {
	p := ManPage{
		Name: "trailspan-runs", Short: "list journals", Version: "0.1.0", NameTitle: "NAME", AboutTitle: "DESCRIPTION",
		Manual: Manual{
			About: ".trailspan.yaml is no request, 'neither' is this; 証跡を一覧表示します。runs は",
			Sections: []Section{
				{Title: "Usage:", Lines: []string{"trailspan runs [FLAG…]"}},
				{Title: "フラグ：", Rows: [][2]string{{"-o, --output FILE", `C:\runs, a "quoted" one`}, {"    --wait TIME", "'tis a TIME"}}},
				{Title: "See also:", Items: []string{"trailspan(1)", "trailspan-check(1)"}},
			},
		},
	}
	golden(t, "man.txt", func(w io.Writer) error { return Man(w, p) })
}
