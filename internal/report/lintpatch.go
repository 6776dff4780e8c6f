package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Patch is a file as it is and as it would be.
type Patch struct {
	Path     string // slash-separated, from where the patch is to be applied
	Old, New []byte
}

// WritePatch writes patches as git apply takes them.
func WritePatch(w io.Writer, all []Patch) error {
	for _, p := range all {
		before, after := gitName("a/"+p.Path), gitName("b/"+p.Path)
		text := udiff.Unified("OLD", "NEW", string(p.Old), string(p.New))
		text = strings.TrimPrefix(text, "--- OLD\n+++ NEW\n")
		if text == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "diff --git %s %s\n--- %s\n+++ %s\n%s", before, after, tabbed(before), tabbed(after), text); err != nil {
			return err
		}
	}
	return nil
}

// gitName quotes a name as git does when it holds what would end it.
// https://git-scm.com/docs/git-config#Documentation/git-config.txt-corequotePath
func gitName(name string) string {
	var out strings.Builder
	quote := false
	for _, b := range []byte(name) {
		switch {
		case b == '"' || b == '\\':
			out.WriteByte('\\')
			out.WriteByte(b)
			quote = true
		case b < ' ' || b == 0x7f:
			fmt.Fprintf(&out, "\\%03o", b)
			quote = true
		default:
			out.WriteByte(b)
		}
	}
	if quote {
		return `"` + out.String() + `"`
	}
	return name
}

// tabbed ends a name with spaces as git does.
func tabbed(name string) string {
	if strings.Contains(name, " ") {
		return name + "\t"
	}
	return name
}
