package cli_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
)

// Whatever a saved snapshot holds, check judges it or says why it cannot: it ends with
// an exit code of the table, and its answer does not rest on the format.
func FuzzFrom(f *testing.F) {
	saved := filepath.Join(f.TempDir(), "snapshot.json")
	run := func(stdin string, args ...string) int {
		return cli.Main(context.Background(), cli.Env{
			Args: args, Getenv: func(string) string { return "" },
			Stdin: strings.NewReader(stdin), Stdout: io.Discard, Stderr: io.Discard,
		})
	}
	if code := run("", "check", "--sandbox", "--save", saved); code != 3 {
		f.Fatalf("check ends with %d", code)
	}
	text, err := os.ReadFile(saved)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Add([]byte(`{"schema":"trailspan/snapshot/v1","accounts":[{"account":"123456789012","regions":[{"region":"us-east-1","optStatus":"ENABLED"}]}]}`))
	f.Add(bytes.ReplaceAll(text, []byte("ENABLED_BY_DEFAULT"), []byte("DISABLED")))
	f.Fuzz(func(t *testing.T, text []byte) {
		asText := run(string(text), "check", "--from", "-")
		asJSON := run(string(text), "check", "--from", "-", "--format", "json")
		if asText != asJSON || !slices.Contains([]int{0, 2, 3, 4}, asText) {
			t.Errorf("check ends with %d as text and %d as JSON", asText, asJSON)
		}
	})
}
