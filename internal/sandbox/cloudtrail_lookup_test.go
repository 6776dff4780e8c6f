package sandbox_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// inject sends events to the sandbox; the answer must be that status.
func (l *lab) inject(status int, events string) string {
	l.t.Helper()
	got, text := l.admin("POST", "events", events)
	if got != status {
		l.t.Fatalf("POST /_sandbox/events: HTTP %d %s", got, text)
	}
	return text
}

// search is one page of LookupEvents, as the names of its events.
func (l *lab) search(region string, in *cloudtrail.LookupEventsInput) (names []string, next *string) {
	l.t.Helper()
	out, err := l.at(region).LookupEvents(l.t.Context(), in)
	l.must(err)
	for _, e := range out.Events {
		names = append(names, *e.EventName)
	}
	return names, out.NextToken
}

// ago is a time before now, as a record has it.
func ago(d time.Duration) string {
	return time.Now().Add(-d).UTC().Format("2006-01-02T15:04:05Z")
}

func TestLookupAttributes(t *testing.T) {
	l := newLab(t, unlimited())
	l.inject(200, `[
		{"account":"123456789012","region":"eu-west-1","eventName":"RunInstances","eventTime":"`+ago(3*time.Hour)+`","eventID":"f1c0ab5e-5b37-4b0a-9a53-6a4c1e4c3b11",
		 "userIdentity":{"type":"IAMUser","userName":"alice","accessKeyId":"AKIAALICE"}},
		{"account":"123456789012","region":"eu-west-1","eventName":"GetRole","eventSource":"iam.amazonaws.com","eventTime":"`+ago(2*time.Hour)+`","eventID":"odd",
		 "userIdentity":{"type":"AssumedRole","principalId":"AROAX:bob","accessKeyId":"ASIABOB"},"requestParameters":{"roleName":"Audit"}},
		{"account":"123456789012","region":"eu-west-1","eventName":"PutBucketAcl","eventSource":"s3.amazonaws.com","eventTime":"`+ago(time.Hour)+`",
		 "userIdentity":{"type":"Root"},"resources":[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}],"requestParameters":{"bucketName":"logs"}},
		{"account":"123456789012","region":"eu-west-1","eventName":"GetObject","eventCategory":"Data"},
		{"account":"123456789012","region":"eu-west-2","eventName":"Elsewhere"},
		{"account":"999999999999","region":"eu-west-1","eventName":"Somebody"}
	]`)
	for _, tt := range []struct {
		key   types.LookupAttributeKey
		value string
		want  string
	}{
		{"EventId", "f1c0ab5e-5b37-4b0a-9a53-6a4c1e4c3b11", "RunInstances"},
		{"EventId", "odd", "GetRole"}, // IDs of others need not be UUIDs
		{"EventId", "00000000-0000-0000-0000-000000000000", ""},
		{"EventName", "RunInstances", "RunInstances"},
		{"EventName", "runinstances", ""}, // the case counts
		{"EventName", "GetObject", ""},    // a data event
		{"ReadOnly", "false", "PutBucketAcl RunInstances"},
		{"Username", "alice", "RunInstances"},
		{"Username", "bob", "GetRole"}, // the name of the session
		{"Username", "root", "PutBucketAcl"},
		{"ResourceType", "AWS::S3::Bucket", "PutBucketAcl"},
		{"ResourceName", "logs", "PutBucketAcl"},
		{"ResourceName", "arn:aws:s3:::logs", "PutBucketAcl"},
		{"ResourceName", "Audit", "GetRole"},
		{"EventSource", "iam.amazonaws.com", "GetRole"},
		{"AccessKeyId", "AKIAALICE", "RunInstances"},
	} {
		got, _ := l.search("eu-west-1", &cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{{AttributeKey: tt.key, AttributeValue: &tt.value}}})
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s=%s: got %q, want %q", tt.key, tt.value, got, tt.want)
		}
	}
}

// An event has what AWS says of it beside the record.
func TestLookupEvent(t *testing.T) {
	l := newLab(t, unlimited())
	l.create(self, "eu-west-1", "one")
	out, err := l.at("eu-west-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
	l.must(err)
	e := out.Events[0]
	if *e.EventName != "CreateTrail" || *e.EventSource != "cloudtrail.amazonaws.com" || *e.ReadOnly != "false" || *e.Username != "sandbox" || *e.AccessKeyId != self ||
		!strings.Contains(*e.CloudTrailEvent, `"eventID":"`+*e.EventId+`"`) || e.EventTime.IsZero() {
		t.Errorf("got %+v", e)
	}
	var resources []string
	for _, r := range e.Resources {
		resources = append(resources, *r.ResourceType+" "+*r.ResourceName)
	}
	want := "AWS::CloudTrail::Trail one, AWS::CloudTrail::Trail " + arnOf(self, "eu-west-1", "one") + ", AWS::S3::Bucket logs"
	if got := strings.Join(resources, ", "); got != want {
		t.Errorf("its resources are %s\nwant %s", got, want)
	}
}

func TestLookupTimes(t *testing.T) {
	l := newLab(t, unlimited())
	var list []string
	for _, hours := range []int{2, 1, 3} { // recorded out of order
		list = append(list, fmt.Sprintf(`{"account":"123456789012","region":"eu-west-1","eventName":"Hour%d","eventTime":"%s"}`, hours, ago(time.Duration(hours)*time.Hour)))
	}
	l.inject(200, "["+strings.Join(list, ",")+"]")
	when := func(hours float64) *time.Time {
		return ptr(time.Now().Add(-time.Duration(hours * float64(time.Hour))))
	}
	exactly, err := time.Parse(time.RFC3339, list[0][strings.Index(list[0], `eventTime":"`)+12:len(list[0])-2])
	l.must(err)
	for _, tt := range []struct {
		why        string
		start, end *time.Time
		want       string
	}{
		{"newest first, whatever came first", nil, nil, "Hour1 Hour2 Hour3"},
		{"from", when(2.5), nil, "Hour1 Hour2"},
		{"to", nil, when(1.5), "Hour2 Hour3"},
		{"from and to", when(2.5), when(1.5), "Hour2"},
		{"both ends are included", &exactly, &exactly, "Hour2"},
		{"before there was anything", nil, when(500), ""},
		{"from before what is kept", when(24 * 120), nil, "Hour1 Hour2 Hour3"},
		{"from the future", when(-1), nil, ""},
	} {
		got, _ := l.search("eu-west-1", &cloudtrail.LookupEventsInput{StartTime: tt.start, EndTime: tt.end, LookupAttributes: []types.LookupAttribute{{AttributeKey: "EventSource", AttributeValue: ptr("sandbox.amazonaws.com")}}})
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
	l.advance(90*24*time.Hour - 90*time.Minute)
	if got, _ := l.search("eu-west-1", &cloudtrail.LookupEventsInput{EndTime: when(0)}); len(got) == 0 || got[len(got)-1] != "Hour1" {
		t.Errorf("after 90 days but for 90 minutes: got %q, want Hour1 last", got)
	}
}

// Pages have all events once, and stay as they are while more happens.
func TestLookupPages(t *testing.T) {
	l := newLab(t, unlimited())
	l.inject(200, `{"seed":1,"count":500,"days":2,"account":"123456789012","regions":["eu-west-1"]}`)
	seen, tokens := map[string]bool{}, []*string{nil}
	var sizes []int
	for token := (*string)(nil); len(sizes) == 0 || token != nil; {
		out, err := l.at("eu-west-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{NextToken: token})
		l.must(err)
		sizes = append(sizes, len(out.Events))
		for _, e := range out.Events {
			seen[*e.EventId] = true
		}
		token = out.NextToken
		tokens = append(tokens, token)
	}
	if fmt.Sprint(sizes) != "[50 50 50 50 50 50 50 50 50 50]" || len(seen) != 500 {
		t.Errorf("pages of %v with %d different events, want 10 of 50 with 500", sizes, len(seen))
	}
	first, _ := l.search("eu-west-1", &cloudtrail.LookupEventsInput{NextToken: tokens[1]})
	l.inject(200, `{"seed":2,"count":100,"days":2,"account":"123456789012","regions":["eu-west-1"]}`)
	again, next := l.search("eu-west-1", &cloudtrail.LookupEventsInput{NextToken: tokens[1]})
	if fmt.Sprint(first) != fmt.Sprint(again) || *next != *tokens[2] {
		t.Error("a token leads to another page than before")
	}
	small, next := l.search("eu-west-1", &cloudtrail.LookupEventsInput{MaxResults: ptr(int32(7))})
	if len(small) != 7 || next == nil {
		t.Errorf("MaxResults 7: got %d events", len(small))
	}
}

func TestLookupMistakes(t *testing.T) {
	l := newLab(t, unlimited())
	l.inject(200, `{"seed":1,"count":60,"account":"123456789012","regions":["eu-west-1"]}`)
	_, token := l.search("eu-west-1", &cloudtrail.LookupEventsInput{})
	name := types.LookupAttribute{AttributeKey: "EventName", AttributeValue: ptr("x")}
	for _, tt := range []struct {
		why  string
		in   cloudtrail.LookupEventsInput
		code string
	}{
		{"two attributes", cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{name, name}}, "InvalidLookupAttributesException"},
		{"an attribute that there is not", cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{{AttributeKey: "Color", AttributeValue: ptr("x")}}}, "InvalidLookupAttributesException"},
		{"a value that is too long", cloudtrail.LookupEventsInput{LookupAttributes: []types.LookupAttribute{{AttributeKey: "EventName", AttributeValue: ptr(strings.Repeat("x", 2001))}}}, "ValidationException"},
		{"the end before the start", cloudtrail.LookupEventsInput{StartTime: ptr(time.Now()), EndTime: ptr(time.Now().Add(-time.Hour))}, "InvalidTimeRangeException"},
		{"no results", cloudtrail.LookupEventsInput{MaxResults: ptr(int32(0))}, "InvalidMaxResultsException"},
		{"too many results", cloudtrail.LookupEventsInput{MaxResults: ptr(int32(51))}, "InvalidMaxResultsException"},
		{"a category that there is not", cloudtrail.LookupEventsInput{EventCategory: "data"}, "InvalidEventCategoryException"},
		{"a token that is none", cloudtrail.LookupEventsInput{NextToken: ptr("?")}, "InvalidNextTokenException"},
		{"a token of another question", cloudtrail.LookupEventsInput{NextToken: token, LookupAttributes: []types.LookupAttribute{name}}, "InvalidNextTokenException"},
		{"Insights events, of which there are none", cloudtrail.LookupEventsInput{EventCategory: "insight"}, ""},
		{"the token, as it should be used", cloudtrail.LookupEventsInput{NextToken: token}, ""},
	} {
		_, err := l.at("eu-west-1").LookupEvents(t.Context(), &tt.in)
		t.Log(tt.why)
		l.refused(err, tt.code, "")
	}
	_, err := l.at("eu-west-2").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{NextToken: token})
	l.refused(err, "InvalidNextTokenException", "") // of another Region
}

// LookupEvents is held to two calls per second, account and Region, by the clock of
// the machine.
func TestLookupLimit(t *testing.T) {
	var mu sync.Mutex
	now := time.Now()
	l, _ := serve(t, sandbox.Options{World: []byte(alone), Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	try := func(account, region string) error {
		_, err := l.in(account, region).LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{})
		return err
	}
	for _, tt := range []struct {
		why             string
		pass            time.Duration
		account, region string
		want            string
	}{
		{"the first", 0, self, "eu-west-1", ""},
		{"the second", 0, self, "eu-west-1", ""},
		{"the third at once", 0, self, "eu-west-1", "ThrottlingException"},
		{"in another Region", 0, self, "eu-west-2", ""},
		{"of another account", 0, stranger, "eu-west-1", ""},
		{"half a second later one more", 500 * time.Millisecond, self, "eu-west-1", ""},
		{"and no more than one", 0, self, "eu-west-1", "ThrottlingException"},
		{"what was not used up does not add up", time.Minute, self, "eu-west-1", ""},
		{"but to two", 0, self, "eu-west-1", ""},
		{"not three", 0, self, "eu-west-1", "ThrottlingException"},
	} {
		mu.Lock()
		now = now.Add(tt.pass)
		mu.Unlock()
		t.Log(tt.why)
		message := ""
		if tt.want != "" {
			message = "Rate exceeded"
		}
		l.refused(try(tt.account, tt.region), tt.want, message)
	}
	l.advance(time.Hour) // the clock of the sandbox gives no calls
	l.refused(try(self, "eu-west-1"), "ThrottlingException", "Rate exceeded")
}
