package wire

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// request makes a request as a client of the service would send it.
func request(method, target, body string, header ...string) *http.Request {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	var e *Error
	if !errors.As(err, &e) {
		return "not a *wire.Error: " + err.Error()
	}
	return e.Code
}

func TestName(t *testing.T) {
	const cloudTrail = "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101"
	for _, tt := range []struct {
		why, service string
		r            *http.Request
		body         string
		want, code   string
	}{
		{"as botocore sends it", "cloudtrail", request("POST", "/", "", "X-Amz-Target", cloudTrail+".LookupEvents"), "", "LookupEvents", ""},
		{"as Smithy's SDKs send it", "cloudtrail", request("POST", "/", "", "X-Amz-Target", "CloudTrail_20131101.LookupEvents"), "", "LookupEvents", ""},
		{"another prefix that ends alike", "cloudtrail", request("POST", "/", "", "X-Amz-Target", "example.CloudTrail_20131101.LookupEvents"), "", "", "UnknownOperationException"},
		{"another version", "cloudtrail", request("POST", "/", "", "X-Amz-Target", "com.amazonaws.cloudtrail.v20131102.CloudTrail_20131101.LookupEvents"), "", "", "UnknownOperationException"},
		{"something after the operation", "cloudtrail", request("POST", "/", "", "X-Amz-Target", "CloudTrail_20131101.LookupEvents.Extra"), "", "", "UnknownOperationException"},
		{"no operation", "cloudtrail", request("POST", "/", "", "X-Amz-Target", cloudTrail), "", "", "UnknownOperationException"},
		{"no header", "cloudtrail", request("POST", "/", ""), "", "", "UnknownOperationException"},
		{"an operation that AWS does not have", "cloudtrail", request("POST", "/", "", "X-Amz-Target", cloudTrail+".MakeTrail"), "", "", "UnknownOperationException"},
		{"a prefix without dots", "organizations", request("POST", "/", "", "X-Amz-Target", "AWSOrganizationsV20161128.ListAccounts"), "", "ListAccounts", ""},
		{"of another service", "organizations", request("POST", "/", "", "X-Amz-Target", cloudTrail+".LookupEvents"), "", "", "UnknownOperationException"},
		{"form in the body", "sts", request("POST", "/", ""), "Action=GetCallerIdentity&Version=2011-06-15", "GetCallerIdentity", ""},
		{"form in the URL", "sts", request("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", ""), "", "GetCallerIdentity", ""},
		{"no version", "sts", request("POST", "/", ""), "Action=GetCallerIdentity", "GetCallerIdentity", ""},
		{"another version", "sts", request("POST", "/", ""), "Action=GetCallerIdentity&Version=2010-05-15", "", "InvalidAction"},
		{"an unknown action", "sts", request("POST", "/", ""), "Action=Dance", "", "InvalidAction"},
		{"no action", "sts", request("POST", "/", ""), "Version=2011-06-15", "", "MissingAction"},
		{"not a form", "sts", request("POST", "/", ""), "Action=%zz", "", "MalformedQueryString"},
		{"known by name only", "ec2", request("POST", "/", ""), "Action=RunInstances&Version=2016-11-15", "RunInstances", ""},
		{"a route", "account", request("POST", "/listRegions", ""), "", "ListRegions", ""},
		{"a route with another method", "account", request("GET", "/listRegions", ""), "", "", "UnknownOperationException"},
		{"no route", "account", request("POST", "/nowhere", ""), "", "", "UnknownOperationException"},
	} {
		got, err := NewService(tt.service, nil).Name(tt.r, []byte(tt.body))
		code := ""
		if err != nil {
			code = err.Code
		}
		if got != tt.want || code != tt.code {
			t.Errorf("%s: got %q, %q; want %q, %q", tt.why, got, code, tt.want, tt.code)
		}
	}
}

// decoded is what an operation gets as input.
func decoded(service, operation string, r *http.Request, body string) (string, error) {
	var got json.RawMessage
	s := NewService(service, map[string]Operation{operation: func(_ *Call, in json.RawMessage) (any, error) {
		got = in
		return nil, nil
	}})
	_, err := s.Handle(&Call{Operation: operation}, r, []byte(body))
	return string(got), err
}

func TestDecodeJSON(t *testing.T) {
	for _, tt := range []struct {
		why, operation, body string
		want, code           string
	}{
		{"nothing at all", "DescribeTrails", "", `{}`, ""},
		{"the members of the model", "DescribeTrails", `{"trailNameList":["a"],"includeShadowTrails":false}`, `{"includeShadowTrails":false,"trailNameList":["a"]}`, ""},
		{"names are exact", "DescribeTrails", `{"TrailNameList":["a"]}`, `{}`, ""},
		{"what is not known is dropped", "DescribeTrails", `{"x":{"y":[1]}}`, `{}`, ""},
		{"null is as if it were not there", "DescribeTrails", `{"trailNameList":null}`, `{}`, ""},
		{"the last of two counts", "DescribeTrails", `{"includeShadowTrails":true,"includeShadowTrails":false}`, `{"includeShadowTrails":false}`, ""},
		{"times as epoch seconds", "LookupEvents", `{"StartTime":1441139757.497}`, `{"StartTime":1441139757.497}`, ""},
		{"times as text", "LookupEvents", `{"StartTime":"2026-11-22T06:40:00Z"}`, `{"StartTime":"2026-11-22T06:40:00Z"}`, ""},
		{"not JSON", "DescribeTrails", `{"a"`, "", "SerializationException"},
		{"more than one value", "DescribeTrails", `{}{}`, "", "SerializationException"},
		{"not an object", "DescribeTrails", `[]`, "", "SerializationException"},
		{"text for a list", "DescribeTrails", `{"trailNameList":"a"}`, "", "SerializationException"},
		{"a number for text", "DescribeTrails", `{"trailNameList":[1]}`, "", "SerializationException"},
		{"text for a boolean", "DescribeTrails", `{"includeShadowTrails":"true"}`, "", "SerializationException"},
		{"a list for text", "GetTrail", `{"Name":["a"]}`, "", "SerializationException"},
		{"an object for text", "GetTrail", `{"Name":{}}`, "", "SerializationException"},
		{"a fraction for a whole number", "LookupEvents", `{"MaxResults":1.5}`, "", "SerializationException"},
		{"a time that is none", "LookupEvents", `{"StartTime":"yesterday"}`, "", "SerializationException"},
		{"null in a list", "DescribeTrails", `{"trailNameList":[null]}`, "", "ValidationException"},
	} {
		got, err := decoded("cloudtrail", tt.operation, request("POST", "/", ""), tt.body)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("%s: got %s, %v; want %s, %q", tt.why, got, err, tt.want, tt.code)
		}
	}
}

func TestDecodeQuery(t *testing.T) {
	for _, tt := range []struct {
		why, service, operation, body string
		want, code                    string
	}{
		{"scalars", "sts", "AssumeRole", "RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=ss&DurationSeconds=0900", `{"DurationSeconds":900,"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"ss"}`, ""},
		{"a list of structures", "sts", "AssumeRole", "RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=ss&Tags.member.2.Key=b&Tags.member.2.Value=2&Tags.member.1.Key=a&Tags.member.1.Value=1", `{"RoleArn":"arn:aws:iam::123456789012:role/r","RoleSessionName":"ss","Tags":[{"Key":"a","Value":"1"},{"Key":"b","Value":"2"}]}`, ""},
		{"a list after nine", "cloudformation", "ListStacks", "StackStatusFilter.member.10=CREATE_COMPLETE&StackStatusFilter.member.9=DELETE_COMPLETE", `{"StackStatusFilter":["DELETE_COMPLETE","CREATE_COMPLETE"]}`, ""},
		{"an empty list, as SDKs send it", "cloudformation", "ListStacks", "StackStatusFilter=", `{"StackStatusFilter":[]}`, ""},
		{"a map", "sns", "CreateTopic", "Name=n&Attributes.entry.1.key=Policy&Attributes.entry.1.value={}", `{"Attributes":{"Policy":"{}"},"Name":"n"}`, ""},
		{"ec2 lists have no member", "ec2", "DescribeRegions", "RegionName.1=us-east-1&RegionName.2=eu-west-1&AllRegions=true", `{"AllRegions":true,"RegionNames":["us-east-1","eu-west-1"]}`, ""},
		{"ec2 structures in lists", "ec2", "DescribeRegions", "Filter.1.Name=region-name&Filter.1.Value.1=us-*", `{"Filters":[{"Name":"region-name","Values":["us-*"]}]}`, ""},
		{"what is not known is dropped", "sts", "GetCallerIdentity", "Foo.Bar.1=x", `{}`, ""},
		{"not a number", "sts", "GetSessionToken", "DurationSeconds=long", "", "MalformedInput"},
		{"not a boolean", "ec2", "DescribeRegions", "AllRegions=si", "", "MalformedInput"},
		{"a name where a number belongs", "cloudformation", "ListStacks", "StackStatusFilter.member.one=CREATE_COMPLETE", "", "MalformedInput"},
		{"a number that is written oddly", "cloudformation", "ListStacks", "StackStatusFilter.member.01=CREATE_COMPLETE", "", "MalformedInput"},
		{"a structure for text", "sts", "GetSessionToken", "SerialNumber.1=a", "", "MalformedInput"},
		{"a key without a value", "sns", "CreateTopic", "Name=n&Attributes.entry.1.key=Policy", "", "MalformedInput"},
	} {
		got, err := decoded(tt.service, tt.operation, request("POST", "/", ""), tt.body)
		if got != tt.want || codeOf(err) != tt.code {
			t.Errorf("%s: got %s, %v; want %s, %q", tt.why, got, err, tt.want, tt.code)
		}
	}
}

func TestDecodeREST(t *testing.T) {
	got, err := decoded("account", "ListRegions", request("POST", "/listRegions", ""), `{"MaxResults":2,"RegionOptStatusContains":["ENABLED"]}`)
	if want := `{"MaxResults":2,"RegionOptStatusContains":["ENABLED"]}`; got != want || err != nil {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

// Scalars of kinds that few operations have.
func TestScalarFromText(t *testing.T) {
	for _, tt := range []struct{ kind, text, want string }{
		{"boolean", "TRUE", "true"},
		{"boolean", "1", "MalformedInput"},
		{"long", "-9223372036854775808", "-9223372036854775808"},
		{"long", "9223372036854775808", "MalformedInput"},
		{"long", "+7", "7"},
		{"double", "1e3", "1000"},
		{"double", "NaN", "MalformedInput"}, // JSON has no word for it
		{"float", "Inf", "MalformedInput"},
		{"timestamp", "2026-11-22T06:40:00Z", `"2026-11-22T06:40:00Z"`},
		{"timestamp", "1790000000", "MalformedInput"},
		{"string", "", `""`},
		{"blob", "AA==", `"AA=="`},
	} {
		v, err := scalarFromText(&shape{Type: tt.kind}, tt.text)
		text, _ := json.Marshal(v)
		if got := string(text); err == nil && got != tt.want || err != nil && codeOf(err) != tt.want {
			t.Errorf("%s %q: got %s, %v; want %s", tt.kind, tt.text, got, err, tt.want)
		}
	}
}

// Maps in JSON.
func TestDecodeJSONMap(t *testing.T) {
	m := &model{Shapes: map[string]*shape{
		"In": {Type: "structure", Members: map[string]*member{"Attributes": {Shape: "M"}}},
		"M":  {Type: "map", Key: &member{Shape: "S"}, Value: &member{Shape: "S"}},
		"S":  {Type: "string"},
	}}
	for body, want := range map[string]string{
		`{"Attributes":{"a":"1","b":null}}`: `{"Attributes":{"a":"1"}}`,
		`{"Attributes":{"a":1}}`:            "SerializationException",
		`{"Attributes":[]}`:                 "SerializationException",
	} {
		v, err := m.decodeJSON(&member{Shape: "In"}, []byte(body))
		text, _ := json.Marshal(v)
		if got := string(text); err == nil && got != want || err != nil && codeOf(err) != want {
			t.Errorf("%s: got %s, %v; want %s", body, got, err, want)
		}
	}
}

// A route with braces, parameters and headers, of which our services have none.
func TestDecodeRESTLocations(t *testing.T) {
	m := &model{Shapes: map[string]*shape{
		"In": {Type: "structure", Members: map[string]*member{
			"Name":  {Shape: "S", Location: "uri", LocationName: "name"},
			"Limit": {Shape: "I", Location: "querystring", LocationName: "limit"},
			"Mode":  {Shape: "S", Location: "header", LocationName: "X-Mode"},
			"Body":  {Shape: "S"},
		}},
		"S": {Type: "string"}, "I": {Type: "integer"},
	}}
	o := &operationModel{Name: "Put", Input: &member{Shape: "In"}}
	o.HTTP.Method, o.HTTP.RequestURI = "PUT", "/things/{name}/x"
	got, err := m.decodeREST(o, request("PUT", "/things/a%2Fb/x?limit=7", "", "X-Mode", "fast"), []byte(`{"Body":"b","Name":"not from here"}`))
	text, _ := json.Marshal(got)
	if want := `{"Body":"b","Limit":7,"Mode":"fast","Name":"a/b"}`; string(text) != want || err != nil {
		t.Errorf("got %s, %v; want %s", text, err, want)
	}
	if _, err := m.decodeREST(o, request("PUT", "/things/a/x?limit=many", ""), nil); codeOf(err) != "MalformedInput" {
		t.Errorf("limit=many: %v", err)
	}
}

func TestValidate(t *testing.T) {
	for _, tt := range []struct {
		why, service, operation, body string
		code, message                 string
	}{
		{"a member that is required", "cloudtrail", "GetTrail", `{}`, "ValidationException", "1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null"},
		{"an enum deep down, with an exception of its own", "cloudtrail", "LookupEvents", `{"LookupAttributes":[{"AttributeKey":"Name","AttributeValue":"x"}]}`, "InvalidLookupAttributesException", "1 validation error detected: Value 'Name' at 'lookupAttributes.1.member.attributeKey' failed to satisfy constraint: Member must satisfy enum value set: [EventId, EventName, ReadOnly, Username, ResourceType, ResourceName, EventSource, AccessKeyId]"},
		{"two at once", "cloudtrail", "CreateTrail", `{}`, "ValidationException", "2 validation errors detected: Value null at 'name' failed to satisfy constraint: Member must not be null; Value null at 's3BucketName' failed to satisfy constraint: Member must not be null"},
		{"a length", "cloudtrail", "GetEventDataStore", `{"EventDataStore":"ab"}`, "ValidationException", "1 validation error detected: Value 'ab' at 'eventDataStore' failed to satisfy constraint: Member must have length greater than or equal to 3"},
		{"a pattern", "cloudtrail", "GetEventDataStore", `{"EventDataStore":"a b"}`, "ValidationException", "1 validation error detected: Value 'a b' at 'eventDataStore' failed to satisfy constraint: Member must satisfy regular expression pattern: ^[a-zA-Z0-9._/\\-:]+$"},
		{"LookupEvents has an exception for its page size", "cloudtrail", "LookupEvents", `{"MaxResults":51}`, "InvalidMaxResultsException", "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"and for its category", "cloudtrail", "LookupEvents", `{"EventCategory":"data"}`, "InvalidEventCategoryException", "1 validation error detected: Value 'data' at 'eventCategory' failed to satisfy constraint: Member must satisfy enum value set: [insight]"},
		{"account", "account", "ListRegions", `{"MaxResults":51}`, "ValidationException", "1 validation error detected: Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"},
		{"organizations", "organizations", "DescribeAccount", `{"AccountId":"1"}`, "InvalidInputException", `1 validation error detected: Value '1' at 'accountId' failed to satisfy constraint: Member must satisfy regular expression pattern: ^\d{12}$`},
		{"sts", "sts", "AssumeRole", "RoleArn=arn:aws:iam::123456789012:role/r&RoleSessionName=ss&DurationSeconds=1", "ValidationError", "1 validation error detected: Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"},
	} {
		_, err := decoded(tt.service, tt.operation, request("POST", "/", ""), tt.body)
		var e *Error
		if !errors.As(err, &e) || e.Code != tt.code || e.Message != tt.message {
			t.Errorf("%s: got %v; want %s: %s", tt.why, err, tt.code, tt.message)
		}
	}
}

// The values of selectors are for the operation to judge, which has an exception for
// them.
func TestValidateLeavesSelectors(t *testing.T) {
	got, err := decoded("cloudtrail", "PutEventSelectors", request("POST", "/", ""), `{"TrailName":"t","EventSelectors":[{"ReadWriteType":"None"}]}`)
	if want := `{"EventSelectors":[{"ReadWriteType":"None"}],"TrailName":"t"}`; got != want || err != nil {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
}

// Whatever a form holds, decoding it ends, and what it makes is JSON.
func FuzzDecodeQuery(f *testing.F) {
	f.Add("Action=DescribeRegions&RegionName.1=us-east-1")
	f.Add("Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.999999999999999999999=x")
	f.Add("Attributes.entry.1.key=a&Attributes.entry.1.value=b")
	f.Add("Filter.1.Value.1=a&Filter=b&Filter.=c&.=d&=e")
	f.Add("StackStatusFilter.member.-1=x&DurationSeconds=1e9")
	inputs := map[*model]*member{}
	for service, operation := range map[string]string{"ec2": "DescribeRegions", "sts": "AssumeRole", "sns": "CreateTopic", "cloudformation": "ListStacks"} {
		m, err := load(service)
		if err != nil {
			f.Fatal(err)
		}
		inputs[m] = m.Operations[operation].Input
	}
	f.Fuzz(func(t *testing.T, text string) {
		values, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		for m, input := range inputs {
			out, err := m.decodeQuery(input, values)
			if err != nil {
				continue
			}
			if _, err := json.Marshal(out); err != nil {
				t.Errorf("%q decodes to what is not JSON: %v", text, err)
			}
		}
	})
}

// Whatever a body holds, it is decoded or refused, and decoding twice changes nothing.
func FuzzDecodeJSON(f *testing.F) {
	f.Add(`{"TrailName":"t","EventSelectors":[{"ReadWriteType":"All","DataResources":[{"Type":"AWS::S3::Object","Values":[]}]}]}`)
	f.Add(`{"EventSelectors":[null,{}],"TrailName":1e400}`)
	f.Add(`[[[[`)
	m, err := load("cloudtrail")
	if err != nil {
		f.Fatal(err)
	}
	input := m.Operations["PutEventSelectors"].Input
	f.Fuzz(func(t *testing.T, text string) {
		once, err := m.decodeJSON(input, []byte(text))
		if err != nil {
			return
		}
		first, err := json.Marshal(once)
		if err != nil {
			t.Fatal(err)
		}
		twice, err := m.decodeJSON(input, first)
		second, _ := json.Marshal(twice)
		if err != nil || string(first) != string(second) {
			t.Errorf("%s decodes to %s, and that to %s, %v", text, first, second, err)
		}
	})
}
