package interop_test

import (
	"encoding/json"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Worlds in which the commands of a task ask all that they ever ask.
const (
	stoppedWorld = `
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
    trails: [{name: abc, homeRegion: eu-west-1, bucket: logs, globalServiceEvents: false, logging: false}]
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]
buckets: [{name: logs, account: "123456789012", region: eu-west-1, policy: documented}]
`
	// richWorld has a trail with all that a trail can have, and one beside it.
	richWorld = `
defaultAccount: "123456789012"
organization: {id: o-exampleorgid, managementAccount: "123456789012"}
accounts:
  - id: "123456789012"
    trails:
      - {name: abc, homeRegion: eu-west-1, bucket: logs, organization: true, globalServiceEvents: false, logging: false, snsTopic: news,
         kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012",
         logGroupArn: "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*", logRoleArn: "arn:aws:iam::123456789012:role/trail"}
      - {name: beside, homeRegion: eu-west-1, bucket: logs}
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]
buckets: [{name: logs, account: "123456789012", region: eu-west-1, policy: documented}]
`
	organizationWorld = `
defaultAccount: "123456789012"
organization: {id: o-exampleorgid, managementAccount: "123456789012", units: [{id: ou-exam-workloads, accounts: ["222222222222"]}]}
accounts:
  - id: "123456789012"
    trails: [{name: abc, homeRegion: eu-west-1, bucket: logs}]
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]
  - id: "222222222222"
buckets: [{name: logs, account: "123456789012", region: eu-west-1, policy: documented}]
`
	// sharedWorld is a richWorld with members whose bucket only one of them may look at.
	sharedWorld = `
defaultAccount: "123456789012"
organization: {id: o-exampleorgid, managementAccount: "123456789012", units: [{id: ou-exam-workloads, accounts: ["222222222222"]}]}
accounts:
  - id: "123456789012"
    trails:
      - {name: abc, homeRegion: eu-west-1, bucket: logs, organization: true, globalServiceEvents: false, logging: false, snsTopic: news,
         kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012",
         logGroupArn: "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*", logRoleArn: "arn:aws:iam::123456789012:role/trail"}
      - {name: beside, homeRegion: eu-west-1, bucket: logs}
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]
  - id: "222222222222"
    trails: [{name: member, homeRegion: eu-west-1, bucket: central, kmsKeyId: "arn:aws:kms:eu-west-1:333333333333:key/12345678-1234-1234-1234-123456789012"}]
  - {id: "333333333333", trails: [{name: archive, homeRegion: eu-west-1, bucket: central}]}
buckets:
  - {name: logs, account: "123456789012", region: eu-west-1, policy: documented}
  - {name: central, account: "333333333333", region: eu-west-1, policy: documented}
keys: [{id: 12345678-1234-1234-1234-123456789012, account: "333333333333", region: eu-west-1, policy: documented}]
`
	theKey    = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	keyOfLogs = `keys: [{id: 12345678-1234-1234-1234-123456789012, account: "123456789012", region: eu-west-1, policy: documented}]
`
	// openBucket is how a new bucket looked before S3 began to block public access to all.
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
	openBucket = `[{"action": "s3:GetPublicAccessBlock", "error": "NoSuchPublicAccessBlockConfiguration", "message": "none", "status": 404, "times": 1}]`
	// noListRegions has the other way to the list of Regions taken, too.
	noListRegions = `[{"action": "account:ListRegions", "error": "AccessDeniedException", "message": "no"}]`
)

// What trailspan policy prints is what the commands use, no more and no less: the ledger
// of the sandbox says so. RUN in an argument is the run of the command before. Whoever
// converts the accounts of an organization needs two: its own is entered without a role.
func TestPoliciesAreExact(t *testing.T) {
	t.Parallel()
	for task, tt := range map[string]struct {
		world    string
		faults   string
		commands []string
	}{
		"check":   {stoppedWorld, `[]`, []string{"check"}},
		"convert": {richWorld, `[]`, []string{"convert --plan --cost", "convert --trail abc --yes", "convert --retire --plan", "rollback RUN --yes"}},
		"create": {stoppedWorld + keyOfLogs, openBucket, []string{
			"create --yes --bucket new-logs", "rollback RUN --yes", "create --yes --name other --bucket logs --kms-key " + theKey, "rollback RUN --yes",
		}},
		"organization": {organizationWorld, `[]`, []string{"check --org", "check --accounts 123456789012,222222222222", "check --ous ou-exam-workloads"}},
		"organization convert": {sharedWorld, `[]`, []string{
			"convert --org --plan", "convert --ous ou-exam-workloads --plan", "convert --plan --cost", "convert --org --yes", "rollback RUN --yes", "convert --trail abc --yes", "convert --retire --plan", "rollback RUN --yes",
		}},
	} {
		t.Run(task, func(t *testing.T) {
			t.Parallel()
			e, journal := startSandbox(t, "--world", worldFile(t, tt.world)), t.TempDir()
			e.attach("trail")
			e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(tt.faults), nil)
			e.inTurn(journal, tt.commands)
			e.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(noListRegions), nil)
			e.inTurn(journal, tt.commands[:1])
			used, allowed := e.used(theAccount), e.allowed(strings.Fields(task)...)
			for _, a := range used {
				if !slices.Contains(allowed, a) {
					t.Errorf("%s is used, and policy %s does not allow it", a, task)
				}
			}
			for _, a := range allowed {
				if !slices.Contains(used, a) {
					t.Errorf("%s is allowed by policy %s, and not used", a, task)
				}
			}
			for _, member := range []string{"222222222222", "333333333333"} {
				role := e.allowed(roleOf(task))
				for _, a := range e.used(member) {
					if !slices.Contains(role, a) {
						t.Errorf("%s is used in %s, and its role may not", a, member)
					}
				}
			}
		})
	}
}

// roleOf is the task of the role in the other accounts.
func roleOf(task string) string {
	if strings.HasSuffix(task, "convert") {
		return "convert"
	}
	return "check"
}

// attach gives the role of a trail, if there is one, a managed policy too; the ledger
// forgets that.
func (e endpoint) attach(role string) {
	e.t.Helper()
	needCommand(e.t, "aws", "aws")
	c := caller{e, theAccount, "eu-west-1"}
	defer e.send(http.MethodDelete, "/_sandbox/calls", nil, nil)
	if c.run("iam", "get-role", "--role-name", role).code != 0 {
		return
	}
	c.aws("iam", "create-policy", "--policy-name", "more", "--policy-document", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"logs:*","Resource":"*"}}`)
	c.aws("iam", "attach-role-policy", "--role-name", role, "--policy-arn", "arn:aws:iam::"+theAccount+":policy/more")
}

// inTurn runs commands, of which none may fail.
func (e endpoint) inTurn(journal string, commands []string) {
	e.t.Helper()
	last := ""
	for _, c := range commands {
		cmd := exec.Command(program, append(strings.Fields(strings.ReplaceAll(c, "RUN", last)), "--format", "json")...)
		cmd.Env = append(e.env(theAccount, "eu-west-1"), "TRAILSPAN_JOURNAL="+journal)
		o := run(e.t, cmd)
		if !slices.Contains([]int{0, 3, 4}, o.code) && !strings.HasPrefix(c, "convert --retire") { // which is blocked a day long

			e.t.Fatalf("%s: %v", c, o)
		}
		if strings.Contains(c, "--yes") {
			last = reportOf[planReport](e.t, o).Run
		}
	}
}

// used returns the IAM actions that an account has used, as the ledger knows them.
func (e endpoint) used(account string) []string {
	e.t.Helper()
	var ledger []struct{ Account, Service, Action string }
	e.get("/_sandbox/calls", &ledger)
	var out []string
	for _, c := range ledger {
		if c.Account == account {
			out = append(out, iamAction(c.Service, c.Action))
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(a string) bool { return a == "sts:GetCallerIdentity" }) // which needs no permission
}

// iamAction: a few operations of S3 go by another name in IAM.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
func iamAction(service, operation string) string {
	switch service + ":" + operation {
	case "s3:HeadBucket":
		return "s3:ListBucket"
	case "s3:GetBucketEncryption":
		return "s3:GetEncryptionConfiguration"
	case "s3:GetPublicAccessBlock":
		return "s3:GetBucketPublicAccessBlock"
	case "s3:PutPublicAccessBlock":
		return "s3:PutBucketPublicAccessBlock"
	default:
		return service + ":" + operation
	}
}

func (e endpoint) allowed(tasks ...string) []string {
	e.t.Helper()
	var out []string
	for _, task := range tasks {
		o := e.trailspan(theAccount, "eu-west-1", "policy", task)
		p := reportOf[struct{ Statement []struct{ Action []string } }](e.t, o)
		for _, s := range p.Statement {
			out = append(out, s.Action...)
		}
	}
	return out
}

// memberRole prints the role in a member account.
func memberRole(t *testing.T, kind string) string {
	t.Helper()
	return printed(t, "policy", "org", "--template", kind)
}

// cfn-lint finds nothing to say about the role.
func TestMemberRoleLints(t *testing.T) {
	t.Parallel()
	lintsClean(t, memberRole(t, "cloudformation"))
}

// The Terraform of the role is HCL and makes a role; both forms allow what check needs,
// and what convert needs.
func TestMemberRoleAllowsWhatIsNeeded(t *testing.T) {
	t.Parallel()
	text := memberRole(t, "terraform")
	file, diags := hclsyntax.ParseConfig([]byte(text), "role.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	roles := 0
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		if block.Type == "resource" && block.Labels[0] == "aws_iam_role" {
			roles++
		}
	}
	if roles != 1 {
		t.Errorf("%d roles", roles)
	}
	e := endpoint{t, "http://127.0.0.1:1"} // printing a policy needs no AWS
	for _, task := range []string{"check", "convert"} {
		o := e.trailspan(theAccount, "eu-west-1", "policy", task)
		policy, err := json.Marshal(reportOf[any](t, o))
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []string{"terraform", "cloudformation"} {
			if !slices.ContainsFunc(policiesIn(memberRole(t, kind)), func(p string) bool { return p == string(policy) }) {
				t.Errorf("the role as %s does not have the policy of %s", kind, task)
			}
		}
	}
}

// policiesIn returns the policies of a template, written as Go writes them.
func policiesIn(text string) []string {
	var out []string
	for _, line := range strings.Split(text, "\n") {
		_, rest, found := strings.Cut(line, `{"Version"`)
		if !found {
			continue
		}
		var v any
		if json.Unmarshal([]byte(strings.TrimSuffix(`{"Version"`+rest, ")")), &v) == nil {
			if again, err := json.Marshal(v); err == nil {
				out = append(out, string(again))
			}
		}
	}
	return out
}

// Commands that only look ask for no change, whatever there is to see: the ledger of the
// sandbox says so.
func TestCommandsThatOnlyLook(t *testing.T) {
	t.Parallel()
	e, journal := startSandbox(t, "--world", worldFile(t, organizationWorld)), t.TempDir()
	e.inTurn(journal, []string{"check", "check --org", "convert --plan", "convert --org --plan", "create --plan", "runs", "policy convert"})
	for _, a := range e.used(theAccount) {
		_, operation, _ := strings.Cut(a, ":")
		if !regexp.MustCompile(`^(Describe|Get|List|Lookup|AssumeRole$)`).MatchString(operation) {
			t.Errorf("%s was asked for by a command that only looks", a)
		}
	}
	if len(e.used(theAccount)) < 8 {
		t.Errorf("only %v was asked for: the test shows nothing", e.used(theAccount))
	}
}
