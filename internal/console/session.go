package console

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"net"
	"net/http"
	"net/url"
	"strings"
)

// session is one browser, by a name that only this process can make.
type session string

type sessionKey struct{}

// NewToken makes a token of 256 bits.
func NewToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// cookieName tells consoles on one machine apart: cookies are not of one port.
// https://www.rfc-editor.org/rfc/rfc6265#section-8.5
func cookieName(r *http.Request) string {
	if _, port, err := net.SplitHostPort(r.Host); err == nil {
		return "trailspan-session-" + port
	}
	return "trailspan-session"
}

// letIn takes a token in the address, and leads on without it; it says whether that was
// the answer. A wrong token opens nothing.
func (c *Console) letIn(w http.ResponseWriter, r *http.Request) bool {
	q := r.URL.Query()
	given := q.Get("token")
	if c.options.Token == "" || r.Method != http.MethodGet || subtle.ConstantTimeCompare([]byte(given), []byte(c.options.Token)) != 1 {
		return false
	}
	c.newSession(w, r)
	q.Del("token")
	http.Redirect(w, r, here(asked(r), q.Encode()), http.StatusSeeOther)
	return true
}

// here is an address on this console, whatever a browser makes of its path: one that
// begins with two slashes would lead elsewhere, and so would one with a tab or a line
// feed between them, which browsers leave out.
// https://url.spec.whatwg.org/#concept-basic-url-parser
func here(path, query string) string {
	to := url.URL{Path: "/" + strings.TrimLeft(path, "/\\"), RawQuery: query}
	return to.String()
}

func (c *Console) newSession(w http.ResponseWriter, r *http.Request) session {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	s := session(base64.RawURLEncoding.EncodeToString(b[:]))
	http.SetCookie(w, &http.Cookie{
		Name: cookieName(r), Value: string(s) + "." + c.seal("session", s),
		Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode, Secure: r.TLS != nil,
	})
	return s
}

// sessionOf finds the session of a browser. It never believes one that it did not make.
func (c *Console) sessionOf(r *http.Request) (session, bool) {
	for _, cookie := range r.CookiesNamed(cookieName(r)) {
		id, mark, _ := strings.Cut(cookie.Value, ".")
		if hmac.Equal([]byte(mark), []byte(c.seal("session", session(id)))) {
			return session(id), true
		}
	}
	return "", false
}

// csrf is what a form has to send back: no other site can know it.
func (c *Console) csrf(s session) string { return c.seal("form", s) }

func (c *Console) ownForm(s session, sent string) bool {
	return hmac.Equal([]byte(sent), []byte(c.csrf(s)))
}

// seal marks a session for a purpose.
func (c *Console) seal(purpose string, s session) string {
	h := hmac.New(sha256.New, c.secret[:])
	h.Write([]byte(purpose + " " + string(s)))
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil))
}
