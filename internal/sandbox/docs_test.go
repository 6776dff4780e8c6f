package sandbox_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// blocks returns the fenced blocks of a language in a section of docs/sandbox.md.
func blocks(t *testing.T, section, language string) []string {
	t.Helper()
	paper, err := os.ReadFile("../../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(paper), "\n## "+section+"\n")
	text, _, _ = strings.Cut(text, "\n## ")
	var list []string
	for _, m := range regexp.MustCompile("(?s)```"+language+"\n(.*?)```").FindAllStringSubmatch(text, -1) {
		list = append(list, m[1])
	}
	if len(list) == 0 {
		t.Fatalf("%q has no block of %s", section, language)
	}
	return list
}

// What docs/sandbox.md shows of files and requests is taken as it stands there.
func TestDocumentedInput(t *testing.T) {
	world := blocks(t, "A world file", "yaml")[0]
	l, _ := serve(t, sandbox.Options{World: []byte(world)})
	for _, list := range blocks(t, "Event history", "json") {
		l.inject(200, list)
	}
	for _, list := range blocks(t, "Faults", "json") {
		if status, text := l.admin("POST", "faults", list); status != 200 {
			t.Errorf("%d %s\n%s", status, text, list)
		}
	}
}
