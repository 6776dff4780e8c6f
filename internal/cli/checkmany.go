package cli

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// entered are the accounts that are entered, side by side, at most --concurrency at a
// time. They are shown in their order as they are done, so that few are in memory.
func (a *app) entered(ctx context.Context, s *cloud.Session, f checkFlags, o cloud.CollectOptions, box *outbox) (looks, error) {
	id, err := a.identify(ctx, s)
	if err != nil {
		return looks{}, err
	}
	accounts, skipped, err := a.accountsOf(ctx, s, f.entering)
	if err != nil {
		return looks{}, err
	}
	past, err := a.openCheckpoint(f, accounts)
	if err != nil {
		return looks{}, err
	}
	v := newVisitor(s, accounts, f.entering, o)
	bar := a.progress()
	var done atomic.Int64
	work := func(ctx context.Context, i int) looked {
		out := past.look(ctx, v, accounts[i])
		if out.err == nil && f.named(out.snapshot) == nil {
			out.sent = box.send(ctx, out.snapshot, func() (*cloud.Session, error) { return v.enter(ctx, accounts[i].ID) })
		}
		bar.Show(int(done.Add(1)), len(accounts), string(accounts[i].ID))
		return out
	}
	each := func(show func(trail.Snapshot) error) error {
		defer bar.Clear()
		err := inOrder(ctx, len(accounts), f.concurrency, work, func(_ int, l looked) error {
			if l.err != nil {
				return l.err
			}
			bar.Clear()
			box.note(a, l.sent)
			return show(l.snapshot)
		})
		if err != nil {
			past.left(a)
		}
		return err
	}
	return looks{
		count: len(accounts), skipped: skipped, each: each, outbox: box, close: past.close,
		entered: &report.Entered{Caller: id.Account, Which: f.which(), How: f.how()},
	}, nil
}

// looked is an account that was looked at, or what is wrong with the checkpoint.
type looked struct {
	snapshot trail.Snapshot
	sent     sent
	err      error
}

// past is the checkpoint of a check, or nothing.
type past struct {
	file string
	*journal.Checkpoint
}

// openCheckpoint opens the file of --checkpoint, and tells what it has.
func (a *app) openCheckpoint(f checkFlags, accounts []cloud.Account) (past, error) {
	if f.checkpoint == "" {
		return past{}, nil
	}
	c, err := journal.OpenCheckpoint(f.checkpoint, f.about(accounts))
	if err != nil {
		return past{}, checkpointFailure(f.checkpoint, err)
	}
	if n := c.Count(); n > 0 {
		a.note("cli.checkpoint.goes-on", "count", strconv.Itoa(n), "file", f.checkpoint, "time", c.Oldest().Format(time.RFC3339))
	}
	return past{f.checkpoint, c}, nil
}

// about is what has to be the same for a check to go on.
func (f checkFlags) about(accounts []cloud.Account) map[string]string {
	list := func(l []string) string { return strings.Join(slices.Sorted(slices.Values(l)), ",") }
	return map[string]string{
		"organization":     accounts[0].Organization,
		"accounts":         list(f.accounts),
		"ous":              list(f.units),
		"exclude-accounts": list(f.without),
		"role-name":        f.roleName,
		"regions":          list(f.only),
		"exclude-regions":  list(f.exclude),
	}
}

func checkpointFailure(file string, err error) error {
	var another *journal.AnotherError
	switch {
	case errors.As(err, &another):
		return fail(exitUsage, trail.Say("fail.checkpoint-other", "file", file, "name", another.Name, "have", another.Have, "want", another.Want))
	case errors.Is(err, journal.ErrLocked):
		return fail(exitRefused, trail.Say("fail.checkpoint-locked", "file", file))
	default:
		return fail(exitUsage, trail.Say("fail.checkpoint", "file", file, "error", reason(err)))
	}
}

// look takes an account from the checkpoint, or looks at it and keeps what was seen.
func (p past) look(ctx context.Context, v *visitor, acc cloud.Account) looked {
	if p.Checkpoint == nil {
		return looked{snapshot: v.look(ctx, acc)}
	}
	if p.Has(acc.ID) {
		s, err := p.Snapshot(acc.ID)
		if err != nil {
			return looked{err: checkpointFailure(p.file, err)}
		}
		return looked{snapshot: s}
	}
	s := v.look(ctx, acc)
	if ctx.Err() != nil || !lasting(s) {
		return looked{snapshot: s}
	}
	if err := p.Keep(s); err != nil {
		return looked{snapshot: s, err: unwritable(p.file, err)}
	}
	return looked{snapshot: s}
}

// lasting says whether looking again would see the same. A role that could not be
// assumed may be mended, what was not answered may be the next time, and credentials that
// were refused may be others. A Region that is enabled everywhere and refuses them is not
// disabled.
func lasting(s trail.Snapshot) bool {
	return !slices.ContainsFunc(s.Gaps, func(g trail.Gap) bool {
		v, known := s.View(g.Region)
		disabled := g.Kind == trail.NoRegion && known && v.OptStatus != trail.EnabledByDefault
		return g.Action == assumeRole || g.Kind != trail.Denied && !disabled
	})
}

// left tells how a check goes on that did not come to its end.
func (p past) left(a *app) {
	if p.Checkpoint != nil {
		a.note("cli.checkpoint.left", "count", strconv.Itoa(p.Count()), "file", p.file)
	}
}

func (p past) close() {
	if p.Checkpoint != nil {
		_ = p.Close() // every line is synced
	}
}
