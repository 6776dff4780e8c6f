package console

import (
	"context"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// policy lets pages load what the console itself serves, and nothing else, send forms
// to it only, and be framed by nobody.
// https://www.w3.org/TR/CSP3/
func policy() string {
	return strings.Join([]string{
		"default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
		"form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
	}, "; ")
}

// harden sets what every answer says of itself.
func harden(h http.Header) {
	for name, value := range map[string]string{
		"Content-Security-Policy":      policy(),
		"X-Content-Type-Options":       "nosniff",
		"X-Frame-Options":              "DENY",
		"Referrer-Policy":              "no-referrer",
		"Cache-Control":                "no-store",
		"Cross-Origin-Opener-Policy":   "same-origin",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		h.Set(name, value)
	}
}

// guard lets a request pass that is meant for this console, was not made by another
// site, and comes from a browser that has shown the token where one is needed.
func (c *Console) guard(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := &recorder{ResponseWriter: w, status: http.StatusOK}
		defer func() { c.log(r, rec) }()
		harden(rec.Header())
		switch {
		case !c.known(r.Host):
			c.refuse(rec, r, http.StatusMisdirectedRequest, trail.Say("console.refused.host"))
		case embedded(r):
			c.refuse(rec, r, http.StatusForbidden, trail.Say("console.refused.site"))
		case foreign.Check(r) != nil:
			c.refuse(rec, r, http.StatusForbidden, trail.Say("console.refused.site"))
		case c.letIn(rec, r):
		case led(r):
			c.door(rec, r)
		default:
			c.enter(rec, r, next)
		}
	})
}

// enter hands the request on, with its session.
func (c *Console) enter(w http.ResponseWriter, r *http.Request, next http.Handler) {
	s, ok := c.sessionOf(r)
	if !ok && c.options.Token != "" {
		c.refuse(w, r, http.StatusUnauthorized, trail.Say("console.refused.token"))
		return
	}
	if !ok {
		s = c.newSession(w, r)
	}
	if setLanguage(w, r) {
		return
	}
	next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, s)))
}

// known says whether a request is for this console. A name that its owner bent to this
// machine, as DNS rebinding does, is not: only names that are ours, and addresses.
func (c *Console) known(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	if ip := net.ParseIP(name); ip != nil {
		return ip.IsLoopback() || c.options.Anywhere
	}
	return name == "localhost" || slices.ContainsFunc(c.options.Names, func(n string) bool { return strings.EqualFold(n, name) })
}

// embedded says whether another site made the browser ask for something other than a
// page to look at. Another port of this machine is another site too.
// https://www.w3.org/TR/fetch-metadata/
func embedded(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
		return false
	}
	return r.Header.Get("Sec-Fetch-Mode") != "navigate" || r.Header.Get("Sec-Fetch-Dest") != "document"
}

// refuse answers in one sentence, and without links.
func (c *Console) refuse(w http.ResponseWriter, r *http.Request, status int, note trail.Note) {
	if wantsJSON(r) {
		writeJSON(w, status, errorView{Error: c.speakers[say.English].Note(note)})
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(c.speakers[language(r)].Note(note) + "\n")) // a reader that is gone needs no answer
}

// recorder remembers the status of an answer, and keeps its headers: http.Error takes
// Cache-Control away.
type recorder struct {
	http.ResponseWriter
	status int
}

// WriteHeader writes the status, and remembers it.
func (w *recorder) WriteHeader(status int) {
	w.status = status
	harden(w.Header())
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets an http.ResponseController through.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// log leaves out the query, which may have the token.
func (c *Console) log(r *http.Request, w *recorder) {
	if c.options.Log != nil {
		c.options.Log(r.Method, r.URL.Path, w.status)
	}
}
