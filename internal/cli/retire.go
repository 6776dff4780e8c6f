package cli

import (
	"cmp"
	"context"
	"slices"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// choose plans a conversion, or, when retirement is wanted and nothing is left to
// convert, a retirement: the two are never one run. What it returns beside the plan says
// that it is a retirement.
func (a *app) choose(ctx context.Context, s *cloud.Session, snapshot trail.Snapshot, f convertFlags, named trail.ARN, saved *plan.Plan) (plan.Plan, bool) {
	p := plan.Widen(snapshot, named)
	switch {
	case !f.retire && (saved == nil || !stops(saved.Steps)):
		return p, false
	case len(p.Steps) > 0:
		p.Becomes = append(p.Becomes, plan.Consequence{Trail: p.Trail, Note: trail.Say("becomes.retire-later", "trail", p.Trail.Name())})
		return p, false
	}
	keeper, ok := plan.Keeper(snapshot, named)
	if !ok {
		return plan.NoKeeper(snapshot), true
	}
	e := plan.RetireEvidence{Owners: a.owners(ctx, s, f, plan.Duplicates(snapshot, keeper))}
	if len(e.Owners) > 0 {
		e.Since = a.since(ctx, s, snapshot, keeper, f)
	}
	return plan.Retire(snapshot, keeper, e, f.drift()), true
}

func stops(steps []plan.Step) bool {
	return slices.ContainsFunc(steps, func(s plan.Step) bool { return s.Action == plan.StopLogging })
}

func (a *app) owners(ctx context.Context, s *cloud.Session, f convertFlags, trails []trail.Trail) map[trail.ARN]plan.Owner {
	out := map[trail.ARN]plan.Owner{}
	for _, t := range trails {
		out[t.ARN] = f.known(t, s.Owner(ctx, t))
	}
	return out
}

// since finds out for how long the keeper has been as it is.
func (a *app) since(ctx context.Context, s *cloud.Session, snapshot trail.Snapshot, keeper trail.Trail, f convertFlags) plan.Since {
	var out plan.Since
	out.Changed, out.Gap = s.LastChange(ctx, keeper, snapshot.Taken.Add(-plan.Overlap))
	others, gap := s.Administrators(ctx, keeper)
	out.Others, out.Gap = others, cmp.Or(out.Gap, gap)
	if dir, err := a.journals(f.changeFlags); err == nil && !a.shared.sandbox && a.embedded == nil {
		runs, _ := dir.Runs() // a journal that cannot be read is no evidence
		for _, r := range runs {
			if at, ok := proof(r, keeper.ARN, snapshot.EnabledRegions()); ok && at.Verified.After(out.Verified) {
				out.Run, out.Verified = at.Run, at.Verified
			}
		}
	}
	return out
}

// proof says when a run saw the trail, logging, in all of these Regions.
func proof(r journal.Run, arn trail.ARN, regions []trail.Region) (plan.Since, bool) {
	if r.State() != journal.Verified || len(r.Records) == 0 || r.Records[0].Intent == nil {
		return plan.Since{}, false
	}
	in := r.Records[0].Intent
	if in.Trail != arn || in.Command == "retire" || slices.ContainsFunc(regions, func(r trail.Region) bool { return !slices.Contains(in.Expect, r) }) {
		return plan.Since{}, false
	}
	for _, rec := range slices.Backward(r.Records) {
		if rec.Kind == apply.Finished {
			return plan.Since{Run: r.Name, Verified: rec.Time}, true
		}
	}
	return plan.Since{}, false
}

func (f convertFlags) drift() plan.Drift {
	if f.allowDrift {
		return plan.AllowDrift
	}
	return plan.ForbidDrift
}

// forecast adds to a plan what the copies of management events cost before and after it.
func (a *app) forecast(ctx context.Context, s *cloud.Session, snapshot trail.Snapshot, p *plan.Plan) error {
	prices, err := plan.ListPrices()
	if err != nil {
		return err
	}
	a.note("cli.cost.sampling")
	c := plan.Forecast(snapshot, p.Predicted, s.Sample(ctx, plan.Regions(snapshot), snapshot.Taken), prices)
	p.Cost = &c
	return ctx.Err()
}
