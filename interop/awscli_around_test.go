package interop_test

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
)

// S3 as far as people touch the bucket of a trail.
func TestAWSCLIBucket(t *testing.T) {
	t.Parallel()
	home := awsCLI(t, "123456789012", "us-east-1")
	ireland := home.in("eu-west-1")
	dir := t.TempDir()
	file, big := filepath.Join(dir, "a file.txt"), filepath.Join(dir, "big")
	write(t, file, []byte("records\n"))
	write(t, big, bytes.Repeat([]byte("0123456789abcdef"), 1<<19+1)) // just over 8 MB: the CLI sends it in parts

	home.aws("s3", "mb", "s3://some-logs")
	ireland.aws("s3", "mb", "s3://irish-logs")
	home.fails("BucketAlreadyOwnedByYou", "s3api", "create-bucket", "--bucket", "your-bucket-name")
	stranger := caller{home.endpoint, "999999999999", "us-east-1"}
	stranger.fails("BucketAlreadyExists", "s3api", "create-bucket", "--bucket", "your-bucket-name")
	stranger.fails("AccessDenied", "s3api", "list-objects-v2", "--bucket", "your-bucket-name")
	home.says("None", "s3api", "get-bucket-location", "--bucket", "some-logs")
	home.says("eu-west-1", "s3api", "get-bucket-location", "--bucket", "irish-logs")
	home.aws("s3api", "head-bucket", "--bucket", "some-logs")
	if o := home.run("s3api", "head-bucket", "--bucket", "no-such-logs"); o.code == 0 || !strings.Contains(o.stderr, "404") {
		t.Errorf("head-bucket of no bucket: %v", o)
	}

	home.aws("s3", "cp", file, "s3://some-logs/AWSLogs/x/a file.txt")
	home.aws("s3", "cp", big, "s3://some-logs/big")
	if out := home.aws("s3", "ls", "--recursive", "s3://some-logs"); !strings.Contains(out, "AWSLogs/x/a file.txt") || !strings.Contains(out, "big") {
		t.Errorf("s3 ls printed %q", out)
	}
	home.says("AWSLogs/", "s3api", "list-objects-v2", "--bucket", "some-logs", "--delimiter", "/", "--query", "CommonPrefixes[].Prefix")
	home.aws("s3", "cp", "s3://some-logs/big", filepath.Join(dir, "back"))
	if got, want := read(t, filepath.Join(dir, "back")), read(t, big); !bytes.Equal(got, want) {
		t.Errorf("what came back has %d bytes and differs from the %d that were sent", len(got), len(want))
	}
	home.aws("s3api", "get-object", "--bucket", "some-logs", "--key", "big", "--range", "bytes=0-3", filepath.Join(dir, "part"))
	if got := string(read(t, filepath.Join(dir, "part"))); got != "0123" {
		t.Errorf("a range of 4 bytes is %q", got)
	}
	home.fails("NoSuchKey", "s3api", "get-object", "--bucket", "some-logs", "--key", "no", filepath.Join(dir, "no"))
	home.fails("NoSuchBucket", "s3api", "list-objects-v2", "--bucket", "no-such-logs")

	home.aws("s3", "rm", "--recursive", "s3://some-logs/AWSLogs/")
	home.fails("BucketNotEmpty", "s3api", "delete-bucket", "--bucket", "some-logs")
	home.aws("s3", "rb", "--force", "s3://some-logs")
	ireland.aws("s3", "rb", "s3://irish-logs")
	home.says("your-bucket-name", "s3api", "list-buckets", "--query", "Buckets[].Name")
}

// What S3 keeps beside the objects.
func TestAWSCLIBucketSettings(t *testing.T) {
	t.Parallel()
	home := awsCLI(t, "123456789012", "us-east-1")
	bucket := []string{"--bucket", "settings"}
	s3api := func(operation string, more ...string) []string {
		return append(append([]string{"s3api", operation}, bucket...), more...)
	}
	home.aws("s3", "mb", "s3://settings")

	home.fails("NoSuchBucketPolicy", s3api("get-bucket-policy")...)
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::settings"}]}`
	home.aws(s3api("put-bucket-policy", "--policy", policy)...)
	home.prints(policy, s3api("get-bucket-policy", "--query", "Policy", "--output", "text")...)
	home.fails("MalformedPolicy", s3api("put-bucket-policy", "--policy", `{"Statement":[{"Effect":"Perhaps"}]}`)...)
	home.aws(s3api("delete-bucket-policy")...)
	home.fails("NoSuchBucketPolicy", s3api("get-bucket-policy")...)

	home.says("FULL_CONTROL", s3api("get-bucket-acl", "--query", "Grants[].Permission")...)

	blocks := "BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=false"
	home.aws(s3api("put-public-access-block", "--public-access-block-configuration", blocks)...)
	home.prints(`{"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": false}}`,
		s3api("get-public-access-block")...)

	if out := home.aws(s3api("get-bucket-versioning")...); strings.Contains(out, "Status") {
		t.Errorf("versioning of a new bucket is %q, want none", out)
	}
	home.aws(s3api("put-bucket-versioning", "--versioning-configuration", "Status=Enabled")...)
	home.says("Enabled", s3api("get-bucket-versioning", "--query", "Status")...)

	home.says("AES256", s3api("get-bucket-encryption", "--query", "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm")...)
	home.aws(s3api("put-bucket-encryption", "--server-side-encryption-configuration",
		`{"Rules":[{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"aws:kms","KMSMasterKeyID":"alias/logs"}}]}`)...)
	home.says("aws:kms", s3api("get-bucket-encryption", "--query", "ServerSideEncryptionConfiguration.Rules[0].ApplyServerSideEncryptionByDefault.SSEAlgorithm")...)

	home.aws(s3api("put-bucket-tagging", "--tagging", "TagSet=[{Key=team,Value=audit}]")...)
	home.says("audit", s3api("get-bucket-tagging", "--query", "TagSet[].Value")...)
}

// The small services around a trail.
func TestAWSCLIAround(t *testing.T) {
	t.Parallel()
	needCommand(t, "aws", "aws")
	world := worldFile(t, `
organization:
  id: o-exampleorgid
  managementAccount: "111111111111"
  featureSet: ALL
  trustedAccess: true
accounts:
  - {id: "111111111111", name: management}
  - {id: "222222222222", name: security, optedIn: [af-south-1]}
`)
	management := caller{startSandbox(t, "--world", world), "111111111111", "us-east-1"}
	security := caller{management.endpoint, "222222222222", "eu-west-1"}

	security.says("222222222222", "sts", "get-caller-identity", "--query", "Account")
	assumed := management.aws("sts", "assume-role", "--role-arn", "arn:aws:iam::222222222222:role/Audit",
		"--role-session-name", "me", "--query", "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]", "--output", "text")
	keys := strings.Fields(assumed)
	if len(keys) != 3 {
		t.Fatalf("assume-role printed %q, want three words", assumed)
	}
	t.Run("assumed", func(t *testing.T) {
		as := caller{endpoint{t, management.url}, keys[0], "eu-west-1"}
		cmd := as.command("sts", "get-caller-identity", "--query", "Arn", "--output", "text")
		cmd.Env = append(cmd.Env, "AWS_SECRET_ACCESS_KEY="+keys[1], "AWS_SESSION_TOKEN="+keys[2])
		o := run(t, cmd)
		if got := strings.TrimSpace(o.stdout); got != "arn:aws:sts::222222222222:assumed-role/Audit/me" {
			t.Errorf("the assumed role is %v", o)
		}
	})

	security.says("18", "account", "list-regions", "--region-opt-status-contains", "ENABLED", "ENABLED_BY_DEFAULT",
		"--query", "length(Regions)")
	security.says("ENABLED", "account", "get-region-opt-status", "--region-name", "af-south-1", "--query", "RegionOptStatus")
	management.says("17", "ec2", "describe-regions", "--query", "length(Regions)")
	management.says("not-opted-in", "ec2", "describe-regions", "--all-regions",
		"--query", "Regions[?RegionName=='af-south-1'].OptInStatus")
	security.says("opted-in", "ec2", "describe-regions", "--region-names", "af-south-1", "--query", "Regions[].OptInStatus")

	management.says("o-exampleorgid", "organizations", "describe-organization", "--query", "Organization.Id")
	management.says("111111111111 222222222222", "organizations", "list-accounts", "--query", "sort(Accounts[].Id)")

	// A Region that is not enabled answers as to a stranger.
	management.in("af-south-1").fails("UnrecognizedClientException", "cloudtrail", "describe-trails")
}
