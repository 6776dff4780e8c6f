package interop_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
)

// repaired is a case of the linter that its fix changes: a CloudFormation template before
// and after.
type repaired struct {
	name          string // a.yaml
	before, after []byte
}

// repairs are all of them.
func repairs(t *testing.T) (out []repaired) {
	t.Helper()
	names, err := filepath.Glob("../internal/iac/cfn/testdata/cases/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	shown := strings.NewReplacer("␍", "\r", "→", "\t", "␀\n", "", "␂", "\ufeff")
	for _, name := range names {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var r repaired
		for _, f := range a.Files {
			text := []byte(shown.Replace(string(f.Data)))
			switch {
			case f.Name == "fixed":
				r.after = text
			case f.Name != "want" && f.Name != "elsewhere" && f.Name != "parameters":
				r.name, r.before = f.Name, text
			}
		}
		if r.after != nil && !strings.HasPrefix(r.name, "serverless") {
			r.name = strings.TrimSuffix(filepath.Base(name), ".txtar") + filepath.Ext(r.name)
			out = append(out, r)
		}
	}
	return out
}

// cfn-lint finds nothing in a repaired template that it does not find in the one before.
func TestLintFixKeepsCFNLintQuiet(t *testing.T) {
	t.Parallel()
	needCommand(t, "cfn-lint", "cfn-lint")
	dir := t.TempDir()
	all := repairs(t)
	for _, r := range all {
		write(t, filepath.Join(dir, "before-"+r.name), r.before)
		write(t, filepath.Join(dir, "after-"+r.name), r.after)
	}
	found := cfnLint(t, dir)
	for _, r := range all {
		if r.name == "no-properties.yaml" { // of a trail without any, cfn-lint says nothing
			continue
		}
		before, after := found["before-"+r.name], found["after-"+r.name]
		for _, finding := range after {
			i := slices.Index(before, finding)
			if i < 0 {
				t.Errorf("%s: only when it is fixed: %s\n%s", r.name, finding, r.after)
				continue
			}
			before = slices.Delete(slices.Clone(before), i, i+1)
		}
	}
	if len(found) == 0 {
		t.Error("cfn-lint finds nothing at all, though there are templates that are wrong")
	}
}

// digits are lines and columns, which an inserted line moves.
var digits = regexp.MustCompile(`\d+`)

// cfnLint runs cfn-lint once over all files of a directory, and returns what it says of each.
func cfnLint(t *testing.T, dir string) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("cfn-lint", append([]string{"--format", "json", "--"}, files...)...)
	cmd.Env = cleanEnv()
	o := run(t, cmd)
	var found []struct {
		Filename, Message string
		Rule              struct{ ID string }
	}
	if err := json.Unmarshal([]byte(o.stdout), &found); err != nil {
		t.Fatalf("%v: %v", err, o)
	}
	out := map[string][]string{}
	for _, f := range found {
		name := filepath.Base(f.Filename)
		message, _, _ := strings.Cut(f.Message, "\n") // what follows are lines
		out[name] = append(out[name], f.Rule.ID+" "+digits.ReplaceAllString(message, "#"))
	}
	return out
}

// undeployable are the repaired templates that make no stack, fixed or not, with what the
// sandbox says of them: they show what lint reads, not what deploys.
func undeployable() map[string]string {
	const aliases, required, one = "YAML aliases are not allowed", "required key", "YAML not well-formed"
	return map[string]string{
		"anchored-value.yaml": aliases, "anchors.yaml": aliases, "merge-list.yaml": aliases, "merge-over.yaml": aliases, // other tools resolve them first
		"document-end.yaml": one, "documents.yaml": one, // other tools take them apart first
		"global-missing.yaml": required, "json-empty.json": required, "json-one-line.template": required, // what else is missing is not for lint to say
		"no-properties.yaml": required, "strings.yaml": required, "json-compact-bare.json": required,
		"comment-above.yaml": required, "comment-above-crlf.yaml": required,
		"jinja-crlf.yaml": one, "jinja-others.j2": one, "jinja-resource-else.j2": one, "jinja-resource.j2": one, "jinja-tags.j2": one, // other tools fill them in first
		"jinja-other-property.j2": one, "jinja-remarks.j2": "not well-formed", "jinja-commented.j2": required,
		"ansible-body.yml":              "unsupported structure",               // a play that has a template
		"cdk-output.json":               "Unable to fetch parameters",          // an account that CDK has not prepared
		"for-each.yaml":                 "does not exist",                      // a bucket with the number of the account
		"case-differs.yaml":             "extraneous key [isMultiRegionTrail]", // and remains
		"fragment.yml":                  "Invalid template property",           // a part of a template
		"organization.yaml":             "is not a member of an organization",  // the account of the sandbox
		"policy-own-region-single.yaml": "Incorrect S3 bucket policy",          // now bucket-policy tells
		"sam-globals.yaml":              "does not implement the resource type AWS::Serverless::Function",
		"sam.yaml":                      "Unresolved resource dependencies",
		"stackset.yaml":                 "does not implement the resource type AWS::CloudFormation::StackSet",
		"transform-include-beside.yaml": "Fn::Transform", // nothing can be included there
	}
}

// Every repaired template makes a stack whose trails are multi-Region.
func TestLintFixDeploys(t *testing.T) {
	t.Parallel()
	needModule(t, "boto3")
	dir := t.TempDir()
	for _, r := range repairs(t) {
		write(t, filepath.Join(dir, r.name), r.after)
	}
	cmd := exec.Command("python3", "testdata/deploy_fixed.py", dir)
	cmd.Env = append(startSandbox(t).env(theAccount, "us-east-1"), "PYTHONDONTWRITEBYTECODE=1")
	o := run(t, cmd)
	files, err := os.ReadDir(dir)
	if err != nil || o.code != 0 || strings.Count(o.stdout, "\n") != len(files) {
		t.Fatalf("%d files: %v, %v", len(files), err, o)
	}
	for line := range strings.Lines(o.stdout) {
		name, got, _ := strings.Cut(strings.TrimSpace(line), "\t")
		want, excused := undeployable()[name]
		switch {
		case excused && !strings.Contains(got, want):
			t.Errorf("%s: %s; expected to fail with %q", name, got, want)
		case !excused && got != "multi":
			t.Errorf("%s: %s", name, got)
		}
	}
}
