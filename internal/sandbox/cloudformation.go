package sandbox

import (
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// cloudFormationOperations lists what is implemented of CloudFormation.
func (s *Sandbox) cloudFormationOperations() map[string]wire.Operation {
	return cloudformation.Operations(func() *cloudformation.Store { return s.w.CloudFormation }, stackCalls{s, "cloudformation.amazonaws.com"})
}

// stackCalls are the calls that CloudFormation makes for a stack.
type stackCalls struct {
	s  *Sandbox
	by string // who makes them, as the records of the calls say
}

// Call implements cloudformation.AWS.
func (a stackCalls) Call(c *wire.Call, service, operation string, input, output any) error {
	return a.s.call(c, a.by, service, operation, input, output)
}

// S3 implements cloudformation.AWS.
func (a stackCalls) S3(c *wire.Call, r *http.Request, body []byte) ([]byte, error) {
	return a.s.callS3(c, a.by, r, body)
}

var _ cloudformation.AWS = stackCalls{}
