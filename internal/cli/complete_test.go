package cli_test

import (
	"slices"
	"strings"
	"testing"
)

// Completion offers the very formats that a command does not refuse.
func TestCompleteFormats(t *testing.T) {
	given := map[string][]string{"rollback": {"RUN"}, "policy": {"check"}, "lint": {"."}, "report": {"x.json"}, "completion": {"bash"}}
	for _, command := range commands(t)[2:] {
		refused := trailspan(t, slices.Concat([]string{command}, given[command], []string{"--format", "none"})...)
		_, offered, ok := strings.Cut(strings.SplitN(refused.stderr, "\n", 2)[0], "but these are: ")
		if !ok {
			t.Errorf("%s --format none: %s", command, refused.stderr)
			continue
		}
		completed := strings.Fields(trailspan(t, "__completeNoDesc", command, "--format", "").stdout)
		if got, want := strings.Join(completed[:len(completed)-1], ", "), offered; got != want {
			t.Errorf("%s --format is completed with %s, but offers %s: put that into formatsOf()", command, got, want)
		}
	}
}
