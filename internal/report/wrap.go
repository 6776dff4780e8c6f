package report

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// columnsOf returns how many columns of a terminal a text takes. Characters of
// ambiguous width count one, whatever the locale: that is how terminals draw them
// unless they are told otherwise.
func columnsOf(text string) int {
	if isPlain(text) {
		return len(text)
	}
	return narrow().StringWidth(text)
}

// isPlain says whether a text has nothing but the printable characters of ASCII, as most have.
func isPlain(text string) bool {
	for i := range len(text) {
		if text[i] < ' ' || text[i] > '~' {
			return false
		}
	}
	return true
}

func runeColumns(r rune) int { return narrow().RuneWidth(r) }

func narrow() *runewidth.Condition {
	return &runewidth.Condition{EastAsianWidth: false, StrictEmojiNeutral: true}
}

// clean makes a text safe for a terminal: white space becomes a space, and what would
// steer the terminal or turn the direction of the text becomes �.
func clean(text string) string {
	if isPlain(text) {
		return text
	}
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
	phrase  bool // begins with it, so that a line may well begin there, too
}

// wrap breaks a text into lines of at most width columns: at spaces, between the
// phrases of Japanese, between its characters where a phrase would leave most of a line
// empty, and inside a word only when it is wider than a line.
func wrap(text string, width int) []string {
	if len(text) <= width && isPlain(text) {
		return []string{strings.Join(strings.Fields(text), " ")}
	}
	var lines []string
	var line []piece
	used := 0
	for _, p := range pieces(clean(text)) {
		for len(line) > 0 && used+p.gap()+p.columns > width {
			n := lineEnd(line, p, width)
			lines = append(lines, joined(line[:n]))
			line = line[n:]
			used = columnsOf(joined(line))
		}
		if p.columns > width {
			full, rest := breakWord(p.text, width)
			lines = append(lines, full...)
			if p = (piece{text: rest, columns: columnsOf(rest)}); rest == "" {
				continue
			}
		}
		if len(line) > 0 {
			used += p.gap()
		}
		line, used = append(line, p), used+p.columns
	}
	if len(line) > 0 || len(lines) == 0 {
		lines = append(lines, joined(line))
	}
	return lines
}

// gap is how many columns stand before p inside a line.
func (p piece) gap() int {
	if p.space {
		return 1
	}
	return 0
}

// lineEnd returns how many pieces of a line stay in it when next has no place there:
// all, or those before the last phrase that begins behind its first third.
func lineEnd(line []piece, next piece, width int) int {
	if next.phrase {
		return len(line)
	}
	for n := len(line) - 1; n > 0; n-- {
		if line[n].phrase && 3*columnsOf(joined(line[:n])) >= width {
			return n
		}
	}
	return len(line)
}

func joined(line []piece) string {
	var b strings.Builder
	for i, p := range line {
		if p.space && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(p.text)
	}
	return b.String()
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
	var last rune
	for _, word := range strings.Fields(text) {
		for i, part := range parts(word) {
			first, _ := utf8.DecodeRuneInString(part)
			phrase := phraseBetween(last, first)
			if i == 0 {
				phrase = phraseAfterSpace(last, first)
			}
			out = append(out, piece{part, columnsOf(part), i == 0, phrase})
			last, _ = utf8.DecodeLastRuneInString(part)
		}
	}
	return out
}

// parts cuts a word between wide characters, except where Japanese forbids it and
// inside words of Katakana.
// https://www.w3.org/TR/jlreq/#characters_not_starting_a_line
func parts(word string) []string {
	if isPlain(word) {
		return []string{word}
	}
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
