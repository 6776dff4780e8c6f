package interop_test

import (
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// template prints what `trailspan create` would make, for another tool to make it.
func template(t *testing.T, kind string, more ...string) string {
	t.Helper()
	return printed(t, append([]string{"create", "--template", kind, "--name", "audit", "--bucket", "audit-logs-123456789012"}, more...)...)
}

// printed is what a command prints that needs no AWS, and must succeed.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = cleanEnv()
	o := run(t, cmd)
	if o.code != 0 {
		t.Fatalf("%s: %v", strings.Join(args, " "), o)
	}
	return o.stdout
}

// lintsClean: cfn-lint finds nothing to say about a template.
func lintsClean(t *testing.T, text string) {
	t.Helper()
	needCommand(t, "cfn-lint", "cfn-lint")
	file := filepath.Join(t.TempDir(), "template.yaml")
	write(t, file, []byte(text))
	cmd := exec.Command("cfn-lint", "--include-checks", "I", "--", file)
	cmd.Env = cleanEnv()
	if o := run(t, cmd); o.code != 0 || strings.TrimSpace(o.stdout) != "" {
		t.Errorf("cfn-lint: %v\n%s", o, text)
	}
}

// cfn-lint finds nothing to say about the CloudFormation that we print.
func TestCloudFormationTemplateLints(t *testing.T) {
	t.Parallel()
	lintsClean(t, template(t, "cloudformation"))
}

// The Terraform that we print is HCL, and holds the trail and its bucket.
func TestTerraformTemplateParses(t *testing.T) {
	t.Parallel()
	text := template(t, "terraform")
	file, diags := hclsyntax.ParseConfig([]byte(text), "trail.tf", hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	var resources []string
	for _, block := range file.Body.(*hclsyntax.Body).Blocks {
		if block.Type == "resource" {
			resources = append(resources, block.Labels[0])
		}
	}
	for _, want := range []string{"aws_cloudtrail", "aws_s3_bucket", "aws_s3_bucket_policy"} {
		if !slices.Contains(resources, want) {
			t.Errorf("no %s among the resources %v", want, resources)
		}
	}
}

// The Terraform that we print makes a trail that check finds complete.
func TestTerraformTemplateApplies(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	e := startSandbox(t)
	w := terraformIn(t, e, map[string][]byte{"trail.tf": []byte(template(t, "terraform")), "sandbox_override.tf": []byte(`
provider "aws" {
  region            = "eu-west-1"
  s3_use_path_style = true
}
`)})
	w.ok("apply", "-auto-approve", "-no-color")
	w.settled()
	if a := e.check(theAccount, 0); a.Verdict != "recorded" || a.FutureRegions != "recorded" {
		t.Errorf("what was applied is %+v", a)
	}
}

// The commands that we print, typed as they stand, make such a trail too.
func TestCLITemplateRuns(t *testing.T) {
	t.Parallel()
	c := awsCLI(t, theAccount, "eu-west-1")
	script := template(t, "cli")
	cmd := exec.Command("bash", "-euo", "pipefail", "-c", script)
	cmd.Env = c.env(c.account, c.region)
	cmd.Dir = t.TempDir()
	if o := run(t, cmd); o.code != 0 {
		t.Fatalf("%v\n%s", o, script)
	}
	if a := c.check(theAccount, 0); a.Verdict != "recorded" || a.FutureRegions != "recorded" {
		t.Errorf("what was made is %+v", a)
	}
}
