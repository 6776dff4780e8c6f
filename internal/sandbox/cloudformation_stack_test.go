package sandbox_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// A stackLab looks at the stacks of one account in one Region.
type stackLab struct {
	*lab
	*cloudformation.Client
}

func stacks(l *lab) stackLab {
	return stackLab{l, cloudformation.NewFromConfig(l.config(self, "eu-west-1"))}
}

// bucket is S3 in the Region of the stacks.
func (l stackLab) bucket() *s3.Client {
	return s3.NewFromConfig(l.config(self, "eu-west-1"), func(o *s3.Options) { o.UsePathStyle = true })
}

// trailTemplate is the template that everybody has: a trail, its bucket, and the policy of
// that. A section that is "" is left out.
func trailTemplate(policy bool, trail string) string {
	template := `
Parameters:
  Multi: {Type: String, Default: "false"}
Resources:
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: stack-logs}}
`
	if policy {
		template += `
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
        - {Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "s3:GetBucketAcl", Resource: !GetAtt Bucket.Arn}
        - Effect: Allow
          Principal: {Service: cloudtrail.amazonaws.com}
          Action: s3:PutObject
          Resource: !Sub "${Bucket.Arn}/AWSLogs/${AWS::AccountId}/*"
          Condition: {StringEquals: {"s3:x-amz-acl": bucket-owner-full-control}}
`
	}
	depends := ""
	if policy {
		depends = "DependsOn: Policy, "
	}
	return template + "  Trail: {Type: AWS::CloudTrail::Trail, " + depends + "Properties: {S3BucketName: !Ref Bucket, IsLogging: true, IsMultiRegionTrail: !Ref Multi" + trail + "}}\n"
}

func (l stackLab) create(name, template string) {
	l.t.Helper()
	_, err := l.CreateStack(l.t.Context(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: &template})
	l.must(err)
}

func (l stackLab) update(name, template string, parameters ...types.Parameter) {
	l.t.Helper()
	_, err := l.UpdateStack(l.t.Context(), &cloudformation.UpdateStackInput{StackName: &name, TemplateBody: &template, Parameters: parameters})
	l.must(err)
}

func parameter(key, value string) types.Parameter {
	return types.Parameter{ParameterKey: &key, ParameterValue: &value}
}

func (l stackLab) stack(name string) types.Stack {
	l.t.Helper()
	out, err := l.DescribeStacks(l.t.Context(), &cloudformation.DescribeStacksInput{StackName: &name})
	l.must(err)
	return out.Stacks[0]
}

// uuid is what differs each time.
var uuid = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// story tells the events of a stack from the first to the last: "Trail CREATE_COMPLETE".
// The random parts of names and IDs are *.
func (l stackLab) story(name string) []string {
	l.t.Helper()
	out, err := l.DescribeStackEvents(l.t.Context(), &cloudformation.DescribeStackEventsInput{StackName: &name})
	l.must(err)
	var lines []string
	for i, e := range slices.Backward(out.StackEvents) {
		if i > 0 && !e.Timestamp.Before(*out.StackEvents[i-1].Timestamp) {
			l.t.Errorf("event %d is not older than the next", i)
		}
		line := *e.LogicalResourceId + " " + string(e.ResourceStatus)
		if reason := aws.ToString(e.ResourceStatusReason); reason != "" {
			line += ": " + uuid.ReplaceAllString(reason, "*")
		}
		lines = append(lines, line)
	}
	return lines
}

func (l stackLab) told(name string, want ...string) {
	l.t.Helper()
	if got := l.story(name); !slices.Equal(got, want) {
		l.t.Errorf("the story is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A trail is created, widened by a parameter, and deleted, by calls that CloudTrail records.
func TestStackOfATrail(t *testing.T) {
	l := stacks(newLab(t, alone))
	template := trailTemplate(true, ", TrailName: main, IncludeGlobalServiceEvents: true, Tags: [{Key: a, Value: b}]")
	l.create("audit", template)
	l.told(
		"audit",
		"audit CREATE_IN_PROGRESS: User Initiated",
		"Bucket CREATE_IN_PROGRESS", "Bucket CREATE_IN_PROGRESS: Resource creation Initiated", "Bucket CREATE_COMPLETE",
		"Policy CREATE_IN_PROGRESS", "Policy CREATE_IN_PROGRESS: Resource creation Initiated", "Policy CREATE_COMPLETE",
		"Trail CREATE_IN_PROGRESS", "Trail CREATE_IN_PROGRESS: Resource creation Initiated", "Trail CREATE_COMPLETE",
		"audit CREATE_COMPLETE",
	)
	if s := l.status(self, "eu-west-1", "main"); !*s.IsLogging {
		t.Error("the trail does not log")
	}
	owner, err := l.DescribeStackResources(t.Context(), &cloudformation.DescribeStackResourcesInput{PhysicalResourceId: ptr("main")})
	l.must(err)
	if len(owner.StackResources) != 3 || *owner.StackResources[2].ResourceType != "AWS::CloudTrail::Trail" {
		t.Errorf("the owner is %s", l.last())
	}

	_, err = l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("audit"), UsePreviousTemplate: ptr(true)})
	l.refused(err, "ValidationError", "No updates are to be performed.")
	l.update("audit", template, parameter("Multi", "true"))
	if names := l.names(self, "us-east-1"); names != "main" {
		t.Errorf("us-east-1 sees %q", names)
	}
	if got := l.stack("audit"); got.StackStatus != types.StackStatusUpdateComplete || *got.Parameters[0].ParameterValue != "true" || got.LastUpdatedTime == nil {
		t.Errorf("the stack is %s", l.last())
	}
	events, err := l.at("eu-west-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	l.must(err)
	var names []string
	for _, e := range events.Events {
		if strings.Contains(*e.CloudTrailEvent, `"invokedBy":"cloudformation.amazonaws.com"`) {
			names = append(names, *e.EventName)
		}
	}
	if got := strings.Join(names, " "); got != "UpdateTrail StartLogging CreateTrail PutBucketPolicy CreateBucket" {
		t.Errorf("recorded: %s", got)
	}

	id := *l.stack("audit").StackId
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit")})
	l.must(err)
	if names := l.names(self, "eu-west-1"); names != "" {
		t.Errorf("left: %q", names)
	}
	_, err = l.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: ptr("audit")})
	l.refused(err, "ValidationError", "Stack with id audit does not exist")
	if got := l.stack(id); got.StackStatus != types.StackStatusDeleteComplete || got.DeletionTime == nil {
		t.Errorf("by its ID it is %s", l.last())
	}
}

// What fails is rolled back, in the words of AWS.
func TestStackRollback(t *testing.T) {
	const handler = `Resource handler returned message: "Invalid request provided: `
	const code = ` (Service: CloudTrail, Status Code: 400, Request ID: *)" (RequestToken: *, HandlerErrorCode: InvalidRequest)`
	l := stacks(newLab(t, alone))
	l.create("bare", trailTemplate(false, ", TrailName: main"))
	l.told(
		"bare",
		"bare CREATE_IN_PROGRESS: User Initiated",
		"Bucket CREATE_IN_PROGRESS", "Bucket CREATE_IN_PROGRESS: Resource creation Initiated", "Bucket CREATE_COMPLETE",
		"Trail CREATE_IN_PROGRESS",
		"Trail CREATE_FAILED: "+handler+"Incorrect S3 bucket policy is detected for bucket: stack-logs"+code,
		"bare ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Trail]. Rollback requested by user.",
		"Trail DELETE_COMPLETE", "Bucket DELETE_IN_PROGRESS", "Bucket DELETE_COMPLETE",
		"bare ROLLBACK_COMPLETE",
	)
	_, err := l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("bare"), UsePreviousTemplate: ptr(true)})
	l.refused(err, "ValidationError", "Stack:"+*l.stack("bare").StackId+" is in ROLLBACK_COMPLETE state and can not be updated.")

	narrow := trailTemplate(true, ", TrailName: main")
	l.create("audit", narrow)
	begun := len(l.story("audit"))
	l.update("audit", narrow+"  Group: {Type: 'AWS::CloudFormation::WaitConditionHandle'}\n", parameter("Multi", "true"))
	got := l.story("audit")[begun:]
	want := []string{
		"audit UPDATE_IN_PROGRESS: User Initiated",
		"Trail UPDATE_IN_PROGRESS",
		"Trail UPDATE_FAILED: " + handler + "Multi-Region trail must include global service events." + code,
		"Group CREATE_IN_PROGRESS", "Group CREATE_FAILED: Resource creation cancelled",
		"audit UPDATE_ROLLBACK_IN_PROGRESS: The following resource(s) failed to create: [Group]. The following resource(s) failed to update: [Trail]. ",
		"Trail UPDATE_IN_PROGRESS", "Trail UPDATE_COMPLETE",
		"audit UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
		"Group DELETE_COMPLETE",
		"audit UPDATE_ROLLBACK_COMPLETE",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the story is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if s := l.stack("audit"); *s.Parameters[0].ParameterValue != "false" {
		t.Errorf("the parameter is %s", *s.Parameters[0].ParameterValue)
	}
}

// Another name needs another trail; what leaves the template is removed, unless it is to stay.
func TestStackReplacesAndRemoves(t *testing.T) {
	l := stacks(newLab(t, alone))
	l.create("audit", trailTemplate(true, ", TrailName: old"))
	l.update("audit", trailTemplate(true, ", TrailName: new"))
	if names := l.names(self, "eu-west-1"); names != "new" {
		t.Errorf("there are %q", names)
	}
	story := l.story("audit")
	want := []string{
		"audit UPDATE_IN_PROGRESS: User Initiated",
		"Trail UPDATE_IN_PROGRESS: Requested update requires the creation of a new physical resource; hence creating one.",
		"Trail UPDATE_IN_PROGRESS: Resource creation Initiated", "Trail UPDATE_COMPLETE",
		"audit UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "Trail DELETE_IN_PROGRESS", "Trail DELETE_COMPLETE", "audit UPDATE_COMPLETE",
	}
	if got := story[len(story)-len(want):]; !slices.Equal(got, want) {
		t.Errorf("the story is\n%s", strings.Join(got, "\n"))
	}

	kept := "Resources: {Bucket: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: stack-logs}}}"
	l.update("audit", kept)
	if names := l.names(self, "eu-west-1"); names != "" {
		t.Errorf("there are %q", names)
	}
	_, err := l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit")})
	l.must(err)
	_, err = l.bucket().HeadBucket(t.Context(), &s3.HeadBucketInput{Bucket: ptr("stack-logs")})
	l.must(err)
	_, err = l.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: ptr("again"), TemplateBody: &kept, OnFailure: types.OnFailureDoNothing})
	l.must(err)
	if s := l.stack("again"); s.StackStatus != types.StackStatusCreateFailed || *s.StackStatusReason != "The following resource(s) failed to create: [Bucket]. " {
		t.Errorf("the stack is %s", l.last())
	}
}

// A replacement that comes to nothing leaves the old resource in its place.
func TestStackReplacementRollback(t *testing.T) {
	l := stacks(newLab(t, alone))
	l.create("audit", trailTemplate(true, ", TrailName: old"))
	l.update("audit", trailTemplate(true, ", TrailName: new")+"  Full: {Type: AWS::S3::Bucket, DependsOn: Trail, Properties: {BucketName: stack-logs}}\n")
	if s := l.stack("audit"); s.StackStatus != types.StackStatusUpdateRollbackComplete {
		t.Fatalf("the stack is %s:\n%s", s.StackStatus, strings.Join(l.story("audit"), "\n"))
	}
	if names := l.names(self, "eu-west-1"); names != "old" {
		t.Errorf("there are %q", names)
	}
	out, err := l.DescribeStackResource(t.Context(), &cloudformation.DescribeStackResourceInput{StackName: ptr("audit"), LogicalResourceId: ptr("Trail")})
	l.must(err)
	if *out.StackResourceDetail.PhysicalResourceId != "old" {
		t.Errorf("the trail is %s", l.last())
	}
}

// A bucket that is not empty keeps a stack from going, until it is left out.
func TestStackThatCannotGo(t *testing.T) {
	l := stacks(newLab(t, alone))
	l.create("audit", "Resources: {Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: full}}}")
	_, err := l.bucket().PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("full"), Key: ptr("k"), Body: strings.NewReader("x")})
	l.must(err)
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit")})
	l.must(err)
	story := l.story("audit")
	want := []string{
		"audit DELETE_IN_PROGRESS: User Initiated", "Bucket DELETE_IN_PROGRESS",
		`Bucket DELETE_FAILED: Resource handler returned message: "The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: *)" (RequestToken: *, HandlerErrorCode: GeneralServiceException)`,
		"audit DELETE_FAILED: The following resource(s) failed to delete: [Bucket]. ",
	}
	if got := story[len(story)-len(want):]; !slices.Equal(got, want) {
		t.Errorf("the story is\n%s", strings.Join(got, "\n"))
	}
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("audit"), RetainResources: []string{"Bucket"}})
	l.must(err)
	_, err = l.DescribeStacks(t.Context(), &cloudformation.DescribeStacksInput{StackName: ptr("audit")})
	l.refused(err, "ValidationError", "Stack with id audit does not exist")
}

// Change sets say what they would do, and do it.
func TestChangeSets(t *testing.T) {
	l := stacks(newLab(t, alone))
	template := trailTemplate(true, ", TrailName: main, IncludeGlobalServiceEvents: true")
	set := func(name string, kind types.ChangeSetType, body string, parameters ...types.Parameter) *cloudformation.DescribeChangeSetOutput {
		t.Helper()
		made, err := l.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{
			StackName: ptr("audit"), ChangeSetName: &name, ChangeSetType: kind, TemplateBody: &body, Parameters: parameters,
		})
		l.must(err)
		out, err := l.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
		l.must(err)
		return out
	}
	execute := func(name string) error {
		_, err := l.ExecuteChangeSet(t.Context(), &cloudformation.ExecuteChangeSetInput{StackName: ptr("audit"), ChangeSetName: &name})
		return err
	}
	first := set("first", types.ChangeSetTypeCreate, template)
	if len(first.Changes) != 3 || first.Changes[2].ResourceChange.Action != types.ChangeActionAdd || l.stack("audit").StackStatus != types.StackStatusReviewInProgress {
		t.Errorf("the first is %s", l.last())
	}
	l.must(execute("first"))
	if s := l.stack("audit"); s.StackStatus != types.StackStatusCreateComplete || *s.ChangeSetId != *first.ChangeSetId {
		t.Errorf("the stack is %s", l.last())
	}
	err := execute("first")
	l.refused(err, "InvalidChangeSetStatus", "ChangeSet ["+*first.ChangeSetId+"] cannot be executed in its current execution status of [EXECUTE_COMPLETE]")

	same := set("same", types.ChangeSetTypeUpdate, template)
	if same.Status != types.ChangeSetStatusFailed || *same.StatusReason != "The submitted information didn't contain changes. Submit different information to create a change set." {
		t.Errorf("a change set without changes is %s", l.last())
	}
	wide := set("wide", types.ChangeSetTypeUpdate, template, parameter("Multi", "true"))
	if change := wide.Changes[0].ResourceChange; len(wide.Changes) != 1 || change.Replacement != types.ReplacementFalse || *change.Details[0].Target.Name != "IsMultiRegionTrail" || *change.PhysicalResourceId != "main" {
		t.Errorf("the wide one is %s", l.last())
	}
	moved := set("moved", types.ChangeSetTypeUpdate, strings.ReplaceAll(template, "TrailName: main", "TrailName: other"))
	if change := moved.Changes[0].ResourceChange; change.Replacement != types.ReplacementTrue || change.Details[0].Target.RequiresRecreation != types.RequiresRecreationAlways {
		t.Errorf("the moved one is %s", l.last())
	}
	l.must(execute("wide"))
	if names := l.names(self, "us-east-1"); names != "main" {
		t.Errorf("us-east-1 sees %q", names)
	}
	l.refused(execute("moved"), "InvalidChangeSetStatus", "")
	l.refused(execute("none"), "ChangeSetNotFound", "ChangeSet [none] does not exist")
	_, err = l.DeleteChangeSet(t.Context(), &cloudformation.DeleteChangeSetInput{StackName: ptr("audit"), ChangeSetName: ptr("moved")})
	l.must(err)
	list, err := l.ListChangeSets(t.Context(), &cloudformation.ListChangeSetsInput{StackName: ptr("audit")})
	l.must(err)
	if len(list.Summaries) != 1 || *list.Summaries[0].ChangeSetName != "same" {
		t.Errorf("left: %s", l.last())
	}
}

// What CloudFormation refuses, it refuses before it makes anything, or with the event of a
// resource.
func TestStackRefusals(t *testing.T) {
	l := stacks(newLab(t, alone))
	create := func(name, template string) error {
		_, err := l.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: &name, TemplateBody: &template})
		return err
	}
	const handle = "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}"
	const never = "Conditions: {Never: !Equals [a, b]}\n"
	l.create("there", handle)
	l.create("left-out", never+"Resources: {Q: {Type: 'AWS::SQS::Queue', Condition: Never}, H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}")
	role := "Resources: {R: {Type: 'AWS::IAM::Role', Properties: {AssumeRolePolicyDocument: {}%}}}"
	for _, tt := range []struct{ name, template, code, message string }{
		{"there", handle, "AlreadyExistsException", "Stack [there] already exists"},
		{"no_way", handle, "ValidationError", "1 validation error detected: Value 'no_way' at 'stackName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*"},
		{"new", "Resources: {Q: {Type: 'AWS::SQS::Queue'}, B: {Type: 'AWS::X::Y'}}", "ValidationError", "The sandbox does not implement the resource types AWS::SQS::Queue, AWS::X::Y."},
		{"new", "Resources: {Q: {Type: 'AWS::SQS::Queue'}}", "ValidationError", "The sandbox does not implement the resource type AWS::SQS::Queue."},
		{"new", never + "Resources: {Q: {Type: 'AWS::SNS:Topic', Condition: Never}, R: {Type: 'AWS::SQS::Queue'}}", "ValidationError", "Template format error: Unrecognized resource types: [AWS::SNS:Topic]"},
		{"new", never + "Resources: {Q: {Type: 'AWS::IAM::InstanceProfile', Condition: Never}, H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}", "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]"},
		{"new", fill(role, ""), "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_IAM]"},
		{"new", fill(role, ", RoleName: r"), "InsufficientCapabilitiesException", "Requires capabilities : [CAPABILITY_NAMED_IAM]"},
		{"new", "Resources: {B: {Type: 'AWS::S3::Bucket'}, P: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !GetAtt B.Nope, PolicyDocument: {}}}}", "ValidationError", "Template error: resource B does not support attribute type Nope in Fn::GetAtt"},
	} {
		l.refused(create(tt.name, tt.template), tt.code, tt.message)
	}
	l.create("wrong", "Resources: {T: {Type: 'AWS::CloudTrail::Trail', Properties: {TrialName: x, IsLogging: maybe}}}")
	want := "T CREATE_FAILED: Properties validation failed for resource T with message:\n#/IsLogging: expected type: Boolean, found: String\n#: extraneous key [TrialName] is not permitted\n#: required key [S3BucketName] not found"
	if got := l.story("wrong"); got[2] != want {
		t.Errorf("the story is\n%s", strings.Join(got, "\n"))
	}
	_, err := l.UpdateTerminationProtection(t.Context(), &cloudformation.UpdateTerminationProtectionInput{StackName: ptr("there"), EnableTerminationProtection: ptr(true)})
	l.must(err)
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("there")})
	l.refused(err, "ValidationError", "Stack [there] cannot be deleted while TerminationProtection is enabled")
	_, err = l.CancelUpdateStack(t.Context(), &cloudformation.CancelUpdateStackInput{StackName: ptr("there")})
	l.refused(err, "ValidationError", "CancelUpdateStack cannot be called from current stack status")
}

// An export that another stack imports can neither go nor change.
func TestStackExports(t *testing.T) {
	l := stacks(newLab(t, alone))
	const source = "Resources: {H: {Type: 'AWS::CloudFormation::WaitConditionHandle'}}\nOutputs: {O: {Value: %, Export: {Name: shared}}}"
	l.create("source", fill(source, "one"))
	l.create("user", "Resources: {B: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub 'b-${X}', Tags: []}}}\nParameters: {X: {Type: String, Default: x}}\nOutputs: {P: {Value: !ImportValue shared}}")
	exports, err := l.ListExports(t.Context(), &cloudformation.ListExportsInput{})
	l.must(err)
	if len(exports.Exports) != 1 || *exports.Exports[0].Value != "one" || *l.stack("user").Outputs[0].OutputValue != "one" {
		t.Errorf("exports: %s", l.last())
	}
	imports, err := l.ListImports(t.Context(), &cloudformation.ListImportsInput{ExportName: ptr("shared")})
	l.must(err)
	if !slices.Equal(imports.Imports, []string{"user"}) {
		t.Errorf("imported by %v", imports.Imports)
	}
	l.update("source", fill(source, "two"))
	if s := l.stack("source"); s.StackStatus != types.StackStatusUpdateRollbackComplete || *s.Outputs[0].OutputValue != "one" {
		t.Errorf("the source is %s", l.last())
	}
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("source")})
	l.must(err)
	if story := l.story("source"); story[len(story)-1] != "source UPDATE_ROLLBACK_COMPLETE: Delete canceled. Cannot delete export shared as it is in use by user." {
		t.Errorf("the story is %q", story)
	}
}

// A stack that the world file found can be changed: its template is what would have made
// the trail. And what there is survives a restart.
func TestStackSurvives(t *testing.T) {
	dir := t.TempDir()
	const world = `
accounts:
  - id: "123456789012"
    trails: [{name: main, homeRegion: eu-west-1, bucket: logs}]
    stacks: [{name: found, region: eu-west-1, trails: [main]}]
buckets: [{name: logs, region: eu-west-1, policy: documented}]
`
	first, s := serve(t, sandbox.Options{World: []byte(world), StateDir: dir})
	l := stacks(first)
	got, err := l.GetTemplate(t.Context(), &cloudformation.GetTemplateInput{StackName: ptr("found")})
	l.must(err)
	l.create("audit", trailTemplate(true, ", TrailName: other, IncludeGlobalServiceEvents: true"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	second, _ := serve(t, sandbox.Options{World: []byte(world), StateDir: dir})
	l = stacks(second)
	wide := strings.Replace(*got.TemplateBody, `"IsLogging"`, `"IsMultiRegionTrail": "true", "IsLogging"`, 1)
	l.update("found", wide)
	_, err = l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("audit"), UsePreviousTemplate: ptr(true)})
	l.refused(err, "ValidationError", "No updates are to be performed.")
	if s := l.stack("found"); s.StackStatus != types.StackStatusUpdateComplete {
		t.Errorf("found is %s: %q", s.StackStatus, l.story("found"))
	}
	if names := l.names(self, "us-east-1"); names != "main" {
		t.Errorf("us-east-1 sees %q", names)
	}
}
