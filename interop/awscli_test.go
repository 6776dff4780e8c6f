package interop_test

import (
	"encoding/json"
	"os/exec"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A caller types commands of the AWS CLI.
type caller struct {
	endpoint
	account, region string
}

// in returns the same caller in another Region.
func (c caller) in(region string) caller {
	c.region = region
	return c
}

func awsCLI(t *testing.T, account, region string) caller {
	t.Helper()
	needCommand(t, "aws", "aws")
	return caller{startSandbox(t), account, region}
}

func (c caller) command(args ...string) *exec.Cmd {
	cmd := exec.Command("aws", args...)
	cmd.Env = c.env(c.account, c.region)
	return cmd
}

func (c caller) run(args ...string) outcome {
	c.t.Helper()
	return run(c.t, c.command(args...))
}

// aws runs a command that must succeed, and returns what it prints.
func (c caller) aws(args ...string) string {
	c.t.Helper()
	o := c.run(args...)
	if o.code != 0 {
		c.t.Fatalf("aws %s: %v", strings.Join(args, " "), o)
	}
	return o.stdout
}

// prints runs a command that must print this JSON, no more and no less.
func (c caller) prints(want string, args ...string) {
	c.t.Helper()
	var got, wanted any
	out := c.aws(args...)
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		c.t.Fatalf("aws %s: %v:\n%s", strings.Join(args, " "), err, out)
	}
	if err := json.Unmarshal([]byte(want), &wanted); err != nil {
		c.t.Fatal(err)
	}
	if !reflect.DeepEqual(got, wanted) {
		c.t.Errorf("aws %s printed\n%swant\n%s", strings.Join(args, " "), out, want)
	}
}

// says runs a command with --output text, which must print these words.
func (c caller) says(want string, args ...string) {
	c.t.Helper()
	out := c.aws(append(args, "--output", "text")...)
	if got := strings.Join(strings.Fields(out), " "); got != want {
		c.t.Errorf("aws %s printed %q, want %q", strings.Join(args, " "), got, want)
	}
}

// fails runs a command that must fail with an AWS error code, and returns what it says.
func (c caller) fails(code string, args ...string) string {
	c.t.Helper()
	o := c.run(args...)
	if o.code == 0 || !strings.Contains(o.stderr, "An error occurred ("+code+")") {
		c.t.Errorf("aws %s: want the error %s, got %v", strings.Join(args, " "), code, o)
	}
	return o.stderr
}

// member is the name of a member at the beginning of a line, as the CLI prints JSON.
var member = regexp.MustCompile(`(?m)^ *"(\w+)": `)

// members returns the names of members in the order in which they are printed.
func members(printed string) []string {
	var names []string
	for _, m := range member.FindAllStringSubmatch(printed, -1) {
		names = append(names, m[1])
	}
	return names
}

// The session that every introduction to CloudTrail shows: a trail is made without
// --is-multi-region-trail, and records one Region; an update makes it record all.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-create-and-update-a-trail-by-using-the-aws-cli-update-trail.html
func TestAWSCLIClassicSession(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/my-trail"
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	ireland := tokyo.in("eu-west-1")

	tokyo.prints(`{"Name": "my-trail", "S3BucketName": "your-bucket-name", "IncludeGlobalServiceEvents": true,
		"IsMultiRegionTrail": false, "TrailARN": "`+arn+`", "LogFileValidationEnabled": false, "IsOrganizationTrail": false}`,
		"cloudtrail", "create-trail", "--name", "my-trail", "--s3-bucket-name", "your-bucket-name")
	tokyo.says("False", "cloudtrail", "get-trail-status", "--name", "my-trail", "--query", "IsLogging")
	tokyo.aws("cloudtrail", "start-logging", "--name", "my-trail")
	tokyo.says("True", "cloudtrail", "get-trail-status", "--name", "my-trail", "--query", "IsLogging")

	described := tokyo.aws("cloudtrail", "describe-trails", "--trail-name-list", "my-trail")
	want := []string{
		"trailList", "Name", "S3BucketName", "IncludeGlobalServiceEvents", "IsMultiRegionTrail", "HomeRegion", "TrailARN",
		"LogFileValidationEnabled", "HasCustomEventSelectors", "HasInsightSelectors", "IsOrganizationTrail",
	}
	if got := members(described); !slices.Equal(got, want) {
		t.Errorf("describe-trails has the members\n%v\nwant\n%v", got, want)
	}

	// Another Region knows nothing of a single-Region trail, by name or by list.
	ireland.prints(`{"trailList": []}`, "cloudtrail", "describe-trails")
	said := ireland.fails("TrailNotFoundException", "cloudtrail", "get-trail-status", "--name", "my-trail")
	if want := "Unknown trail: arn:aws:cloudtrail:eu-west-1:123456789012:trail/my-trail for the user: 123456789012"; !strings.Contains(said, want) {
		t.Errorf("get-trail-status in another Region says %q, want %q", said, want)
	}
	// Changes are for the home Region.
	ireland.fails("TrailNotFoundException", "cloudtrail", "update-trail", "--name", "my-trail", "--is-multi-region-trail")
	ireland.fails("InvalidHomeRegionException", "cloudtrail", "update-trail", "--name", arn, "--is-multi-region-trail")

	tokyo.prints(`{"Name": "my-trail", "S3BucketName": "your-bucket-name", "IncludeGlobalServiceEvents": true,
		"IsMultiRegionTrail": true, "TrailARN": "`+arn+`", "LogFileValidationEnabled": false, "IsOrganizationTrail": false}`,
		"cloudtrail", "update-trail", "--name", "my-trail", "--is-multi-region-trail")

	// The shadow is seen everywhere, and asked for by its ARN.
	ireland.says("my-trail ap-northeast-1 True", "cloudtrail", "describe-trails", "--query", "trailList[].[Name,HomeRegion,IsMultiRegionTrail]")
	ireland.prints(`[]`, "cloudtrail", "describe-trails", "--no-include-shadow-trails", "--query", "trailList")
	ireland.fails("TrailNotFoundException", "cloudtrail", "get-trail-status", "--name", "my-trail")
	ireland.says("True", "cloudtrail", "get-trail-status", "--name", arn, "--query", "IsLogging")
	ireland.fails("InvalidHomeRegionException", "cloudtrail", "stop-logging", "--name", arn)
	ireland.fails("InvalidHomeRegionException", "cloudtrail", "delete-trail", "--name", arn)

	// Two things that conversions are refused for.
	said = tokyo.fails("InvalidParameterCombinationException", "cloudtrail", "update-trail", "--name", "my-trail", "--no-include-global-service-events")
	if want := "Multi-Region trail must include global service events."; !strings.Contains(said, want) {
		t.Errorf("update-trail says %q, want %q", said, want)
	}
	tokyo.aws("cloudtrail", "delete-trail", "--name", "my-trail")
	ireland.prints(`{"trailList": []}`, "cloudtrail", "describe-trails")
}

// The rest of CloudTrail that a person types: selectors, Insights, tags, lists.
func TestAWSCLITrailSettings(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name"
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")

	tokyo.prints(`{"Trails": [{"TrailARN": "`+arn+`", "Name": "your-trail-name", "HomeRegion": "ap-northeast-1"}]}`, "cloudtrail", "list-trails")
	tokyo.says("your-trail-name", "cloudtrail", "get-trail", "--name", arn, "--query", "Trail.Name")
	tokyo.prints(`{"TrailARN": "`+arn+`", "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true,
		"DataResources": [], "ExcludeManagementEventSources": []}]}`,
		"cloudtrail", "get-event-selectors", "--trail-name", "your-trail-name")
	tokyo.says("WriteOnly", "cloudtrail", "put-event-selectors", "--trail-name", "your-trail-name", "--event-selectors",
		`[{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": true, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}]`,
		"--query", "EventSelectors[0].ReadWriteType")
	tokyo.says("True", "cloudtrail", "describe-trails", "--query", "trailList[0].HasCustomEventSelectors")
	tokyo.says("Management", "cloudtrail", "put-event-selectors", "--trail-name", "your-trail-name", "--advanced-event-selectors",
		`[{"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]`,
		"--query", "AdvancedEventSelectors[0].FieldSelectors[0].Equals[0]")
	tokyo.fails("InsightNotEnabledException", "cloudtrail", "get-insight-selectors", "--trail-name", "your-trail-name")
	tokyo.says("ApiCallRateInsight", "cloudtrail", "put-insight-selectors", "--trail-name", "your-trail-name",
		"--insight-selectors", `[{"InsightType": "ApiCallRateInsight"}]`, "--query", "InsightSelectors[0].InsightType")
	tokyo.aws("cloudtrail", "add-tags", "--resource-id", arn, "--tags-list", "Key=team,Value=audit", "Key=bare")
	tokyo.prints(`{"ResourceTagList": [{"ResourceId": "`+arn+`", "TagsList": [{"Key": "team", "Value": "audit"}, {"Key": "bare"}]}]}`,
		"cloudtrail", "list-tags", "--resource-id-list", arn)
	tokyo.aws("cloudtrail", "remove-tags", "--resource-id", arn, "--tags-list", "Key=team")
	tokyo.says("bare", "cloudtrail", "list-tags", "--resource-id-list", arn, "--query", "ResourceTagList[0].TagsList[].Key")
	tokyo.aws("cloudtrail", "stop-logging", "--name", "your-trail-name")
	tokyo.says("False", "cloudtrail", "get-trail-status", "--name", "your-trail-name", "--query", "IsLogging")

	// What is not there refuses, and says which operation it was.
	o := tokyo.run("cloudtrail", "list-imports")
	if o.code == 0 || !strings.Contains(o.stderr, "ListImports") {
		t.Errorf("an operation that is not there: %v, want an error that names it", o)
	}
}
