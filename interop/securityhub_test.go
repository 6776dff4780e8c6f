package interop_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	hubWorld = `
defaultAccount: "123456789012"
organization: {id: o-exampleorgid, managementAccount: "123456789012"}
accounts:
  - id: "123456789012"
    securityHub: {regions: [eu-west-1]}
    trails: [{name: abc, homeRegion: eu-west-1, bucket: logs}]
    eventDataStores: [{name: lake, region: us-east-1, multiRegion: true, status: ENABLED}]
  - {id: "222222222222", securityHub: {regions: [eu-west-1]}}
buckets: [{name: logs, account: "123456789012", region: eu-west-1, policy: documented}]
`
	ownProduct = "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default"
)

// Security Hub, as the AWS CLI knows it: enabled, told of the findings that check
// prints, asked for them, told again once the trail is widened.
func TestAWSCLISecurityHub(t *testing.T) {
	t.Parallel()
	c := awsCLI(t, theAccount, "eu-west-1")
	file := filepath.Join(t.TempDir(), "findings.json")
	printed := func(exit int) {
		t.Helper()
		o := c.trailspan(theAccount, "eu-west-1", "check", "--format", "asff", "--output", file)
		if o.code != exit {
			t.Fatal(o)
		}
	}
	send := []string{"securityhub", "batch-import-findings", "--findings", "file://" + file, "--query", "[SuccessCount,FailedCount]"}
	count := func(status string) []string {
		return []string{"securityhub", "get-findings", "--filters", `{"ProductArn":[{"Comparison":"EQUALS","Value":"` + ownProduct + `"}],"ComplianceStatus":[{"Comparison":"EQUALS","Value":"` + status + `"}]}`, "--query", "length(Findings)"}
	}

	printed(3)
	if out := c.fails("InvalidAccessException", send...); !strings.Contains(out, "Account 123456789012 is not subscribed to AWS Security Hub") {
		t.Errorf("where it is not enabled: %s", out)
	}
	c.fails("InvalidAccessException", "securityhub", "describe-hub")
	c.aws("securityhub", "enable-security-hub", "--no-enable-default-standards")
	c.fails("ResourceConflictException", "securityhub", "enable-security-hub")
	c.says("arn:aws:securityhub:eu-west-1:123456789012:hub/default", "securityhub", "describe-hub", "--query", "HubArn")
	c.says("21 0", send...)
	c.says("1", count("PASSED")...)
	caller{c.endpoint, "222222222222", "eu-west-1"}.aws("securityhub", "enable-security-hub")
	caller{c.endpoint, "222222222222", "eu-west-1"}.fails("AccessDeniedException", send...)

	c.in("ap-northeast-1").aws("cloudtrail", "update-trail", "--name", "your-trail-name", "--is-multi-region-trail")
	printed(0)
	later(t, file)
	c.says("19 0", send...)
	c.says("18", count("PASSED")...)
	c.aws("securityhub", "disable-security-hub")
	c.fails("InvalidAccessException", count("PASSED")...)
}

// later makes findings newer by a year: two checks of one second say the same.
func later(t *testing.T, file string) {
	t.Helper()
	year := regexp.MustCompile(`"UpdatedAt":"(\d{4})`)
	text := year.ReplaceAllStringFunc(string(read(t, file)), func(found string) string {
		var n int
		if _, err := fmt.Sscanf(found, `"UpdatedAt":"%d`, &n); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`"UpdatedAt":"%d`, n+1)
	})
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// What --push-securityhub sends is what --format asff prints, and boto3 finds it there.
func TestPushedFindings(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	e, file := startSandbox(t, "--world", worldFile(t, hubWorld)), filepath.Join(t.TempDir(), "findings.json")
	o := e.trailspan(theAccount, "eu-west-1", "check", "--push-securityhub", "--format", "asff", "--output", file)
	if o.code != 3 || !strings.Contains(o.stderr, "took all findings") {
		t.Fatal(o)
	}
	cmd := exec.Command("python3", "testdata/pushed_findings.py", e.url, file)
	cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
	if o := run(t, cmd); o.code != 0 || !strings.Contains(o.stdout, "ok 21") {
		t.Error(o)
	}
}

// What --push-securityhub sends is all that a check sends beside reads, and it is what
// trailspan policy adds for it: of an account, and of many.
func TestPushPolicyIsExact(t *testing.T) {
	t.Parallel()
	for task, command := range map[string]string{"check": "check", "organization": "check --org"} {
		t.Run(task, func(t *testing.T) {
			t.Parallel()
			e := startSandbox(t, "--world", worldFile(t, hubWorld))
			e.inTurn(t.TempDir(), []string{command})
			without := e.used(theAccount)
			e.inTurn(t.TempDir(), []string{command + " --push-securityhub"})
			with := e.used(theAccount)
			more := slices.DeleteFunc(slices.Clone(with), func(a string) bool { return slices.Contains(without, a) })
			if !slices.Equal(more, []string{"securityhub:BatchImportFindings"}) {
				t.Errorf("--push-securityhub uses %v beside what the check uses", more)
			}
			plain := e.allowed(task)
			o := e.trailspan(theAccount, "eu-west-1", "policy", task, "--push-securityhub")
			var added []string
			for _, s := range reportOf[struct {
				Statement []struct {
					Action   []string
					Resource json.RawMessage
				}
			}](t, o).Statement {
				for _, a := range s.Action {
					if !slices.Contains(plain, a) {
						added = append(added, a+" on "+string(s.Resource))
					}
				}
			}
			if !slices.Equal(added, []string{`securityhub:BatchImportFindings on "arn:*:securityhub:*:*:product/*/default"`}) {
				t.Errorf("policy adds %v", added)
			}
		})
	}
}
