package report

import (
	"strings"
	"unicode"

	"github.com/mattn/go-runewidth"
)

// columnsOf returns how many columns of a terminal a text takes. Characters of
// ambiguous width count one, whatever the locale: that is how terminals draw them
// unless they are told otherwise.
func columnsOf(text string) int { return narrow().StringWidth(text) }

func runeColumns(r rune) int { return narrow().RuneWidth(r) }

func narrow() *runewidth.Condition {
	return &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}
}

// clean makes a text safe for a terminal: white space becomes a space, and what would
// steer the terminal or turn the direction of the text becomes �.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Noncharacter_Code_Point):
			return unicode.ReplacementChar
		default:
			return r
		}
	}, strings.ToValidUTF8(text, string(unicode.ReplacementChar)))
}

// piece is a part of a text that is not broken.
type piece struct {
	text    string
	columns int
	space   bool // before it, unless a line begins with it
}

// wrap breaks a text into lines of at most width columns: at spaces, between the
// characters of Japanese, and inside a word only when it is wider than a line.
func wrap(text string, width int) []string {
	var lines []string
	line, used := "", 0
	for _, p := range pieces(clean(text)) {
		gap := p.gap(line)
		switch {
		case used+len(gap)+p.columns <= width:
			line, used = line+gap+p.text, used+len(gap)+p.columns
			continue
		case line != "":
			lines = append(lines, line)
		}
		full, rest := breakWord(p.text, width)
		lines, line, used = append(lines, full...), rest, columnsOf(rest)
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}

func (p piece) gap(line string) string {
	if p.space && line != "" {
		return " "
	}
	return ""
}

// breakWord breaks a word into full lines and a rest that fits a line.
func breakWord(word string, width int) (full []string, rest string) {
	for columnsOf(word) > width {
		n := breakAt(word, width)
		full, word = append(full, word[:n]), word[n:]
	}
	return full, word
}

// breakAt returns where to break a word that is too wide: after the last mark that
// names are made with, or else where the line is full. At least one character goes.
func breakAt(word string, width int) int {
	used, full, nice := 0, 0, 0
	for i, r := range word {
		if used += runeColumns(r); used > width && i > 0 {
			break
		}
		full = i + len(string(r))
		if strings.ContainsRune("-/:._,=", r) {
			nice = full
		}
	}
	if nice > 0 {
		return nice
	}
	return full
}

// pieces cuts a text where a line may be broken.
func pieces(text string) []piece {
	var out []piece
	for _, word := range strings.Fields(text) {
		for i, part := range parts(word) {
			out = append(out, piece{part, columnsOf(part), i == 0})
		}
	}
	return out
}

// parts cuts a word between wide characters, except where Japanese forbids it and
// inside words of Katakana.
// https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
func parts(word string) []string {
	var out []string
	var last rune
	begin := 0
	for i, r := range word {
		if i > 0 && breakable(last, r) {
			out = append(out, word[begin:i])
			begin = i
		}
		if runeColumns(r) > 0 || r == joiner {
			last = r
		}
	}
	return append(out, word[begin:])
}

const joiner = '\u200d' // makes one character of the two beside it

func breakable(before, after rune) bool {
	wide := runeColumns(before) == 2 || runeColumns(after) == 2
	word := isKatakana(before) && isKatakana(after)
	return wide && !word && before != joiner && runeColumns(after) > 0 && !startsNoLine(after) && !endsNoLine(before)
}

func isKatakana(r rune) bool { return r == 'ー' || unicode.Is(unicode.Katakana, r) }

func startsNoLine(r rune) bool {
	switch r {
	case '、', '。', '，', '．', '・', '：', '；', '？', '！', '）', '」', '』', '】', '〉', '》', 'ー', '々',
		'ぁ', 'ぃ', 'ぅ', 'ぇ', 'ぉ', 'っ', 'ゃ', 'ゅ', 'ょ', 'ゎ', 'ァ', 'ィ', 'ゥ', 'ェ', 'ォ', 'ッ', 'ャ', 'ュ', 'ョ', 'ヮ',
		',', '.', ':', ';', '?', '!', ')', ']', '%':
		return true
	default:
		return false
	}
}

func endsNoLine(r rune) bool {
	switch r {
	case '（', '「', '『', '【', '〈', '《', '(', '[':
		return true
	default:
		return false
	}
}
