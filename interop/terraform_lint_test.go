package interop_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// beyondTerraform are the cases that Terraform does not take, fixed or not.
var beyondTerraform = map[string]string{
	"broken":                     "it cannot be parsed",
	"byte-order-mark-json":       "Terraform takes no byte order mark in JSON",
	"cdktf":                      "it refers to a bucket that another file has",
	"data":                       "it refers to a data source that another file has",
	"declared-twice":             "its files do not belong together",
	"decoys":                     "it has what Terraform refuses",
	"dynamic":                    "its variable is nowhere declared",
	"dynamic-data-resources":     "its variable has no value that can be made up",
	"dynamic-deep":               "it has what Terraform refuses",
	"empty-block":                "it lacks required arguments",
	"escapes":                    "it has escapes that Terraform refuses now",
	"file":                       "it reads a file that is not there",
	"for-each-unknown":           "its variable is nowhere declared",
	"function-unread":            "it reads a file that is not there",
	"json-dynamic-unknown":       "its variable has no value that can be made up",
	"local-loop":                 "its local values refer to each other",
	"module-registry":            "it calls a module of the registry",
	"module-registry-argument":   "it calls a module of the registry",
	"multi-line-anchor":          "it lacks required arguments",
	"no-anchor":                  "it lacks required arguments",
	"one-line":                   "a block of one line cannot hold the required arguments",
	"one-line-comment":           "a block of one line cannot hold the required arguments",
	"policy-each":                "it reads a file that is not there",
	"policy-elsewhere-account":   "its provider is nowhere declared",
	"policy-file-of-caller":      "it is read where Terraform is called",
	"policy-files-apart":         "its files do not belong together",
	"policy-function":            "its variable has no value that can be made up",
	"policy-if":                  "its variable has no value that can be made up",
	"policy-module-and-own":      "it reads a file that is not there",
	"policy-module-providers":    "it is given a provider that its caller declares",
	"policy-module-unknown":      "it refers to a resource that another file has",
	"policy-of-a-module":         "it calls a module of the registry",
	"policy-overridden":          "it reads a file that is not there",
	"policy-region-argument":     "the provider of version 6 has its arguments",
	"policy-regions-of-provider": "its provider is nowhere declared",
	"policy-sometimes":           "its variable has no value that can be made up",
	"policy-sources":             "it refers to a data source that another file has",
	"policy-template-data":       "it has a data source of a provider that is archived",
	"policy-two":                 "its variable has no value that can be made up",
	"policy-variable-bucket":     "its variable has no value that can be made up",
	"policy-variable-name":       "its variable has no value that can be made up",
	"policy-variable-name-arn":   "its variable has no value that can be made up",
	"policy-variable-prefix":     "its variable has no value that can be made up",
	"quoted-names":               "it is written for Terraform 0.11",
	"selector-none":              "it refers to a bucket that another file has",
	"variable-unseen":            "its variable is nowhere declared",
}

const awsProvider = `terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "5.100.0"
    }
  }
}
provider "aws" {
  region                  = "eu-west-1"
  skip_metadata_api_check = true
}
`

// Every configuration that lint fixes is valid to Terraform, and plans multi-Region trails
// only.
func TestTerraformLintFixed(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	cases := terraformCases(t, func(a *txtar.Archive) bool { return inArchive(a, "fixed") != nil })
	onDisk := map[string]map[string][]byte{}
	for name, a := range cases {
		onDisk[name] = fixedOnDisk(t, a)
	}
	w, plan := planned(t, onDisk)
	n := 0
	for _, trails := range plannedTrails(t, plan) {
		n += len(trails)
	}
	if n < len(cases) {
		t.Errorf("%d trails are planned for %d cases", n, len(cases))
	}
	file := filepath.Join(w.dir, "plan.json")
	write(t, file, []byte(plan))
	if o := run(t, exec.Command(program, "lint", "--fail-on=single-region,global-service-events,unknown,unreadable", file)); o.code != 0 {
		t.Errorf("the plan has trails that are not right: %v", o)
	}
}

// What lint says of a trail for certain is what Terraform plans.
func TestTerraformAgrees(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	cases := terraformCases(t, func(a *txtar.Archive) bool { return len(inArchive(a, "want")) > 0 })
	files := map[string]map[string][]byte{}
	for name, a := range cases {
		files[name] = sourcesOf(a)
	}
	_, plan := planned(t, files)
	trails := plannedTrails(t, plan)
	for name, a := range cases {
		for line := range strings.Lines(string(inArchive(a, "want"))) {
			words := strings.Fields(line)
			_, resource, _ := strings.Cut(words[0], ".")
			for address, multi := range trails[name] {
				told := map[string]bool{"multi": true, "single": false}
				says, certain := told[words[2]]
				if certain && strings.HasPrefix(words[0], "aws_") && strings.Contains(address, ".aws_cloudtrail."+resource) && says != multi {
					t.Errorf("%s: %sand Terraform plans %v", name, line, multi)
				}
			}
		}
	}
}

// planned plans cases as the modules of one configuration: the provider takes seconds to
// start. Variables without a default are null.
func planned(t *testing.T, cases map[string]map[string][]byte) (workspace, string) {
	t.Helper()
	root, files := awsProvider, map[string][]byte{}
	for _, name := range slices.Sorted(maps.Keys(cases)) {
		root += fmt.Sprintf("module %q {\n  source = %q\n", name, "./"+name)
		for path, text := range cases[name] {
			files[filepath.Join(name, filepath.FromSlash(path))] = text
			for _, v := range undecided.FindAllSubmatch(text, -1) {
				if !strings.Contains(path, "/") && !strings.Contains(string(v[2]), "default") {
					root += "  " + string(v[1]) + " = null\n"
				}
			}
		}
		root += "}\n"
	}
	files["main.tf"] = []byte(root)
	w := terraformIn(t, startSandbox(t), files)
	w.ok("validate", "-no-color")
	w.ok("plan", "-no-color", "-out=all.plan")
	return w, w.ok("show", "-json", "all.plan")
}

var undecided = regexp.MustCompile(`(?ms)^variable "?(\w+)"? \{(.*?)^?\}$`)

// terraformCases are the cases of Terraform that can be a module, and of which a test wants
// to know.
func terraformCases(t *testing.T, wanted func(*txtar.Archive) bool) map[string]*txtar.Archive {
	t.Helper()
	const dir = "../internal/iac/terraform/testdata/cases/"
	for name := range beyondTerraform {
		if _, err := os.Stat(dir + name + ".txtar"); err != nil {
			t.Error(err)
		}
	}
	names, err := filepath.Glob(dir + "*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("there are no cases", err)
	}
	all := map[string]*txtar.Archive{}
	for _, file := range names {
		a, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := strings.TrimSuffix(filepath.Base(file), ".txtar")
		if beyondTerraform[name] == "" && canBeModule(a) && wanted(a) {
			all[name] = a
		}
	}
	return all
}

// canBeModule says whether a case is a configuration of the provider aws, to which nothing
// is given: files of values count in the root only.
func canBeModule(a *txtar.Archive) bool {
	return !slices.ContainsFunc(a.Files, func(f txtar.File) bool {
		other := f.Name == "parameters" || strings.Contains(f.Name, "tfvars") || strings.Contains(f.Name, ".tofu")
		isInput := strings.HasPrefix(filepath.Base(f.Name), "input")
		return other || strings.Contains(string(f.Data), "awscc_") ||
			isInput && !strings.HasSuffix(f.Name, ".tf") && !strings.HasSuffix(f.Name, ".tf.json")
	})
}

func inArchive(a *txtar.Archive, name string) []byte {
	for _, f := range a.Files {
		if f.Name == name {
			return f.Data
		}
	}
	return nil
}

// sourcesOf are the files of a case, without the answers.
func sourcesOf(a *txtar.Archive) map[string][]byte {
	files := map[string][]byte{}
	for _, f := range a.Files {
		if f.Name != "want" && f.Name != "fixed" && !strings.HasPrefix(f.Name, "elsewhere/") {
			files[f.Name] = f.Data
		}
	}
	return files
}

// fixedOnDisk writes a case, fixes it with the program, and returns the files as they are then.
func fixedOnDisk(t *testing.T, a *txtar.Archive) map[string][]byte {
	t.Helper()
	dir, input, files := t.TempDir(), "", sourcesOf(a)
	for name, text := range files {
		if strings.HasPrefix(filepath.Base(name), "input") {
			input = name
		}
		write(t, filepath.Join(dir, filepath.FromSlash(name)), text)
	}
	cmd := exec.Command(program, "lint", "--fix", input)
	cmd.Dir = dir
	o := run(t, cmd)
	files[input] = read(t, filepath.Join(dir, filepath.FromSlash(input)))
	if want := inArchive(a, "fixed"); string(files[input]) != string(want) {
		t.Errorf("%slint --fix made\n%s\nwant\n%s\nand said %v", a.Comment, files[input], want, o)
	}
	return files
}

// plannedTrails are the trails of a plan: whether they are multi-Region, by module and address.
func plannedTrails(t *testing.T, plan string) map[string]map[string]bool {
	t.Helper()
	var all struct {
		Changes []struct {
			Address string `json:"address"`
			Type    string `json:"type"`
			Change  struct {
				After struct {
					Multi bool `json:"is_multi_region_trail"`
				} `json:"after"`
			} `json:"change"`
		} `json:"resource_changes"`
	}
	if err := json.Unmarshal([]byte(plan), &all); err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string]bool{}
	for _, c := range all.Changes {
		if c.Type != "aws_cloudtrail" {
			continue
		}
		module := strings.Split(c.Address, ".")[1]
		if found[module] == nil {
			found[module] = map[string]bool{}
		}
		found[module][c.Address] = c.Change.After.Multi
	}
	return found
}
