// Package cloudformation is AWS CloudFormation: it keeps stacks, change sets and events,
// and makes the resources of a template by calling the services that have them, in the
// name of whoever asked for the stack.
//
// It never waits: a stack has reached its end when the call that began it is answered,
// and its events tell the steps. It never touches what other services keep, but by
// calling them, so that a resource fails as the service fails it. The template language
// is package template's.
//
// Its nouns: a Stack has Resources; a kind is what it knows of a resource type; a deed is
// one thing done to one resource; an errand is one operation on a stack, from its first
// event to its last; a proposal is what a request wants a stack to become.
package cloudformation

import (
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// AWS is how resources are made. Both calls are made in the name of the caller of c, and
// their errors are those of the service, *wire.Error.
type AWS interface {
	// Call calls an operation of a service, by its signing name. Input and output have the
	// member names of the model; output may be nil.
	Call(c *wire.Call, service, operation string, input, output any) error
	// S3 sends a request to S3, whose path begins with the name of the bucket, and returns
	// the body of the answer.
	S3(c *wire.Call, r *http.Request, body []byte) ([]byte, error)
}

// A service answers calls: the store is looked up for each of them.
type service struct {
	store func() *Store
	aws   AWS
}

// Operations lists what is implemented of CloudFormation.
func Operations(store func() *Store, aws AWS) map[string]wire.Operation {
	s := &service{store, aws}
	return map[string]wire.Operation{
		"CancelUpdateStack":           wire.Op(s.cancelUpdateStack),
		"ContinueUpdateRollback":      wire.Op(s.continueUpdateRollback),
		"CreateChangeSet":             wire.Op(s.createChangeSet),
		"CreateStack":                 wire.Op(s.createStack),
		"DeleteChangeSet":             wire.Op(s.deleteChangeSet),
		"DeleteStack":                 wire.Op(s.deleteStack),
		"DescribeChangeSet":           wire.Op(s.describeChangeSet),
		"DescribeStackEvents":         wire.Op(s.describeStackEvents),
		"DescribeStackResource":       wire.Op(s.describeStackResource),
		"DescribeStackResources":      wire.Op(s.describeStackResources),
		"DescribeStacks":              wire.Op(s.describeStacks),
		"ExecuteChangeSet":            wire.Op(s.executeChangeSet),
		"GetTemplate":                 wire.Op(s.getTemplate),
		"GetTemplateSummary":          wire.Op(s.getTemplateSummary),
		"ListChangeSets":              wire.Op(s.listChangeSets),
		"ListExports":                 wire.Op(s.listExports),
		"ListImports":                 wire.Op(s.listImports),
		"ListStackResources":          wire.Op(s.listStackResources),
		"ListStacks":                  wire.Op(s.listStacks),
		"UpdateStack":                 wire.Op(s.updateStack),
		"UpdateTerminationProtection": wire.Op(s.updateTerminationProtection),
		"ValidateTemplate":            wire.Op(s.validateTemplate),
	}
}

// invalid is the error that CloudFormation answers to nearly everything it refuses.
func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf("ValidationError", format, args...)
}
