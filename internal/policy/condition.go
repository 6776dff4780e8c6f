package policy

import (
	"slices"
	"strings"
)

// truth is what is known of a condition.
type truth int

const (
	no truth = iota
	unclear
	yes
)

// conditions says whether all conditions of the statement hold, and names the first
// key that does not.
func (s Statement) conditions(r Request) (truth, string) {
	least, blame := yes, ""
	for _, op := range sortedKeys(s.Condition) {
		for _, key := range sortedKeys(s.Condition[op]) {
			if t := holds(op, key, s.Condition[op][key], r.Context); t < least {
				least, blame = t, key
			}
		}
	}
	return least, blame
}

func sortedKeys[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// holds judges one operator on one key. A negated operator holds when the key is
// absent, any other does not, unless it ends in IfExists.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func holds(op, key string, values []string, context map[string]string) truth {
	name := op
	for _, set := range []string{"ForAnyValue:", "ForAllValues:"} {
		name = strings.TrimPrefix(name, set)
	}
	name, ifExists := strings.CutSuffix(name, "IfExists")
	v, known := context[key]
	if !known {
		return unclear
	}
	absent := v == ""
	if name == "Null" {
		return of(slices.Contains(values, "true") == absent)
	}
	base, negated := cutNot(name)
	if absent {
		return of(ifExists || negated || strings.HasPrefix(op, "ForAllValues:"))
	}
	compare := comparison(base)
	if compare == nil || slices.ContainsFunc(values, func(p string) bool { return strings.Contains(p, "${") }) {
		return unclear
	}
	return of(slices.ContainsFunc(values, func(p string) bool { return compare(p, v) }) != negated)
}

// cutNot turns StringNotLike into StringLike, negated.
func cutNot(op string) (base string, negated bool) {
	base = strings.Replace(op, "Not", "", 1)
	return base, base != op
}

// comparison returns how an operator compares, or nil for one that is not known.
func comparison(op string) func(pattern, v string) bool {
	switch op {
	case "StringEquals":
		return func(p, v string) bool { return p == v }
	case "StringEqualsIgnoreCase":
		return strings.EqualFold
	case "Bool":
		return strings.EqualFold
	case "StringLike":
		return Match
	case "ArnEquals", "ArnLike":
		return matchARN
	default:
		return nil
	}
}

// matchARN compares the six parts of ARNs one by one, so that a wildcard does not
// reach over a colon.
func matchARN(pattern, v string) bool {
	p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(v, ":", 6)
	if len(p) != 6 || len(a) != 6 {
		return pattern == "*"
	}
	for i := range p {
		if !Match(p[i], a[i]) {
			return false
		}
	}
	return true
}

func of(b bool) truth {
	if b {
		return yes
	}
	return no
}
