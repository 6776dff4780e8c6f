// Package template is the language of CloudFormation: it reads a template, gives its
// parameters values and says what the properties of its resources come to.
//
// It never knows what a resource is: which types there are, which properties they take
// and what their attributes mean is for whoever asks. It looks at no clock, no disk and
// no network; the same question has the same answer.
//
// Its nouns: a Template was read (Parse); a Bound template has values for its parameters
// and a plan of its resources (Bind); a Lookup answers for resources that exist by now.
// Every error is a sentence of CloudFormation, to be answered as a ValidationError.
package template

// Template is a template that was read and whose form holds.
type Template struct {
	Description string
	Parameters  []Parameter // in the order of the template
	Resources   []Resource  // all of them, in the order of the template
	Transform   []string    // the names of macros, none of which has been expanded
	Metadata    any         // as the template says; nil where it has none

	tree *tree
	root *object // what was read, if it has loops
}

// Parameter is one input of a template.
type Parameter struct {
	Name, Type, Description string
	Default                 *string // nil where the caller has to give a value
	NoEcho                  bool
	AllowedValues           []string
	ConstraintDescription   string

	checks checks
}

// Resource is one resource of a template, without its properties: Bound.Properties has
// those. A policy that the template does not name is empty.
type Resource struct{ LogicalID, Type, DeletionPolicy, UpdateReplacePolicy string }

// Planned is a resource that the stack is to have.
type Planned struct {
	Resource
	DependsOn []string // the resources it directly needs first, said or implied, in template order
}

// Output is one output of a stack.
type Output struct{ Key, Value, Description, ExportName string }

// Env is what pseudo parameters and imports need to know about the world.
type Env struct {
	Account, Region, Partition, URLSuffix, StackName, StackID string

	NotificationARNs []string
	Import           func(name string) (string, bool) // exports of other stacks
	Zones            func(region string) []string     // availability zones, for Fn::GetAZs
	SSM              func(name string) (string, bool) // values of SSM parameters; may be nil
}

// Lookup answers for resources that exist by now.
type Lookup interface {
	// Ref is what Ref of a resource gives, mostly its physical ID.
	Ref(logicalID string) (string, error)
	// GetAtt is an attribute of a resource: text, a list, or a tree of JSON.
	GetAtt(logicalID, attribute string) (any, error)
}
