package apply

import (
	"context"
	"errors"
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

// verify looks into every Region at once until it shows the trail, logging, without a
// delivery error, or until the wait is over.
func (e Engine) verify(ctx context.Context, in Intent) []RegionResult {
	out := make([]RegionResult, len(in.Expect))
	began := e.Clock.Now()
	var all sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i, r := range in.Expect {
		all.Go(func() {
			out[i] = e.await(ctx, in.Trail, r, began)
			mu.Lock()
			defer mu.Unlock()
			done++
			e.tell(Event{Region: r, Done: done, Total: len(in.Expect)})
			if out[i].Verified {
				if err := e.write(Record{Kind: Verified, Region: r}); err != nil {
					out[i].Verified, out[i].Reason = false, trail.Say("verify.journal", "error", err.Error())
				}
			}
		})
	}
	all.Wait()
	return out
}

// await looks into one Region.
func (e Engine) await(ctx context.Context, arn trail.ARN, r trail.Region, began time.Time) RegionResult {
	res := RegionResult{Region: r}
	for pause := firstPause; ; pause = longer(pause) {
		visible, st, err := e.Cloud.Sight(ctx, r, arn)
		res.Reason = doubt(visible, st, err)
		res.Took = e.Clock.Now().Sub(began)
		res.Verified = res.Reason.Key == ""
		res.Denied = errors.Is(err, ErrDenied)
		if res.Verified || res.Denied || res.Took+pause > e.Wait || e.Clock.Sleep(ctx, pause) != nil {
			return res
		}
	}
}

// doubt says why a Region is not verified, or nothing.
func doubt(visible bool, st trail.Status, err error) trail.Note {
	switch {
	case errors.Is(err, ErrDenied):
		return trail.Say("verify.denied", "error", err.Error())
	case err != nil:
		return trail.Say("verify.error", "error", err.Error())
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
