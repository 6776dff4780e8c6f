package sandbox_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// changeSet makes a change set and describes it.
func (l stackLab) changeSet(stack, name string, kind types.ChangeSetType, body string) *cloudformation.DescribeChangeSetOutput {
	l.t.Helper()
	made, err := l.CreateChangeSet(l.t.Context(), &cloudformation.CreateChangeSetInput{
		StackName: &stack, ChangeSetName: &name, ChangeSetType: kind, TemplateBody: &body,
	})
	l.must(err)
	out, err := l.DescribeChangeSet(l.t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
	l.must(err)
	return out
}

func (l stackLab) execute(stack, name string) {
	l.t.Helper()
	_, err := l.ExecuteChangeSet(l.t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: &stack, ChangeSetName: &name})
	l.must(err)
}

// A property that nobody knows is a change, which fails: alone, deeper down, beside others,
// and with another type.
func TestUnknownPropertyFailsTheUpdate(t *testing.T) {
	const handle = ", H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}"
	for _, tt := range []struct{ name, before, after, reason string }{
		{"alone", "{Type: AWS::SNS::Topic}", "{Type: AWS::SNS::Topic, Properties: {Foo: 1}}", "#: extraneous key [Foo] is not permitted"},
		{"deeper", "{Type: AWS::SNS::Topic, Properties: {Tags: [{Key: a, Value: b}]}}", "{Type: AWS::SNS::Topic, Properties: {Tags: [{Key: a, Value: b, Foo: c}]}}", "#/Tags/0: extraneous key [Foo] is not permitted"},
		{"beside", "{Type: AWS::SNS::Topic}", "{Type: AWS::SNS::Topic, Properties: {Foo: 1}}" + ", D: {Type: AWS::SNS::Topic}", "#: extraneous key [Foo] is not permitted"},
		{"another type", "{Type: AWS::SNS::Topic}", "{Type: AWS::Logs::LogGroup, Properties: {Foo: 1}}", "#: extraneous key [Foo] is not permitted"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := stacks(newLab(t, alone))
			before, after := "Resources: {T: "+tt.before+handle, "Resources: {T: "+tt.after+handle
			l.create("news", before)
			set := l.changeSet("news", "wrong", types.ChangeSetTypeUpdate, after)
			if set.Status != types.ChangeSetStatusCreateComplete || len(set.Changes) == 0 || *set.Changes[0].ResourceChange.LogicalResourceId != "T" {
				t.Errorf("the change set is %s", l.last())
			}
			l.update("news", after)
			want := "T UPDATE_FAILED: Properties validation failed for resource T with message:\n" + tt.reason
			if story := l.story("news"); !slices.Contains(story, want) || l.stack("news").StackStatus != types.StackStatusUpdateRollbackComplete {
				t.Errorf("the story is\n%s", strings.Join(story, "\n"))
			}
			got, err := l.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: ptr("news")})
			l.must(err)
			if *got.TemplateBody != before {
				t.Errorf("the template is %s", *got.TemplateBody)
			}
			_, err = l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("news"), TemplateBody: &before})
			l.refused(err, "ValidationError", "No updates are to be performed.")
		})
	}
}

// What is not exported fails a stack that has begun, before it makes anything; a condition
// cannot be decided, which is refused.
func TestMissingExport(t *testing.T) {
	const handle = "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}\n"
	l := stacks(newLab(t, alone))
	for name, body := range map[string]string{
		"resource": "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}, T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Select [1, !Split [',', !ImportValue nope]]}}}",
		"output":   handle + "Outputs: {O: {Value: !ImportValue nope}}",
	} {
		l.create(name, body)
		l.told(
			name, name+" CREATE_IN_PROGRESS: User Initiated",
			name+" ROLLBACK_IN_PROGRESS: No export named nope found. Rollback requested by user.",
			name+" ROLLBACK_COMPLETE",
		)
		set := l.changeSet(name+"-set", "set", types.ChangeSetTypeCreate, body)
		if set.Status != types.ChangeSetStatusFailed || aws.ToString(set.StatusReason) != "No export named nope found." {
			t.Errorf("the change set is %s", l.last())
		}
		l.create(name+"-later", handle)
		l.update(name+"-later", body)
		if got := l.stack(name + "-later").StackStatus; got != types.StackStatusUpdateRollbackComplete {
			t.Errorf("the stack is %s:\n%s", got, strings.Join(l.story(name+"-later"), "\n"))
		}
	}
	for _, body := range []string{
		"Conditions: {C: !Equals [!ImportValue nope, a]}\n" + handle,
		"Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: !ImportValue nope}}, U: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt T.Nope}}}",
	} {
		_, err := l.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: ptr("refused"), TemplateBody: &body})
		l.refused(err, "ValidationError", "")
		_, err = l.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: ptr("refused")})
		l.refused(err, "ValidationError", "Stack with id refused does not exist")
	}
}

// The AWS CLI names change sets by the second: one that is done with gives its name away.
func TestChangeSetsOfOneName(t *testing.T) {
	l := stacks(newLab(t, alone))
	topic := func(name string) string {
		return "Resources: {T: {Type: AWS::SNS::Topic, Properties: {DisplayName: " + name + "}}}"
	}
	const now = "awscli-cloudformation-package-deploy-1"
	l.changeSet("news", now, types.ChangeSetTypeCreate, topic("a"))
	l.execute("news", now)
	for _, want := range []types.ChangeSetStatus{types.ChangeSetStatusFailed, types.ChangeSetStatusFailed} {
		if got := l.changeSet("news", now, types.ChangeSetTypeUpdate, topic("a")); got.Status != want {
			t.Errorf("the change set is %s", l.last())
		}
	}
	l.changeSet("news", now, types.ChangeSetTypeUpdate, "Resources: {T: {Type: AWS::SNS::Topic, Properties: {Foo: bar}}}")
	l.execute("news", now)
	l.changeSet("news", now, types.ChangeSetTypeUpdate, topic("b"))
	_, err := l.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{StackName: ptr("news"), ChangeSetName: ptr(now), TemplateBody: ptr(topic("c"))})
	l.refused(err, "AlreadyExistsException", "ChangeSet "+now+" cannot be created due to a mismatch with existing attribute Name")
}

// An update that could not clean up says so.
func TestUpdateLeavesABucket(t *testing.T) {
	l := stacks(newLab(t, alone))
	const body = "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: %}}}"
	l.create("logs", fill(body, "old-bucket"))
	_, err := l.bucket().PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("old-bucket"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.must(err)
	const left = "Update successful. One or more resources could not be deleted."
	l.update("logs", fill(body, "new-bucket"))
	if got := l.stack("logs"); got.StackStatus != types.StackStatusUpdateComplete || aws.ToString(got.StackStatusReason) != left {
		t.Errorf("the stack is %s", l.last())
	}
	if story := l.story("logs"); story[len(story)-1] != "logs UPDATE_COMPLETE: "+left {
		t.Errorf("the story is\n%s", strings.Join(story, "\n"))
	}
	l.update("logs", fill(body, "newer-bucket"))
	if got := l.stack("logs"); got.StackStatusReason != nil {
		t.Errorf("the stack is %s", l.last())
	}
}
