package policy

import "strings"

// glob says whether s matches a pattern in which * stands for any text and ? for
// any one byte. It goes back at most to the last star, so that no pattern is slow.
func glob(pattern, s string) bool {
	p, i, star, mark := 0, 0, -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i] || literal(pattern[p]) == s[i]):
			p, i = p+1, i+1
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// Bytes that stand for a wildcard character meant literally: ${*}, ${?}. They cannot
// occur in the UTF-8 that JSON decodes to.
const (
	literalStar     = '\xff'
	literalQuestion = '\xfe'
)

func literal(b byte) byte {
	switch b {
	case literalStar:
		return '*'
	case literalQuestion:
		return '?'
	}
	return b
}

// globARN compares ARNs as ArnLike does: each of the six parts by itself, so that a
// star never reaches across a colon of the first five. A lone star matches all.
func globARN(pattern, s string) bool {
	if pattern == "*" {
		return true
	}
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(s, ":", 6)
	if len(p) != 6 || len(a) != 6 {
		return false
	}
	for i := range p {
		if !glob(p[i], a[i]) {
			return false
		}
	}
	return true
}

// expand replaces policy variables, ${aws:SourceAccount} and ${aws:PrincipalTag/x, 'none'},
// by what the request says. It reports false when a variable has no value: then
// nothing matches.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (s *statement) expand(text string, c context) (string, bool) {
	if !s.variables || !strings.Contains(text, "${") {
		return text, true
	}
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			out.WriteString(text)
			return out.String(), true
		}
		value, ok := variable(name, c)
		if !ok {
			return "", false
		}
		out.WriteString(before + value)
		text = after
	}
}

// variable gives the value of what stands between ${ and }.
func variable(name string, c context) (string, bool) {
	switch name {
	case "*":
		return string([]byte{literalStar}), true
	case "?":
		return string([]byte{literalQuestion}), true
	case "$":
		return "$", true
	}
	key, fallback, hasFallback := strings.Cut(name, ",")
	if v := c.values(strings.TrimSpace(key)); len(v) == 1 {
		return escapeWildcards(v[0]), true
	}
	return strings.Trim(strings.TrimSpace(fallback), "'"), hasFallback
}

// escapeWildcards keeps a value that the caller chose from acting as a pattern.
func escapeWildcards(v string) string {
	return strings.NewReplacer("*", string([]byte{literalStar}), "?", string([]byte{literalQuestion})).Replace(v)
}
