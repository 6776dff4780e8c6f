// Package plan decides what to change, and foretells what comes of it. A Plan is
// data: steps with the exact request of each, what was before, what will be after,
// and the way back; and gates that say, with their evidence, whether it may run.
//
// It touches nothing. Whoever applies a Plan may send only what stands in it.
package plan

import "github.com/trailspan/trailspan/internal/trail"

// A Plan changes one account.
type Plan struct {
	Account AccountID
	Run     string    // the name of the run that applies it; what rollback takes
	Trail   trail.ARN // the trail that will record every Region
	Why     trail.Note
	Steps   []Step // empty: nothing to do
	Gates   []Gate
	Becomes []Consequence
	Source  *Source // the code that makes the trail; nil when none is known
	Others  []Other // of a retirement: what becomes of each other trail
	Cost    *Cost   // nil when it was not asked for
	// Expect are the Regions in which the trail must be seen, logging, afterwards.
	Expect []trail.Region
	// Predicted is the Snapshot after the steps.
	Predicted trail.Snapshot
}

// AccountID is trail.AccountID, here for short.
type AccountID = trail.AccountID

// A Step is one change, with the way back.
type Step struct {
	ID int `json:"id"` // from 1, in order
	Call
	// Before is what must be there for the step to be sent; anything else is drift.
	Before State `json:"before"`
	// After is what must be there for the step to be done.
	After State `json:"after"`
	// Undo leads back to Before, in order. A call whose Want is already there is not sent.
	Undo []Call `json:"undo,omitempty"`
	// Needs are looks at what the step counts on without changing it, each with what must
	// be there, its Want, for the step to be sent; anything else is drift.
	Needs []Call `json:"needs,omitempty"`
}

// A Call is one request to AWS.
type Call struct {
	Action  string       `json:"action"` // as IAM spells it: cloudtrail:UpdateTrail
	Region  trail.Region `json:"region"`
	Request Request      `json:"request"`
	// Want is the part of the State that an undoing call brings about, empty when the
	// thing is to be gone. Of a Step it is unused: After says it.
	Want State `json:"want,omitempty"`
	// MayStay says that the call may be refused for a good reason, and that things are
	// well nevertheless: a bucket that holds log files is never emptied.
	MayStay bool `json:"mayStay,omitempty"`
}

// The actions a plan can send. There are no others; Needs hold actions that only look.
const (
	UpdateTrail          = "cloudtrail:UpdateTrail"
	CreateTrail          = "cloudtrail:CreateTrail"
	DeleteTrail          = "cloudtrail:DeleteTrail"
	StartLogging         = "cloudtrail:StartLogging"
	StopLogging          = "cloudtrail:StopLogging"
	CreateBucket         = "s3:CreateBucket"
	DeleteBucket         = "s3:DeleteBucket"
	PutPublicAccessBlock = "s3:PutBucketPublicAccessBlock"
	PutBucketPolicy      = "s3:PutBucketPolicy"
	DeleteBucketPolicy   = "s3:DeleteBucketPolicy"
)

// Request holds the members of a request, as AWS names them. What has no field here
// can not be sent; what is nil or empty is not sent, so that AWS leaves it as it is.
type Request struct {
	Name                       string `json:"Name,omitempty"` // of a trail: its ARN where it exists
	IsMultiRegionTrail         *bool  `json:"IsMultiRegionTrail,omitempty"`
	IncludeGlobalServiceEvents *bool  `json:"IncludeGlobalServiceEvents,omitempty"`
	EnableLogFileValidation    *bool  `json:"EnableLogFileValidation,omitempty"`
	S3BucketName               string `json:"S3BucketName,omitempty"`
	KmsKeyID                   string `json:"KmsKeyId,omitempty"`
	Bucket                     string `json:"Bucket,omitempty"` // of S3 operations
	Policy                     string `json:"Policy,omitempty"` // JSON text
}

// GateStatus says whether a plan may run, as far as one gate sees.
type GateStatus string

// A plan runs when no gate blocks. Unknown is not a pass: the evidence could not be read.
const (
	Pass        GateStatus = "pass"
	Warn        GateStatus = "warn"
	Block       GateStatus = "block"
	UnknownGate GateStatus = "unknown"
)

// A Gate is something that must be right before a plan may run.
type Gate struct {
	ID       string
	Status   GateStatus
	Message  trail.Note
	Evidence string // what it rests on, in AWS's words: an ARN, a number, a statement
	// Details are sentences about what it rests on; they come before Evidence.
	Details []trail.Note
	Hint    trail.Note
}

// A Consequence is what becomes of a trail, or of the bill, when the plan is applied.
type Consequence struct {
	Trail trail.ARN
	Note  trail.Note
}

// Blocked returns the gates that forbid the plan.
func (p Plan) Blocked() []Gate {
	var out []Gate
	for _, g := range p.Gates {
		if g.Status == Block {
			out = append(out, g)
		}
	}
	return out
}
