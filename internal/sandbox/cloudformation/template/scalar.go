package template

import (
	"encoding/json"
	"math/big"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// The plain scalars of YAML 1.1 that are not text, as the parser of CloudFormation knows
// them. Dates stay text: policies say Version: 2012-10-17 without quotes. So do numbers
// of base 60, infinity and NaN.
var (
	yamlNull  = regexp.MustCompile(`^(~|null|Null|NULL)?$`)
	yamlTrue  = regexp.MustCompile(`^(yes|Yes|YES|true|True|TRUE|on|On|ON)$`)
	yamlFalse = regexp.MustCompile(`^(no|No|NO|false|False|FALSE|off|Off|OFF)$`)
	yamlInt   = regexp.MustCompile(`^[-+]?(0|[1-9][0-9_]*|0b[01_]+|0[0-7_]+|0x[0-9a-fA-F_]+)$`)
	yamlFloat = regexp.MustCompile(`^[-+]?([0-9][0-9_]*\.[0-9_]*|[0-9][0-9_]*|\.[0-9][0-9_]*)([eE][-+]?[0-9]+)?$`)
	jsonForm  = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)
	leading   = regexp.MustCompile(`^0[0-9_]+$`)
)

// quoted are the styles of a scalar that make it text.
const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// yamlScalar reads a scalar: what is plain may be null, a boolean or a number.
func yamlScalar(n *yaml.Node) (any, error) {
	explicit := n.Style&yaml.TaggedStyle != 0 && n.Tag != ""
	switch {
	case explicit && n.ShortTag() != "!!str":
		return taggedScalar(n)
	case explicit, n.Style&quoted != 0:
		return n.Value, nil
	}
	return plainScalar(n.Value), nil
}

// taggedScalar reads a scalar whose tag says what it is. Tags of binary data and of
// times are not for templates.
func taggedScalar(n *yaml.Node) (any, error) {
	v := plainScalar(n.Value)
	ok := false
	switch n.ShortTag() {
	case "!!int", "!!float":
		_, ok = v.(json.Number)
	case "!!bool":
		_, ok = v.(bool)
	case "!!null":
		ok = v == nil
	}
	if !ok {
		return nil, notWellFormedAt(n)
	}
	return v, nil
}

func plainScalar(s string) any {
	switch {
	case yamlNull.MatchString(s):
		return nil
	case yamlTrue.MatchString(s):
		return true
	case yamlFalse.MatchString(s):
		return false
	case jsonForm.MatchString(s):
		return json.Number(s)
	case yamlInt.MatchString(s):
		return wholeNumber(s)
	case yamlFloat.MatchString(s) && !leading.MatchString(s):
		return fraction(s)
	}
	return s
}

// wholeNumber writes a number of YAML with a sign, underscores or another base as JSON
// does. Account IDs that begin with 0 need quotes: 012345670123 is octal.
func wholeNumber(s string) any {
	digits := strings.ReplaceAll(strings.TrimPrefix(s, "+"), "_", "")
	n, ok := new(big.Int).SetString(digits, 0)
	if !ok {
		return s
	}
	return json.Number(n.String())
}

// fraction writes a fraction of YAML as JSON does: .5 is 0.5, and 1. is 1.
func fraction(s string) any {
	s = strings.ReplaceAll(strings.TrimPrefix(s, "+"), "_", "")
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
	}
	whole, rest, _ := strings.Cut(mantissa, ".")
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		whole = "0"
	}
	if rest != "" {
		rest = "." + rest
	}
	return json.Number(sign + whole + rest + exponent)
}
