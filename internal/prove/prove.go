// Package prove proves that a trail delivers: it sends one harmless marked call to every
// Region, and waits until each of them is found in the log files of the trail.
//
// It believes no status and no prediction, only what lies in the bucket. What was seen
// in event history alone is not proven. It changes nothing in AWS: a mark asks for a
// trail that nobody has.
//
// Its nouns:
//
//	mark   a DescribeTrails call whose event is looked for
//	Goal   where the mark of a Region is looked for, or why none is sent
//	Place  a bucket, and the folder of it that has the log files of one Region
package prove

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/trail"
)

// Command is what the Intent of a run says that was begun to prove, and nothing else.
const Command = "prove"

// Cloud is what the engine needs of AWS. An error that is a *HiddenError will not pass.
type Cloud interface {
	// Mark asks a Region for the trail of a name, and says which request that was, and
	// when it was answered by the clock of AWS.
	Mark(ctx context.Context, r trail.Region, name string) (requestID string, at time.Time, err error)
	// Files lists the objects of a place whose keys come after one, in the order of keys.
	Files(ctx context.Context, p Place, after string) ([]File, error)
	// Read hands the bytes of an object to use, as they are stored.
	Read(ctx context.Context, p Place, key string, use func(io.Reader) error) error
	// Status asks a Region for the status of a trail there.
	Status(ctx context.Context, r trail.Region, arn trail.ARN) (trail.Status, error)
	// History hands the records that event history has of calls of DescribeTrails in a
	// Region, between two times, to use, until that has what it wants.
	History(ctx context.Context, r trail.Region, from, to time.Time, use func(record string) (enough bool)) error
}

// HiddenError says that something cannot be looked at, and that trying again is no use.
type HiddenError struct{ Gap trail.Gap }

func (e *HiddenError) Error() string { return e.Gap.Action + ": " + e.Gap.Error }

// File is an object in a bucket.
type File struct {
	Key      string
	Modified time.Time // by the clock of S3
}

// Status is what is known of the mark of a Region.
type Status string

// The statuses. Proven alone is a proof.
const (
	Proven  Status = "proven"  // the log files that the trail delivered have it
	Seen    Status = "seen"    // event history has it, or log files that another trail may have delivered
	Pending Status = "pending" // it was not found yet, or no trail records the Region
	Unknown Status = "unknown" // it could not be sent, or not be looked for
)

// RegionResult is what came of the mark of a Region.
type RegionResult struct {
	Region    trail.Region
	Status    Status
	Trail     trail.ARN     // in whose log files it is looked for; "" for none
	RequestID string        // of the mark; "" when none was sent
	Took      time.Duration // of Proven: from the call until the log file was in the bucket
	File      string        // of Proven: s3://BUCKET/KEY
	Reason    trail.Note    // of all but Proven
	Gap       *trail.Gap    // what could not be done, when that is why
}

// Result is what came of a run.
type Result struct {
	Account trail.AccountID
	Run     string
	Trail   trail.ARN // "" when Regions have trails of their own
	Why     trail.Note
	Regions []RegionResult // sorted by name
}

// Count returns how many Regions have each status.
func (r Result) Count() map[Status]int {
	n := map[Status]int{}
	for _, x := range r.Regions {
		n[x.Status]++
	}
	return n
}

// Proven says whether every Region is. No Region is no proof.
func (r Result) Proven() bool { return len(r.Regions) > 0 && r.Count()[Proven] == len(r.Regions) }

// Event tells a listener how many Regions are done with.
type Event struct {
	Region      trail.Region // the last of them; "" at the beginning
	Done, Total int
}

// Engine sends marks and looks for them. All fields are needed but Listen.
type Engine struct {
	Cloud   Cloud
	Journal apply.Journal
	Clock   apply.Clock
	// Wait bounds how long marks are looked for.
	Wait   time.Duration
	Listen func(Event)
}

func (e Engine) write(r apply.Record) error {
	r.Time = e.Clock.Now().UTC()
	if err := e.Journal.Append(r); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}
