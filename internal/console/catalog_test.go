package console

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/say"
)

var (
	saysOwn   = regexp.MustCompile(`\.T "([^"]+)"`)
	saysOther = regexp.MustCompile(`\.(?:Say|Fill) "([^"]+)"`)
	tags      = regexp.MustCompile(`(?s)\{\{.*?\}\}|<[^>]*>`)
	word      = regexp.MustCompile(`[A-Za-z]{2,}`)
)

// Templates say nothing that is not in the catalog, and the catalog has nothing for the
// console that nobody says: the tests of the catalog itself see Go only.
func TestTemplatesAndCatalog(t *testing.T) {
	said, used := say.New(say.English), map[string]bool{}
	for name, text := range sources(t, "pages/*.html") {
		for _, m := range saysOwn.FindAllStringSubmatch(text, -1) {
			used["console."+m[1]] = true
		}
		for _, m := range saysOther.FindAllStringSubmatch(text, -1) {
			used[m[1]] = true
		}
		for _, w := range word.FindAllString(tags.ReplaceAllString(text, " "), -1) {
			if !slices.Contains([]string{"trailspan", "create", "English", "KMS", "RDS", "Data", "ARN"}, w) {
				t.Errorf("%s: %q stands outside the catalog", name, w)
			}
		}
	}
	for key := range used {
		if said.Say(key) == key {
			t.Errorf("the catalog has no %s", key)
		}
	}
	code := ""
	for _, text := range sources(t, "*.go") {
		code += text
	}
	for key := range ownKeys(t) {
		stem := key[:strings.LastIndexByte(key, '.')+1]
		if !used[key] && !strings.Contains(code, `"`+key+`"`) && !strings.Contains(code, `"`+stem+`" + `) && !strings.HasSuffix(key, ".hint") {
			t.Errorf("nobody says %s", key)
		}
	}
}

// sources are files of this room that are no tests.
func sources(t *testing.T, pattern string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(pattern)
	if err != nil || len(names) == 0 {
		t.Fatal(pattern, err)
	}
	out := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasSuffix(name, "_test.go") {
			out[name] = string(text)
		}
	}
	return out
}

// ownKeys are the sentences of the console; those of its command are not among them.
func ownKeys(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../say/en/console.json")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatal(err)
	}
	for key := range out {
		if !strings.HasPrefix(key, "console.") || key == "console.missing.run" || key == "console.refused.account" { // said by cli
			delete(out, key)
		}
	}
	return out
}
