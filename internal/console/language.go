package console

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/say"
)

const languageCookie = "trailspan-lang"

// setLanguage takes a language in the address, remembers it, and leads on without it; it
// says whether that was the answer.
func setLanguage(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	l := say.Lang(q.Get("lang"))
	if r.Method != http.MethodGet || !slices.Contains([]say.Lang{say.English, say.Japanese}, l) || wantsJSON(r) {
		return false
	}
	http.SetCookie(w, &http.Cookie{
		Name: languageCookie, Value: string(l), Path: "/", MaxAge: 365 * 24 * 60 * 60,
		HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
	q.Del("lang")
	http.Redirect(w, r, here(r.URL.Path, q.Encode()), http.StatusSeeOther)
	return true
}

// language is the one that was chosen, or else the one that the browser would rather
// have.
func language(r *http.Request) say.Lang {
	if chosen, err := r.Cookie(languageCookie); err == nil {
		switch l := say.Lang(chosen.Value); l {
		case say.English, say.Japanese:
			return l
		}
	}
	return preferred(r.Header.Get("Accept-Language"))
}

// preferred reads Accept-Language: of English and Japanese the one with the greater
// weight, or that comes first.
// https://www.rfc-editor.org/rfc/rfc9110#name-accept-language
func preferred(header string) say.Lang {
	best, weight := say.English, 0.0
	for part := range strings.SplitSeq(header, ",") {
		tag, parameter, _ := strings.Cut(strings.TrimSpace(part), ";")
		tag, _, _ = strings.Cut(strings.ToLower(tag), "-")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(parameter), "q="); ok {
			q, _ = strconv.ParseFloat(value, 64) // what cannot be read counts nothing
		}
		if l := say.Lang(tag); (l == say.English || l == say.Japanese) && q > weight {
			best, weight = l, q
		}
	}
	return best
}
