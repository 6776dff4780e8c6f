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

// Langs are the languages of the catalog.
func Langs() []Lang { return []Lang{English, Japanese} }

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
			return preferred(locale, getenv("LANGUAGE"))
		}
	}
	return English
}

// preferred is the first language of LANGUAGE, a list with colons, that the catalog has;
// else that of the locale. As in gettext, LANGUAGE says nothing in the locale C, and what
// the terminal cannot show is not chosen: text is written in UTF-8.
// https://www.gnu.org/software/gettext/manual/html_node/The-LANGUAGE-variable.html
func preferred(locale, list string) Lang {
	name, charset := localeParts(locale)
	if name == "c" || name == "posix" || !isUTF8(charset) {
		return English
	}
	for one := range strings.SplitSeq(list, ":") {
		name, _ := localeParts(one)
		switch l := language(name); l {
		case English, Japanese:
			return l
		}
	}
	if language(name) == Japanese {
		return Japanese
	}
	return English
}

// localeParts takes ja_JP.UTF-8@modifier apart, in small letters.
// https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
func localeParts(locale string) (name, charset string) {
	locale, _, _ = strings.Cut(strings.ToLower(locale), "@")
	name, charset, _ = strings.Cut(locale, ".")
	return name, charset
}

// language is the ja of ja_JP and ja-JP.
func language(name string) Lang {
	name, _, _ = strings.Cut(strings.ReplaceAll(name, "-", "_"), "_")
	return Lang(name)
}

// isUTF8 says whether a terminal reads UTF-8. Where the locale does not say, as on Windows
// and macOS, it does.
func isUTF8(charset string) bool {
	return charset == "" || strings.ReplaceAll(charset, "-", "") == "utf8"
}
