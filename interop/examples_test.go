package interop_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// The examples run as they stand, with the trailspan of this tree. That in Go is a test
// of its own.

func TestExampleAWSCLI(t *testing.T) {
	t.Parallel()
	needCommand(t, "aws", "aws")
	needCommand(t, "curl", "curl")
	o := example(t, "../examples/awscli", "sh", "convert.sh")
	want := `ap-south-1 sees 0 trails and has 0 log files in the bucket
… update-trail --is-multi-region-trail
ap-south-1 sees 1 trails and has 1 log files in the bucket
`
	if o.code != 0 || o.stdout != want {
		t.Errorf("%v\nwant\n%s", o, want)
	}
}

func TestExampleBoto3(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	if o := example(t, "../examples/boto3", "python3", "-m", "unittest"); o.code != 0 || !strings.Contains(o.stderr, "Ran 4 tests") {
		t.Error(o)
	}
}

// The stack is made in an empty account, and every Region is recorded.
func TestExampleCloudFormation(t *testing.T) {
	t.Parallel()
	c := awsCLI(t, "111111111111", "eu-west-1")
	o := c.run("cloudformation", "deploy", "--stack-name", "trail", "--template-file", "../examples/cloudformation/trail.yaml")
	if o.code != 0 {
		t.Fatalf("the stack is not made: %v", o)
	}
	if o := c.trailspan("111111111111", "eu-west-1", "check"); o.code != 0 {
		t.Errorf("the stack is made, and check finds fault: %v", o)
	}
}

// The jobs for CI do what they are for: they pass with the trail of examples/terraform,
// and fail when it records one Region.
func TestExampleCI(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	good := string(read(t, "../examples/terraform/main.tf"))
	bad := strings.Replace(good, "is_multi_region_trail      = true", "is_multi_region_trail      = false", 1)
	for name, script := range map[string]string{"github": githubScript(t), "gitlab": gitlabScript(t)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if o := runJob(t, script, good); o.code != 0 {
				t.Errorf("every Region is recorded, and the job fails: %v", o)
			}
			if o := runJob(t, script, bad); o.code != 3 || !strings.Contains(o.stdout, "1 of 17") {
				t.Errorf("one Region is recorded, and the job ends otherwise than check does: %v", o)
			}
		})
	}
}

// example runs a command in the directory of an example, as its reader does.
func example(t *testing.T, dir string, command ...string) outcome {
	t.Helper()
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Dir = dir
	cmd.Env = cleanEnv("PATH="+filepath.Dir(program)+string(os.PathListSeparator)+os.Getenv("PATH"),
		"PYTHONDONTWRITEBYTECODE=1", "AWS_MAX_ATTEMPTS=3")
	return run(t, cmd)
}

// runJob runs the script of a job in a project with a Terraform configuration, and ends
// what it leaves running, as CI does.
func runJob(t *testing.T, script, configuration string) outcome {
	t.Helper()
	dir := t.TempDir()
	for _, sub := range []string{"terraform", "bin"} {
		if err := os.Mkdir(filepath.Join(dir, sub), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(program, filepath.Join(dir, "bin", "trailspan")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "terraform", "main.tf"), []byte(configuration))
	settings := fmt.Sprintf("trap 'kill $(jobs -p)' EXIT\nexport TF_CLI_ARGS_init=-plugin-dir=%q CHECKPOINT_DISABLE=1 TF_CLI_CONFIG_FILE=%s\n",
		os.Getenv("TF_PLUGIN_DIR"), os.DevNull)
	return example(t, dir, "bash", "-e", "-c", settings+script)
}

// githubScript is what the steps of the GitHub workflow run after trailspan has been
// installed. What a step writes into GITHUB_ENV is in the environment of the next.
func githubScript(t *testing.T) string {
	t.Helper()
	var workflow struct {
		Jobs map[string]struct {
			Steps []struct {
				Name, Run        string
				WorkingDirectory string `yaml:"working-directory"`
			}
		}
	}
	decode(t, "../examples/ci/github.yml", &workflow)
	b := strings.Builder{}
	b.WriteString("export GITHUB_ENV=$PWD/github.env\n")
	for _, step := range workflow.Jobs["trails"].Steps {
		if step.Run == "" || step.Name == "Install trailspan" {
			continue
		}
		fmt.Fprintf(&b, "pushd ./%s >/dev/null\n%s\npopd >/dev/null\nset -a; . \"$GITHUB_ENV\"; set +a\n", step.WorkingDirectory, step.Run)
	}
	return b.String()
}

// gitlabScript is the script of the job of GitLab.
func gitlabScript(t *testing.T) string {
	t.Helper()
	var pipeline map[string]struct{ Script []string }
	decode(t, "../examples/ci/gitlab.yml", &pipeline)
	return strings.Join(pipeline["trails"].Script, "\n")
}

func decode(t *testing.T, name string, into any) {
	t.Helper()
	if err := yaml.Unmarshal(read(t, name), into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}
