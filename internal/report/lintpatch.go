package report

import (
	"fmt"
	"io"
	"regexp"
	"strconv"
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
		text = renumbered(strings.TrimPrefix(text, "--- OLD\n+++ NEW\n"))
		if text == "" {
			continue
		}
		if _, err := fmt.Fprintf(w, "diff --git %s %s\n--- %s\n+++ %s\n%s", before, after, tabbed(before), tabbed(after), text); err != nil {
			return err
		}
	}
	return nil
}

var hunkHead = regexp.MustCompile(`(?m)^@@ -(\d+)(?:,(\d+))? \+\d+(?:,(\d+))? @@$`)

// renumbered says where each hunk stands in the new text. The library forgets the lines
// that stay between two changes of one hunk, and git looks for a hunk first where it is
// said to be.
func renumbered(text string) string {
	grown := 0
	return hunkHead.ReplaceAllStringFunc(text, func(head string) string {
		m := hunkHead.FindStringSubmatch(head)
		from, _ := strconv.Atoi(m[1])
		old, now := count(m[2]), count(m[3])
		if old == 0 || now == 0 {
			return head // all of a file
		}
		at := fmt.Sprintf(" +%d", from+grown)
		if m[3] != "" {
			at += "," + m[3]
		}
		grown += now - old
		before, _, _ := strings.Cut(head, " +")
		return before + at + " @@"
	})
}

// count is how many lines a hunk has; git leaves 1 out.
func count(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 1
	}
	return n
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
