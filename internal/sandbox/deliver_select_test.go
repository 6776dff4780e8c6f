package sandbox

import (
	"strings"
	"testing"
)

// What trails take of four events. Each selector is held against all of them.
func TestSelectedEvents(t *testing.T) {
	events := []*entry{
		{EventName: "read", EventSource: "ec2.amazonaws.com", ReadOnly: true, Management: true},
		{EventName: "write", EventSource: "ec2.amazonaws.com", Management: true},
		{EventName: "key", EventSource: "kms.amazonaws.com", Management: true},
		{EventName: "global", EventSource: "iam.amazonaws.com", Management: true, Global: true},
		{EventName: "get", EventSource: "s3.amazonaws.com", ReadOnly: true, Resources: []resource{{"AWS::S3::Object", "arn:aws:s3:::b/dir/k"}, {"AWS::S3::Bucket", "arn:aws:s3:::b"}}, Text: []byte(`{"userIdentity":{"arn":"arn:aws:iam::1:user/u"},"eventType":"AwsApiCall"}`)},
		{EventName: "put", EventSource: "s3.amazonaws.com", Resources: []resource{{"AWS::S3::Object", "arn:aws:s3:::c/k"}}, Text: []byte(`{"sessionCredentialFromConsole":"true"}`)},
		{EventName: "invoke", EventSource: "lambda.amazonaws.com", Resources: []resource{{"AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:123456789012:function:foobar"}}},
	}
	basic := func(readWrite string, management bool, kind string, values ...string) trailRecord {
		e := eventSelector{ReadWriteType: readWrite, IncludeManagementEvents: management}
		if kind != "" {
			e.DataResources = []dataResource{{kind, values}}
		}
		return trailRecord{EventSelectors: []eventSelector{e}, IncludeGlobalServiceEvents: true}
	}
	advanced := func(fields ...fieldSelector) trailRecord {
		return trailRecord{AdvancedEventSelectors: []advancedEventSelector{{FieldSelectors: fields}}, IncludeGlobalServiceEvents: true}
	}
	equals := func(field string, values ...string) fieldSelector { return fieldSelector{Field: field, Equals: values} }
	management, data := equals("eventCategory", "Management"), equals("eventCategory", "Data")
	objects := equals("resources.type", "AWS::S3::Object")
	exclusion := basic("All", true, "")
	exclusion.EventSelectors[0].ExcludeManagementEventSources = []string{"kms.amazonaws.com"}
	both := basic("ReadOnly", true, "")
	both.EventSelectors = append(both.EventSelectors, eventSelector{ReadWriteType: "WriteOnly", DataResources: []dataResource{{"AWS::S3::Object", []string{"arn:aws:s3"}}}})
	for _, c := range []struct {
		why   string
		trail trailRecord
		want  string
	}{
		{"no selectors: management events", trailRecord{IncludeGlobalServiceEvents: true}, "read write key global"},
		{"global services only if the trail says so", trailRecord{}, "read write key"},
		{"reads", basic("ReadOnly", true, ""), "read"},
		{"writes", basic("WriteOnly", true, ""), "write key global"},
		{"without a high-volume service", exclusion, "read write global"},
		{"nothing of management", basic("All", false, "AWS::S3::Object", "arn:aws:s3:::b/"), "get"},
		{"all objects", basic("All", false, "AWS::S3::Object", "arn:aws:s3"), "get put"},
		{"objects by the beginning of their keys", basic("All", false, "AWS::S3::Object", "arn:aws:s3:::b/di", "arn:aws:s3:::c/no"), "get"},
		{"one that is only read", basic("WriteOnly", false, "AWS::S3::Object", "arn:aws:s3:::b/"), ""},
		{"a function is meant by its whole ARN", basic("All", false, "AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:123456789012:function:foo"), ""},
		{"the function", basic("All", false, "AWS::Lambda::Function", "arn:aws:lambda:eu-west-1:123456789012:function:foobar"), "invoke"},
		{"all functions", basic("All", false, "AWS::Lambda::Function", "arn:aws:lambda"), "invoke"},
		{"any selector will do", both, "read put"},
		{"advanced: management", advanced(management), "read write key global"},
		{"advanced: reads", advanced(management, equals("readOnly", "true")), "read"},
		{"advanced: either", advanced(management, equals("readOnly", "true", "false")), "read write key global"},
		{"advanced: without a service", advanced(management, fieldSelector{Field: "eventSource", NotEquals: []string{"kms.amazonaws.com"}}), "read write global"},
		{"advanced: data of a type", advanced(data, objects), "get put"},
		{"advanced: the ARN is of that type", advanced(data, objects, equals("resources.ARN", "arn:aws:s3:::b")), ""},
		{"advanced: the beginning of the ARN", advanced(data, objects, fieldSelector{Field: "resources.ARN", StartsWith: []string{"arn:aws:s3:::b/"}}), "get"},
		{"advanced: the end of the ARN", advanced(data, objects, fieldSelector{Field: "resources.ARN", EndsWith: []string{"b/dir/k", "x"}}), "get"},
		{"advanced: not that beginning", advanced(data, objects, fieldSelector{Field: "resources.ARN", NotStartsWith: []string{"arn:aws:s3:::b/"}}), "put"},
		{"advanced: not that end", advanced(data, objects, fieldSelector{Field: "resources.ARN", NotEndsWith: []string{"/k"}}), ""},
		{"advanced: a name", advanced(data, objects, equals("eventName", "put")), "put"},
		{"advanced: the caller", advanced(data, objects, equals("userIdentity.arn", "arn:aws:iam::1:user/u")), "get"},
		{"advanced: the console", advanced(data, objects, equals("sessionCredentialFromConsole", "true")), "put"},
		{"advanced: the kind of event", advanced(data, objects, equals("eventType", "AwsApiCall")), "get"},
		{"advanced: network activity there is none", advanced(equals("eventCategory", "NetworkActivity"), equals("eventSource", "s3.amazonaws.com")), ""},
	} {
		var got []string
		for _, e := range events {
			if c.trail.takes(e) {
				got = append(got, e.EventName)
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%s: took %q, want %q", c.why, g, c.want)
		}
	}
}

// A log file takes events until it would be longer than CloudTrail lets it be; an
// event that is too long for any has one of its own.
func TestLogFileIsFull(t *testing.T) {
	half := &entry{Text: []byte(strings.Repeat("x", largestLog/2))}
	l := &logFile{}
	if !l.add(half) || l.add(half) || !l.more {
		t.Error("two events of half the length leave no room for the file around them")
	}
	if n := l.close().size; n != largestLog/2+len(logHead)+len(logTail) {
		t.Errorf("the file has %d bytes", n)
	}
	if !(&logFile{}).add(&entry{Text: make([]byte, largestLog+1)}) {
		t.Error("an event that no file can hold is never delivered")
	}
}
