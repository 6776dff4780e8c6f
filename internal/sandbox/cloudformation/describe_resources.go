package cloudformation

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type resourcesInput struct {
	StackName          string
	LogicalResourceID  string `json:"LogicalResourceId"`
	PhysicalResourceID string `json:"PhysicalResourceId"`
}

type resourcesOutput struct{ StackResources []resourceDescription }

type resourceDescription struct {
	StackName            string
	StackID              string `json:"StackId"`
	LogicalResourceID    string `json:"LogicalResourceId"`
	PhysicalResourceID   string `json:"PhysicalResourceId,omitempty"`
	ResourceType         string
	Timestamp            wire.Time
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	DriftInformation     resourceDrift
}

// describeStackResources lists the resources of the stack of a name, or of the stack
// that has a resource of the physical ID: of a trail, that is its name.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResources.html
func (s *service) describeStackResources(c *wire.Call, in resourcesInput) (resourcesOutput, error) {
	st, err := s.stackWith(c, in)
	if err != nil {
		return resourcesOutput{}, err
	}
	out := resourcesOutput{StackResources: []resourceDescription{}}
	for _, r := range st.Resources {
		if in.LogicalResourceID == "" || in.LogicalResourceID == r.LogicalID {
			out.StackResources = append(out.StackResources, resourceDescription{
				StackName: st.Name, StackID: st.ID, LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID, ResourceType: r.Type,
				Timestamp: wire.Time{Time: r.Time}, ResourceStatus: r.Status, ResourceStatusReason: r.Reason, DriftInformation: notChecked(),
			})
		}
	}
	return out, nil
}

func (s *service) stackWith(c *wire.Call, in resourcesInput) (*Stack, error) {
	switch {
	case (in.StackName == "") == (in.PhysicalResourceID == ""):
		return nil, invalid("Specify either a stack name or a physical resource ID.")
	case in.StackName != "":
		return s.store().find(c, in.StackName)
	}
	for _, st := range s.store().of(c) {
		if st.live() && slices.ContainsFunc(st.Resources, func(r *Resource) bool { return r.exists() && r.PhysicalID == in.PhysicalResourceID }) {
			return st, nil
		}
	}
	return nil, invalid("Stack for %s does not exist", in.PhysicalResourceID)
}

type resourceInput struct {
	StackName         string
	LogicalResourceID string `json:"LogicalResourceId"`
}

type resourceOutput struct{ StackResourceDetail resourceDetail }

type resourceDetail struct {
	StackName string
	StackID   string `json:"StackId"`
	resourceSummary
}

type resourceSummary struct {
	LogicalResourceID    string `json:"LogicalResourceId"`
	PhysicalResourceID   string `json:"PhysicalResourceId,omitempty"`
	ResourceType         string
	LastUpdatedTimestamp wire.Time
	ResourceStatus       string
	ResourceStatusReason string `json:",omitempty"`
	DriftInformation     resourceDrift
}

func (r *Resource) summary() resourceSummary {
	return resourceSummary{
		LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID, ResourceType: r.Type, LastUpdatedTimestamp: wire.Time{Time: r.Time},
		ResourceStatus: r.Status, ResourceStatusReason: r.Reason, DriftInformation: notChecked(),
	}
}

// describeStackResource describes one resource.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
func (s *service) describeStackResource(c *wire.Call, in resourceInput) (resourceOutput, error) {
	st := s.store().known(c, in.StackName)
	if st == nil {
		return resourceOutput{}, invalid("Stack '%s' does not exist", in.StackName)
	}
	r := st.resource(in.LogicalResourceID)
	if r == nil {
		return resourceOutput{}, invalid("Resource %s does not exist for stack %s", in.LogicalResourceID, in.StackName)
	}
	return resourceOutput{resourceDetail{st.Name, st.ID, r.summary()}}, nil
}

type stackListInput struct{ StackName, NextToken string }

type resourceListOutput struct {
	StackResourceSummaries []resourceSummary
	NextToken              string `json:",omitempty"`
}

// listStackResources lists the resources of a stack, in pages.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
func (s *service) listStackResources(c *wire.Call, in stackListInput) (resourceListOutput, error) {
	st, err := s.store().find(c, in.StackName)
	if err != nil {
		return resourceListOutput{}, err
	}
	list, next, err := page(st.Resources, in.NextToken)
	if err != nil {
		return resourceListOutput{}, err
	}
	out := resourceListOutput{StackResourceSummaries: []resourceSummary{}, NextToken: next}
	for _, r := range list {
		out.StackResourceSummaries = append(out.StackResourceSummaries, r.summary())
	}
	return out, nil
}
