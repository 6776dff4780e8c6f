package cloudformation

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type changeSetOutput struct {
	ChangeSetName         string
	ChangeSetID           string `json:"ChangeSetId"`
	StackID               string `json:"StackId"`
	StackName             string
	Description           string                 `json:",omitempty"`
	Parameters            []parameterDescription `json:",omitempty"`
	CreationTime          wire.Time
	ExecutionStatus       string
	Status                string
	StatusReason          string `json:",omitempty"`
	NotificationARNs      []string
	RollbackConfiguration rollbackConfiguration
	Capabilities          []string `json:",omitempty"`
	Tags                  []Tag    `json:",omitempty"`
	Changes               []changeDescription
	NextToken             string `json:",omitempty"`
	IncludeNestedStacks   bool
	OnStackFailure        string `json:",omitempty"`
}

type changeDescription struct {
	Type           string
	ResourceChange resourceChange
}

type resourceChange struct {
	PolicyAction       string `json:",omitempty"`
	Action             string
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId,omitempty"`
	ResourceType       string
	Replacement        string `json:",omitempty"`
	Scope              []string
	Details            []detailDescription
	BeforeContext      string `json:",omitempty"`
	AfterContext       string `json:",omitempty"`
}

type detailDescription struct {
	Target       changeTarget
	Evaluation   string
	ChangeSource string
}

type changeTarget struct {
	Attribute          string
	Name               string `json:",omitempty"`
	RequiresRecreation string
	Path               string `json:",omitempty"`
	BeforeValue        string `json:",omitempty"`
	AfterValue         string `json:",omitempty"`
}

type describeChangeSetInput struct {
	changeSetName
	IncludePropertyValues bool
}

// describeChangeSet describes a change set, with the values of properties where that is
// asked for.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
func (s *service) describeChangeSet(c *wire.Call, in describeChangeSetInput) (changeSetOutput, error) {
	st, set, err := s.changeSet(c, in.StackName, in.ChangeSetName)
	if err != nil {
		return changeSetOutput{}, err
	}
	changes, next, err := page(set.Changes, in.NextToken)
	if err != nil {
		return changeSetOutput{}, err
	}
	out := changeSetOutput{
		ChangeSetName: set.Name, ChangeSetID: set.ID, StackID: st.ID, StackName: st.Name, Description: set.Description,
		Parameters: parameterDescriptions(set.Parameters), CreationTime: wire.Time{Time: set.Created}, ExecutionStatus: set.Execution,
		Status: set.Status, StatusReason: set.Reason, NotificationARNs: orEmpty(set.NotificationARNs), Capabilities: set.Capabilities,
		Tags: set.Tags, Changes: []changeDescription{}, NextToken: next, OnStackFailure: set.OnStackFailure,
	}
	if set.Rollback != nil {
		out.RollbackConfiguration = *set.Rollback
	}
	for _, change := range changes {
		out.Changes = append(out.Changes, changeDescription{"Resource", change.description(in.IncludePropertyValues)})
	}
	return out, nil
}

func (ch Change) description(values bool) resourceChange {
	d := resourceChange{
		PolicyAction: ch.PolicyAction, Action: ch.Action, LogicalResourceID: ch.LogicalID, PhysicalResourceID: ch.PhysicalID,
		ResourceType: ch.Type, Replacement: ch.Replacement, Scope: orEmpty(ch.Scope), Details: []detailDescription{},
	}
	if values {
		d.BeforeContext, d.AfterContext = contextText(ch.Before), contextText(ch.After)
	}
	for _, detail := range ch.Details {
		d.Details = append(d.Details, detail.description(values))
	}
	return d
}

func contextText(properties string) string {
	if properties == "" {
		return ""
	}
	return `{"Properties":` + properties + `}`
}

func (cd ChangeDetail) description(values bool) detailDescription {
	d := detailDescription{
		Target:     changeTarget{Attribute: cd.Attribute, Name: cd.Name, RequiresRecreation: cd.Recreation},
		Evaluation: "Static", ChangeSource: "DirectModification",
	}
	if cd.Dynamic {
		d.Evaluation = "Dynamic"
	}
	if values {
		d.Target.Path = "/" + cd.Attribute + "/" + cd.Name
		d.Target.BeforeValue, d.Target.AfterValue = cd.Was, cd.Will
	}
	return d
}

type changeSetsOutput struct {
	Summaries []changeSetSummary
	NextToken string `json:",omitempty"`
}

type changeSetSummary struct {
	StackID             string `json:"StackId"`
	StackName           string
	ChangeSetID         string `json:"ChangeSetId"`
	ChangeSetName       string
	ExecutionStatus     string
	Status              string
	StatusReason        string `json:",omitempty"`
	CreationTime        wire.Time
	Description         string `json:",omitempty"`
	IncludeNestedStacks bool
}

// listChangeSets lists the change sets of a stack that could still be executed, or never
// could.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListChangeSets.html
func (s *service) listChangeSets(c *wire.Call, in stackListInput) (changeSetsOutput, error) {
	st := s.store().known(c, in.StackName)
	if st == nil {
		return changeSetsOutput{}, invalid("Stack [%s] does not exist", in.StackName)
	}
	executed := func(set *ChangeSet) bool { return strings.HasPrefix(set.Execution, "EXECUTE") }
	list, next, err := page(slices.DeleteFunc(slices.Clone(st.ChangeSets), executed), in.NextToken)
	if err != nil {
		return changeSetsOutput{}, err
	}
	out := changeSetsOutput{Summaries: []changeSetSummary{}, NextToken: next}
	for _, set := range list {
		out.Summaries = append(out.Summaries, changeSetSummary{
			StackID: st.ID, StackName: st.Name, ChangeSetID: set.ID, ChangeSetName: set.Name, ExecutionStatus: set.Execution,
			Status: set.Status, StatusReason: set.Reason, CreationTime: wire.Time{Time: set.Created}, Description: set.Description,
		})
	}
	return out, nil
}
