package policy

import (
	"cmp"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// kind is what an operator compares.
type kind int

const (
	kindString kind = iota
	kindNumeric
	kindDate
	kindBool
	kindNull
	kindBinary
	kindIP
	kindARN
)

// operator compares a value of the policy with a value of the request.
type operator struct {
	kind    kind
	negated bool // StringNotEquals: no value of the policy may match
	match   func(policy, request string) bool
}

// any says whether any value of the policy matches that of the request.
func (o operator) any(policy []string, request string) bool {
	for _, p := range policy {
		if o.match(p, request) {
			return true
		}
	}
	return false
}

// operatorNamed finds an operator by the name IAM gives it, without prefix and suffix.
func operatorNamed(name string) (operator, bool) {
	switch name {
	case "StringEquals", "StringNotEquals":
		return operator{kindString, strings.Contains(name, "Not"), equal}, true
	case "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase":
		return operator{kindString, strings.Contains(name, "Not"), equalFold}, true
	case "StringLike", "StringNotLike":
		return operator{kindString, strings.Contains(name, "Not"), glob}, true
	case "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike":
		return operator{kindARN, strings.Contains(name, "Not"), globARN}, true
	case "IpAddress", "NotIpAddress":
		return operator{kindIP, strings.HasPrefix(name, "Not"), inNetwork}, true
	case "Bool":
		return operator{kindBool, false, strings.EqualFold}, true
	case "Null":
		return operator{kindNull, false, equal}, true
	case "BinaryEquals":
		return operator{kindBinary, false, equal}, true
	}
	if test, negated, ok := ordering(strings.TrimPrefix(name, "Numeric")); ok && strings.HasPrefix(name, "Numeric") {
		return operator{kindNumeric, negated, compare(number, cmp.Compare[float64], test)}, true
	}
	if test, negated, ok := ordering(strings.TrimPrefix(name, "Date")); ok && strings.HasPrefix(name, "Date") {
		return operator{kindDate, negated, compare(date, time.Time.Compare, test)}, true
	}
	return operator{}, false
}

// ordering reads the end of names like NumericLessThanEquals. The test is given how
// the value of the request compares with that of the policy.
func ordering(name string) (test func(int) bool, negated, ok bool) {
	switch name {
	case "Equals":
		return func(c int) bool { return c == 0 }, false, true
	case "NotEquals":
		return func(c int) bool { return c == 0 }, true, true
	case "LessThan":
		return func(c int) bool { return c < 0 }, false, true
	case "LessThanEquals":
		return func(c int) bool { return c <= 0 }, false, true
	case "GreaterThan":
		return func(c int) bool { return c > 0 }, false, true
	case "GreaterThanEquals":
		return func(c int) bool { return c >= 0 }, false, true
	}
	return nil, false, false
}

// compare makes a match of a way to read values and a test of their order. A value
// that cannot be read matches nothing.
func compare[T any](read func(string) (T, bool), order func(a, b T) int, test func(int) bool) func(policy, request string) bool {
	return func(policy, request string) bool {
		p, ok1 := read(policy)
		r, ok2 := read(request)
		return ok1 && ok2 && test(order(r, p))
	}
}

// unescape gives back the characters that policy variables brought in.
func unescape(policy string) string {
	return strings.NewReplacer(string([]byte{literalStar}), "*", string([]byte{literalQuestion}), "?").Replace(policy)
}

func equal(policy, request string) bool { return unescape(policy) == request }

func equalFold(policy, request string) bool { return strings.EqualFold(unescape(policy), request) }

func number(s string) (float64, bool) {
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f == f // NaN is no number
}

// date reads a date of ISO 8601, as far as IAM takes it, or seconds since 1970.
func date(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return time.Unix(n, 0), err == nil
}

func inNetwork(policy, request string) bool {
	network, ok := prefix(policy)
	addr, err := netip.ParseAddr(request)
	return ok && err == nil && network.Contains(addr.Unmap())
}

// prefix reads 203.0.113.0/24 or a single address.
func prefix(s string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(s); err == nil {
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// accepts says whether a value of a policy is of the kind.
func (k kind) accepts(v string) bool {
	var ok bool
	switch k {
	case kindNumeric:
		_, ok = number(v)
	case kindDate:
		_, ok = date(v)
	case kindBool, kindNull:
		ok = strings.EqualFold(v, "true") || strings.EqualFold(v, "false")
	case kindBinary:
		_, err := base64.StdEncoding.DecodeString(v)
		ok = err == nil
	case kindIP:
		_, ok = prefix(v)
	default: // any text is a string, and an ARN may have wildcards anywhere
		ok = true
	}
	return ok
}

// article names the kind in an error.
func (k kind) article() string {
	switch k {
	case kindNumeric:
		return "a number"
	case kindDate:
		return "a date"
	case kindBool, kindNull:
		return "true or false"
	case kindBinary:
		return "base64"
	case kindIP:
		return "an IP address or network"
	default:
		return "a string"
	}
}
