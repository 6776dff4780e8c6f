package logs

import (
	"regexp"
	"strings"
)

// A pattern chooses events by their messages.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
type pattern interface{ matches(message string) bool }

// parsePattern reads a filter pattern: terms, or { … } about JSON. The error is
// InvalidParameterException.
func parsePattern(text string) (pattern, error) {
	text = strings.TrimSpace(text)
	switch {
	case strings.HasPrefix(text, "{"):
		return parseJSONPattern(text)
	case strings.HasPrefix(text, "["):
		return nil, invalid("The sandbox does not implement filter patterns for space-delimited events: %s", text)
	}
	return parseTerms(text)
}

func badPattern() error { return invalid("Invalid filter pattern") }

// terms are matched by a message that has all of all, none of none, and, if there are
// any, one of some.
type terms struct{ all, some, none []term }

// A term is a text that a message may have, or an expression that it may match.
type term struct {
	text       string
	expression *regexp.Regexp // nil: text
}

func (t term) in(message string) bool {
	if t.expression != nil {
		return t.expression.MatchString(message)
	}
	return strings.Contains(message, t.text)
}

func (p terms) matches(message string) bool {
	for _, t := range p.none {
		if t.in(message) {
			return false
		}
	}
	for _, t := range p.all {
		if !t.in(message) {
			return false
		}
	}
	for _, t := range p.some {
		if t.in(message) {
			return true
		}
	}
	return len(p.some) == 0
}

// parseTerms reads terms such as: ERROR "not found" -DEBUG ?timeout ?refused %4\d\d%
func parseTerms(text string) (pattern, error) {
	var p terms
	for text != "" {
		list := &p.all
		switch text[0] {
		case '?':
			list, text = &p.some, text[1:]
		case '-':
			list, text = &p.none, text[1:]
		}
		t, rest, err := parseTerm(text)
		if err != nil {
			return nil, err
		}
		*list, text = append(*list, t), strings.TrimLeft(rest, " \t\r\n")
	}
	return p, nil
}

var bareTerm = regexp.MustCompile(`^[\pL\pN_]+$`)

func parseTerm(text string) (t term, rest string, err error) {
	switch {
	case text == "":
		return term{}, "", badPattern()
	case text[0] == '"':
		word, rest, ok := unquote(text)
		if !ok {
			return term{}, "", badPattern()
		}
		return term{text: word}, rest, nil
	case text[0] == '%':
		return parseExpression(text)
	}
	end := strings.IndexAny(text, " \t\r\n")
	if end < 0 {
		end = len(text)
	}
	word := text[:end]
	if !bareTerm.MatchString(word) {
		return term{}, "", invalid("Invalid character(s) in term '%s'", word)
	}
	return term{text: word}, text[end:], nil
}

// parseExpression reads a regular expression between percent signs.
func parseExpression(text string) (t term, rest string, err error) {
	inner, rest, ok := strings.Cut(text[1:], "%")
	if !ok {
		return term{}, "", badPattern()
	}
	expression, err := regexp.Compile(inner)
	if err != nil {
		return term{}, "", badPattern()
	}
	return term{expression: expression}, rest, nil
}

// unquote reads what begins in a quotation mark; a backslash takes the next letter as it is.
func unquote(text string) (word, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:], true
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return "", "", false
}
