package sandbox

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/s3"
)

// everything is a world file with all that one can have.
const everything = `
defaultAccount: "123456789012"
switches: {sameNameConversion: reject, propagation: 5s, optInDuration: 1h}
organization: {id: o-exampleorgid, managementAccount: "111111111111", featureSet: ALL, trustedAccess: true, delegatedAdministrators: ["222222222222"]}
accounts:
  - id: "123456789012"
    name: production
    email: aws@example.org
    partition: aws
    optedIn: [af-south-1]
    regions: {eu-south-1: ENABLING, me-south-1: DISABLED}
    roles: [auditor]
    iamRoles: [{name: trail, path: /logs/, trust: documented, policies: [{name: write, policy: documented}]}]
    externalId: sesame
    trails:
      - {name: your-trail-name, homeRegion: ap-northeast-1, bucket: your-bucket-name, keyPrefix: "logs", multiRegion: false, organization: false, globalServiceEvents: false, logFileValidation: true, logging: false, kmsKeyId: "k", snsTopic: "topic", logGroupArn: "g", logRoleArn: "r",
         eventSelectors: [{ReadWriteType: All, IncludeManagementEvents: true, ExcludeManagementEventSources: [kms.amazonaws.com]}], insightSelectors: [{InsightType: ApiCallRateInsight}], tags: {k: v, a: ""}, deliveryErrors: {eu-west-1: AccessDenied}}
      - {name: advanced, homeRegion: us-east-1, bucket: your-bucket-name, snsTopic: "arn:aws:sns:us-east-1:123456789012:t", advancedEventSelectors: [{Name: all, FieldSelectors: [{Field: eventCategory, Equals: [Management]}]}]}
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: false, organization: false, status: CREATED}]
    stacks: [{name: audit, region: ap-northeast-1, trails: [your-trail-name]}]
  - {id: "111111111111", trails: [{name: org, homeRegion: us-east-1, bucket: your-bucket-name, multiRegion: true, organization: true}]}
  - {id: "444444444444", member: false, state: SUSPENDED}
  - {id: "555555555555", partition: aws-cn}
buckets:
  - {name: your-bucket-name, account: "123456789012", region: ap-northeast-1, policy: documented}
  - {name: bare-bucket, policy: none}
  - {name: own-policy, region: us-east-1, policy: '{"Version":"2012-10-17","Statement":[]}'}
  - {name: yaml-policy, region: us-east-1, policy: {Version: "2012-10-17", Statement: []}}
  - {name: china-bucket, account: "555555555555"}
logGroups: [{name: trail, account: "123456789012", region: ap-northeast-1, retention: 30}]
keys: [{id: 12345678-1234-1234-1234-123456789012, account: "123456789012", region: ap-northeast-1, aliases: [alias/logs], policy: documented, state: Disabled, multiRegion: false}]
faults: [{action: "cloudtrail:GetTrailStatus", region: eu-west-1, account: "*", error: AccessDeniedException, message: "no", status: 400, latency: 100ms}]
`

func builtAt() time.Time { return time.Date(2026, 11, 22, 6, 40, 0, 0, time.UTC) }

// build makes the world of a world file, and its buckets.
func build(text string) (*world, *s3.Store, error) {
	f, err := parseWorld([]byte(text))
	if err != nil {
		return nil, nil, err
	}
	w, err := f.build(builtAt())
	if err != nil {
		return nil, nil, err
	}
	store := s3.New(builtAt)
	return w, store, f.fill(store, w)
}

func asJSON(v any) string {
	text, err := jsonText(v)
	if err != nil {
		return err.Error()
	}
	return text
}

func TestWorldFile(t *testing.T) {
	w, store, err := build(everything)
	if err != nil {
		t.Fatal(err)
	}
	a := w.Accounts["123456789012"]
	tr := a.Trails["arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"]
	adv := a.Trails["arn:aws:cloudtrail:us-east-1:123456789012:trail/advanced"]
	if tr == nil || adv == nil || len(a.DataStores) != 1 {
		t.Fatalf("the account is %s", asJSON(a))
	}
	st := w.CloudFormation.Stacks[0]
	policy := func(name string) string {
		b, ok := store.Bucket(name)
		if !ok {
			t.Errorf("there is no bucket %s", name)
		}
		return b.Policy
	}
	for _, tt := range []struct{ why, got, want string }{
		{"switches", asJSON(w.Switches), `{"SameNameConversion":"reject","Propagation":5000000000,"OptInDuration":3600000000000}`},
		{"the organization", asJSON(w.Organization), `{"ID":"o-exampleorgid","ManagementAccount":"111111111111","Created":"2026-05-26T06:40:00Z","FeatureSet":"ALL","TrustedAccess":true,"Members":["111111111111","123456789012","222222222222"],"DelegatedAdmins":["222222222222"]}`},
		{"a name and an address", a.Name + " " + a.Email, "production aws@example.org"},
		{"those of an account that is only named", w.Accounts["222222222222"].Name + " " + w.Accounts["222222222222"].Email, "account-222222222222 aws+222222222222@example.com"},
		{"Regions; what is on its way arrives", asJSON(a.OptStatus), `{"af-south-1":{"Status":"ENABLED","Until":"0001-01-01T00:00:00Z"},"eu-south-1":{"Status":"ENABLING","Until":"2026-11-22T07:40:00Z"},"me-south-1":{"Status":"DISABLED","Until":"0001-01-01T00:00:00Z"}}`},
		{"roles", asJSON(a.Roles) + a.ExternalID, `["auditor"]sesame`},
		{"a state", w.Accounts["444444444444"].State, "SUSPENDED"},
		{"flags of a trail", asJSON([]bool{tr.Logging, tr.IncludeGlobalServiceEvents, tr.IsMultiRegionTrail, tr.LogFileValidationEnabled, tr.CustomEventSelectors}), "[false,false,false,true,true]"},
		{"flags that are left out", asJSON([]bool{adv.Logging, adv.IncludeGlobalServiceEvents, adv.IsMultiRegionTrail, adv.LogFileValidationEnabled, adv.CustomEventSelectors}), "[true,true,false,false,true]"},
		{"a trail that logs has done so for 180 days", adv.StartLogging.String(), "2026-05-26 06:40:00 +0000 UTC"},
		{"selectors in the words of the API", asJSON(tr.EventSelectors), `[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":null,"ExcludeManagementEventSources":["kms.amazonaws.com"]}]`},
		{"advanced ones too", asJSON(adv.AdvancedEventSelectors), `[{"Name":"all","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]`},
		{"a topic by name", tr.SnsTopicName + " " + tr.SnsTopicARN, "topic arn:aws:sns:ap-northeast-1:123456789012:topic"},
		{"a topic by ARN", adv.SnsTopicName + " " + adv.SnsTopicARN, "arn:aws:sns:us-east-1:123456789012:t arn:aws:sns:us-east-1:123456789012:t"},
		{"tags in their order", asJSON(tr.Tags), `[{"Key":"k","Value":"v"},{"Key":"a","Value":""}]`},
		{"delivery errors", asJSON(tr.DeliveryErrors), `{"eu-west-1":"AccessDenied"}`},
		{"a stack", st.Name + " in " + st.Region + " since " + st.Created.Format(time.RFC3339), "audit in ap-northeast-1 since 2026-05-26T06:40:00Z"},
		{
			"its trail, as a template would make it", asJSON([]any{st.Resources[0].LogicalID, st.Resources[0].PhysicalID, st.Resources[0].Properties}),
			`["YourTrailName","your-trail-name",{"CloudWatchLogsLogGroupArn":"g","CloudWatchLogsRoleArn":"r","EnableLogFileValidation":true,"IsLogging":false,"KMSKeyId":"k","S3BucketName":"your-bucket-name","S3KeyPrefix":"logs","SnsTopicName":"topic","TrailName":"your-trail-name"}]`,
		},
		{
			"the documented policy, for all trails of the bucket", policy("your-bucket-name"),
			`{"Version":"2012-10-17","Statement":[{"Sid":"AWSCloudTrailAclCheck20150319","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::your-bucket-name"},` +
				`{"Sid":"AWSCloudTrailWrite20150319","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":["arn:aws:s3:::your-bucket-name/AWSLogs/111111111111/*","arn:aws:s3:::your-bucket-name/AWSLogs/123456789012/*","arn:aws:s3:::your-bucket-name/AWSLogs/o-exampleorgid/*","arn:aws:s3:::your-bucket-name/logs/AWSLogs/123456789012/*"],"Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}`,
		},
		{"no policy", policy("bare-bucket"), ""},
		{"a policy of its own", policy("own-policy"), `{"Version":"2012-10-17","Statement":[]}`},
		{"one in YAML", policy("yaml-policy"), `{"Statement":[],"Version":"2012-10-17"}`},
	} {
		if tt.got != tt.want {
			t.Errorf("%s:\ngot  %s\nwant %s", tt.why, tt.got, tt.want)
		}
	}
	if b, _ := store.Bucket("china-bucket"); b.Region != "cn-north-1" || b.Account != "555555555555" {
		t.Errorf("a bucket without a Region is %+v", b)
	}
	for _, d := range a.DataStores {
		if d.Name != "lake" || d.Status != "CREATED" || d.MultiRegionEnabled || d.AdvancedEventSelectors[0].Name != "Default management events" {
			t.Errorf("the event data store is %s", asJSON(d))
		}
	}
}

func TestDefaultWorld(t *testing.T) {
	w, store, err := build(DefaultWorld)
	if err != nil {
		t.Fatal(err)
	}
	a := w.Accounts["123456789012"]
	if len(w.Accounts) != 1 || len(a.Trails) != 1 || len(a.enabledRegions(builtAt())) != 17 {
		t.Errorf("got %s", asJSON(w))
	}
	for _, tr := range a.Trails {
		if tr.Name != "your-trail-name" || tr.IsMultiRegionTrail || !tr.Logging || tr.HomeRegion != "ap-northeast-1" {
			t.Errorf("the trail is %s", asJSON(tr))
		}
	}
	if b, _ := store.Bucket("your-bucket-name"); !strings.Contains(b.Policy, "your-bucket-name/AWSLogs/123456789012/*") {
		t.Errorf("the policy is %s", b.Policy)
	}
}

// An empty world file is an empty world.
func TestEmptyWorld(t *testing.T) {
	for _, text := range []string{"", "\n", "# nothing\n", "---\n", "accounts: []\n", "accounts:\n"} {
		w, _, err := build(text)
		if err != nil || len(w.Accounts) != 0 || w.DefaultAccount != "123456789012" {
			t.Errorf("%q: %s, %v", text, asJSON(w), err)
		}
	}
}

// Each mistake has one error, with its line.
func TestWorldFileRefused(t *testing.T) {
	const account = "accounts:\n  - id: \"123456789012\"\n"
	for _, tt := range []struct{ why, text, want string }{
		{"a field that is misspelled", "defaultAcount: x", `line 1: there is no field "defaultAcount" here`},
		{"the same deep down", account + "    trails:\n      - {name: t, homeregion: us-east-1}", `line 4: there is no field "homeregion" here`},
		{"the first of several", account + "    x: 1\n    y: 2", `line 3: there is no field "x" here`},
		{"a field that comes twice", "accounts: []\naccounts: []", `line 2: mapping key "accounts" already defined at line 1`},
		{"a boolean that is none", account + "    trails:\n      - {name: t, homeRegion: us-east-1,\n         multiRegion: maybe}", "line 5: `maybe` stands where true or false is expected"},
		{"a list that is none", "accounts: {}", "line 1: a mapping stands where a list is expected"},
		{"text that is none", account + "    name: [a]", "line 3: a list stands where text is expected"},
		{"a mapping that is none", account + "    regions: [af-south-1]", "line 3: a list stands where a mapping is expected"},
		{"not YAML", "accounts: [", "line 2: did not find expected node content"},
		{"two documents", "accounts: []\n---\naccounts: []", "expected single document, found multiple"},
		{"an anchor that is not there", "accounts: *a", "line 1: unknown anchor 'a' referenced"},
		{"a switch in no position", "switches: {sameNameConversion: maybe}", `the switch sameNameConversion is "maybe", but it can only be allow or reject`},
		{"a switch that is not there", "switches: {fast: true}", `line 1: there is no field "fast" here`},
		{"a negative duration", "switches: {propagation: -1s}", "the switches propagation, optInDuration and queryDuration cannot be negative"},
		{"a default account that is none", "defaultAccount: me", `line 1: "me" is not an account ID of 12 digits`},
		{"an account that is none", "accounts:\n  - {id: 1234}", `line 2: "1234" is not an account ID of 12 digits`},
		{"an account without an ID", "accounts:\n  - {name: x}", "line 2: an account has no id"},
		{"an account that comes twice", account + "  - id: 123456789012", "line 3: the account 123456789012 comes twice"},
		{"a partition that is none", account + "    partition: aws-mars", `line 3: the partition is "aws-mars", but it can only be aws, aws-cn, aws-us-gov`},
		{"a state that is none", account + "    state: GONE", `line 3: the state is "GONE", but it can only be ACTIVE, SUSPENDED, PENDING_CLOSURE, PENDING_ACTIVATION, CLOSED`},
		{"a Region that is none", account + "    optedIn: [mars-east-1]", `line 3: there is no Region "mars-east-1"`},
		{"a Region of another partition", account + "    optedIn: [cn-north-1]", "line 3: the Region cn-north-1 is not in the partition aws of the account"},
		{"a Region that needs no opting in", account + "    optedIn: [us-east-1]", "line 3: the Region us-east-1 is enabled by default, and cannot be ENABLED"},
		{"a Region that comes twice", account + "    optedIn: [af-south-1]\n    regions: {af-south-1: DISABLED}", "line 4: the Region af-south-1 comes twice"},
		{"a status that is none", account + "    regions: {af-south-1: ON}", `line 3: the status of a Region is "ON", but it can only be ENABLED, ENABLING, DISABLING, DISABLED`},
		{"a trail without a name", account + "    trails:\n      - {homeRegion: us-east-1}", "line 4: a trail of account 123456789012 has no name"},
		{"a trail without a home", account + "    trails:\n      - {name: t}", "line 4: the trail t has no homeRegion"},
		{"a trail on Mars", account + "    trails:\n      - {name: t, homeRegion: mars-east-1}", `line 4: there is no Region "mars-east-1"`},
		{"a trail that comes twice", account + "    trails:\n      - {name: t, homeRegion: us-east-1}\n      - {name: t, homeRegion: us-east-2}\n      - {name: t, homeRegion: us-east-1}", "line 6: the trail t comes twice in us-east-1 of account 123456789012"},
		{"an organization trail without an organization", account + "    trails:\n      - {name: t, homeRegion: us-east-1, organization: true}", "line 4: the organization trail t is not in the management account of an organization"},
		{"both kinds of selectors", account + "    trails:\n      - {name: t, homeRegion: us-east-1, eventSelectors: [], advancedEventSelectors: []}", "line 4: the trail t has both eventSelectors and advancedEventSelectors"},
		{"a selector that is misspelled", account + "    trails:\n      - {name: t, homeRegion: us-east-1,\n         eventSelectors: [{ReadWrite: All}]}", `line 5: unknown field "ReadWrite"`},
		{"a delivery error on Mars", account + "    trails:\n      - {name: t, homeRegion: us-east-1, deliveryErrors: {mars-east-1: X}}", `line 4: there is no Region "mars-east-1"`},
		{"an event data store without a name", account + "    eventDataStores:\n      - {region: us-east-1}", "line 4: an event data store of account 123456789012 has no name"},
		{"one that comes twice", account + "    eventDataStores: [{name: l, region: us-east-1}, {name: l, region: us-east-1}]", "line 3: the event data store l comes twice in us-east-1 of account 123456789012"},
		{"one in no state", account + "    eventDataStores: [{name: l, region: us-east-1, status: ON}]", `line 3: the status is "ON", but it can only be CREATED, ENABLED, PENDING_DELETION, STARTING_INGESTION, STOPPING_INGESTION, STOPPED_INGESTION`},
		{"a stack without a name", account + "    stacks: [{region: us-east-1}]", "line 3: a stack of account 123456789012 has no name"},
		{"Security Hub in a Region that is none", account + "    securityHub: {regions: [mars-east-1]}", `line 3: there is no Region "mars-east-1"`},
		{"Security Hub twice in a Region", account + "    securityHub: {regions: [us-east-1, us-east-1]}", "line 3: the Region us-east-1 comes twice"},
		{"a stack that comes twice", account + "    stacks: [{name: s, region: us-east-1}, {name: s, region: us-east-1}]", "line 3: the stack s comes twice in us-east-1 of account 123456789012"},
		{"an organization that is none", "organization: {id: x, managementAccount: 111111111111}", `line 1: "x" is not an organization ID, which is o- and 10 to 32 small letters or digits`},
		{"an organization without a head", "organization: {id: o-exampleorgid}", "line 1: the organization has no managementAccount"},
		{"a head that is no account", "organization: {managementAccount: 1}", `line 1: "1" is not an account ID of 12 digits`},
		{"a feature set that is none", "organization: {managementAccount: 111111111111, featureSet: SOME}", `line 1: the featureSet is "SOME", but it can only be ALL, CONSOLIDATED_BILLING`},
		{"an administrator that is the head", "organization: {managementAccount: 111111111111, delegatedAdministrators: [111111111111]}", "line 1: the management account 111111111111 cannot be a delegated administrator"},
		{"an administrator that comes twice", "organization: {managementAccount: 111111111111, delegatedAdministrators: [222222222222,\n222222222222]}", "line 2: the delegated administrator 222222222222 comes twice"},
		{"a member of nothing", account + "    member: true", "line 2: the account 123456789012 is a member, but there is no organization"},
		{"a member of another partition", "organization: {managementAccount: 111111111111}\n" + account + "    member: true\n    partition: aws-cn", "line 3: the account 123456789012 is in the partition aws-cn, the organization in aws"},
		{"a bucket without a name", "buckets:\n  - {region: us-east-1}", "line 2: a bucket has no name"},
		{"a bucket that comes twice", "buckets:\n  - {name: bucket}\n  - {name: bucket}", "line 3: the bucket bucket comes twice; names of buckets are global"},
		{"a bucket that is none", "buckets:\n  - {name: NO}", "line 2: the bucket NO: The specified bucket is not valid."},
		{"a bucket on Mars", "buckets:\n  - {name: bucket, region: mars-east-1}", `line 2: there is no Region "mars-east-1"`},
		{"a bucket of nobody", "buckets:\n  - {name: bucket, account: me}", `line 2: "me" is not an account ID of 12 digits`},
		{"a retention that no log group can have", "logGroups:\n  - name: trail\n    retention: -5", `line 3: the retention of a log group is "-5", but it can only be one of [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653] days`},
		{"a policy that is none", "buckets:\n  - {name: bucket, policy: open}", "line 2: the policy of the bucket bucket is neither documented, none, nor JSON"},
	} {
		_, _, err := build(tt.text)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\ngot  %v\nwant %s", tt.why, err, tt.want)
		}
	}
}

// A fault in a world file is read like any other.
func TestWorldFileFaults(t *testing.T) {
	if _, err := New(Options{World: []byte("faults:\n  - {action: 'cloudtrail:Dance', hang: true}")}); err == nil || err.Error() != `reading the world file: line 2: cloudtrail has no operation "Dance"` {
		t.Errorf("got %v", err)
	}
	if _, err := New(Options{Faults: []byte("- {}")}); err == nil || err.Error() != "reading the faults: line 1: a fault needs one of error, throttle, hang, expire, outage, clockSkew and latency" {
		t.Errorf("got %v", err)
	}
}

// Every switch that is text has its positions checked.
func TestSwitchesAreChecked(t *testing.T) {
	fields := reflect.TypeFor[Switches]()
	for i := range fields.NumField() {
		f := fields.Field(i)
		if f.Type.Kind() != reflect.String {
			continue
		}
		_, _, err := build("switches: {" + f.Tag.Get("yaml") + ": nonsense}")
		if err == nil || !strings.Contains(err.Error(), "the switch "+f.Tag.Get("yaml")) {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

// Whatever a world file says, it becomes a world that can be kept, or has an error of
// one line.
func FuzzWorldFile(f *testing.F) {
	f.Add(everything)
	f.Add(DefaultWorld)
	f.Add("accounts: [{id: &a '123456789012', optedIn: [*a]}]")
	f.Add("buckets: [{name: bucket, policy: {a: .inf}}]")
	f.Fuzz(func(t *testing.T, text string) {
		w, store, err := build(text)
		if err != nil {
			if strings.ContainsAny(err.Error(), "\n") && !strings.ContainsAny(text, "\n\r\"'|>") {
				t.Errorf("more than one line: %v", err)
			}
			return
		}
		first, err := json.Marshal(w)
		if err != nil {
			t.Fatalf("the world cannot be kept: %v", err)
		}
		again := &world{}
		if err := json.Unmarshal(first, again); err != nil {
			t.Fatalf("the world cannot be read: %v", err)
		}
		if second, _ := json.Marshal(again); string(first) != string(second) {
			t.Errorf("the world changed:\n%s\n%s", first, second)
		}
		if _, err := json.Marshal(store); err != nil {
			t.Fatalf("the buckets cannot be kept: %v", err)
		}
	})
}
