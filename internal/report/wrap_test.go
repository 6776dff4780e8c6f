package report

import (
	"slices"
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	for name, tt := range map[string]struct {
		text  string
		width int
		want  []string
	}{
		"nothing is one empty line":            {"", 10, []string{""}},
		"what fits stays":                      {"one two", 7, []string{"one two"}},
		"lines break at spaces":                {"one two three", 8, []string{"one two", "three"}},
		"spaces are not kept at breaks":        {"one   two", 5, []string{"one", "two"}},
		"a long name breaks after its marks":   {"your-trail-name", 12, []string{"your-trail-", "name"}},
		"a long word without marks breaks":     {"abcdefgh", 3, []string{"abc", "def", "gh"}},
		"a long word begins on its own line":   {"a bcdefgh", 4, []string{"a", "bcde", "fgh"}},
		"Japanese breaks anywhere":             {"証跡がない", 6, []string{"証跡が", "ない"}},
		"Japanese counts two columns":          {"証跡", 3, []string{"証", "跡"}},
		"a full stop does not begin a line":    {"記録なし。", 8, []string{"記録な", "し。"}},
		"an opening bracket does not end one":  {"証跡（組織）", 6, []string{"証跡", "（組", "織）"}},
		"a word of Katakana stays together":    {"このリージョン", 12, []string{"この", "リージョン"}},
		"unless it is wider than a line":       {"リージョン", 6, []string{"リージ", "ョン"}},
		"a phrase stays together":              {"新しく作成します。", 14, []string{"新しく", "作成します。"}},
		"also after a particle":                {"証跡がリージョンを記録", 20, []string{"証跡がリージョンを", "記録"}},
		"two verbs in one are one":             {"値を読み取ります", 12, []string{"値を", "読み取ります"}},
		"unless most of a line would be empty": {"値を作成しました", 13, []string{"値を作成しま", "した"}},
		"a number stays with what it counts":   {"証跡が ほか 15 リージョン", 20, []string{"証跡が ほか", "15 リージョン"}},
		"a particle stays with a Latin word":   {"証跡の trail-a を", 15, []string{"証跡の", "trail-a を"}},
		"a phrase begins with a quotation":     {"証跡「記録」", 11, []string{"証跡", "「記録」"}},
		"it begins after a full stop":          {"確認です。このとき", 16, []string{"確認です。", "このとき"}},
		"Latin beside Japanese keeps together": {"証跡 trail-a を", 10, []string{"証跡", "trail-a を"}},
		"a wide character in one column":       {"証跡", 1, []string{"証", "跡"}},
		"a combining mark stays with its base": {"e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		"a marks of doubtful width takes one":  {"→…·", 3, []string{"→…·"}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := wrap(tt.text, tt.width); !slices.Equal(got, tt.want) {
				t.Errorf("wrap(%q, %d) = %q, want %q", tt.text, tt.width, got, tt.want)
			}
		})
	}
}

func TestClean(t *testing.T) {
	for name, tt := range map[string]struct{ text, want string }{
		"sentences stay":                   {"証跡 trail ✓ → …", "証跡 trail ✓ → …"},
		"an escape sequence loses its ESC": {"a\x1b[31mb", "a�[31mb"},
		"the C1 form of it too":            {"a\u009b31mb", "a�31mb"},
		"lines become spaces":              {"a\r\nb\tc\u2028d", "a  b c d"},
		"a bell is silent":                 {"a\ab", "a�b"},
		"text is not turned around":        {"a\u202eb\u2066c", "a�b�c"},
		"broken UTF-8 is marked":           {"a\xffb", "a�b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := clean(tt.text); got != tt.want {
				t.Errorf("clean(%q) = %q, want %q", tt.text, got, tt.want)
			}
		})
	}
}

// FuzzWrap holds that no line is wider than it may be, as far as a line can hold a
// single character, and that nothing but space gets lost.
func FuzzWrap(f *testing.F) {
	for _, text := range []string{"one two", "your-trail-name", "このリージョンに届く証跡がありません。", "（）「」ー", "e\u0301", "\x1b[0m", "👩‍👩‍👧‍👦 family"} {
		f.Add(text, 8)
	}
	f.Fuzz(func(t *testing.T, text string, width int) {
		width = 2 + max(0, width%120)
		lines := wrap(text, width)
		for _, line := range lines {
			if columnsOf(line) > width {
				t.Errorf("line %q of %q takes %d columns of %d", line, text, columnsOf(line), width)
			}
		}
		if got, want := squeeze(strings.Join(lines, "")), squeeze(clean(text)); got != want {
			t.Errorf("wrap(%q) lost something: %q", text, got)
		}
	})
}

func squeeze(text string) string { return strings.Join(strings.Fields(text), "") }
