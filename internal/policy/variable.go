package policy

import "strings"

// expand puts what is known of the call in place of the policy variables of a pattern,
// or names the first one that is unknown. A key that is absent from the call leaves its
// variable unknown, unless that comes with a default.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (s Statement) expand(pattern string, context map[string]string) (text, unknown string) {
	if s.noVariables {
		return pattern, ""
	}
	for {
		before, rest, found := strings.Cut(pattern, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return text + pattern, ""
		}
		v, ok := variable(name, context)
		if !ok {
			return "", strings.ToLower(name)
		}
		text, pattern = text+before+v, after
	}
}

// variable returns the value of aws:SourceAccount, or of aws:username, 'default'. ${$}
// stands for a dollar sign; ${*} and ${?}, which no pattern here can say, are unknown.
func variable(name string, context map[string]string) (string, bool) {
	if name == "$" {
		return "$", true
	}
	key, fallback, has := strings.Cut(name, ",")
	v, known := context[strings.ToLower(strings.TrimSpace(key))]
	if known && v == "" && has {
		return strings.Trim(strings.TrimSpace(fallback), "'"), true
	}
	return v, v != ""
}
