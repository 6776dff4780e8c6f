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
		if err == nil {
			a, err = do(req)
		}
		if err != nil {
			a = c.troubled(req, err)
		}
		if a.begun != nil {
			c.start(ctx, a.begun)
		}
		c.write(w, req, a)
	}
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
	a.begun = &begun{&job{run: p.Run, account: p.Account, way: forth}, work}
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

// rollback takes a run back, once its reader has agreed.
func (c *Console) rollback(r *request) (answer, error) {
	run, err := c.options.Shelf.Run(r.PathValue("run"))
	if err != nil {
		return answer{}, err
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
	a := leadTo(run.Name)
	a.begun = &begun{&job{run: run.Name, account: run.Records[0].Intent.Account, way: back}, work}
	return a, nil
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
	c.working.Go(func() {
		res, err := b.work.Do(ctx, j.watch())
		c.looks.forget(j.account)
		var t *TroubleError
		if err != nil && !errors.As(err, &t) {
			t = &TroubleError{Kind: Failed, Message: trail.Say("console.failed", "error", err.Error())}
		}
		j.end(res, t)
	})
}
