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
		"an empty variable is as one not set":    {env: map[string]string{"LC_ALL": "", "LANG": "ja_JP.utf8"}, want: Japanese},
		"Javanese is not Japanese but begins so": {env: map[string]string{"LANG": "jav"}, want: English},
		"a terminal of EUC-JP reads no UTF-8":    {env: map[string]string{"LANG": "ja_JP.eucJP"}, want: English},
		"nor does one of Shift JIS":              {env: map[string]string{"LANG": "ja_JP.SJIS"}, want: English},
		"the flag knows better":                  {flag: "ja", env: map[string]string{"LANG": "ja_JP.eucJP"}, want: Japanese},
		"C.UTF-8 has no language but English":    {env: map[string]string{"LANG": "C.UTF-8"}, want: English},
		"a modifier changes nothing":             {env: map[string]string{"LANG": "ja_JP.UTF-8@cjknarrow"}, want: Japanese},
		"the form of BCP 47":                     {env: map[string]string{"LANG": "ja-JP"}, want: Japanese},
		"LANGUAGE beats the locale":              {env: map[string]string{"LANGUAGE": "ja", "LANG": "en_US.UTF-8"}, want: Japanese},
		"LANGUAGE is a list, the first there is": {env: map[string]string{"LANGUAGE": "fr:en:ja", "LC_ALL": "ja_JP.UTF-8"}, want: English},
		"LANGUAGE with a country":                {env: map[string]string{"LANGUAGE": "ja_JP:en", "LANG": "de_DE.UTF-8"}, want: Japanese},
		"LANGUAGE says nothing in the locale C":  {env: map[string]string{"LANGUAGE": "ja", "LC_ALL": "C.UTF-8"}, want: English},
		"nor without a locale":                   {env: map[string]string{"LANGUAGE": "ja"}, want: English},
		"nor where UTF-8 is not read":            {env: map[string]string{"LANGUAGE": "ja", "LANG": "en_US.ISO-8859-1"}, want: English},
		"an empty LANGUAGE is as one not set":    {env: map[string]string{"LANGUAGE": "", "LANG": "ja_JP.UTF-8"}, want: Japanese},
		"a LANGUAGE of no catalog leaves it be":  {env: map[string]string{"LANGUAGE": "fr:de", "LANG": "ja_JP.UTF-8"}, want: Japanese},
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
