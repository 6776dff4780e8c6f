package console

import (
	"bytes"
	"net/http"

	"github.com/trailspan/trailspan/internal/say"
)

// doorView is what a reader sees whom another site led here.
type doorView struct {
	*say.Speaker
	To string // where the link leads
}

// T says a sentence of the console itself, by the rest of its key.
func (v doorView) T(key string) string { return v.Say("console." + key) }

// led says whether another site, or another port of this machine, led a browser here.
func led(r *http.Request) bool {
	from := r.Header.Get("Sec-Fetch-Site")
	return from == "cross-site" || from == "same-site"
}

// door stands before a page that another site led to: a site can open as many pages as it
// likes, and many cost calls of AWS. It asks nobody and sets no cookie, for a browser
// sends none of its own along with what another site began; the link on it is of this
// console.
func (c *Console) door(w http.ResponseWriter, r *http.Request) {
	var out bytes.Buffer
	v := doorView{c.speakers[language(r)], here(asked(r), r.URL.RawQuery)}
	if err := c.pages["door"].ExecuteTemplate(&out, "door", v); err != nil {
		fault(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(out.Bytes()) // a reader that is gone needs no answer
}
