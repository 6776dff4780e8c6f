package console

import (
	"context"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// Account is an account that the console can look at.
type Account struct {
	ID   trail.AccountID `json:"id"`
	Name string          `json:"name"` // in its organization
}

// Eyes look at AWS. What could not be seen is a Gap; an error, which is a *TroubleError where
// there is something to say about it, means that nothing was.
type Eyes interface {
	// Accounts returns those there are; the first is shown first.
	Accounts() []Account
	Look(ctx context.Context, id trail.AccountID) (trail.Snapshot, error)
	Owner(ctx context.Context, id trail.AccountID, t trail.Trail) (plan.Owner, error)
	// Search asks the Regions for their event history, all at once.
	Search(ctx context.Context, id trail.AccountID, regions []trail.Region, s Search) ([]Found, error)
}

// Judge tells what published checks will say of an account, to a reader.
type Judge interface {
	Checks(s *say.Speaker, a coverage.Assessment) Checks
}

// Checks are those that say the same together, those that part from trailspan first.
type Checks struct {
	List     []Check `json:"list"`
	Agreeing int     `json:"agreeing"` // that do not part from it
	All      int     `json:"all"`
}

// Check is published checks that say the same for the same reason.
type Check struct {
	Status  string   `json:"status"` // pass, warn, fail or unknown
	IDs     []string `json:"ids"`
	Reason  string   `json:"reason"`
	Differs []string `json:"differs"`
}

// Planner plans to make one trail record every Region, with all gates. A plan without
// steps says why. Each has a name for its run.
type Planner interface {
	Plan(ctx context.Context, id trail.AccountID, arn trail.ARN, c Costing) (plan.Plan, error)
}

// Costing says whether a plan comes with a forecast of its costs, which takes a while.
type Costing string

// What a plan can come with.
const (
	NoForecast   Costing = ""
	WithForecast Costing = "forecast"
)

// Hands change AWS. They make sure that a plan is still what it was, that nothing blocks
// it and that nobody else is changing the account, before they return.
type Hands interface {
	// Begin is for a plan that was shown.
	Begin(ctx context.Context, p plan.Plan) (Work, error)
	// On is for a run that stopped half-way and is to go on.
	On(ctx context.Context, run string) (Work, error)
	// Back is for a run that is to be undone.
	Back(ctx context.Context, run string) (Work, error)
}

// Work is a run that may go on. Do has to be called, once: it lets go of the account.
type Work interface {
	Do(ctx context.Context, w Watch) (apply.Result, error)
}

// Watch is told how far a run comes. Its functions may be called from any goroutine.
type Watch struct {
	Record func(apply.Record)                        // that is safe in the journal
	Event  func(apply.Event)                         // of the engine
	Sight  func(r trail.Region, shows bool, e error) // a look into a Region
}

// Shelf holds the journals of runs.
type Shelf interface {
	// Runs returns all of them, oldest first.
	Runs() ([]Run, error)
	// Run returns one; a *TroubleError of kind Missing when there is none.
	Run(name string) (Run, error)
}

// Run is a run as its journal tells it.
type Run struct {
	Name    string
	State   string         // as `trailspan runs` calls it
	Way     Way            // back
	On      Way            // to its end, when it is half-way
	Records []apply.Record // the first has the intent, unless Error says why not
	Error   string
}

// Way says how a run can be taken back, or go on.
type Way string

// A run that changed nothing, or is back already, has no way back, and one that is not
// half-way none to go on. That of one of many
// accounts, or of an account that is not here, is on the command line.
const (
	NoWay   Way = ""
	HereWay Way = "here"
	LineWay Way = "command-line"
)

// Search is what to look for in event history. What is empty is not asked for.
type Search struct {
	Name, User, AccessKey, Source string
	Start, End                    time.Time
	Pages                         int // of 50 events, at most, of each Region
}

// Found is what one Region has in its event history, the latest first.
type Found struct {
	Region trail.Region
	Events []Event
	Read   int        // events that were looked at
	Whole  bool       // there are no more
	Gap    *trail.Gap // why there is nothing
}

// Event is a management event. What may hold credentials is left out.
type Event struct {
	ID        string       `json:"id"`
	Time      time.Time    `json:"time"`
	Region    trail.Region `json:"region"`
	Name      string       `json:"name"`
	Source    string       `json:"source"`
	User      string       `json:"user"`
	AccessKey string       `json:"accessKeyId"` // its ID, which is no secret
	Address   string       `json:"sourceIPAddress"`
	Error     string       `json:"errorCode"`
	ReadOnly  bool         `json:"readOnly"`
}

// TroubleError is an error with a sentence for the reader.
type TroubleError struct {
	Kind          TroubleKind
	Message, Hint trail.Note
}

// TroubleKind says whose trouble it is.
type TroubleKind string

// The kinds of TroubleError.
const (
	Failed  TroubleKind = "failed"  // AWS, the network or the disk did not do it
	Refused TroubleKind = "refused" // it must not be done now
	Missing TroubleKind = "missing" // there is no such thing
	Invalid TroubleKind = "invalid" // the request cannot be meant
	// Forbidden is for what this console does not do, or not for this browser.
	Forbidden TroubleKind = "forbidden"
)

// Error is the key of the sentence.
func (t *TroubleError) Error() string { return string(t.Kind) + ": " + t.Message.Key }

func notFound(key string, nameValue ...string) *TroubleError {
	return &TroubleError{Kind: Missing, Message: trail.Say(key, nameValue...)}
}

func invalid(key string, nameValue ...string) *TroubleError {
	return &TroubleError{Kind: Invalid, Message: trail.Say(key, nameValue...)}
}

func refused(key string) *TroubleError {
	return &TroubleError{Kind: Refused, Message: trail.Say(key)}
}
