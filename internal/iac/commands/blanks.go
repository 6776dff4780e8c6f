package commands

import (
	"bytes"
	"regexp"

	"github.com/trailspan/trailspan/internal/iac"
)

// A blanker writes the comments and the text of strings of a language as blanks, byte for byte.
type blanker struct {
	text, out []byte
	kind      iac.Kind
	endless   *int // here documents that do not end
}

// blanked is a text without its comments and the text of its strings; their quotes stay.
func blanked(text []byte, kind iac.Kind) []byte {
	b := blanker{text: text, out: bytes.Clone(text), kind: kind, endless: new(int)}
	for i := b.begin(); i < len(text); {
		i = max(i+1, b.step(i))
	}
	return b.out
}

// begin is where code begins: PHP stands in a document of something else.
func (b blanker) begin() int {
	if b.kind != PHP || !bytes.Contains(b.text, []byte("<?")) { // a part of a program, as documents show them
		return 0
	}
	return b.outside(0)
}

var phpOpens = regexp.MustCompile(`(?i)<\?(?:php\b|=)`)

// outside blanks what is not PHP, up to where that begins again.
func (b blanker) outside(from int) int {
	m := phpOpens.FindIndex(b.text[from:])
	if m == nil {
		return b.blank(from, len(b.text))
	}
	return b.blank(from, from+m[1])
}

func (b blanker) blank(from, to int) int {
	to = min(to, len(b.out))
	for i := from; i < to; i++ {
		if b.out[i] != '\n' && b.out[i] != '\r' {
			b.out[i] = ' '
		}
	}
	return to
}

// step passes by what stands at a place, and returns where the next begins.
func (b blanker) step(i int) int {
	if end := b.comment(i); end > i {
		return b.blank(i, end)
	}
	if b.kind == PHP && bytes.HasPrefix(b.text[i:], []byte("?>")) {
		return b.outside(i)
	}
	if b.kind == Ruby || b.kind == PHP {
		if end := b.document(i); end > i {
			return end
		}
	}
	if b.kind == Ruby {
		if end := b.rubyLiteral(i); end > i {
			return end
		}
	}
	return b.quoted(i)
}

// comment is where a comment ends that begins at a place; the place itself if none does.
func (b blanker) comment(i int) int {
	rest := b.text[i:]
	hash := b.kind == Ruby || b.kind == PHP && !bytes.HasPrefix(rest, []byte("#["))
	switch {
	case rest[0] == '#' && (hash || b.kind == CSharp && b.opensLine(i)), b.kind != Ruby && bytes.HasPrefix(rest, []byte("//")):
		return b.lineComment(i)
	case b.kind == Ruby && bytes.HasPrefix(rest, []byte("=begin")) && b.opensLine(i):
		return b.until(i, "\n=end")
	case b.kind == Ruby && bytes.HasPrefix(rest, []byte("__END__")) && b.opensLine(i):
		return len(b.text)
	case b.kind == Ruby || !bytes.HasPrefix(rest, []byte("/*")):
		return i
	case b.kind == Kotlin || b.kind == Scala:
		return b.nestedComment(i)
	default:
		return b.until(i+2, "*/")
	}
}

func (b blanker) opensLine(i int) bool {
	start := bytes.LastIndexByte(b.text[:i], '\n') + 1
	return len(bytes.TrimSpace(b.text[start:i])) == 0
}

// lineComment ends with its line; in PHP the end of the code ends it too.
func (b blanker) lineComment(i int) int {
	end := lineEnd(b.text, i)
	if b.kind == PHP {
		if n := bytes.Index(b.text[i:end], []byte("?>")); n >= 0 {
			return i + n
		}
	}
	return end
}

func (b blanker) until(from int, end string) int {
	n := bytes.Index(b.text[from:], []byte(end))
	if n < 0 {
		return len(b.text)
	}
	return from + n + len(end)
}

func (b blanker) nestedComment(i int) int {
	deep := 0
	for ; i < len(b.text); i++ {
		switch {
		case bytes.HasPrefix(b.text[i:], []byte("/*")):
			deep++
			i++
		case bytes.HasPrefix(b.text[i:], []byte("*/")):
			i++
			if deep--; deep == 0 {
				return i + 1
			}
		}
	}
	return len(b.text)
}

var character = regexp.MustCompile(`^'(?:\\[^'\n]{1,8}|\\'|[^\\'\n]{1,4})'`)

// quoted blanks the string that begins at a place.
func (b blanker) quoted(i int) int {
	rest := b.text[i:]
	switch c := rest[0]; {
	case b.kind == CSharp && c == '"' && b.verbatim(i):
		return b.verbatimString(i)
	case (b.kind == Ruby || b.kind == PHP) && (c == '"' || c == '\'' || c == '`'):
		return b.string(i, 1, b.several(i+1, c))
	case b.kind == Ruby || b.kind == PHP:
		if c == '\\' {
			return i + 2
		}
		return i + 1
	case bytes.HasPrefix(rest, []byte(`"""`)):
		return b.string(i, 3, b.tripled(i+3))
	case c == '"':
		return b.string(i, 1, closing(b.text, i+1, `"`))
	case c == '\\':
		return i + 2
	case c == '\'':
		if n := len(character.Find(rest)); n > 0 {
			return b.string(i, 1, i+n-1)
		}
	}
	return i + 1
}

// string blanks between the quotes of a string whose last begins at end; -1 is nowhere.
func (b blanker) string(i, quote, end int) int {
	if end < 0 {
		return i + quote
	}
	b.blank(i+quote, end)
	return end + quote
}

// several is where a string ends that may have several lines.
func (b blanker) several(from int, quote byte) int {
	for i := from; i < len(b.text); i++ {
		switch b.text[i] {
		case '\\':
			i++
		case quote:
			return i
		}
	}
	return -1
}

// tripled is where a text block ends. It has no escapes in Kotlin and C#, and one of a quote is rare.
func (b blanker) tripled(from int) int {
	n := bytes.Index(b.text[from:], []byte(`"""`))
	if n < 0 {
		return -1
	}
	return from + n
}

func (b blanker) verbatim(i int) bool {
	before := b.text[max(0, i-2):i]
	return bytes.HasSuffix(before, []byte("@")) || bytes.HasSuffix(before, []byte("@$"))
}

// verbatimString blanks a string of C# in which a quote is written twice.
func (b blanker) verbatimString(i int) int {
	for end := i + 1; end < len(b.text); end++ {
		if b.text[end] != '"' {
			continue
		}
		if end+1 < len(b.text) && b.text[end+1] == '"' {
			end++
			continue
		}
		return b.string(i, 1, end)
	}
	return i + 1
}

var (
	rubyDocument = regexp.MustCompile(`^<<[~-]?(["'` + "`" + `]?)([A-Z_][A-Z0-9_]*)["'` + "`" + `]?`)
	phpDocument  = regexp.MustCompile(`^<<<[ \t]*(["']?)([A-Za-z_]\w*)["']?`)
)

// document blanks the lines of a here document, and returns where it is announced to the end.
func (b blanker) document(i int) int {
	re := rubyDocument
	if b.kind == PHP {
		re = phpDocument
	}
	if b.text[i] != '<' || *b.endless > 50 {
		return i
	}
	m := re.FindSubmatch(b.text[i:min(len(b.text), i+120)])
	if m == nil {
		return i
	}
	first := lineEnd(b.text, i)
	for at := first; at < len(b.text); {
		end := lineEnd(b.text, at+1)
		line := bytes.TrimSpace(b.text[at+1 : end])
		if bytes.Equal(line, m[2]) || b.kind == PHP && bytes.HasPrefix(line, m[2]) {
			if b.kind == PHP { // what stands behind its name belongs to the code
				end = at + 1 + bytes.Index(b.text[at+1:], m[2]) + len(m[2])
			}
			b.blank(first, end)
			b.announced(i+len(m[0]), first)
			return end
		}
		at = end
		if at+1 >= len(b.text) {
			break
		}
	}
	*b.endless++
	return i
}

// announced blanks comments and strings of the line on which a here document is announced.
func (b blanker) announced(from, to int) {
	line := blanker{text: b.text[:to], out: b.out[:to], kind: b.kind}
	for i := from; i < to; {
		end := line.comment(i)
		if end > i {
			line.blank(i, end)
		} else {
			end = line.quoted(i)
		}
		i = max(i+1, end)
	}
}

var (
	rubyPercent = regexp.MustCompile(`^%[wWiIqQrx]?([(\[{<|!/])`)
	beforeRegex = regexp.MustCompile(`(?:[(,=~|&!{;\[?:]|\b(?:if|unless|when|and|or|not|return|while|until|match))[ \t]*$|^[ \t]*$`)
)

// rubyLiteral blanks %w[…], %q(…) and regular expressions.
func (b blanker) rubyLiteral(i int) int {
	c := b.text[i]
	if c != '%' && c != '/' {
		return i
	}
	start := bytes.LastIndexByte(b.text[:i], '\n') + 1
	if !beforeRegex.Match(b.out[max(start, i-40):i]) {
		return i
	}
	if c == '/' {
		return b.string(i, 1, closing(b.text, i+1, "/"))
	}
	m := rubyPercent.FindSubmatch(b.text[i:min(len(b.text), i+4)])
	if m == nil {
		return i
	}
	end := closingPair(b.text, i+len(m[0]), m[1][0])
	if end < 0 {
		return i
	}
	return b.blank(i, end+1)
}

// closingPair is where what a bracket opened is closed; other signs close themselves.
func closingPair(text []byte, from int, open byte) int {
	closes, deep := open, 1
	if n := bytes.IndexByte([]byte("([{<"), open); n >= 0 {
		closes = ")]}>"[n]
	}
	for i := from; i < min(len(text), from+1<<12); i++ {
		switch text[i] {
		case '\\':
			i++
		case closes:
			if deep--; deep == 0 {
				return i
			}
		case open:
			deep++
		}
	}
	return -1
}
