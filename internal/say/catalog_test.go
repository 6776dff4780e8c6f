package say

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode"
)

// TestCatalogs holds the two languages side by side: what can be said in one can be
// said in the other, about the same things.
func TestCatalogs(t *testing.T) {
	for _, fault := range faults(readAll(t, English), readAll(t, Japanese)) {
		t.Error(fault)
	}
}

// entry is one sentence in one file.
type entry struct{ file, key, text string }

// readAll returns every sentence of a language, in the order of files, with the
// repeated keys that a map would hide.
func readAll(t *testing.T, l Lang) []entry {
	t.Helper()
	var out []entry
	for _, name := range catalogFiles(l) {
		data, err := files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		d := json.NewDecoder(bytes.NewReader(data))
		strings, err := readPairs(d)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for i := 0; i < len(strings); i += 2 {
			out = append(out, entry{path.Base(name), strings[i], strings[i+1]})
		}
	}
	return out
}

// readPairs reads one flat object of strings as alternating keys and values.
func readPairs(d *json.Decoder) ([]string, error) {
	var out []string
	for depth := 0; ; {
		tok, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch v := tok.(type) {
		case json.Delim:
			if depth++; v == '}' {
				return out, nil
			} else if depth > 1 || v != '{' {
				return nil, fmt.Errorf("a catalog is one flat object of strings, not %v", v)
			}
		case string:
			out = append(out, v)
		default:
			return nil, fmt.Errorf("%v is not a string", v)
		}
	}
}

// faults compares the two languages and tells what is wrong with them.
func faults(en, ja []entry) []string {
	out := slices.Concat(faultsOfOne("en", en), faultsOfOne("ja", ja))
	out = append(out, absent("ja", en, ja)...)
	out = append(out, absent("en", ja, en)...)
	for _, e := range en {
		for _, j := range ja {
			if e.key == j.key {
				out = append(out, unlike(e, j)...)
			}
		}
	}
	return out
}

func faultsOfOne(lang string, entries []entry) []string {
	var out []string
	in := map[string]string{}
	for _, e := range entries {
		if file, twice := in[e.key]; twice {
			out = append(out, fmt.Sprintf("%s: %s stands in %s and in %s", lang, e.key, file, e.file))
		}
		in[e.key] = e.file
		if !strings.Contains(e.key, ".") {
			out = append(out, fmt.Sprintf("%s: the key %s has no dot, and would be taken for a word", lang, e.key))
		}
		if e.text == "" || e.text != strings.TrimRight(e.text, " \n") {
			out = append(out, fmt.Sprintf("%s: the text of %s is empty or has space at its end", lang, e.key))
		}
		if rest := placeholder.ReplaceAllString(e.text, ""); strings.ContainsAny(rest, "{}") {
			out = append(out, fmt.Sprintf("%s: the text of %s has a brace that is no placeholder", lang, e.key))
		}
		if lang == "en" && strings.ContainsFunc(e.text, isJapanese) {
			out = append(out, fmt.Sprintf("en: the text of %s is Japanese", e.key))
		}
	}
	return out
}

func absent(lang string, have, in []entry) []string {
	var out []string
	for _, h := range have {
		if !slices.ContainsFunc(in, func(e entry) bool { return e.key == h.key }) {
			out = append(out, fmt.Sprintf("%s has no text for %s", lang, h.key))
		}
	}
	return out
}

func unlike(e, j entry) []string {
	var out []string
	if e.file != j.file {
		out = append(out, fmt.Sprintf("%s stands in en/%s but in ja/%s", e.key, e.file, j.file))
	}
	if en, ja := placeholders(e.text), placeholders(j.text); !slices.Equal(en, ja) {
		out = append(out, fmt.Sprintf("%s speaks of %v in English and of %v in Japanese", e.key, en, ja))
	}
	return out
}

func isJapanese(r rune) bool {
	return unicode.In(r, unicode.Hiragana, unicode.Katakana, unicode.Han)
}

// TestFaults shows that each fault would be found.
func TestFaults(t *testing.T) {
	good := entry{"a.json", "a.k", "{n} here"}
	for name, tt := range map[string]struct {
		en, ja []entry
		want   string
	}{
		"nothing":                  {[]entry{good}, []entry{good}, ""},
		"a key is only in English": {[]entry{good}, nil, "ja has no text for a.k"},
		"a key is only in Japanese": {
			nil,
			[]entry{good},
			"en has no text for a.k",
		},
		"other placeholders": {[]entry{good}, []entry{{"a.json", "a.k", "{m}"}}, "a.k speaks of [n] in English and of [m] in Japanese"},
		"no text":            {[]entry{{"a.json", "a.k", ""}}, []entry{{"a.json", "a.k", "x"}}, "en: the text of a.k is empty or has space at its end"},
		"two files":          {[]entry{{"a.json", "a.k", "x"}, {"b.json", "a.k", "x"}}, []entry{{"a.json", "a.k", "x"}}, "en: a.k stands in a.json and in b.json\na.k stands in en/b.json but in ja/a.json"},
		"a half placeholder": {[]entry{{"a.json", "a.k", "{n"}}, []entry{{"a.json", "a.k", "x"}}, "en: the text of a.k has a brace that is no placeholder"},
		"a word for a key":   {[]entry{{"a.json", "word", "x"}}, []entry{{"a.json", "word", "x"}}, "en: the key word has no dot, and would be taken for a word\nja: the key word has no dot, and would be taken for a word"},
		"not translated back": {
			[]entry{{"a.json", "a.k", "証跡"}},
			[]entry{{"a.json", "a.k", "証跡"}},
			"en: the text of a.k is Japanese",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := strings.Join(faults(tt.en, tt.ja), "\n"); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}

// placeholders returns the names in a sentence, sorted, each once.
func placeholders(text string) []string {
	var names []string
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}
