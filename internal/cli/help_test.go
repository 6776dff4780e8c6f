package cli_test

import (
	"strings"
	"testing"

	"github.com/mattn/go-runewidth"
)

// Every help fits a terminal of 80 columns, in both languages.
func TestHelpFits(t *testing.T) {
	narrow := runewidth.Condition{}
	for _, lang := range []string{"en", "ja"} {
		for _, command := range []string{"", "check", "convert", "rollback", "create", "runs", "sandbox", "tour", "policy", "lint", "version", "help"} {
			o := trailspan(t, "help", command, "--lang", lang)
			if command == "" {
				o = trailspan(t, "help", "--lang", lang)
			}
			if o.code != 0 || !strings.Contains(o.stdout, "130") {
				t.Errorf("help %s: exit %d: %s%s", command, o.code, o.stdout, o.stderr)
			}
			for line := range strings.Lines(o.stdout) {
				if narrow.StringWidth(strings.TrimSuffix(line, "\n")) > 80 {
					t.Errorf("help %s in %s has a line of more than 80 columns: %s", command, lang, line)
				}
			}
			if lang == "ja" && strings.Contains(o.stdout, "(default ") {
				t.Errorf("help %s in Japanese has defaults in English", command)
			}
		}
	}
}
