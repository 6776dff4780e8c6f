package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPatchPlaces: a hunk says where it stands in the new text, also behind a hunk in
// which lines stay between two changes. git apply looks there first.
func TestPatchPlaces(t *testing.T) {
	var old []string
	for i := range 60 {
		old = append(old, "line "+strconv.Itoa(i))
	}
	now := slices.Clone(old)
	now[4], now[9], now[40] = "one", "two", "three"
	now = slices.Insert(now, 30, "more", "and more")
	now = slices.Delete(now, 52, 53)
	var out strings.Builder
	patch := Patch{"a", []byte(strings.Join(old, "\n") + "\n"), []byte(strings.Join(now, "\n") + "\n")}
	if err := WritePatch(&out, []Patch{patch}); err != nil {
		t.Fatal(err)
	}
	heads := 0
	lines := strings.Split(out.String(), "\n")
	for i, line := range lines {
		m := regexp.MustCompile(`^@@ -(\d+),\d+ \+(\d+),\d+ @@$`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		heads++
		from, _ := strconv.Atoi(m[1])
		to, _ := strconv.Atoi(m[2])
		if first := lines[i+1][1:]; old[from-1] != first || now[to-1] != first {
			t.Errorf("%s begins with %q, but there stand %q and %q", line, first, old[from-1], now[to-1])
		}
	}
	if heads < 3 {
		t.Errorf("%d hunks are too few to show it:\n%s", heads, out.String())
	}
}
