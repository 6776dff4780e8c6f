package console

import (
	"context"
	"errors"
	"net/http"

	"github.com/trailspan/trailspan/internal/trail"
)

// form is the largest form that anybody has to send.
const form = 64 << 10 // bytes

// change makes a handler of what changes AWS: only where that is allowed, and only from
// a form of this console. It leads to the page of the run, or shows why there is none.
func (c *Console) change(ctx context.Context, do func(*request) (answer, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, form)
		req, err := c.request(r)
		if err == nil {
			err = c.allowed(req)
		}
		var a answer
		if err == nil && ctx.Err() != nil {
			err = refused("console.refused.ending")
		}
		if err == nil {
			a, err = c.begin(r.Context(), req, do, func(b *begun) { c.start(ctx, b) }) //nolint:contextcheck // a run outlives its request
		}
		if err != nil {
			a = c.troubled(req, err)
		}
		c.write(w, req, a)
	}
}

// begin does what was asked for, unless the console is being ended, and lets the run that
// comes of it go on. Who asks for the same twice has the second wait for the first.
func (c *Console) begin(asking context.Context, r *request, do func(*request) (answer, error), start func(*begun)) (answer, error) {
	if !c.work.add() {
		return answer{}, refused("console.refused.ending")
	}
	defer c.work.done()
	next, err := c.turns.take(asking, "run "+r.PathValue("run")+r.PostFormValue("run"))
	if err != nil {
		return answer{}, err
	}
	defer next()
	a, err := do(r)
	if a.begun != nil {
		start(a.begun)
	}
	return a, err
}

// forbidden is for a request that did not come of a form of this console.
func forbidden(key string) *TroubleError {
	return &TroubleError{Kind: Forbidden, Message: trail.Say(key), Hint: trail.Note{Key: key + ".hint"}}
}

func (c *Console) allowed(r *request) error {
	switch {
	case c.options.Hands == nil:
		return forbidden("console.forbidden.read-only")
	case !c.ownForm(r.session, r.PostFormValue("csrf")):
		return forbidden("console.forbidden.form")
	default:
		return nil
	}
}

// convert applies a plan that was shown, once its reader has typed the name of the trail.
func (c *Console) convert(r *request) (answer, error) {
	p, ok := c.plans.find(r.PostFormValue("run"))
	if !ok || p.Account != r.account.ID {
		return answer{}, refused("console.refused.plan")
	}
	if _, begun := c.jobs.of(p.Run); begun {
		return leadTo(p.Run), nil
	}
	if r.PostFormValue("confirm") != p.Trail.Name() {
		return c.mistaken(r, p.Run, r.Say("console.plan.mistake", "trail", p.Trail.Name()))
	}
	work, err := c.options.Hands.Begin(r.Context(), p)
	if err != nil {
		return answer{}, err
	}
	a := leadTo(p.Run)
	a.begun = &begun{&job{run: p.Run, account: p.Account, state: state{way: forth}}, work}
	return a, nil
}

// mistaken shows the plan again.
func (c *Console) mistaken(r *request, run, mistake string) (answer, error) {
	p, _ := c.plans.find(run)
	a := c.planPage(r, p)
	if v, ok := a.view.(planView); ok {
		v.Mistake = mistake
		a.view, a.status = v, http.StatusUnprocessableEntity
	}
	return a, nil
}

// resume goes on with a run that stopped half-way, once its reader has agreed.
func (c *Console) resume(r *request) (answer, error) {
	run, err := c.options.Shelf.Run(r.PathValue("run"))
	if err != nil {
		return answer{}, err
	}
	if c.underway(run.Name, forth) {
		return leadTo(run.Name), nil
	}
	switch {
	case run.On != HereWay:
		return answer{}, refused("console.refused.on")
	case r.PostFormValue("confirm") != "yes":
		return answer{}, invalid("console.invalid.confirm")
	}
	work, err := c.options.Hands.On(r.Context(), run.Name)
	if err != nil {
		return answer{}, err
	}
	return c.taken(run, forth, work), nil
}

// underway says whether the run is on its way already: a form was sent twice.
func (c *Console) underway(run string, to way) bool {
	j, here := c.jobs.of(run)
	if !here {
		return false
	}
	now, _ := j.now()
	return now.way == to && !now.ended
}

// taken leads to the page of a run that was taken up again.
func (c *Console) taken(run Run, to way, work Work) answer {
	a := leadTo(run.Name)
	a.begun = &begun{&job{run: run.Name, account: run.Records[0].Intent.Account, state: state{way: to}}, work}
	return a
}

// rollback takes a run back, once its reader has agreed.
func (c *Console) rollback(r *request) (answer, error) {
	run, err := c.options.Shelf.Run(r.PathValue("run"))
	if err != nil {
		return answer{}, err
	}
	if c.underway(run.Name, back) {
		return leadTo(run.Name), nil
	}
	switch {
	case run.Way != HereWay:
		return answer{}, refused("console.refused.way")
	case r.PostFormValue("confirm") != "yes":
		return answer{}, invalid("console.invalid.confirm")
	}
	work, err := c.options.Hands.Back(r.Context(), run.Name)
	if err != nil {
		return answer{}, err
	}
	return c.taken(run, back, work), nil
}

// leadTo leads to the page of a run.
func leadTo(run string) answer { return answer{to: "/runs/" + run} }

// begun is a run that may go on.
type begun struct {
	job  *job
	work Work
}

// start lets a run go on behind the answer to its request.
func (c *Console) start(ctx context.Context, b *begun) {
	j := b.job
	c.jobs.add(j)
	c.work.add() // it never refuses while the request counts
	go func() {
		defer c.work.done()
		res, err := b.work.Do(ctx, j.watch())
		c.looks.forget(j.account)
		var t *TroubleError
		if err != nil && !errors.As(err, &t) {
			t = &TroubleError{Kind: Failed, Message: trail.Say("console.failed", "error", err.Error())}
		}
		j.end(res, t)
	}()
}
