// Package apply carries out a plan: it looks, writes down what it will do, does it,
// looks again, verifies every Region, and can walk back.
//
// It sends nothing that the plan does not hold, changes nothing before the intent is
// safe in the Journal, and refuses when what it finds is neither what the plan saw
// nor what the plan wants.
package apply

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Cloud is what the engine needs of AWS.
type Cloud interface {
	// Look returns the State that the call changes, as it is now.
	Look(ctx context.Context, c plan.Call) (plan.State, error)
	// Do sends the call. Throttling and conflicts that pass are retried behind it. An
	// error that is ErrRefused means that AWS answered with a no.
	Do(ctx context.Context, c plan.Call) error
	// Sight says whether a Region shows the trail, and its status there. An error that
	// is ErrDenied or ErrExpired will not pass.
	Sight(ctx context.Context, r trail.Region, arn trail.ARN) (visible bool, status trail.Status, err error)
}

// Journal remembers a run across crashes. Append returns only once the record is safe.
type Journal interface {
	Append(Record) error
	Records() ([]Record, error)
}

// Clock is the time of day and the patience to wait.
type Clock interface {
	Now() time.Time
	// Sleep returns early, with the error of the context, when that ends.
	Sleep(ctx context.Context, d time.Duration) error
}

// What the errors of a Cloud can be, by errors.Is.
var (
	// ErrDenied says that one is not allowed to look.
	ErrDenied = errors.New("denied")
	// ErrRefused says that AWS got the call and did not carry it out. Without it the
	// answer may have been lost on its way back.
	ErrRefused = errors.New("refused")
	// ErrExpired says that the credentials are over: waiting does not help, and the run
	// goes on with new ones.
	ErrExpired = errors.New("credentials expired")
)

// Intent is a plan as the Journal keeps it: all that is needed to go on with it, or to
// undo it, without looking at anything else.
type Intent struct {
	Run     string          `json:"run"`
	Command string          `json:"command"` // convert, create, retire or prove
	Account trail.AccountID `json:"account"`
	Trail   trail.ARN       `json:"trail"`
	Steps   []plan.Step     `json:"steps"`
	Expect  []trail.Region  `json:"expect"`
	// Group is what a run of many accounts has instead of steps.
	Group *Group `json:"group,omitempty"`
}

// Group is many runs that were agreed to as one. Each has a journal of its own, from
// the moment when it begins.
type Group struct {
	Runs       []Intent `json:"runs"` // that of an organization trail first
	RoleName   string   `json:"roleName"`
	ExternalID string   `json:"externalId,omitempty"`
}

// Kind says what a Record tells.
type Kind string

// A run begins Planned. A step is Intended before it is sent and Done once it is seen;
// Refused when AWS said no, and Found when what it wants was there before anything was
// sent: neither is ours to undo. Undoing and Undone are the way back. Stays is a thing
// that the way back leaves: a bucket with log files. Verified is one Region; Finished
// ends a run, and Reverted ends a rollback, unless it is PartialDone. Marked is a call
// whose event is looked for in one Region, and Proven that it was found: they change
// nothing, and the engine passes over them.
const (
	Planned  Kind = "planned"
	Intended Kind = "intended"
	Refused  Kind = "refused"
	Found    Kind = "found"
	Done     Kind = "done"
	Verified Kind = "verified"
	Finished Kind = "finished"
	Undoing  Kind = "undoing"
	Undone   Kind = "undone"
	Stays    Kind = "stays"
	Reverted Kind = "reverted"
	Marked   Kind = "marked"
	Proven   Kind = "proven"
)

// Record is one line of the Journal.
type Record struct {
	Time   time.Time    `json:"time"`
	Kind   Kind         `json:"kind"`
	Intent *Intent      `json:"intent,omitempty"` // of Planned
	Step   int          `json:"step,omitempty"`
	Call   *plan.Call   `json:"call,omitempty"`   // of Intended and Undoing
	Region trail.Region `json:"region,omitempty"` // of Verified, Marked and Proven
	Status Status       `json:"status,omitempty"` // of Finished and Reverted
	Error  string       `json:"error,omitempty"`  // of Refused and Stays
	Mark   *Mark        `json:"mark,omitempty"`   // of Marked
	Proof  *Proof       `json:"proof,omitempty"`  // of Proven
}

// Mark is a harmless call that was sent so that its event can be looked for.
type Mark struct {
	Name      string    `json:"name"` // of the trail that it asked for, and nobody has
	RequestID string    `json:"requestId,omitempty"`
	At        time.Time `json:"at"`    // by the clock of AWS
	Sent      time.Time `json:"sent"`  // by the clock of this machine
	Trail     trail.ARN `json:"trail"` // in whose log files it is looked for
	Bucket    string    `json:"bucket,omitempty"`
	Folder    string    `json:"folder,omitempty"` // of the log files of the Region
	// Others are the other trails that could write there when it was sent.
	Others []trail.ARN `json:"others,omitempty"`
}

// Proof is a log file that has the event of a Mark.
type Proof struct {
	File    string  `json:"file"` // s3://BUCKET/KEY
	Seconds float64 `json:"seconds"`
}

// Status says how a run ended.
type Status string

// The ends of a run.
const (
	Converted   Status = "converted"     // done and verified in every Region
	Created     Status = "created"       // the same, of a new trail
	Retired     Status = "retired"       // the others are stopped, and the trail that stays is verified
	RolledBack  Status = "rolled-back"   // what the run changed is as before
	NothingToDo Status = "nothing-to-do" // it was so already
	PartialDone Status = "partial"       // changed or rolled back, but not verified everywhere yet
	Failed      Status = "failed"        // stopped half-way; the Journal knows where
	BlockedRun  Status = "blocked"       // a gate forbids it; nothing was changed
)

// RegionResult is what verification saw of a Region: after a rollback, that it does not
// show the trail any more.
type RegionResult struct {
	Region   trail.Region
	Verified bool
	Took     time.Duration // from the change until it was seen
	Reason   trail.Note    // why it is not verified
	Denied   bool          // nobody is allowed to look
}

// Result is what came of a run.
type Result struct {
	Status  Status
	Regions []RegionResult // sorted by name
	Stays   []string       // what a rollback left, in AWS's words
}

// Error says which step stopped a run. Everything before it is in the Journal.
type Error struct {
	Step plan.Step
	Err  error
	// Sent says that the run sent something that counts before it stopped: it is
	// half-way. Otherwise it left everything as it found it.
	Sent bool
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s in %s: %v", e.Step.Action, e.Step.Region, e.Err)
}

// Unwrap returns the cause: a DriftError, or what AWS or the Journal said.
func (e *Error) Unwrap() error { return e.Err }

// DriftError says that what is there is neither what the plan saw nor what it wants:
// somebody else changed it. The step was not sent.
type DriftError struct {
	Of         *plan.Call // the look that showed it; nil: what the step itself would change
	Want, Have plan.State
}

// NotShownError says that a call was sent and taken, but that what it wants did not show
// within the wait. It may yet.
type NotShownError struct {
	Want, Have plan.State
}

func (e *NotShownError) Error() string { return "it does not show yet (is → wanted): " + e.Diff() }

// Diff says of each property that was to change what it is, and what it is to be. What
// nobody asked for is left out, unless it is all there is to say.
func (e *NotShownError) Diff() string {
	have := maps.Clone(e.Have)
	maps.DeleteFunc(have, func(name string, _ any) bool {
		_, wanted := e.Want[name]
		return !wanted
	})
	return cmp.Or(plan.Diff(have, e.Want), plan.Diff(e.Have, e.Want))
}

func (d *DriftError) Error() string { return "it has changed since (was → is): " + d.Diff() }

// Gone says that what would be changed is not there any more.
func (d *DriftError) Gone() bool { return len(d.Have) == 0 && len(d.Want) > 0 }

// Diff says of each property what it was, and what it is.
func (d *DriftError) Diff() string {
	if d.Of == nil {
		return plan.Diff(d.Want, d.Have)
	}
	return d.Of.Request.Name + " (" + string(d.Of.Region) + "): " + plan.Diff(d.Want, d.Have)
}

// Event tells a listener how far a run has come.
type Event struct {
	Step        *plan.Step   // that is being sent
	Region      trail.Region // that was just verified, or given up
	Done, Total int          // Regions
}

// Engine applies and undoes. All fields are needed but Listen.
type Engine struct {
	Cloud   Cloud
	Journal Journal
	Clock   Clock
	// Wait bounds how long a change may take to show, in its home Region and in all others.
	Wait   time.Duration
	Listen func(Event)
}

func (e Engine) tell(ev Event) {
	if e.Listen != nil {
		e.Listen(ev)
	}
}

func (e Engine) write(r Record) error {
	r.Time = e.Clock.Now().UTC()
	if err := e.Journal.Append(r); err != nil {
		return fmt.Errorf("writing the journal: %w", err)
	}
	return nil
}
