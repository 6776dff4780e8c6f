package wire

import (
	"encoding/json"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// answered has an operation of the service return v.
func answered(t *testing.T, service, operation, body string, v any) (Answer, error) {
	t.Helper()
	s := NewService(service, map[string]Operation{operation: func(*Call, json.RawMessage) (any, error) { return v, nil }})
	return s.Handle(&Call{Operation: operation, RequestID: "ID"}, request("POST", "/", ""), []byte(body))
}

func TestAnswer(t *testing.T) {
	at := Time{time.Date(2015, 9, 1, 20, 35, 57, 497e6, time.UTC)}
	type stack struct {
		StackName    string
		CreationTime Time
		StackStatus  string
		Tags         []map[string]string `json:",omitempty"`
	}
	for _, tt := range []struct {
		why, service, operation, body string
		v                             any
		contentType, want             string
	}{
		{
			"JSON keeps the order of the fields, and HTML its signs", "cloudtrail", "GetTrailStatus", `{"Name":"t"}`,
			struct {
				IsLogging           bool
				LatestDeliveryError string `json:",omitempty"`
				StartLoggingTime    Time
				TimeLoggingStopped  string
			}{IsLogging: true, StartLoggingTime: at, TimeLoggingStopped: "<&>"},
			"application/x-amz-json-1.1", `{"IsLogging":true,"StartLoggingTime":1441139757.497,"TimeLoggingStopped":"<&>"}`,
		},
		{"nothing is an object", "cloudtrail", "DeleteTrail", `{"Name":"t"}`, nil, "application/x-amz-json-1.1", `{}`},
		{"REST without output has no body", "account", "EnableRegion", `{"RegionName":"af-south-1"}`, nil, "application/json", ``},
		{
			"query: order, escaping, times, lists", "cloudformation", "DescribeStacks", "",
			struct{ Stacks []stack }{[]stack{{StackName: "a<&b", CreationTime: at, StackStatus: "CREATE_COMPLETE", Tags: []map[string]string{{"Key": "k", "Value": ""}}}}},
			"text/xml", `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member><StackName>a&lt;&amp;b</StackName><CreationTime>2015-09-01T20:35:57.497Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus><Tags><member><Key>k</Key><Value></Value></member></Tags></member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></DescribeStacksResponse>`,
		},
		{
			"query: maps, and null is left out", "sns", "GetTopicAttributes", "TopicArn=x",
			map[string]any{"Attributes": map[string]any{"A": "1", "B": nil}},
			"text/xml", `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes><entry><key>A</key><value>1</value></entry><entry><key>B</key></entry></Attributes></GetTopicAttributesResult><ResponseMetadata><RequestId>ID</RequestId></ResponseMetadata></GetTopicAttributesResponse>`,
		},
		{
			"ec2 has names of its own", "ec2", "DescribeRegions", "",
			struct {
				Regions []struct{ RegionName, Endpoint string }
			}{[]struct{ RegionName, Endpoint string }{{"eu-west-1", "e"}}},
			"text/xml", `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>ID</requestId><regionInfo><item><regionName>eu-west-1</regionName><regionEndpoint>e</regionEndpoint></item></regionInfo></DescribeRegionsResponse>`,
		},
	} {
		a, err := answered(t, tt.service, tt.operation, tt.body, tt.v)
		if err != nil {
			t.Errorf("%s: %v", tt.why, err)
			continue
		}
		if string(a.Body) != tt.want || a.Header.Get("Content-Type") != tt.contentType || a.Status != 200 {
			t.Errorf("%s: got %d %s\n%s\nwant\n%s", tt.why, a.Status, a.Header, a.Body, tt.want)
		}
		if a.Header.Get("x-amzn-RequestId") != "ID" {
			t.Errorf("%s: no request ID in %v", tt.why, a.Header)
		}
	}
}

// An answer that the model does not allow is a bug of the sandbox, and says so.
func TestAnswerOutsideTheModel(t *testing.T) {
	for why, v := range map[string]any{
		"an unknown member":        map[string]any{"Nope": 1},
		"text for a list":          map[string]any{"Stacks": "x"},
		"a list for a structure":   map[string]any{"Stacks": []any{[]any{}}},
		"a time that is text":      map[string]any{"Stacks": []any{map[string]any{"CreationTime": "now"}}},
		"a function":               func() {},
		"an object for a sequence": map[string]any{"Stacks": map[string]any{}},
	} {
		if a, err := answered(t, "cloudformation", "DescribeStacks", "", v); err == nil {
			t.Errorf("%s was answered: %s", why, a.Body)
		}
	}
}

func TestRefuse(t *testing.T) {
	c := &Call{RequestID: "ID"}
	for _, tt := range []struct {
		why, service string
		err          error
		status       int
		body         string
	}{
		{"CloudTrail says Message", "cloudtrail", Errorf("TrailNotFoundException", "Unknown trail: %s", `"x"`), 400, `{"__type":"TrailNotFoundException","Message":"Unknown trail: \"x\""}`},
		{"no message, no member", "cloudtrail", &Error{Code: "UnknownOperationException"}, 400, `{"__type":"UnknownOperationException"}`},
		{"what is no AWS error is ours", "cloudtrail", errors.New("disk full"), 500, `{"__type":"InternalFailure","Message":"disk full"}`},
		{"Organizations, by its model", "organizations", Errorf("AWSOrganizationsNotInUseException", "no"), 400, `{"__type":"AWSOrganizationsNotInUseException","Message":"no"}`},
		{"KMS, by its model", "kms", Errorf("NotFoundException", "no"), 400, `{"__type":"NotFoundException","message":"no"}`},
		{"REST", "account", &Error{Code: "ConflictException", Message: "no"}, 409, `{"__type":"ConflictException","message":"no"}`},
		{"query", "sts", Errorf("ValidationError", "<no>"), 400, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>&lt;no&gt;</Message></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"query, a fault of the server", "sts", errors.New("oh"), 500, `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Receiver</Type><Code>InternalFailure</Code><Message>oh</Message></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"query, where the exception and its code differ", "sns", Errorf("NotFoundException", "no"), 404, `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>NotFound</Code><Message>no</Message></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"ec2", "ec2", Errorf("InvalidParameterValue", "no"), 400, `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Response><Errors><Error><Code>InvalidParameterValue</Code><Message>no</Message></Error></Errors><RequestID>ID</RequestID></Response>`},
	} {
		a := NewService(tt.service, nil).Refuse(c, tt.err)
		if a.Status != tt.status || string(a.Body) != tt.body {
			t.Errorf("%s: got %d %s\nwant %d %s", tt.why, a.Status, a.Body, tt.status, tt.body)
		}
	}
}

func TestRefuseWithoutModel(t *testing.T) {
	c := &Call{RequestID: "ID"}
	e := Errorf("UnsupportedOperationException", "no")
	for _, tt := range []struct {
		why  string
		a    Answer
		body string
	}{
		{"S3", RefuseS3(c, e), `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<Error><Code>UnsupportedOperationException</Code><Message>no</Message><RequestId>ID</RequestId></Error>`},
		{"speaks JSON", RefuseUnknown(c, request("POST", "/", "", "X-Amz-Target", "DynamoDB_20120810.ListTables"), e), `{"__type":"UnsupportedOperationException","message":"no"}`},
		{"speaks query", RefuseUnknown(c, request("POST", "/", "", "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"), e), `<ErrorResponse xmlns=""><Error><Type>Sender</Type><Code>UnsupportedOperationException</Code><Message>no</Message></Error><RequestId>ID</RequestId></ErrorResponse>`},
		{"speaks REST", RefuseUnknown(c, request("GET", "/2015-03-31/functions", ""), e), `{"__type":"UnsupportedOperationException","message":"no"}`},
	} {
		if tt.a.Status != 400 || string(tt.a.Body) != tt.body {
			t.Errorf("%s: got %d %s", tt.why, tt.a.Status, tt.a.Body)
		}
	}
}

// An operation of AWS that the sandbox does not have is refused by name.
func TestUnsupported(t *testing.T) {
	for service, want := range map[string]string{"cloudtrail": "UnsupportedOperationException", "ec2": "UnsupportedOperation", "sts": "UnsupportedOperation"} {
		operation := map[string]string{"cloudtrail": "CancelQuery", "ec2": "RunInstances", "sts": "GetFederationToken"}[service]
		_, err := NewService(service, nil).Handle(&Call{Operation: operation}, request("POST", "/", ""), nil)
		var e *Error
		if !errors.As(err, &e) || e.Code != want || !strings.Contains(e.Message, operation) {
			t.Errorf("%s:%s: %v", service, operation, err)
		}
	}
}

func TestWriteTo(t *testing.T) {
	w := httptest.NewRecorder()
	newAnswer(&Call{RequestID: "ID"}, 400, contentJSON11, []byte("{}")).WriteTo(w)
	if w.Code != 400 || w.Body.String() != "{}" || w.Header().Get("Content-Length") != "2" {
		t.Errorf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
}

func TestTime(t *testing.T) {
	for text, want := range map[string]string{
		`1441139757.497`:         `1441139757.497`,
		`1.441139757497E9`:       `1441139757.497`,
		`0`:                      `0.000`,
		`"2015-09-01T20:35:57Z"`: `1441139757.000`,
		`null`:                   `-62135596800.000`, // no time at all
	} {
		var at Time
		if err := json.Unmarshal([]byte(text), &at); err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, _ := json.Marshal(at); string(got) != want {
			t.Errorf("%s became %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{`"soon"`, `1e300`, `true`, `[]`} {
		if err := json.Unmarshal([]byte(text), new(Time)); err == nil {
			t.Errorf("%s is a time", text)
		}
	}
}
