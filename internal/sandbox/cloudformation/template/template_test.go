package template_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

// made answers for resources as if each were there: a physical ID and attributes that
// tell what was asked.
type made struct{}

func (made) Ref(id string) (string, error) { return "phys-" + id, nil }

func (made) GetAtt(id, attribute string) (any, error) {
	switch attribute {
	case "Names":
		return []string{"one", "two"}, nil
	case "Nope":
		return nil, errors.New("Template error: resource " + id + " does not support attribute type Nope in Fn::GetAtt")
	}
	return "arn:" + id + ":" + attribute, nil
}

func env() template.Env {
	return template.Env{
		Account: "111122223333", Region: "eu-west-1", Partition: "aws", URLSuffix: "amazonaws.com",
		StackName: "audit", StackID: "arn:aws:cloudformation:eu-west-1:111122223333:stack/audit/1",
		NotificationARNs: []string{"arn:aws:sns:eu-west-1:111122223333:news"},
		Import: func(name string) (string, bool) {
			return "value of " + name, name == "shared-bucket"
		},
		Zones: func(region string) []string { return []string{region + "a", region + "b", region + "c"} },
		SSM: func(name string) (string, bool) {
			v, ok := map[string]string{"/ami": "ami-1", "/subnets": "s-1, s-2"}[name]
			return v, ok
		},
	}
}

func parse(t *testing.T, body string) *template.Template {
	t.Helper()
	parsed, err := template.Parse(body)
	if err != nil {
		t.Fatalf("Parse: %v\n%s", err, body)
	}
	return parsed
}

func bind(t *testing.T, body string, values map[string]string) *template.Bound {
	t.Helper()
	b, err := parse(t, body).Bind(env(), values)
	if err != nil {
		t.Fatalf("Bind: %v\n%s", err, body)
	}
	return b
}

// run parses, binds and evaluates all there is, and returns the first error.
func run(body string, values map[string]string) error {
	parsed, err := template.Parse(body)
	if err != nil {
		return fmt.Errorf("parse: %w", err)
	}
	b, err := parsed.Bind(env(), values)
	if err != nil {
		return fmt.Errorf("bind: %w", err)
	}
	for _, r := range b.Resources() {
		if _, err := b.Properties(r.LogicalID, made{}); err != nil {
			return fmt.Errorf("evaluate: %w", err)
		}
	}
	if _, err := b.Outputs(made{}); err != nil {
		return fmt.Errorf("outputs: %w", err)
	}
	return nil
}

// wantError checks in which step which sentence comes: "parse: Template format error: …".
func wantError(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("error:\n got %q\nwant %q", got, want)
	}
}

// indent moves all lines of a text to the right.
func indent(text string, by int) string {
	pad := strings.Repeat(" ", by)
	return pad + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n"+pad) + "\n"
}

func diff(t *testing.T, got, want any) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("-want +got:\n%s", d)
	}
}

const trail = `
AWSTemplateFormatVersion: 2010-09-09
Description: A trail and its bucket
Metadata: {Owner: audit, Version: 2}
Parameters:
  Name:
    Type: String
    Default: main
    Description: What the trail is called
    AllowedPattern: '[a-z]+'
    ConstraintDescription: small letters only
  Days: {Type: Number, Default: 30, MinValue: 1, MaxValue: 365}
  Multi: {Type: String, AllowedValues: [true, false], Default: true}
  Secret: {Type: String, NoEcho: true, Default: ""}
Conditions:
  IsMulti: !Equals [!Ref Multi, true]
  Short: !Not [!Condition IsMulti]
Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    DependsOn: Policy
    Properties:
      TrailName: !Sub '${AWS::StackName}-${Name}'
      S3BucketName: !Ref Bucket
      IsLogging: true
      IsMultiRegionTrail: !If [IsMulti, true, !Ref AWS::NoValue]
      SnsTopicName: !If [Short, !GetAtt Topic.TopicName, !Ref 'AWS::NoValue']
  Bucket:
    Type: AWS::S3::Bucket
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument:
        Version: 2012-10-17
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub 'arn:${AWS::Partition}:s3:::${Bucket}/AWSLogs/${AWS::AccountId}/*'
            Condition: {StringEquals: {s3:x-amz-acl: bucket-owner-full-control}}
  Topic: {Type: AWS::SNS::Topic, Condition: Short}
Outputs:
  Arn: {Value: !GetAtt Trail.Arn, Description: The trail, Export: {Name: !Sub '${AWS::StackName}-trail'}}
  TopicArn: {Value: !Ref Topic, Condition: Short}
`

func TestParseSaysWhatTheTemplateHas(t *testing.T) {
	parsed := parse(t, trail)
	diff(t, parsed.Description, "A trail and its bucket")
	diff(t, parsed.Resources, []template.Resource{
		{LogicalID: "Trail", Type: "AWS::CloudTrail::Trail"},
		{LogicalID: "Bucket", Type: "AWS::S3::Bucket", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain"},
		{LogicalID: "Policy", Type: "AWS::S3::BucketPolicy"},
		{LogicalID: "Topic", Type: "AWS::SNS::Topic"},
	})
	var names []string
	for _, p := range parsed.Parameters {
		names = append(names, fmt.Sprintf("%s %s %q %v %v", p.Name, p.Type, *p.Default, p.NoEcho, p.AllowedValues))
	}
	diff(t, names, []string{
		`Name String "main" false []`, `Days Number "30" false []`, `Multi String "true" false [true false]`,
		`Secret String "" true []`,
	})
}

func TestBindPlansAndEvaluates(t *testing.T) {
	b := bind(t, trail, map[string]string{"Name": "org"})
	diff(t, b.Resources(), []template.Planned{
		{Resource: template.Resource{LogicalID: "Bucket", Type: "AWS::S3::Bucket", DeletionPolicy: "Retain", UpdateReplacePolicy: "Retain"}},
		{Resource: template.Resource{LogicalID: "Policy", Type: "AWS::S3::BucketPolicy"}, DependsOn: []string{"Bucket"}},
		{Resource: template.Resource{LogicalID: "Trail", Type: "AWS::CloudTrail::Trail"}, DependsOn: []string{"Bucket", "Policy"}},
	})
	properties, err := b.Properties("Trail", made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, properties, map[string]any{
		"TrailName": "audit-org", "S3BucketName": "phys-Bucket", "IsLogging": true, "IsMultiRegionTrail": true,
	})
	outputs, err := b.Outputs(made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, outputs, []template.Output{{Key: "Arn", Value: "arn:Trail:Arn", Description: "The trail", ExportName: "audit-trail"}})
	diff(t, b.Parameters(), map[string]string{"Name": "org", "Days": "30", "Multi": "true", "Secret": ""})
}

// A branch that is not taken neither orders resources nor has to be there.
func TestConditionsDecideWhatIsNeeded(t *testing.T) {
	b := bind(t, trail, map[string]string{"Multi": "false"})
	var order []string
	for _, r := range b.Resources() {
		order = append(order, r.LogicalID)
	}
	diff(t, order, []string{"Bucket", "Policy", "Topic", "Trail"})
	properties, err := b.Properties("Trail", made{})
	if err != nil {
		t.Fatal(err)
	}
	diff(t, properties, map[string]any{
		"TrailName": "audit-main", "S3BucketName": "phys-Bucket", "IsLogging": true, "SnsTopicName": "arn:Topic:TopicName",
	})
}
