package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// everyKind is a template with a resource of every type that can be created. MODE differs
// between an update and what was there.
const everyKind = `
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      Description: MODE
      EnableKeyRotation: true
      KeyPolicy:
        Version: "2012-10-17"
        Statement: [{Sid: MODE, Effect: Allow, Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}, Action: "kms:*", Resource: "*"}]
      PendingWindowInDays: 7
      Tags: [{Key: MODE, Value: x}]
  Alias: {Type: AWS::KMS::Alias, Properties: {AliasName: alias/trails, TargetKeyId: !Ref Key}}
  Topic: {Type: AWS::SNS::Topic, Properties: {DisplayName: MODE, Tags: [{Key: MODE, Value: x}], Subscription: [{Protocol: sqs, Endpoint: "arn:aws:sqs:eu-west-1:123456789012:MODE"}]}}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: "2012-10-17"
        Statement: [{Sid: MODE, Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "sns:Publish", Resource: !Ref Topic}]
  Group: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: 30, Tags: [{Key: MODE, Value: x}]}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deliverer
      Description: MODE
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Sid: MODE, Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
      - PolicyName: MODE
        PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: !GetAtt Group.Arn}]}
      Tags: [{Key: MODE, Value: x}]
  Inline:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Sid: MODE, Effect: Allow, Action: "logs:*", Resource: "*"}]}
  Managed:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      Roles: [!Ref Role]
      PolicyDocument: {Version: "2012-10-17", Statement: [{Sid: MODE, Effect: Allow, Action: "logs:*", Resource: "*"}]}
  Handle: {Type: "AWS::CloudFormation::WaitConditionHandle"}
Outputs:
  All: {Value: !Join ["|", [!GetAtt Key.Arn, !Ref Alias, !GetAtt Topic.TopicName, !GetAtt Group.Arn, !GetAtt Role.Arn, !Ref Managed, !Ref Handle]]}
`

// Every type of resource is created, updated and deleted by the service that has it.
func TestStackOfEveryKind(t *testing.T) {
	l := stacks(newLab(t, alone))
	body := strings.ReplaceAll(everyKind, "MODE", "one")
	capable := []types.Capability{types.CapabilityCapabilityNamedIam}
	_, err := l.CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: ptr("all"), TemplateBody: &body, Capabilities: capable})
	l.must(err)
	reached := func(want types.StackStatus) {
		t.Helper()
		if s := l.stack("all"); s.StackStatus != want {
			t.Fatalf("the stack is %s:\n%s", s.StackStatus, strings.Join(l.story("all"), "\n"))
		}
	}
	reached(types.StackStatusCreateComplete)
	body = strings.ReplaceAll(everyKind, "MODE", "two")
	_, err = l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("all"), TemplateBody: &body, Capabilities: capable})
	l.must(err)
	reached(types.StackStatusUpdateComplete)
	story := strings.Join(l.story("all"), "\n")
	for _, changed := range []string{"Key", "Topic", "TopicPolicy", "Group", "Role", "Inline", "Managed"} {
		if !strings.Contains(story, "\n"+changed+" UPDATE_COMPLETE\n") {
			t.Errorf("%s was not updated:\n%s", changed, story)
		}
	}
	id := *l.stack("all").StackId
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("all")})
	l.must(err)
	if s := l.stack(id); s.StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("the stack is %s:\n%s", s.StackStatus, strings.Join(l.story(id), "\n"))
	}
}
