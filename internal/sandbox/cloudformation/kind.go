package cloudformation

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A kind is a resource type that can be created.
type kind struct {
	service    string // as CloudFormation names it in messages
	properties properties
	attributes []string // for Fn::GetAtt
	name       string   // the property that names a resource; "" when none does
	taggable   bool     // the resource gets the tags of the stack
	iam        bool     // needs the capability CAPABILITY_IAM, or CAPABILITY_NAMED_IAM with a name
	// wrapped kinds put a sentence of CloudFormation before that of their service.
	wrapped bool

	create func(*deed) error
	update func(*deed) error
	remove func(*deed) error
}

// kinds lists the resource types, by name.
func kinds() map[string]kind {
	return map[string]kind{
		"AWS::CloudFormation::WaitConditionHandle": waitConditionHandle(),
		"AWS::CloudTrail::EventDataStore":          dataStoreKind(),
		"AWS::CloudTrail::Trail":                   trailKind(),
		"AWS::IAM::ManagedPolicy":                  managedPolicyKind(),
		"AWS::IAM::Policy":                         rolePolicyKind(),
		"AWS::IAM::Role":                           roleKind(),
		"AWS::KMS::Alias":                          aliasKind(),
		"AWS::KMS::Key":                            keyKind(),
		"AWS::Logs::LogGroup":                      logGroupKind(),
		"AWS::Logs::LogStream":                     logStreamKind(),
		"AWS::Logs::MetricFilter":                  metricFilterKind(),
		"AWS::S3::Bucket":                          bucketKind(),
		"AWS::S3::BucketPolicy":                    bucketPolicyKind(),
		"AWS::SNS::Subscription":                   subscriptionKind(),
		"AWS::SNS::Topic":                          topicKind(),
		"AWS::SNS::TopicPolicy":                    topicPolicyKind(),
	}
}

// kindOf returns what is known of a type; of one that is not, the zero kind.
func kindOf(name string) kind { return kinds()[name] }

// A deed is one thing done to one resource. The functions of a kind get it, and leave the
// physical ID and the attributes in it as soon as they know them: what has an ID when the
// deed fails exists, and is removed by the rollback.
type deed struct {
	call  *wire.Call
	aws   AWS
	stack *Stack

	logicalID  string
	id         string
	properties map[string]any // wanted
	old        map[string]any // that it has; nil when it is being created
	attributes map[string]any
}

func (d *deed) do(service, operation string, input, output any) error {
	return d.aws.Call(d.call, service, operation, input, output)
}

// text returns a property that is text, or "".
func (d *deed) text(name string) string { return textOf(d.properties, name) }

func textOf(properties map[string]any, name string) string {
	s, _ := properties[name].(string)
	return s
}

// is says whether a property is true.
func (d *deed) is(name string) bool {
	b, _ := d.properties[name].(bool)
	return b
}

func (d *deed) list(name string) []any { return listIn(d.properties, name) }

func listIn(properties map[string]any, name string) []any {
	list, _ := properties[name].([]any)
	return list
}

// changed says whether any of the properties is not what it was.
func (d *deed) changed(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return !same(d.old[name], d.properties[name]) })
}

// named returns the name that the template gives, or makes one.
func (d *deed) named(property string, longest int) string {
	if name := d.text(property); name != "" {
		return name
	}
	return generateName(d.stack.Name, d.logicalID, longest)
}

// arn makes an ARN of the caller's account and Region.
func (d *deed) arn(service, resource string) string {
	return "arn:" + d.call.Partition + ":" + service + ":" + d.call.Region + ":" + d.call.Account + ":" + resource
}

// pick returns the input of an operation: the properties that are set, under the names that
// the operation has for them.
func (d *deed) pick(names map[string]string) map[string]any {
	input := map[string]any{}
	for name, member := range names {
		if value, given := d.properties[name]; given {
			input[member] = value
		}
	}
	return input
}

// tagChanges compares the tags wanted with those there are.
func (d *deed) tagChanges() (set []any, gone []string) {
	for _, t := range d.list("Tags") {
		if !slices.ContainsFunc(listIn(d.old, "Tags"), func(o any) bool { return same(o, t) }) {
			set = append(set, t)
		}
	}
	wanted := tagKeys(d.list("Tags"))
	for _, key := range tagKeys(listIn(d.old, "Tags")) {
		if !slices.Contains(wanted, key) {
			gone = append(gone, key)
		}
	}
	return set, gone
}

func tagKeys(tags []any) []string {
	var keys []string
	for _, t := range tags {
		m, _ := t.(map[string]any)
		keys = append(keys, textOf(m, "Key"))
	}
	return keys
}

// documentText returns a policy, which a template may hold as JSON or as text, as text.
func documentText(document any) string {
	if s, ok := document.(string); ok {
		return s
	}
	text, err := json.Marshal(document)
	if err != nil {
		return ""
	}
	return string(text)
}

// same compares values by what they are as JSON.
func same(a, b any) bool {
	x, err := json.Marshal(a)
	if err != nil {
		return false
	}
	y, err := json.Marshal(b)
	return err == nil && bytes.Equal(x, y)
}
