package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// A rollback that fails waits, and goes on when it is told to, with what is skipped as it is.
func TestContinueUpdateRollback(t *testing.T) {
	for _, tt := range []struct {
		name, faults string
		skip         []string
		status       types.StackStatus
		regions      string // where the trail is seen
	}{
		{"what was in the way is gone", `[]`, nil, types.StackStatusUpdateRollbackComplete, ""},
		{"it is still there", `[{action: "cloudtrail:UpdateTrail", error: ServiceUnavailable}]`, nil, types.StackStatusUpdateRollbackFailed, "main"},
		{"the resource is skipped", `[{action: "cloudtrail:UpdateTrail", error: ServiceUnavailable}]`, []string{"Trail"}, types.StackStatusUpdateRollbackComplete, "main"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := stacks(newLab(t, alone))
			narrow := trailTemplate(true, ", TrailName: main, IncludeGlobalServiceEvents: true")
			l.create("audit", narrow)
			proceed := func() error {
				_, err := l.ContinueUpdateRollback(t.Context(), &cloudformation.ContinueUpdateRollbackInput{StackName: ptr("audit"), ResourcesToSkip: tt.skip})
				return err
			}
			l.refused(proceed(), "ValidationError", "Stack:"+*l.stack("audit").StackId+" is in CREATE_COMPLETE state and can not continue rollback.")

			l.faults(`[{action: "cloudtrail:UpdateTrail", error: ServiceUnavailable, after: 1}]`)
			extra := "  New: {Type: AWS::S3::Bucket, Properties: {BucketName: stack-new}}\n" +
				"  Full: {Type: AWS::S3::Bucket, DependsOn: [Trail, New], Properties: {BucketName: stack-logs}}\n"
			l.update("audit", narrow+extra, parameter("Multi", "true"))
			if got := l.stack("audit"); got.StackStatus != types.StackStatusUpdateRollbackFailed || *got.StackStatusReason != "The following resource(s) failed to update: [Trail]. " {
				t.Fatalf("the stack is %s", l.last())
			}
			l.faults(tt.faults)
			l.must(proceed())
			if got := l.stack("audit"); got.StackStatus != tt.status || *got.Parameters[0].ParameterValue != "false" {
				t.Errorf("the stack is %s:\n%s", got.StackStatus, strings.Join(l.story("audit"), "\n"))
			}
			if got := l.names(self, "us-east-1"); got != tt.regions {
				t.Errorf("us-east-1 sees %q", got)
			}
			_, err := l.bucket().HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ptr("stack-new")})
			if gone := err != nil; gone != (tt.status == types.StackStatusUpdateRollbackComplete) {
				t.Errorf("what the update made: %v", err)
			}
			l.faults(`[]`)
			if tt.status == types.StackStatusUpdateRollbackComplete {
				l.update("audit", narrow, parameter("Multi", "true"))
				if got := l.stack("audit"); got.StackStatus != types.StackStatusUpdateComplete {
					t.Errorf("after it the stack is %s:\n%s", got.StackStatus, strings.Join(l.story("audit"), "\n"))
				}
			}
		})
	}
}

// A deletion by force leaves what cannot be deleted to its owner, once a plain one failed.
func TestForcedDeletion(t *testing.T) {
	l := stacks(newLab(t, alone))
	remove := func(mode types.DeletionMode) types.Stack {
		t.Helper()
		_, err := l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit"), DeletionMode: mode})
		l.must(err)
		all, err := l.ListStacks(t.Context(), &cloudformation.ListStacksInput{})
		l.must(err)
		return l.stack(*all.StackSummaries[0].StackId)
	}
	l.create("audit", "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: full}}, Empty: {Type: AWS::S3::Bucket, Properties: {BucketName: void}}}")
	_, err := l.bucket().PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("full"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.must(err)
	if got := remove(types.DeletionModeStandard).StackStatus; got != types.StackStatusDeleteFailed {
		t.Errorf("the stack is %s", got)
	}
	if got := remove(types.DeletionModeForceDeleteStack); got.StackStatus != types.StackStatusDeleteComplete || got.DeletionTime == nil {
		t.Errorf("the stack is %s", got.StackStatus)
	}
	_, err = l.bucket().HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ptr("full")})
	l.must(err)

	_, err = l.bucket().DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: ptr("full"), Key: ptr("k")})
	l.must(err)
	_, err = l.bucket().DeleteBucket(t.Context(), &s3.DeleteBucketInput{Bucket: ptr("full")})
	l.must(err)
	l.create("again", "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: full}}}")
	if got := l.stack("again").StackStatus; got != types.StackStatusCreateComplete {
		t.Errorf("the name is taken by a stack that is gone: %s", strings.Join(l.story("again"), "\n"))
	}
}

// What an update replaced that failed, and stayed so, is removed by the next that succeeds.
func TestFailedUpdateLeavesWhatItReplaced(t *testing.T) {
	l := stacks(newLab(t, alone))
	const full = "  Full: {Type: AWS::S3::Bucket, DependsOn: Trail, Properties: {BucketName: stack-logs}}\n"
	l.create("audit", trailTemplate(true, ", TrailName: old"))
	body := trailTemplate(true, ", TrailName: new")
	_, err := l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("audit"), TemplateBody: ptr(body + full), DisableRollback: ptr(true)})
	l.must(err)
	if got := l.stack("audit").StackStatus; got != types.StackStatusUpdateFailed {
		t.Fatalf("the stack is %s", got)
	}
	if names := l.names(self, "eu-west-1"); names != "new old" {
		t.Errorf("there are %q", names)
	}
	l.update("audit", body)
	if names := l.names(self, "eu-west-1"); names != "new" || l.stack("audit").StackStatus != types.StackStatusUpdateComplete {
		t.Errorf("there are %q:\n%s", names, strings.Join(l.story("audit"), "\n"))
	}
}

// A request that comes again with its token is the same request, and events bear the token.
func TestClientRequestToken(t *testing.T) {
	l := stacks(newLab(t, alone))
	const body = "Parameters: {N: {Type: String, Default: a}}\nResources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: token-bucket, Tags: [{Key: k, Value: !Ref N}]}}}"
	create := func(token string) (string, error) {
		out, err := l.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: ptr("audit"), TemplateBody: ptr(body), ClientRequestToken: &token})
		if err != nil {
			return "", err
		}
		return *out.StackId, nil
	}
	first, err := create("one")
	l.must(err)
	again, err := create("one")
	l.must(err)
	if first != again {
		t.Errorf("the same request made %s and %s", first, again)
	}
	_, err = create("two")
	l.refused(err, "AlreadyExistsException", "Stack [audit] already exists")

	update := func(token, value string) error {
		_, err := l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{
			StackName: ptr("audit"), UsePreviousTemplate: ptr(true), ClientRequestToken: &token, Parameters: []types.Parameter{parameter("N", value)},
		})
		return err
	}
	l.must(update("three", "b"))
	begun := len(l.story("audit"))
	l.must(update("three", "b"))
	if got := len(l.story("audit")); got != begun {
		t.Errorf("the same update told %d events more", got-begun)
	}
	l.refused(update("four", "b"), "ValidationError", "No updates are to be performed.")
	l.must(update("four", "c"))
	events, err := l.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: ptr("audit")})
	l.must(err)
	tokens := map[string]bool{}
	for _, e := range events.StackEvents {
		tokens[aws.ToString(e.ClientRequestToken)] = true
	}
	if len(tokens) != 3 || !tokens["one"] || !tokens["three"] || !tokens["four"] {
		t.Errorf("the tokens of the events are %v", tokens)
	}
	if err := update("one", "d"); err != nil {
		t.Errorf("the token of another operation: %v", err)
	}
}
