package lake

import (
	"fmt"
	"strings"
)

// A kind of token.
type kind int

const (
	end    kind = iota
	word        // a keyword or a name, also in double quotes; a number and an ID too
	quoted      // a string
	sign        // an operator or a mark
)

type token struct {
	kind kind
	text string
	bare bool // a word without quotes, which may be a keyword
}

// String is the token as a complaint shows it.
func (t token) String() string {
	if t.kind == end {
		return "the end of the query"
	}
	return fmt.Sprintf("%q", t.text)
}

// lex cuts a statement into tokens, the last of which is an end.
func lex(statement string) ([]token, error) {
	var tokens []token
	for rest := skip(statement); rest != ""; rest = skip(rest) {
		t, n, err := next(rest)
		if err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		rest = rest[n:]
	}
	return append(tokens, token{}), nil
}

// skip leaves out spaces and comments.
func skip(s string) string {
	for {
		s = strings.TrimLeft(s, " \t\r\n")
		if !strings.HasPrefix(s, "--") {
			return s
		}
		_, s, _ = strings.Cut(s, "\n")
	}
}

// next reads a token, and says how long it is.
func next(s string) (token, int, error) {
	switch c := s[0]; {
	case c == '\'' || c == '"':
		text, n, ok := unquote(s)
		if !ok {
			return token{}, 0, fmt.Errorf("the quote of %.20q is not closed", s)
		}
		if c == '"' {
			return token{kind: word, text: text}, n, nil
		}
		return token{kind: quoted, text: text}, n, nil
	case inWord(c):
		n := wordLength(s)
		return token{kind: word, text: s[:n], bare: true}, n, nil
	}
	for _, two := range []string{"<>", "!=", "<=", ">="} {
		if strings.HasPrefix(s, two) {
			return token{kind: sign, text: two}, 2, nil
		}
	}
	if strings.IndexByte("=<>(),.*;", s[0]) < 0 {
		return token{}, 0, fmt.Errorf("%.1q is not supported", s)
	}
	return token{kind: sign, text: s[:1]}, 1, nil
}

// unquote reads a string in which a quote is written as two.
func unquote(s string) (text string, n int, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if s[i] != s[0] {
			b.WriteByte(s[i])
			continue
		}
		if i+1 == len(s) || s[i+1] != s[0] {
			return b.String(), i + 1, true
		}
		b.WriteByte(s[i])
		i++
	}
	return "", 0, false
}

func inWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// wordLength is that of the word at the beginning. A hyphen belongs to it, as to the ID
// of an event data store, but for the two of a comment.
func wordLength(s string) int {
	n := 0
	for n < len(s) && (inWord(s[n]) || s[n] == '-' && !strings.HasPrefix(s[n:], "--")) {
		n++
	}
	return n
}
