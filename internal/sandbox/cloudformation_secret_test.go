package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

// What a NoEcho parameter is given reaches the resource, but is told by no event, change set
// or record.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
func TestNoEcho(t *testing.T) {
	l := stacks(newLab(t, alone))
	const body = `
Parameters: {Secret: {Type: String, NoEcho: true}, Secrets: {Type: CommaDelimitedList, NoEcho: true, Default: 'hush-a,hush-b'}, Name: {Type: String, Default: shown}}
Resources:
  Topic: {Type: AWS::SNS::Topic, Properties: {TopicName: t, DisplayName: !Sub 'x-${Secret}', Tags: [{Key: all, Value: !Join [' ', !Ref Secrets]}, {Key: Name, Value: !Ref Name}]}}
  Other: {Type: AWS::SNS::Topic, Properties: {TopicName: o, DisplayName: !Select [1, !Ref Secrets]}}
`
	_, err := l.CreateStack(t.Context(), &cloudformation.CreateStackInput{
		StackName: ptr("audit"), TemplateBody: ptr(body), Parameters: []types.Parameter{parameter("Secret", "hush-1"), parameter("Name", "told")},
	})
	l.must(err)
	events := func() string {
		_, err := l.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: ptr("audit")})
		l.must(err)
		return l.last()
	}
	if got := events(); strings.Contains(got, "hush") || !strings.Contains(got, "x-****") || !strings.Contains(got, "told") {
		t.Errorf("the events are %s", got)
	}
	if code, text := l.call("sns", "eu-west-1", "POST", "/", "Action=GetTopicAttributes&Version=2010-03-31&TopicArn=arn:aws:sns:eu-west-1:"+self+":t", "Content-Type", "application/x-www-form-urlencoded"); code != 200 || !strings.Contains(text, "x-hush-1") {
		t.Errorf("the topic is %s", text)
	}
	given := []types.Parameter{parameter("Secret", "hush-2"), parameter("Name", "told")}
	set, err := l.CreateChangeSet(t.Context(), &cloudformation.CreateChangeSetInput{StackName: ptr("audit"), ChangeSetName: ptr("next"), TemplateBody: ptr(body), Parameters: given})
	l.must(err)
	_, err = l.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: set.Id, IncludePropertyValues: ptr(true)})
	l.must(err)
	if got := l.last(); strings.Contains(got, "hush") || !strings.Contains(got, "x-****") || !strings.Contains(got, "told") {
		t.Errorf("the change set is %s", got)
	}
	l.update("audit", body, given...)
	if got := l.stack("audit").StackStatus; got != types.StackStatusUpdateComplete {
		t.Errorf("the stack is %s", got)
	}
	_, err = l.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: l.stack("audit").StackId})
	l.must(err)
	all, err := l.ListStacks(t.Context(), &cloudformation.ListStacksInput{})
	l.must(err)
	_, err = l.DescribeStackEvents(t.Context(), &cloudformation.DescribeStackEventsInput{StackName: all.StackSummaries[0].StackId})
	l.must(err)
	if strings.Contains(l.last(), "hush") {
		t.Errorf("the events are %s", l.last())
	}
	looked, err := l.at("eu-west-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	l.must(err)
	seen := 0
	for _, e := range looked.Events {
		if !strings.HasSuffix(*e.EventName, "Stack") && *e.EventName != "CreateChangeSet" {
			continue
		}
		if strings.Contains(*e.CloudTrailEvent, "hush-1") || strings.Contains(*e.CloudTrailEvent, "hush-2") || strings.Contains(*e.CloudTrailEvent, "parameterValue") {
			t.Errorf("recorded: %s", *e.CloudTrailEvent)
		}
		if strings.Contains(*e.CloudTrailEvent, `"parameters":[{"parameterKey":"Secret"},{"parameterKey":"Name"}]`) {
			seen++
		}
	}
	if seen != 3 {
		t.Errorf("%d records name the parameters", seen)
	}
}
