package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/sns"
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
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: "arn:aws:sqs:eu-west-1:123456789012:all", RawMessageDelivery: RAW, RedrivePolicy: {deadLetterTargetArn: "arn:aws:sqs:eu-west-1:123456789012:MODE"}}
  Mail: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: email, Endpoint: "all@example.com"}}
  Filter:
    Type: AWS::Logs::MetricFilter
    Properties:
      LogGroupName: !Ref Group
      FilterPattern: '{ $.eventName = "MODE" }'
      MetricTransformations: [{MetricName: m, MetricNamespace: MODE, MetricValue: "1", DefaultValue: 0, Unit: Count, Dimensions: [{Key: k, Value: $.x}]}]
  Stream: {Type: AWS::Logs::LogStream, Properties: {LogGroupName: !Ref Group, LogStreamName: all}}
  Lake:
    Type: AWS::CloudTrail::EventDataStore
    Properties:
      Name: lake-MODE
      RetentionPeriod: 30
      TerminationProtectionEnabled: false
      IngestionEnabled: RAW
      AdvancedEventSelectors: [{Name: MODE, FieldSelectors: [{Field: eventCategory, Equals: [Management]}]}]
      Tags: [{Key: MODE, Value: x}]
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
  All: {Value: !Join ["|", [!GetAtt Key.Arn, !Ref Alias, !GetAtt Topic.TopicName, !GetAtt Group.Arn, !GetAtt Role.Arn, !Ref Managed, !Ref Handle, !GetAtt Subscription.Arn, !Ref Filter, !Ref Stream, !GetAtt Lake.EventDataStoreArn, !GetAtt Lake.Status]]}
`

// Every type of resource is created, updated and deleted by the service that has it.
func TestStackOfEveryKind(t *testing.T) {
	l := stacks(newLab(t, alone))
	body := strings.NewReplacer("MODE", "one", "RAW", "false").Replace(everyKind)
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
	body = strings.NewReplacer("MODE", "two", "RAW", "true").Replace(everyKind)
	_, err = l.UpdateStack(t.Context(), &cloudformation.UpdateStackInput{StackName: ptr("all"), TemplateBody: &body, Capabilities: capable})
	l.must(err)
	reached(types.StackStatusUpdateComplete)
	story := strings.Join(l.story("all"), "\n")
	for _, changed := range []string{"Key", "Topic", "TopicPolicy", "Group", "Role", "Inline", "Managed", "Subscription", "Filter", "Lake"} {
		if !strings.Contains(story, "\n"+changed+" UPDATE_COMPLETE\n") {
			t.Errorf("%s was not updated:\n%s", changed, story)
		}
	}
	l.holdsEveryKind()
	id := *l.stack("all").StackId
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("all")})
	l.must(err)
	if s := l.stack(id); s.StackStatus != types.StackStatusDeleteComplete {
		t.Errorf("the stack is %s:\n%s", s.StackStatus, strings.Join(l.story(id), "\n"))
	}
}

// holdsEveryKind checks that the services have what the template says by now.
func (l stackLab) holdsEveryKind() {
	l.t.Helper()
	output := strings.Split(*l.stack("all").Outputs[0].OutputValue, "|")
	subscription, filter, lake := output[7], output[8], output[10:]
	news := sns.NewFromConfig(l.config(self, "eu-west-1"))
	attributes, err := news.GetSubscriptionAttributes(l.t.Context(), &sns.GetSubscriptionAttributesInput{SubscriptionArn: &subscription})
	l.must(err)
	if got := attributes.Attributes; got["RawMessageDelivery"] != "true" || !strings.HasSuffix(got["RedrivePolicy"], `:two"}`) {
		l.t.Errorf("the subscription has %v", got)
	}
	filters, err := cloudwatchlogs.NewFromConfig(l.config(self, "eu-west-1")).DescribeMetricFilters(l.t.Context(), &cloudwatchlogs.DescribeMetricFiltersInput{FilterNamePrefix: &filter})
	l.must(err)
	if len(filters.MetricFilters) != 1 || *filters.MetricFilters[0].MetricTransformations[0].MetricNamespace != "two" {
		l.t.Errorf("the filters are %s", l.last())
	}
	store, err := l.at("eu-west-1").GetEventDataStore(l.t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: &lake[0]})
	l.must(err)
	if *store.Name != "lake-two" || store.Status != "ENABLED" || lake[1] == "" || *store.AdvancedEventSelectors[0].Name != "two" {
		l.t.Errorf("the event data store is %s", l.last())
	}
}

// A subscription may be to a topic of another Region, which it names.
func TestStackOfADistantSubscription(t *testing.T) {
	l := stacks(newLab(t, alone))
	news := sns.NewFromConfig(l.config(self, "us-east-1"))
	topic, err := news.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: ptr("news")})
	l.must(err)
	const body = "Resources: {S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: '%', Region: us-east-1, Protocol: sqs, Endpoint: 'arn:aws:sqs:us-east-1:123456789012:q'}}}"
	count := func(want int) {
		t.Helper()
		list, err := news.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: topic.TopicArn})
		l.must(err)
		if len(list.Subscriptions) != want {
			t.Errorf("there are %d subscriptions, want %d: %s", len(list.Subscriptions), want, l.last())
		}
	}
	l.create("far", fill(body, *topic.TopicArn))
	count(1)
	id := *l.stack("far").StackId
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &id})
	l.must(err)
	count(0)
}

// A metric filter that is there is nobody's to overwrite, and its name is one of its group.
func TestStackOfMetricFilters(t *testing.T) {
	l := stacks(newLab(t, alone))
	const filter = "Properties: {FilterName: f, FilterPattern: x, LogGroupName: !Ref %, MetricTransformations: [{MetricName: m, MetricNamespace: n, MetricValue: '1'}]}"
	const body = "Resources: {A: {Type: AWS::Logs::LogGroup}, B: {Type: AWS::Logs::LogGroup}"
	l.create("both", body+", F: {Type: AWS::Logs::MetricFilter, "+fill(filter, "A")+"}, G: {Type: AWS::Logs::MetricFilter, "+fill(filter, "B")+"}}")
	if got := l.stack("both").StackStatus; got != types.StackStatusCreateComplete {
		t.Errorf("the stack is %s:\n%s", got, strings.Join(l.story("both"), "\n"))
	}
	l.create("twice", body+", F: {Type: AWS::Logs::MetricFilter, "+fill(filter, "A")+"}, G: {Type: AWS::Logs::MetricFilter, DependsOn: F, "+fill(filter, "A")+"}}")
	story := strings.Join(l.story("twice"), "\n")
	if l.stack("twice").StackStatus != types.StackStatusRollbackComplete || !strings.Contains(story, "|f' already exists.") || !strings.Contains(story, "HandlerErrorCode: AlreadyExists)") {
		t.Errorf("the story is\n%s", story)
	}
}

// An event data store that is protected keeps its stack from going.
func TestStackOfAProtectedStore(t *testing.T) {
	l := stacks(newLab(t, alone))
	l.create("lake", "Resources: {S: {Type: AWS::CloudTrail::EventDataStore}}")
	_, err := l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: ptr("lake")})
	l.must(err)
	if got := l.stack("lake").StackStatus; got != types.StackStatusDeleteFailed {
		t.Errorf("the stack is %s:\n%s", got, strings.Join(l.story("lake"), "\n"))
	}
}
