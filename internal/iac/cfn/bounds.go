package cfn

import (
	"regexp"
	"strconv"
	"unicode/utf8"
)

// takes says whether a parameter that lists no values may have this one, by its pattern,
// lengths and bounds.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func takes(p *node) func(string) bool {
	pattern, err := regexp.Compile(`^(?:` + p.of("AllowedPattern").text() + `)$`)
	anything := p.of("AllowedPattern") == nil || err != nil
	number := p.of("Type").text() == "Number"
	return func(s string) bool {
		switch length := float64(utf8.RuneCountInString(s)); {
		case !anything && !pattern.MatchString(s):
			return false
		case number:
			v, err := strconv.ParseFloat(s, 64)
			return err == nil && within(v, p.of("MinValue"), p.of("MaxValue"))
		default:
			return within(length, p.of("MinLength"), p.of("MaxLength"))
		}
	}
}

// within says whether a number is between bounds; one that is no number bounds nothing.
func within(v float64, least, most *node) bool {
	if bound, err := strconv.ParseFloat(least.text(), 64); err == nil && v < bound {
		return false
	}
	bound, err := strconv.ParseFloat(most.text(), 64)
	return err != nil || v <= bound
}
