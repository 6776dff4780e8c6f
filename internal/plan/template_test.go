package plan_test

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

func template(t *testing.T, kind string, w plan.Wanted) string {
	t.Helper()
	var out bytes.Buffer
	if err := plan.Template(&out, kind, w); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Trails may be called what YAML takes for a number, a date or nothing.
func TestNamesAreTextInYAML(t *testing.T) {
	for _, name := range []string{"abc", "123", "1e5", "2026.10", "null", "true", "2026-10-01", "0x1F"} {
		var doc struct {
			Parameters map[string]struct {
				Default yaml.Node `yaml:"Default"`
			} `yaml:"Parameters"`
			Resources struct {
				Trail struct {
					Properties struct {
						Key yaml.Node `yaml:"KMSKeyId"`
					} `yaml:"Properties"`
				} `yaml:"Trail"`
			} `yaml:"Resources"`
		}
		text := template(t, "cloudformation", plan.Wanted{Name: name, Bucket: name, KMSKeyID: name})
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		for what, node := range map[string]yaml.Node{
			"name": doc.Parameters["TrailName"].Default, "bucket": doc.Parameters["BucketName"].Default, "key": doc.Resources.Trail.Properties.Key,
		} {
			if node.Tag != "!!str" || node.Value != name {
				t.Errorf("the %s %q is %s %q", what, name, node.Tag, node.Value)
			}
		}
	}
}

// fakeAWS is an aws that writes down what it is asked, and answers as the test says.
const fakeAWS = `#!/bin/sh
echo "$2" "$*" >>"$CALLS"
case "$2" in
get-caller-identity) case "$*" in *Account*) echo 123456789012 ;; *) echo arn:aws:iam::123456789012:user/x ;; esac ;;
get) test -n "$CONFIGURED" && echo "$CONFIGURED" ;;
head-bucket)
  test -z "$HEAD" && exit 0
  echo "An error occurred ($HEAD) when calling the HeadBucket operation" >&2
  exit 254 ;;
esac
`

// runCommands runs the commands of the template with fakeAWS, and returns what they
// asked it, one request a line, and what they said.
func runCommands(t *testing.T, w plan.Wanted, env ...string) (calls, said string, err error) {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no sh")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(fakeAWS), 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "calls")
	cmd := exec.Command(sh, "-c", template(t, "cli", w))
	cmd.Env = append([]string{"PATH=" + dir + string(os.PathListSeparator) + os.Getenv("PATH"), "CALLS=" + log}, env...)
	out, err := cmd.CombinedOutput()
	text, readErr := os.ReadFile(log)
	if readErr != nil {
		t.Fatalf("%v\n%s", readErr, out)
	}
	return string(text), string(out), err
}

// The commands make new things: a bucket that is there keeps its policy.
func TestCommandsReplaceNothing(t *testing.T) {
	for name, c := range map[string]struct {
		head    string
		changes bool
		says    string
	}{
		"no such bucket":            {"HEAD=404", true, ""},
		"a bucket":                  {"HEAD=", false, "exists already"},
		"a bucket of somebody else": {"HEAD=403", false, "could not be seen"},
		"no answer":                 {"HEAD=timeout", false, "could not be seen"},
	} {
		calls, said, err := runCommands(t, plan.Wanted{Name: "abc"}, c.head)
		if (err == nil) != c.changes || !strings.Contains(said, c.says) {
			t.Errorf("%s: the commands end with %v and %q", name, err, said)
		}
		for _, call := range []string{"create-bucket", "put-public-access-block", "put-bucket-policy", "create-trail", "start-logging"} {
			if strings.Contains("\n"+calls, "\n"+call+" ") != c.changes {
				t.Errorf("%s: %s must be asked: %v, of\n%s", name, call, c.changes, calls)
			}
		}
	}
}

// The Region is the one that was named, or else the one that the AWS CLI takes.
func TestCommandsTakeTheRegion(t *testing.T) {
	for name, c := range map[string]struct {
		home trail.Region
		env  []string
		want string
	}{
		"named":            {"eu-west-1", []string{"AWS_REGION=us-west-2"}, "eu-west-1"},
		"AWS_REGION":       {"", []string{"AWS_REGION=us-west-2", "AWS_DEFAULT_REGION=us-east-2", "CONFIGURED=eu-west-3"}, "us-west-2"},
		"the default":      {"", []string{"AWS_DEFAULT_REGION=us-east-2", "CONFIGURED=eu-west-3"}, "us-east-2"},
		"the configured":   {"", []string{"CONFIGURED=eu-west-3"}, "eu-west-3"},
		"nobody names one": {"", []string{"AWS_REGION="}, "us-east-1"},
	} {
		calls, said, err := runCommands(t, plan.Wanted{Name: "abc", Home: c.home}, append(c.env, "HEAD=404")...)
		if err != nil || !strings.Contains(calls, "cloudtrail create-trail --region "+c.want+" ") {
			t.Errorf("%s: want %s, but %v %s\n%s", name, c.want, err, said, calls)
		}
	}
}
