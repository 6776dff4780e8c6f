// Package console is the web console: trails, coverage, findings, event history and
// runs of an account as pages for a browser, each of them also as JSON, and, where that
// is allowed, a conversion with its progress and its way back.
//
// It talks to nobody but the browser: what it shows and what it starts comes through
// interfaces of its own. No request that only reads changes anything, and none is
// answered that another site could have made. It shows no credentials, and its pages
// need nothing from elsewhere.
//
// Its nouns: page, what a browser is shown; view, the data of a page, which is its JSON;
// session, one browser; job, a run under way in this process; look, a Snapshot that is
// shown for a while before AWS is asked again.
package console

import (
	"context"
	"crypto/rand"
	"net/http"

	"github.com/trailspan/trailspan/internal/say"
)

// Options say what a console shows and for whom.
type Options struct {
	Eyes    Eyes
	Judge   Judge
	Planner Planner
	Shelf   Shelf
	// Hands change AWS; nil leaves the console read-only.
	Hands Hands
	// Token, when it is not empty, has to be shown once by every browser.
	Token string
	// Names are host names that requests may use besides addresses and localhost.
	Names []string
	// Anywhere says that the console listens on more than loopback: requests may name
	// any address, for only names can be bent to another machine.
	Anywhere bool
	// Sandbox says that all of it is play.
	Sandbox bool
	Version string
	// Log is told of every request, without its query; nil tells nobody.
	Log func(method, path string, status int)
}

// Console answers browsers. It is safe for concurrent use.
type Console struct {
	options  Options
	secret   [32]byte // of the sessions of this process
	pages    pages
	speakers map[say.Lang]*say.Speaker
	looks    *looks
	plans    *plans
	jobs     *jobs
	turns    *turns
	streams  chan struct{} // that are open
	work     work
}

// New makes a console.
func New(o Options) (*Console, error) {
	all, err := readPages()
	if err != nil {
		return nil, err
	}
	c := &Console{
		options: o, pages: all, looks: newLooks(o.Eyes), plans: newPlans(), jobs: newJobs(), turns: newTurns(),
		streams:  make(chan struct{}, mostStreams),
		speakers: map[say.Lang]*say.Speaker{say.English: say.New(say.English), say.Japanese: say.New(say.Japanese)},
	}
	_, _ = rand.Read(c.secret[:]) // never fails
	return c, nil
}

// Handler answers requests. A run that one of them starts goes on after its answer, and
// stops as soon as it safely can when ctx ends.
func (c *Console) Handler(ctx context.Context) http.Handler {
	return asJSON(c.guard(c.routes(ctx)))
}

// Wait returns when no run is under way any more. None is begun after that.
func (c *Console) Wait() { c.work.end() }

// routes are all the paths there are. What is no GET changes something.
func (c *Console) routes(ctx context.Context) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", c.home)
	mux.HandleFunc("GET /static/{file}", c.static)
	for path, show := range map[string]func(*request) (answer, error){
		"/accounts":                    c.accounts,
		"/accounts/{account}/trails":   c.trails,
		"/accounts/{account}/trail":    c.trail,
		"/accounts/{account}/coverage": c.coverage,
		"/accounts/{account}/findings": c.findings,
		"/accounts/{account}/events":   c.events,
		"/accounts/{account}/convert":  c.plan,
		"/runs":                        c.runs,
		"/runs/{run}":                  c.run,
	} {
		mux.HandleFunc("GET "+path, c.show(show))
	}
	mux.HandleFunc("GET /runs/{run}/progress", c.progress(ctx))
	mux.HandleFunc("POST /accounts/{account}/convert", c.change(ctx, c.convert))
	mux.HandleFunc("POST /runs/{run}/resume", c.change(ctx, c.resume))
	mux.HandleFunc("POST /runs/{run}/rollback", c.change(ctx, c.rollback))
	mux.HandleFunc("/", c.show(missing))
	return mux
}

// home leads to the account of the credentials.
func (c *Console) home(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, "/accounts/"+string(c.options.Eyes.Accounts()[0].ID)+"/trails", http.StatusSeeOther)
}
