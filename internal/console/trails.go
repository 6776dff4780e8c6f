package console

import (
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// overview is what every page of an account begins with.
type overview struct {
	Account  trail.AccountID  `json:"account"`
	Taken    time.Time        `json:"taken"`
	Verdict  coverage.Verdict `json:"verdict"`
	Future   coverage.Verdict `json:"futureRegions"`
	Recorded int              `json:"recordedRegions"`
	Looked   int              `json:"enabledRegions"`
	Gaps     []gapRow         `json:"gaps"`
}

type gapRow struct {
	Region trail.Region  `json:"region"`
	Action string        `json:"action"`
	Kind   trail.GapKind `json:"kind"`
	Trail  trail.ARN     `json:"trail,omitempty"`
	Error  string        `json:"error"`
}

func overviewOf(a coverage.Assessment) overview {
	return overview{
		Account: a.Snapshot.Account, Taken: a.Snapshot.Taken, Verdict: a.Verdict, Future: a.Future,
		Recorded: a.Count()[coverage.Recorded], Looked: a.Looked(),
		Gaps: each(a.Snapshot.Gaps, func(g trail.Gap) gapRow { return gapRow{g.Region, g.Action, g.Kind, g.Trail, g.Error} }),
	}
}

// Blind says that nothing is known to be missing, for not all could be looked at.
func (o overview) Blind() bool { return len(o.Gaps) > 0 }

// each is a list of JSON: never null.
func each[T, U any](list []T, f func(T) U) []U {
	out := make([]U, 0, len(list))
	for _, x := range list {
		out = append(out, f(x))
	}
	return out
}

// trailsView is the list of trails.
type trailsView struct {
	overview
	Trails []trailRow `json:"trails"`
	Stores []storeRow `json:"eventDataStores"`
}

type trailRow struct {
	ARN               trail.ARN       `json:"arn"`
	Name              string          `json:"name"`
	HomeRegion        trail.Region    `json:"homeRegion"`
	MultiRegion       bool            `json:"multiRegion"`
	Logging           *bool           `json:"logging"` // null: it could not be seen
	Bucket            string          `json:"bucket"`
	LogFileValidation bool            `json:"logFileValidation"`
	Organization      bool            `json:"organization"`
	Owner             trail.AccountID `json:"owner"`
	Convertible       bool            `json:"convertible"`
}

type storeRow struct {
	ARN         trail.ARN    `json:"arn"`
	Name        string       `json:"name"`
	HomeRegion  trail.Region `json:"homeRegion"`
	MultiRegion bool         `json:"multiRegion"`
	Status      string       `json:"status"`
}

func (c *Console) trails(r *request) (answer, error) {
	a, err := c.assess(r)
	if err != nil {
		return answer{}, err
	}
	v := trailsView{
		overview: overviewOf(a),
		Trails:   each(a.Snapshot.Trails, func(t trail.Trail) trailRow { return trailRowOf(a.Snapshot, t) }),
		Stores: each(a.Snapshot.EventDataStores, func(d trail.EventDataStore) storeRow {
			return storeRow{d.ARN, d.Name, d.HomeRegion, d.MultiRegion, d.Status}
		}),
	}
	return answer{page: "trails", title: r.Say("console.trails.title"), tab: "trails", view: v}, nil
}

// assess looks at the account of the request, or takes what was seen a moment ago.
func (c *Console) assess(r *request) (coverage.Assessment, error) {
	s, err := c.looks.of(r.Context(), r.account.ID)
	return coverage.Assess(s), err
}

func trailRowOf(s trail.Snapshot, t trail.Trail) trailRow {
	return trailRow{
		ARN: t.ARN, Name: t.Name, HomeRegion: t.HomeRegion, MultiRegion: t.MultiRegion, Logging: logging(t),
		Bucket: t.Bucket, LogFileValidation: t.LogFileValidation, Organization: t.Organization, Owner: t.ARN.Owner(),
		Convertible: convertible(s, t),
	}
}

// logging is nil where the home Region was not seen.
func logging(t trail.Trail) *bool {
	st, seen := t.Status[t.HomeRegion]
	if !seen {
		return nil
	}
	return &st.Logging
}

// convertible says whether a conversion of the trail is worth a plan: it belongs to the
// account, and is of one Region or stopped.
func convertible(s trail.Snapshot, t trail.Trail) bool {
	on := logging(t)
	return t.ARN.Owner() == s.Account && (!t.MultiRegion || on != nil && !*on)
}
