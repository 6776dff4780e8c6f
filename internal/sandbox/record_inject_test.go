package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// What a record leaves out is filled in; what it says stays.
func TestInject(t *testing.T) {
	l := newLab(t, unlimited())
	if got := l.inject(200, `[{"account":"123456789012","region":"ap-south-1","eventName":"RunInstances"},
		{"recipientAccountId":"123456789012","awsRegion":"ap-south-1","eventName":"Odd","eventID":"e","errorCode":"No","requestParameters":{"a":[1,2.5]},"readOnly":true,"eventType":"AwsServiceEvent"}]`); got != `{"recorded":2}` {
		t.Errorf("answered %s", got)
	}
	records := l.events(self, "ap-south-1")
	for i, want := range []map[string]string{
		{"eventID": `"e"`, "errorCode": `"No"`, "requestParameters": `{"a":[1,2.5]}`, "readOnly": "true", "eventType": `"AwsServiceEvent"`, "eventSource": `"sandbox.amazonaws.com"`},
		{
			"eventVersion": `"1.11"`, "eventSource": `"ec2.amazonaws.com"`, "eventName": `"RunInstances"`, "awsRegion": `"ap-south-1"`, "recipientAccountId": `"123456789012"`,
			"readOnly": "false", "managementEvent": "true", "eventCategory": `"Management"`, "eventType": `"AwsApiCall"`, "requestParameters": "null",
			"userIdentity.type": `"IAMUser"`, "account": "absent", "region": "absent",
		},
	} {
		for path, w := range want {
			if got := at(records[i], path); got != w {
				t.Errorf("record %d: %s is %s, want %s", i, path, got, w)
			}
		}
	}
}

func TestInjectMistakes(t *testing.T) {
	l := newLab(t, unlimited())
	good := `{"account":"123456789012","region":"eu-west-1","eventName":"Good"}`
	for _, tt := range []struct{ why, body, want string }{
		{"no JSON", `x`, `the events are neither a JSON list of records nor {\"seed\":1,\"count\":1000,\"days\":30}`},
		{"nothing", ``, `the events are neither`},
		{"not a list of records", `[1]`, `event 1: cannot unmarshal number`},
		{"one of several", `[` + good + `,{"account":"123456789012","region":"eu-west-1"}]`, `event 2: its eventName is missing`},
		{"no account", `[{"region":"eu-west-1","eventName":"x"}]`, `event 1: its recipientAccountId \"\" is not an account ID of 12 digits`},
		{"no Region", `[{"account":"123456789012","eventName":"x"}]`, `event 1: its awsRegion \"\" is not a Region`},
		{"a Region that there is not", `[{"account":"123456789012","region":"eu-west-9","eventName":"x"}]`, `\"eu-west-9\" is not a Region`},
		{"a Region that is not enabled", `[{"account":"123456789012","region":"me-south-1","eventName":"x"}]`, `the Region me-south-1 is not enabled in the account 123456789012`},
		{"a field that there is not", `[{"account":"123456789012","region":"eu-west-1","eventName":"x","color":1}]`, `unknown field \"color\"`},
		{"a time that is none", `[{"account":"123456789012","region":"eu-west-1","eventName":"x","eventTime":"noon"}]`, `its eventTime \"noon\" is not a time such as`},
		{"a time that is over", `[{"account":"123456789012","region":"eu-west-1","eventName":"x","eventTime":"2020-01-01T00:00:00Z"}]`, `is not within the 90 days before`},
		{"a time to come", `[{"account":"123456789012","region":"eu-west-1","eventName":"x","eventTime":"` + ago(-time.Hour) + `"}]`, `is not within the 90 days before`},
		{"a category that there is not", `[{"account":"123456789012","region":"eu-west-1","eventName":"x","eventCategory":"Odd"}]`, `its eventCategory is \"Odd\"`},
		{"a record that is too long", `[{"account":"123456789012","region":"eu-west-1","eventName":"` + strings.Repeat("x", 256<<10) + `"}]`, `more than the 262144 that CloudTrail allows`},
		{"an order for nothing", `{"seed":1}`, `count is 0, but it can only be 1 to 5000000`},
		{"an order for too many days", `{"count":1,"days":91}`, `days is 91, but it can only be 1 to 90`},
		{"an order for nobody", `{"count":1,"account":"x"}`, `account is \"x\", not an account ID`},
		{"an order for nowhere", `{"count":1,"regions":["x"]}`, `its awsRegion \"x\" is not a Region`},
		{"an order with a typing error", `{"cuont":1}`, `unknown field \"cuont\"`},
	} {
		if got := l.inject(400, tt.body); !strings.Contains(got, tt.want) {
			t.Errorf("%s: answered %s, want %s", tt.why, got, tt.want)
		}
	}
	if got := l.events(self, "eu-west-1"); len(got) != 0 {
		t.Errorf("in spite of the mistakes, %d events were recorded", len(got))
	}
}

// An order makes as many events as it says, in its Regions only, and of one seed the
// same activity every time.
func TestInjectOrder(t *testing.T) {
	activity := func(seed int) string {
		l := newLab(t, unlimited())
		if got := l.inject(200, fmt.Sprintf(`{"seed":%d,"count":300,"days":90,"regions":["eu-west-1","us-east-1"]}`, seed)); got != `{"recorded":300}` {
			t.Errorf("answered %s", got)
		}
		var list []string
		global := 0
		here, there := l.events(self, "eu-west-1"), l.events(self, "us-east-1")
		for _, r := range append(here, there...) {
			list = append(list, at(r, "eventID")+at(r, "eventName")+at(r, "userIdentity.userName"))
			if at(r, "eventSource") == `"iam.amazonaws.com"` {
				global++
			}
		}
		if len(list) != 300 || len(here) < 100 || len(there) < 100 {
			t.Errorf("%d and %d events, want 300 together, in both Regions", len(here), len(there))
		}
		if global == 0 {
			t.Error("no event of IAM in the global Region")
		}
		return strings.Join(list, " ")
	}
	if one := activity(1); one != activity(1) || one == activity(2) {
		t.Error("the activity does not depend on the seed, or not on the seed alone")
	}
}

// A reset forgets the history.
func TestInjectReset(t *testing.T) {
	l := newLab(t, unlimited())
	l.inject(200, `{"count":10,"regions":["eu-west-1"]}`)
	l.post("reset")
	if got := l.events(self, "eu-west-1"); len(got) != 0 {
		t.Errorf("%d events after a reset", len(got))
	}
}
