package policy

import (
	"slices"
	"strconv"
	"strings"
)

// truth is what is known of a condition. Its opposite is yes minus it.
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
			if t := s.holds(op, key, r.Context); t < least {
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

// holds judges one operator on one key. When the key is absent a negated operator
// holds, and any other does not, unless it ends in IfExists; of an absent key, any
// value is none, and all values are.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (s Statement) holds(op, key string, context map[string]string) truth {
	values := s.Condition[op][key]
	v, known := context[key]
	if !known || len(values) == 0 {
		return unclear
	}
	set, name := cutSet(op)
	name, ifExists := strings.CutSuffix(name, "IfExists")
	base, negated := cutNot(name)
	absent := v == ""
	compare := comparison(base)
	switch {
	case name == "Null":
		return null(values, absent)
	case absent:
		return of(ifExists || set == forAllValues || negated && set != forAnyValue)
	case compare == nil:
		return unclear
	}
	t, _ := s.matchAny(values, v, compare, context)
	if negated {
		return yes - t
	}
	return t
}

const (
	forAllValues = "ForAllValues:"
	forAnyValue  = "ForAnyValue:"
)

// cutSet takes ForAnyValue:StringLike apart.
func cutSet(op string) (set, name string) {
	for _, set := range []string{forAnyValue, forAllValues} {
		if name, ok := strings.CutPrefix(op, set); ok {
			return set, name
		}
	}
	return "", op
}

// null judges Null, whose values are the words true (the key is absent) and false.
func null(values []string, absent bool) truth {
	t := no
	for _, v := range values {
		b, err := strconv.ParseBool(strings.ToLower(v))
		switch {
		case err != nil || len(v) == 1:
			t = max(t, unclear)
		case b == absent:
			return yes
		}
	}
	return t
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
