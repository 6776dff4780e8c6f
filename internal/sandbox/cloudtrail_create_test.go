package sandbox_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

func TestCreateTrailRefuses(t *testing.T) {
	const combination = "InvalidParameterCombinationException"
	type input = cloudtrail.CreateTrailInput
	name := func(n string) func(*input) { return func(in *input) { in.Name = &n } }
	logs := func(group, role string) func(*input) {
		return func(in *input) {
			if group != "" {
				in.CloudWatchLogsLogGroupArn = &group
			}
			if role != "" {
				in.CloudWatchLogsRoleArn = &role
			}
		}
	}
	const group, role = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*", "arn:aws:iam::123456789012:role/trail"
	for _, c := range []struct {
		why           string
		change        func(*input)
		code, message string
	}{
		{"short name", name("ab"), "InvalidTrailNameException", "Trail name too short. Minimum allowed length: 3 characters. Specified name length: 2 characters."},
		{"long name", name(strings.Repeat("a", 129)), "InvalidTrailNameException", "Trail name too long. Maximum allowed length: 128 characters. Specified name length: 129 characters."},
		{"longest name", name(strings.Repeat("a", 128)), "", ""},
		{"name that begins with a dash", name("-abc"), "InvalidTrailNameException", "Trail name must starts with a letter or number."},
		{"name that ends with a dot", name("abc."), "InvalidTrailNameException", "Trail name must ends with a letter or number."},
		{"name that ends with what is not allowed at all", name("trail!"), "InvalidTrailNameException", "Trail name must ends with a letter or number."},
		{"name with a space", name("a bc"), "InvalidTrailNameException", "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_)."},
		{"name with a letter outside ASCII", name("trail-é"), "InvalidTrailNameException", ""},
		{"an ARN is no name", name(arnOf(self, "us-east-1", "main")), "InvalidTrailNameException", ""},
		{"name with two marks in a row", name("my-_ns"), "InvalidTrailNameException", ""},
		{"name like an address", name("192.168.5.4"), "InvalidTrailNameException", ""},
		{"name almost like an address", name("192.168.5.400"), "", ""},
		{"multi-Region without global events", func(in *input) { multiRegion(in); withoutGlobalEvents(in) }, combination, "Multi-Region trail must include global service events."},
		{"single-Region without global events", withoutGlobalEvents, "", ""},
		{"log group without role", logs(group, ""), combination, ""},
		{"role without log group", logs("", role), combination, ""},
		{"both", logs(group, role), "", ""},
		{"log group of another Region", logs(strings.Replace(group, "us-east-1", "eu-west-1", 1), role), "InvalidCloudWatchLogsLogGroupArnException", ""},
		{"log group that is none", logs("group", role), "InvalidCloudWatchLogsLogGroupArnException", ""},
		{"role of another account", logs(group, strings.Replace(role, self, stranger, 1)), "InvalidCloudWatchLogsRoleArnException", "Access denied. Check the trust relationships for your role."},
		{"bucket that does not exist", func(in *input) { in.S3BucketName = ptr("none") }, "S3BucketDoesNotExistException", "S3 bucket none does not exist!"},
		{"bucket that cannot exist", func(in *input) { in.S3BucketName = ptr("No_Bucket") }, "InvalidS3BucketNameException", ""},
		{"bucket without policy", func(in *input) { in.S3BucketName = ptr("closed") }, "InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: closed"},
		{"prefix", func(in *input) { in.S3KeyPrefix = ptr("some/where") }, "", ""},
		{"long prefix", func(in *input) { in.S3KeyPrefix = ptr(strings.Repeat("a", 201)) }, "InvalidS3PrefixException", ""},
		{"prefix into the logs of others", func(in *input) { in.S3KeyPrefix = ptr("AWSLogs/999999999999") }, "InvalidS3PrefixException", ""},
		{"topic by name", func(in *input) { in.SnsTopicName = ptr("topic") }, "", ""},
		{"topic that cannot exist", func(in *input) { in.SnsTopicName = ptr("to pic") }, "InvalidSnsTopicNameException", ""},
		{"key that cannot exist", func(in *input) { in.KmsKeyId = ptr("key") }, "InvalidKmsKeyIdException", ""},
		{"key in another Region than the bucket", func(in *input) {
			in.KmsKeyId = ptr("arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012")
		}, "KmsKeyNotFoundException", ""},
		{"tags of one key", func(in *input) { in.TagsList = []types.Tag{{Key: ptr("a")}, {Key: ptr("a")}} }, "InvalidTagParameterException", ""},
		{"51 tags", func(in *input) { in.TagsList = manyTags(51) }, "TagsLimitExceededException", ""},
		{"organization trail without organization", forOrganization, "OrganizationsNotInUseException", ""},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, strings.Replace(alone, "buckets: [", `buckets: [{name: closed, account: "123456789012", region: us-east-1, policy: none}, `, 1))
			l.logTarget("us-east-1")
			in := &input{Name: ptr("main"), S3BucketName: ptr("logs")}
			c.change(in)
			_, err := l.at("us-east-1").CreateTrail(t.Context(), in)
			l.refused(err, c.code, c.message)
			if refused := l.names(self, "us-east-1") == ""; refused != (c.code != "") {
				t.Errorf("refused %v, but afterwards there is %q", refused, l.names(self, "us-east-1"))
			}
		})
	}
}

func manyTags(n int) []types.Tag {
	var tags []types.Tag
	for i := range n {
		tags = append(tags, types.Tag{Key: ptr("k" + strconv.Itoa(i)), Value: ptr("v")})
	}
	return tags
}

// All settings come back, some completed, in the order of AWS.
func TestCreateTrailWithEverything(t *testing.T) {
	l := newLab(t, encrypted)
	group, role := l.logTarget("eu-west-1")
	_, err := l.at("eu-west-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{
		Name: ptr("main"), S3BucketName: ptr("logs"), S3KeyPrefix: ptr("p"), SnsTopicName: ptr("topic"), IsMultiRegionTrail: ptr(true),
		EnableLogFileValidation: ptr(true), CloudWatchLogsLogGroupArn: ptr(group), CloudWatchLogsRoleArn: ptr(role),
		KmsKeyId: ptr("12345678-1234-1234-1234-123456789012"),
	})
	l.must(err)
	l.answered(`{"Name":"main","S3BucketName":"logs","S3KeyPrefix":"p","SnsTopicName":"topic","SnsTopicARN":"arn:aws:sns:eu-west-1:123456789012:topic",` +
		`"IncludeGlobalServiceEvents":true,"IsMultiRegionTrail":true,"TrailARN":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/main","LogFileValidationEnabled":true,` +
		`"CloudWatchLogsLogGroupArn":"` + group + `","CloudWatchLogsRoleArn":"` + role + `","KmsKeyId":"arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012","IsOrganizationTrail":false}`)
}

func TestDuplicates(t *testing.T) {
	l := newLab(t, alone)
	l.create(self, "us-east-1", "main")
	_, err := l.at("us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("main"), S3BucketName: ptr("logs")})
	l.refused(err, "TrailAlreadyExistsException", "Trail main already exists for customer: 123456789012")
	l.create(self, "eu-west-1", "main") // in another Region it is another trail
	l.create(self, "us-east-1", "wide", multiRegion)
	_, err = l.at("eu-west-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("wide"), S3BucketName: ptr("logs")})
	l.refused(err, "TrailAlreadyExistsException", "Trail wide already exists for customer: 123456789012") // the shadow has the name
}

// Five trails per Region, shadows among them.
func TestQuota(t *testing.T) {
	l := newLab(t, alone)
	create := func(region, name string, multi bool) error {
		_, err := l.at(region).CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: &name, S3BucketName: ptr("logs"), IsMultiRegionTrail: &multi})
		return err
	}
	full := func(err error, region string) {
		t.Helper()
		l.refused(err, "MaximumNumberOfTrailsExceededException", "User: 123456789012 already has 5 trails in "+region+".")
	}
	// The example of the user guide: two single-Region and two multi-Region trails at
	// home here, one multi-Region trail at home elsewhere.
	// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
	l.must(create("us-west-2", "one", false))
	l.must(create("us-west-2", "two", false))
	l.must(create("us-west-2", "three", true))
	l.must(create("us-west-2", "four", true))
	l.must(create("us-east-1", "five", true))
	full(create("us-west-2", "six", false), "us-west-2")
	full(create("us-east-1", "six", true), "us-west-2") // a shadow would have no room there
	l.must(create("us-east-1", "six", false))
	l.must(create("us-east-1", "seven", false))
	full(create("us-east-1", "eight", false), "us-east-1")
	full(l.widen(self, "us-east-1", "six"), "us-west-2")
	if l.names(self, "eu-west-1") != "five four three" {
		t.Errorf("refused trails left shadows: %s", l.names(self, "eu-west-1"))
	}
	l.must(changes()[5].do(t.Context(), l.at("us-west-2"), "one"))
	l.must(l.widen(self, "us-east-1", "six"))
}
