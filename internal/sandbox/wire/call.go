// Package wire speaks the HTTP protocols of AWS: it checks signatures, turns
// requests into Go values as the service models describe them, and turns
// answers and errors back into the bytes that AWS would have sent.
//
// It knows protocols and models, never what a service does.
package wire

import (
	"encoding/json"
	"fmt"
	"time"
)

// A Call is one request whose signature has been accepted.
type Call struct {
	Account   string // 12 digits: the account of the caller
	Partition string // aws, aws-cn or aws-us-gov, of Region
	Region    string // from the credential scope of the signature
	Service   string // signing name: cloudtrail, s3, sts …
	Operation string // CreateTrail
	Bucket    string // that a call to S3 is for; "" for all others
	Caller    Caller
	// Organization is the ID of the organization of the account, or "".
	Organization string
	RequestID    string
	Time         time.Time // by the clock of the sandbox
	UserAgent    string
	SourceIP     string
	Input        json.RawMessage // as an Operation gets it; nil until it is decoded, and for S3
	Output       json.RawMessage // what it answered, with the member names of the model; nil until then, and for S3
	Unlock       func()          // what Leave does; nil: nothing
}

// Leave lets go of the lock under which an Operation that only looks answers: from then
// on it reads nothing but what is its own and what guards itself. An answer that takes
// time keeps nobody waiting so.
func (c *Call) Leave() {
	if c.Unlock != nil {
		c.Unlock()
	}
}

// A Caller says who signed a call.
type Caller struct {
	AccessKeyID string
	ARN         string // arn:aws:iam::123456789012:user/sandbox or an assumed-role ARN
	UserID      string // AIDA… or AROA…:session
	Temporary   bool   // the credentials have a session token
}

// An Operation answers one API operation. Input is the request as JSON with the
// member names of the model, already validated against it. The answer is encoded
// with encoding/json rules first, so that its json tags are the member names of
// the model; members that are unset must be omitted, as AWS omits them.
type Operation func(c *Call, input json.RawMessage) (any, error)

// Op makes an Operation of a function with typed input and output.
func Op[In, Out any](f func(*Call, In) (Out, error)) Operation {
	return func(c *Call, input json.RawMessage) (any, error) {
		var in In
		if err := json.Unmarshal(input, &in); err != nil {
			return nil, Errorf("SerializationException", "%v", err)
		}
		return f(c, in)
	}
}

// An Error is answered to the client as AWS would.
type Error struct {
	Code    string // TrailNotFoundException
	Message string
	Status  int // HTTP status; 0 means 400
}

// Errorf returns an Error that is answered with HTTP status 400, as nearly all of
// AWS's errors are.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Time is a timestamp as the JSON protocols carry it: epoch seconds with
// milliseconds. The zero Time is omitted by omitzero.
type Time struct{ time.Time }

// MarshalJSON writes epoch seconds, like 1441139757.497.
func (t Time) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d.%03d", t.UnixMilli()/1000, t.UnixMilli()%1000), nil
}
