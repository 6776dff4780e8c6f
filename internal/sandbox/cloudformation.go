package sandbox

import (
	"cmp"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// cloudFormationOperations lists what is implemented of CloudFormation: just enough to
// ask which stack owns a trail. Stacks come from the world file and never change.
func (s *Sandbox) cloudFormationOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"DescribeStackResources": wire.Op(s.describeStackResources),
		"DescribeStacks":         wire.Op(s.describeStacks),
	}
}

type stackResourcesInput struct {
	StackName          string
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
}

type stackResourcesOutput struct{ StackResources []stackResourceDescription }

type stackResourceDescription struct {
	StackName          string
	StackID            string `json:"StackId"`
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
	ResourceType       string
	Timestamp          wire.Time
	ResourceStatus     string
	DriftInformation   resourceDrift
}

type resourceDrift struct{ StackResourceDriftStatus string }

// describeStackResources lists the resources of the stack of a name, or of the stack
// that has a resource of the physical ID: of a trail, that is its name.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
func (s *Sandbox) describeStackResources(c *wire.Call, in stackResourcesInput) (stackResourcesOutput, error) {
	st, err := s.findStack(c, in)
	if err != nil {
		return stackResourcesOutput{}, err
	}
	out := stackResourcesOutput{StackResources: []stackResourceDescription{}}
	for _, r := range st.Resources {
		if in.LogicalResourceID == "" || in.LogicalResourceID == r.LogicalID {
			out.StackResources = append(out.StackResources, st.resource(c, r))
		}
	}
	return out, nil
}

func (s *Sandbox) findStack(c *wire.Call, in stackResourcesInput) (stack, error) {
	switch {
	case (in.StackName == "") == (in.PhysicalResourceID == ""):
		return stack{}, wire.Errorf("ValidationError", "Specify either a stack name or a physical resource ID.")
	case in.StackName != "":
		return s.stackNamed(c, in.StackName)
	}
	for _, st := range s.stacksOf(c) {
		if slices.ContainsFunc(st.Resources, func(r stackResource) bool { return r.PhysicalID == in.PhysicalResourceID }) {
			return st, nil
		}
	}
	return stack{}, wire.Errorf("ValidationError", "Stack for %s does not exist", in.PhysicalResourceID)
}

// stackNamed finds a stack by its name or ID.
func (s *Sandbox) stackNamed(c *wire.Call, nameOrID string) (stack, error) {
	for _, st := range s.stacksOf(c) {
		if st.Name == nameOrID || st.id(c) == nameOrID {
			return st, nil
		}
	}
	return stack{}, wire.Errorf("ValidationError", "Stack with id %s does not exist", nameOrID)
}

// stacksOf returns the stacks of the caller in the Region of the call, by name.
func (s *Sandbox) stacksOf(c *wire.Call) []stack {
	stacks := slices.Clone(s.accountOf(c.Account, c.Partition).Stacks)
	stacks = slices.DeleteFunc(stacks, func(st stack) bool { return st.Region != c.Region })
	slices.SortStableFunc(stacks, func(a, b stack) int { return cmp.Compare(a.Name, b.Name) })
	return stacks
}

// id is the ID of a stack, which is an ARN and always the same for the same stack.
func (st stack) id(c *wire.Call) string {
	return "arn:" + c.Partition + ":cloudformation:" + st.Region + ":" + c.Account + ":stack/" + st.Name + "/" + steadyUUID(c.Account, st.Region, st.Name)
}

// created is when a stack was made; one of which that is not known, a day ago.
func (st stack) created(c *wire.Call) wire.Time {
	if st.Created.IsZero() {
		return wire.Time{Time: c.Time.Add(-24 * time.Hour)}
	}
	return wire.Time{Time: st.Created}
}

func (st stack) resource(c *wire.Call, r stackResource) stackResourceDescription {
	return stackResourceDescription{
		StackName:          st.Name,
		StackID:            st.id(c),
		LogicalResourceID:  r.LogicalID,
		PhysicalResourceID: r.PhysicalID,
		ResourceType:       r.Type,
		Timestamp:          st.created(c),
		ResourceStatus:     "CREATE_COMPLETE",
		DriftInformation:   resourceDrift{"NOT_CHECKED"},
	}
}

type stacksInput struct {
	StackName string
	NextToken string
}

type stacksOutput struct{ Stacks []stackDescription }

type stackDescription struct {
	StackID                     string `json:"StackId"`
	StackName                   string
	CreationTime                wire.Time
	DisableRollback             bool
	StackStatus                 string
	EnableTerminationProtection bool
	DriftInformation            stackDrift
}

type stackDrift struct{ StackDriftStatus string }

// describeStacks describes the stack of a name, or all of the Region. All fit in one
// answer, so that no token is ever good.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
func (s *Sandbox) describeStacks(c *wire.Call, in stacksInput) (stacksOutput, error) {
	if in.NextToken != "" {
		return stacksOutput{}, wire.Errorf("ValidationError", "The token is not valid.")
	}
	stacks := s.stacksOf(c)
	if in.StackName != "" {
		st, err := s.stackNamed(c, in.StackName)
		if err != nil {
			return stacksOutput{}, err
		}
		stacks = []stack{st}
	}
	out := stacksOutput{Stacks: []stackDescription{}}
	for _, st := range stacks {
		out.Stacks = append(out.Stacks, stackDescription{
			StackID:          st.id(c),
			StackName:        st.Name,
			CreationTime:     st.created(c),
			StackStatus:      "CREATE_COMPLETE",
			DriftInformation: stackDrift{"NOT_CHECKED"},
		})
	}
	return out, nil
}
