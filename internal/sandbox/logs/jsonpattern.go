package logs

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// A jsonPattern is matched by messages that are JSON objects of which it is true. A
// comparison is false of a member that is not there, even != .
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntaxForMetricFilters.html#matching-terms-json-log-events
type jsonPattern struct{ is condition }

// A condition is true of a document or not.
type condition func(document any) bool

func (p jsonPattern) matches(message string) bool {
	if !strings.HasPrefix(strings.TrimSpace(message), "{") {
		return false
	}
	d := json.NewDecoder(strings.NewReader(message))
	d.UseNumber()
	var document any
	return d.Decode(&document) == nil && p.is(document)
}

// A patternReader reads { … } from left to right.
type patternReader struct{ rest string }

func parseJSONPattern(text string) (pattern, error) {
	inner, ok := strings.CutSuffix(strings.TrimPrefix(text, "{"), "}")
	if !ok {
		return nil, badPattern()
	}
	r := &patternReader{inner}
	is, ok := r.either()
	if !ok || r.peek() != "" {
		return nil, badPattern()
	}
	return jsonPattern{is}, nil
}

// peek is what is left, from the next sign on.
func (r *patternReader) peek() string {
	r.rest = strings.TrimLeft(r.rest, " \t\r\n")
	return r.rest
}

// take passes over a sign, if it is the next.
func (r *patternReader) take(sign string) bool {
	rest, ok := strings.CutPrefix(r.peek(), sign)
	if ok {
		r.rest = rest
	}
	return ok
}

// either reads conditions with || between them.
func (r *patternReader) either() (condition, bool) {
	is, ok := r.both()
	for ok && r.take("||") {
		left := is
		var right condition
		if right, ok = r.both(); ok {
			is = func(d any) bool { return left(d) || right(d) }
		}
	}
	return is, ok
}

// both reads conditions with && between them, which binds more than ||.
func (r *patternReader) both() (condition, bool) {
	is, ok := r.one()
	for ok && r.take("&&") {
		left := is
		var right condition
		if right, ok = r.one(); ok {
			is = func(d any) bool { return left(d) && right(d) }
		}
	}
	return is, ok
}

// one reads a comparison, or conditions in parentheses.
func (r *patternReader) one() (condition, bool) {
	if r.take("(") {
		is, ok := r.either()
		return is, ok && r.take(")")
	}
	path, ok := r.selector()
	if !ok {
		return nil, false
	}
	if is, ok := r.word(path); ok {
		return is, true
	}
	for _, operator := range []string{"!=", "<=", ">=", "=", "<", ">"} {
		if r.take(operator) {
			return r.comparison(path, operator)
		}
	}
	return nil, false
}

// word reads an operator that has no value: IS NULL, NOT EXISTS …
func (r *patternReader) word(path []step) (condition, bool) {
	m := wordOperator.FindStringSubmatch(r.peek())
	if m == nil {
		return nil, false
	}
	r.rest = r.rest[len(m[0]):]
	operator := strings.ToUpper(strings.Join(strings.Fields(m[1]), " "))
	return func(document any) bool {
		values := find(document, path)
		if operator == "NOT EXISTS" {
			return len(values) == 0
		}
		for _, v := range values {
			if v == map[string]any{"IS NULL": nil, "IS TRUE": true, "IS FALSE": false}[operator] && !composite(v) {
				return true
			}
		}
		return false
	}, true
}

var wordOperator = regexp.MustCompile(`(?i)^(IS\s+NULL|IS\s+TRUE|IS\s+FALSE|NOT\s+EXISTS)\b`)

// comparison reads the value to compare with. A value in quotation marks is text, and so
// is one that is no number; a star in it stands for any text.
func (r *patternReader) comparison(path []step, operator string) (condition, bool) {
	holds, ok := r.test(operator)
	if !ok {
		return nil, false
	}
	return func(document any) bool {
		for _, v := range find(document, path) {
			if !composite(v) && holds(v) {
				return true
			}
		}
		return false
	}, true
}

func (r *patternReader) test(operator string) (func(any) bool, bool) {
	text := r.peek()
	switch {
	case strings.HasPrefix(text, `"`):
		word, rest, ok := unquote(text)
		r.rest = rest
		return textTest(operator, word), ok && (operator == "=" || operator == "!=")
	case strings.HasPrefix(text, "%"):
		t, rest, err := parseExpression(text)
		r.rest = rest
		return func(v any) bool { return t.in(asText(v)) == (operator == "=") }, err == nil && (operator == "=" || operator == "!=")
	}
	word := bareValue.FindString(text)
	r.rest = text[len(word):]
	if number, err := strconv.ParseFloat(word, 64); err == nil {
		return numberTest(operator, number), true
	}
	return textTest(operator, word), word != "" && (operator == "=" || operator == "!=")
}

var bareValue = regexp.MustCompile(`^[^\s()&|"{}]+`)

func textTest(operator, word string) func(any) bool {
	parts := strings.Split(word, "*")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	whole := regexp.MustCompile(`(?s)^` + strings.Join(parts, ".*") + `$`) // of quoted text
	return func(v any) bool { return whole.MatchString(asText(v)) == (operator == "=") }
}

func numberTest(operator string, number float64) func(any) bool {
	return func(v any) bool {
		n, err := strconv.ParseFloat(asText(v), 64)
		if err != nil {
			return false
		}
		switch operator {
		case "=":
			return n == number
		case "!=":
			return n != number
		case "<":
			return n < number
		case ">":
			return n > number
		case "<=":
			return n <= number
		}
		return n >= number
	}
}

// asText is a value as it is compared with text.
func asText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	return ""
}
