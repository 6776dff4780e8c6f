package cloudformation

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type stacksInput struct{ StackName, NextToken string }

type stacksOutput struct {
	Stacks    []stackDescription
	NextToken string `json:",omitempty"`
}

type stackDescription struct {
	StackID                     string `json:"StackId"`
	StackName                   string
	ChangeSetID                 string                 `json:"ChangeSetId,omitempty"`
	Description                 string                 `json:",omitempty"`
	Parameters                  []parameterDescription `json:",omitempty"`
	CreationTime                wire.Time
	DeletionTime                wire.Time `json:",omitzero"`
	LastUpdatedTime             wire.Time `json:",omitzero"`
	RollbackConfiguration       rollbackConfiguration
	StackStatus                 string
	StackStatusReason           string `json:",omitempty"`
	DisableRollback             bool
	NotificationARNs            []string
	TimeoutInMinutes            int                 `json:",omitempty"`
	Capabilities                []string            `json:",omitempty"`
	Outputs                     []outputDescription `json:",omitempty"`
	RoleARN                     string              `json:",omitempty"`
	Tags                        []Tag
	EnableTerminationProtection bool
	DriftInformation            stackDrift
}

type parameterDescription struct{ ParameterKey, ParameterValue string }

type outputDescription struct {
	OutputKey, OutputValue string
	Description            string `json:",omitempty"`
	ExportName             string `json:",omitempty"`
}

type stackDrift struct{ StackDriftStatus string }

type resourceDrift struct{ StackResourceDriftStatus string }

func notChecked() resourceDrift { return resourceDrift{"NOT_CHECKED"} }

// describeStacks describes the stack of a name or ID, or all of the Region. A deleted one
// is found by its ID only.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
func (s *service) describeStacks(c *wire.Call, in stacksInput) (stacksOutput, error) {
	var list []*Stack
	if in.StackName != "" {
		st, err := s.store().find(c, in.StackName)
		if err != nil {
			return stacksOutput{}, err
		}
		list = []*Stack{st}
	} else {
		list = slices.DeleteFunc(s.store().of(c), func(st *Stack) bool { return !st.live() })
	}
	list, next, err := page(list, in.NextToken)
	if err != nil {
		return stacksOutput{}, err
	}
	out := stacksOutput{Stacks: []stackDescription{}, NextToken: next}
	for _, st := range list {
		out.Stacks = append(out.Stacks, st.description())
	}
	return out, nil
}

func (st *Stack) description() stackDescription {
	d := stackDescription{
		StackID: st.ID, StackName: st.Name, ChangeSetID: st.ChangeSet, Description: st.Description,
		Parameters:   parameterDescriptions(st.Parameters),
		CreationTime: wire.Time{Time: st.Created}, DeletionTime: wire.Time{Time: st.Deleted}, LastUpdatedTime: wire.Time{Time: st.Updated},
		StackStatus: st.Status, StackStatusReason: st.shownReason(), DisableRollback: st.DisableRollback,
		NotificationARNs: orEmpty(st.NotificationARNs), TimeoutInMinutes: st.TimeoutInMinutes, Capabilities: st.Capabilities,
		RoleARN: st.RoleARN, Tags: orEmpty(st.Tags), EnableTerminationProtection: st.TerminationProtection,
		DriftInformation: stackDrift{"NOT_CHECKED"},
	}
	if st.Rollback != nil {
		d.RollbackConfiguration = *st.Rollback
	}
	for _, o := range st.Outputs {
		d.Outputs = append(d.Outputs, outputDescription{o.Key, o.Value, o.Description, o.Export})
	}
	return d
}

// shownReason is the reason of a status that has one of its own.
func (st *Stack) shownReason() string {
	if st.Reason == "User Initiated" && st.Status != "REVIEW_IN_PROGRESS" {
		return ""
	}
	return st.Reason
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// hidden stands for the value of a parameter that is NoEcho.
const hidden = "****"

func parameterDescriptions(parameters []Parameter) []parameterDescription {
	var list []parameterDescription
	for _, p := range parameters {
		value := p.Value
		if p.Hidden {
			value = hidden
		}
		list = append(list, parameterDescription{p.Key, value})
	}
	return list
}

type eventsInput struct{ StackName, NextToken string }

type eventsOutput struct {
	StackEvents []eventDescription
	NextToken   string `json:",omitempty"`
}

type eventDescription struct {
	StackID              string `json:"StackId"`
	EventID              string `json:"EventId"`
	StackName            string
	LogicalResourceID    string `json:"LogicalResourceId"`
	PhysicalResourceID   string `json:"PhysicalResourceId"`
	ResourceType         string
	Timestamp            wire.Time
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	ResourceProperties   string `json:",omitempty"`
	ClientRequestToken   string `json:",omitempty"`
}

// describeStackEvents tells what happened to a stack, the latest first.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
func (s *service) describeStackEvents(c *wire.Call, in eventsInput) (eventsOutput, error) {
	st := s.store().known(c, in.StackName)
	if st == nil {
		return eventsOutput{}, invalid("Stack [%s] does not exist", in.StackName)
	}
	events, told := slices.Clone(st.Events), st.told()
	for i := range events {
		events[i].Properties = told[i]
	}
	slices.Reverse(events)
	events, next, err := page(events, in.NextToken)
	if err != nil {
		return eventsOutput{}, err
	}
	out := eventsOutput{StackEvents: []eventDescription{}, NextToken: next}
	for _, e := range events {
		out.StackEvents = append(out.StackEvents, eventDescription{
			StackID: st.ID, EventID: e.ID, StackName: st.Name, LogicalResourceID: e.LogicalID, PhysicalResourceID: e.PhysicalID,
			ResourceType: e.Type, Timestamp: wire.Time{Time: e.Time}, ResourceStatus: e.Status, ResourceStatusReason: e.Reason,
			ResourceProperties: e.Properties, ClientRequestToken: e.Token,
		})
	}
	return out, nil
}
