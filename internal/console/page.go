package console

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

//go:embed pages/*.html static/*
var assets embed.FS

// pages are the templates, by the name of their file.
type pages map[string]*template.Template

// readPages reads every page, each with the layout around it.
func readPages() (pages, error) {
	layout, err := template.ParseFS(assets, "pages/layout.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(assets, "pages/*.html")
	if err != nil {
		return nil, err
	}
	out := pages{}
	for _, name := range names {
		around, err := layout.Clone()
		if err != nil {
			return nil, err
		}
		page, err := around.ParseFS(assets, name)
		if err != nil {
			return nil, err
		}
		out[strings.TrimSuffix(path.Base(name), ".html")] = page
	}
	return out, nil
}

// static serves the style sheet, the script and the sign, and no folder.
func (c *Console) static(w http.ResponseWriter, r *http.Request) {
	name := "static/" + r.PathValue("file")
	if info, err := fs.Stat(assets, name); err != nil || info.IsDir() {
		c.show(missing)(w, r)
		return
	}
	http.ServeFileFS(w, r, assets, name)
}

// missing is the page that is not there.
func missing(*request) (answer, error) { return answer{}, notFound("console.missing.page") }

// request is a request with what every page needs to know of it.
type request struct {
	*http.Request
	*say.Speaker // of the reader; of JSON it is English
	account      Account
	session      session
	json         bool
}

// answer is a view, and the page that shows it.
type answer struct {
	page   string
	title  string
	tab    string // that is marked in the navigation
	view   any
	status int // 0: all is well
	// live asks a browser without script to come again.
	live bool
	// to, when it is not empty, leads there instead.
	to    string
	begun *begun // that goes on behind the answer
}

// layout is what stands around a view.
type layout struct {
	*say.Speaker
	console  *Console
	path     string
	query    string
	Title    string
	Tab      string
	Account  Account
	Accounts []Account
	CSRF     string
	Live     bool
	View     any
}

// show makes a handler of a page, which is its JSON for whoever asks for that.
func (c *Console) show(page func(*request) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		req, err := c.request(r)
		if err == nil && c.lookAgain(w, req) {
			return
		}
		var a answer
		if err == nil {
			a, err = page(req)
		}
		if err != nil {
			a = c.troubled(req, err)
		}
		c.write(w, req, a)
	}
}

// lookAgain forgets what was seen, for whoever asks for that, and leads on; it says
// whether that was the answer.
func (c *Console) lookAgain(w http.ResponseWriter, r *request) bool {
	q := r.URL.Query()
	if !q.Has("again") {
		return false
	}
	c.looks.forget(r.account.ID)
	q.Del("again")
	http.Redirect(w, r.Request, here(asked(r.Request), q.Encode()), http.StatusSeeOther)
	return true
}

// request finds the account that the path names, or takes the first.
func (c *Console) request(r *http.Request) (*request, error) {
	s, _ := r.Context().Value(sessionKey{}).(session)
	req := &request{Request: r, session: s, json: wantsJSON(r), account: c.options.Eyes.Accounts()[0]}
	req.Speaker = c.speakers[language(r)]
	if req.json {
		req.Speaker = c.speakers[say.English]
	}
	id := trail.AccountID(r.PathValue("account"))
	if id == "" {
		return req, nil
	}
	for _, a := range c.options.Eyes.Accounts() {
		if a.ID == id {
			req.account = a
			return req, nil
		}
	}
	return req, notFound("console.missing.account", "account", string(id))
}

// asJSON reads PATH.json as PATH, asked for as JSON.
func asJSON(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, ok := strings.CutSuffix(r.URL.Path, ".json"); ok {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = path, ""
			r.Header.Set("Accept", "application/json")
		}
		next.ServeHTTP(w, r)
	})
}

// asked is the path that was asked for.
func asked(r *http.Request) string {
	if wantsJSON(r) {
		return r.URL.Path + ".json"
	}
	return r.URL.Path
}

func wantsJSON(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Accept"), "application/json")
}

func (c *Console) write(w http.ResponseWriter, r *request, a answer) {
	status := max(a.status, http.StatusOK)
	if a.to != "" {
		http.Redirect(w, r.Request, a.to, http.StatusSeeOther)
		return
	}
	if r.json {
		writeJSON(w, status, a.view)
		return
	}
	var out bytes.Buffer
	err := c.pages[a.page].ExecuteTemplate(&out, "layout", &layout{
		Speaker: r.Speaker, console: c, path: r.URL.Path, query: r.URL.RawQuery, Title: a.title, Tab: a.tab,
		Account: r.account, Accounts: c.options.Eyes.Accounts(), CSRF: c.csrf(r.session), Live: a.live, View: a.view,
	})
	if err != nil {
		fault(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // a reader that is gone needs no answer
}

func writeJSON(w http.ResponseWriter, status int, view any) {
	text, err := json.MarshalIndent(view, "", " ")
	if err != nil {
		fault(w, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(append(text, '\n')) // a reader that is gone needs no answer
}

// fault answers what is a mistake of this program.
func fault(w http.ResponseWriter, err error) {
	http.Error(w, err.Error(), http.StatusInternalServerError)
}

// errorView is the JSON of what went wrong.
type errorView struct {
	Error string `json:"error"`
	Hint  string `json:"hint,omitempty"`
}

// troubled is the page of an error.
func (c *Console) troubled(r *request, err error) answer {
	var t *TroubleError
	if !errors.As(err, &t) {
		t = &TroubleError{Kind: Failed, Message: trail.Say("console.failed", "error", err.Error())}
	}
	v := errorView{Error: r.Note(t.Message)}
	if hint := r.Note(t.Hint); hint != t.Hint.Key {
		v.Hint = hint
	}
	return answer{page: "error", title: r.Say("console.error.title"), view: v, status: t.status()}
}

func (t *TroubleError) status() int {
	switch t.Kind {
	case Missing:
		return http.StatusNotFound
	case Refused:
		return http.StatusConflict
	case Forbidden:
		return http.StatusForbidden
	case Invalid:
		return http.StatusUnprocessableEntity
	default:
		return http.StatusBadGateway
	}
}

// at is a time as pages show it.
func at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05") + " UTC"
}
