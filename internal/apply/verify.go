package apply

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// CloudTrail is eventually consistent and names no bound, so that looking again starts
// soon and slows down.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-data-consistency.html
const (
	firstPause   = 250 * time.Millisecond
	longestPause = 15 * time.Second
)

func longer(d time.Duration) time.Duration { return min(d*2, longestPause) }

// patience is how long a wait has lasted. It ends whatever the clock does meanwhile: what
// was slept counts, too, when the clock was put back.
type patience struct {
	clock Clock
	began time.Time
	slept time.Duration
	wait  time.Duration
}

func (e Engine) patience() *patience {
	return &patience{clock: e.Clock, began: e.Clock.Now(), wait: e.Wait}
}

func (p *patience) spent() time.Duration { return max(p.clock.Now().Sub(p.began), p.slept) }

// over says whether another pause would be too long.
func (p *patience) over(pause time.Duration) bool { return p.spent()+pause > p.wait }

func (p *patience) sleep(ctx context.Context, pause time.Duration) error {
	p.slept += pause
	return p.clock.Sleep(ctx, pause)
}

// verify looks into every Region at once until it shows the trail, logging, without a
// delivery error, or until the wait is over.
func (e Engine) verify(ctx context.Context, in Intent) []RegionResult {
	return e.watch(ctx, in.Trail, in.Expect, doubt, func(r *RegionResult) {
		if !r.Verified {
			return
		}
		if err := e.write(Record{Kind: Verified, Region: r.Region}); err != nil {
			r.Verified, r.Reason = false, trail.Say("verify.journal", "error", err.Error())
		}
	})
}

// A judge says why what a Region shows is not what is wanted, or nothing.
type judge func(visible bool, st trail.Status, err error) trail.Note

// watch looks into the Regions at once until the judge has nothing to say, or until the
// wait is over. Settled is told of each of them, one after the other.
func (e Engine) watch(ctx context.Context, arn trail.ARN, regions []trail.Region, why judge, settled func(*RegionResult)) []RegionResult {
	out := make([]RegionResult, len(regions))
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i, r := range regions {
		all.Go(func() {
			out[i] = e.await(ctx, arn, r, why)
			mu.Lock()
			defer mu.Unlock()
			done++
			e.tell(Event{Region: r, Done: done, Total: len(regions)})
			settled(&out[i])
		})
	}
	all.Wait()
	return out
}

// await looks into one Region.
func (e Engine) await(ctx context.Context, arn trail.ARN, r trail.Region, why judge) RegionResult {
	res := RegionResult{Region: r}
	p := e.patience()
	for pause := firstPause; ; pause = longer(pause) {
		visible, st, err := e.Cloud.Sight(ctx, r, arn)
		res.Reason = why(visible, st, err)
		res.Took = p.spent()
		res.Verified = res.Reason.Key == ""
		res.Denied = errors.Is(err, ErrDenied)
		if res.Verified || res.Denied || errors.Is(err, ErrExpired) || p.over(pause) || p.sleep(ctx, pause) != nil {
			return res
		}
	}
}

// doubt says why a Region is not verified, or nothing.
func doubt(visible bool, st trail.Status, err error) trail.Note {
	switch {
	case err != nil:
		return unseen(err)
	case !visible:
		return trail.Say("verify.no-shadow")
	case !st.Logging:
		return trail.Say("verify.not-logging")
	case st.DeliveryError != "":
		return trail.Say("verify.delivery-error", "error", st.DeliveryError)
	default:
		return trail.Note{}
	}
}

// lingers says why a Region does not prove that the trail is gone from there, or nothing.
func lingers(visible bool, _ trail.Status, err error) trail.Note {
	switch {
	case err != nil:
		return unseen(err)
	case visible:
		return trail.Say("verify.still-shown")
	default:
		return trail.Note{}
	}
}

func unseen(err error) trail.Note {
	if errors.Is(err, ErrDenied) {
		return trail.Say("verify.denied", "error", err.Error())
	}
	return trail.Say("verify.error", "error", err.Error())
}

// everywhere says whether all Regions are as they should be.
func everywhere(regions []RegionResult) bool {
	return !slices.ContainsFunc(regions, func(r RegionResult) bool { return !r.Verified })
}
