package say

import (
	"fmt"
	"strings"
)

// Lang is a language, by its ISO 639-1 code.
type Lang string

// The languages of the catalog.
const (
	English  Lang = "en"
	Japanese Lang = "ja"
)

// localeVariables decide the language of messages; the first that is set wins.
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
func localeVariables() []string { return []string{"LC_ALL", "LC_MESSAGES", "LANG"} }

// Choose returns the language to speak: that of the flag or, when the flag is empty,
// that of the locale in the environment; English where the locale is neither. A flag
// that names no language of the catalog is an error.
func Choose(flag string, getenv func(string) string) (Lang, error) {
	switch l := Lang(flag); l {
	case English, Japanese:
		return l, nil
	case "":
		return fromLocale(getenv), nil
	default:
		return "", fmt.Errorf("language %q is neither en nor ja", flag)
	}
}

func fromLocale(getenv func(string) string) Lang {
	for _, name := range localeVariables() {
		if locale := getenv(name); locale != "" {
			return ofLocale(locale)
		}
	}
	return English
}

// ofLocale reads ja_JP.UTF-8, ja-JP, ja … as Japanese and all else as English.
func ofLocale(locale string) Lang {
	if strings.HasPrefix(strings.ToLower(locale), string(Japanese)) {
		return Japanese
	}
	return English
}
