package sandbox_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

func TestStacks(t *testing.T) {
	l := newLab(t, `
accounts:
  - id: "123456789012"
    trails: [{name: main, homeRegion: us-east-1, bucket: logs}]
    stacks: [{name: audit, region: us-east-1, trails: [main]}, {name: base, region: us-east-1, trails: []}, {name: audit, region: eu-west-1, trails: []}]
`)
	c := cloudformation.NewFromConfig(l.config(self, "us-east-1"))
	resources := func(in cloudformation.DescribeStackResourcesInput) (*cloudformation.DescribeStackResourcesOutput, error) {
		return c.DescribeStackResources(t.Context(), &in)
	}
	for _, in := range []cloudformation.DescribeStackResourcesInput{{PhysicalResourceId: ptr("main")}, {StackName: ptr("audit")}} {
		out, err := resources(in)
		l.must(err)
		if len(out.StackResources) != 1 || *out.StackResources[0].StackName != "audit" || *out.StackResources[0].PhysicalResourceId != "main" || *out.StackResources[0].ResourceType != "AWS::CloudTrail::Trail" || out.StackResources[0].Timestamp == nil {
			t.Errorf("got %s", l.last())
		}
		byID, err := resources(cloudformation.DescribeStackResourcesInput{StackName: out.StackResources[0].StackId})
		l.must(err)
		if len(byID.StackResources) != 1 {
			t.Errorf("by ID: %s", l.last())
		}
	}
	_, err := resources(cloudformation.DescribeStackResourcesInput{PhysicalResourceId: ptr("other")})
	l.refused(err, "ValidationError", "Stack for other does not exist")
	_, err = resources(cloudformation.DescribeStackResourcesInput{StackName: ptr("none")})
	l.refused(err, "ValidationError", "Stack with id none does not exist")
	_, err = resources(cloudformation.DescribeStackResourcesInput{})
	l.refused(err, "ValidationError", "")

	all, err := c.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{})
	l.must(err)
	if len(all.Stacks) != 2 || *all.Stacks[0].StackName != "audit" || *all.Stacks[1].StackName != "base" || all.Stacks[0].CreationTime == nil {
		t.Errorf("all: %s", l.last())
	}
	one, err := c.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: ptr("base")})
	l.must(err)
	if len(one.Stacks) != 1 {
		t.Errorf("one: %s", l.last())
	}
	_, err = c.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: ptr("none")})
	l.refused(err, "ValidationError", "Stack with id none does not exist")
}
