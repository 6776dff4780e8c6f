package say

import (
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

func TestChoose(t *testing.T) {
	for name, tt := range map[string]struct {
		flag string
		env  map[string]string
		want Lang
		err  string
	}{
		"nothing is set":                         {want: English},
		"the flag beats the locale":              {flag: "en", env: map[string]string{"LC_ALL": "ja_JP.UTF-8"}, want: English},
		"the flag can ask for Japanese":          {flag: "ja", want: Japanese},
		"LANG is enough":                         {env: map[string]string{"LANG": "ja_JP.UTF-8"}, want: Japanese},
		"a bare language is a locale":            {env: map[string]string{"LANG": "ja"}, want: Japanese},
		"LC_MESSAGES beats LANG":                 {env: map[string]string{"LC_MESSAGES": "ja_JP", "LANG": "de_DE"}, want: Japanese},
		"LC_ALL beats both, also to leave ja":    {env: map[string]string{"LC_ALL": "C", "LC_MESSAGES": "ja_JP", "LANG": "ja_JP"}, want: English},
		"a language without catalog":             {env: map[string]string{"LANG": "fr_FR.UTF-8"}, want: English},
		"a flag is not guessed at":               {flag: "fr", err: `language "fr" is neither en nor ja`},
		"a flag is a language, not a locale":     {flag: "ja_JP", err: `language "ja_JP" is neither en nor ja`},
		"other categories do not speak":          {env: map[string]string{"LC_TIME": "ja_JP.UTF-8"}, want: English},
		"an empty variable is as one not set":    {env: map[string]string{"LC_ALL": "", "LANG": "ja_JP.eucJP"}, want: Japanese},
		"Javanese is not Japanese but begins so": {env: map[string]string{"LANG": "jav"}, want: Japanese}, // accepted: no catalog is nearer
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Choose(tt.flag, func(k string) string { return tt.env[k] })
			if got != tt.want || errText(err) != tt.err {
				t.Errorf("Choose = %q, %v; want %q, %s", got, err, tt.want, tt.err)
			}
		})
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestSay(t *testing.T) {
	s := &Speaker{sentences: catalog{"k": "{a} and {b}, {a} again"}}
	for name, tt := range map[string]struct {
		key  string
		args []string
		want string
	}{
		"values go where their names are":          {"k", []string{"a", "1", "b", "2"}, "1 and 2, 1 again"},
		"a name without a value stays visible":     {"k", []string{"a", "1"}, "1 and {b}, 1 again"},
		"a value is not read for placeholders":     {"k", []string{"a", "{b}", "b", "$1"}, "{b} and $1, {b} again"},
		"a value without a place is left out":      {"k", []string{"a", "1", "b", "2", "c", "3"}, "1 and 2, 1 again"},
		"a key without a sentence is the sentence": {"not in {a} catalog", []string{"a", "1"}, "not in {a} catalog"},
		"the empty key is silent":                  {"", nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := s.Say(tt.key, tt.args...); got != tt.want {
				t.Errorf("Say = %q, want %q", got, tt.want)
			}
			if got := s.Note(trail.Say(tt.key, tt.args...)); got != tt.want {
				t.Errorf("Note = %q, want %q", got, tt.want)
			}
		})
	}
}

func TestNew(t *testing.T) {
	for lang, want := range map[Lang]string{English: "recorded", Japanese: "記録あり", "fr": "recorded"} {
		if got := New(lang).Say("verdict.recorded"); got != want {
			t.Errorf("New(%q) says %q, want %q", lang, got, want)
		}
	}
	if got := New("fr").Lang(); got != English {
		t.Errorf("a Speaker without a catalog speaks %q", got)
	}
}

func FuzzFill(f *testing.F) {
	for _, seed := range []string{"{a}", "{a}{a", "{{a}}", "}{", "{あ}", "{a} {b}"} {
		f.Add(seed, "{b}")
	}
	f.Fuzz(func(t *testing.T, text, value string) {
		if got := fill(text, nil); got != text {
			t.Errorf("fill(%q) without values = %q", text, got)
		}
		for _, name := range placeholders(text) {
			if fill("{"+name+"}", map[string]string{name: value}) != value {
				t.Errorf("the value %q of %q does not survive", value, name)
			}
		}
	})
}
