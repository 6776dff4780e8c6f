package plan_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// Whoever's code makes a trail takes a change back that is not made in the code.
func TestOwnerGate(t *testing.T) {
	denied := &trail.Gap{Action: "cloudtrail:ListTags", Kind: trail.Denied, Error: "AccessDenied: tags"}
	tag := func(key, value string) plan.Owner { return plan.Owner{Tags: []plan.Tag{{Key: key, Value: value}}} }
	for name, c := range map[string]struct {
		trail    string
		owner    plan.Owner
		drift    plan.Drift
		want     plan.GateStatus
		message  string
		evidence string
	}{
		"nobody":                             {"abc", plan.Owner{}, "", plan.Pass, "gate.owner.pass", "DescribeStackResources"},
		"not in the state either":            {"abc", plan.Owner{State: "x.tfstate"}, "", plan.Pass, "gate.owner.pass-state", "x.tfstate"},
		"a StackSet":                         {"abc", plan.Owner{Stack: "StackSet-audit-1"}, plan.ForbidDrift, plan.Block, "gate.owner.block-stackset", "StackSet-audit-1"},
		"a StackSet, drift allowed":          {"abc", plan.Owner{Stack: "StackSet-audit-1"}, plan.AllowDrift, plan.Warn, "gate.owner.warn-stackset", "StackSet-audit-1"},
		"Landing Zone Accelerator, by stack": {"abc", plan.Owner{Stack: "AWSAccelerator-LoggingStack"}, "", plan.Block, "gate.owner.block-accelerator", "LoggingStack"},
		"Landing Zone Accelerator, by name":  {"AWSAccelerator-CloudTrail", plan.Owner{}, "", plan.Block, "gate.owner.block-accelerator", "AWSAccelerator-CloudTrail"},
		"and its drift is allowed":           {"AWSAccelerator-CloudTrail", plan.Owner{}, plan.AllowDrift, plan.Warn, "gate.owner.warn-accelerator", "AWSAccelerator"},
		"Terraform":                          {"abc", plan.Owner{Address: "aws_cloudtrail.a"}, "", plan.Block, "gate.owner.block-terraform", "aws_cloudtrail.a"},
		"Terraform, drift allowed":           {"abc", plan.Owner{Address: "aws_cloudtrail.a"}, plan.AllowDrift, plan.Warn, "gate.owner.warn-terraform", "aws_cloudtrail.a"},
		"a file that is given":               {"abc", plan.Owner{Source: "a.tf"}, "", plan.Block, "gate.owner.block-source", "a.tf"},
		"a file, and drift is allowed":       {"abc", plan.Owner{Source: "a.tf"}, plan.AllowDrift, plan.Warn, "gate.owner.warn-source", "a.tf"},
		"a file beats tags that are hidden":  {"abc", plan.Owner{Source: "a.tf", TagGap: denied}, "", plan.Block, "gate.owner.block-source", "a.tf"},
		"the state says more than the file":  {"abc", plan.Owner{Address: "aws_cloudtrail.a", Source: "a.tf"}, "", plan.Block, "gate.owner.block-terraform", "aws_cloudtrail.a"},
		"Control Tower's is not the file's":  {"aws-controltower-x", plan.Owner{Source: "a.tf"}, plan.AllowDrift, plan.Block, "gate.owner.control-tower", "aws-controltower-x"},
		"what is known hides a Gap":          {"abc", plan.Owner{Address: "aws_cloudtrail.a", Gap: denied}, "", plan.Block, "gate.owner.block-terraform", "aws_cloudtrail.a"},
		"a stack comes before the state":     {"abc", plan.Owner{Stack: "audit", Address: "aws_cloudtrail.a"}, "", plan.Block, "gate.owner.block", "audit"},
		"tags could not be read":             {"abc", plan.Owner{TagGap: denied}, "", plan.UnknownGate, "gate.owner.unknown-tags", "AccessDenied: tags"},
		"a stack, and the tags are hidden":   {"abc", plan.Owner{Stack: "audit", TagGap: denied}, "", plan.Block, "gate.owner.block", "audit"},
		"ManagedBy=Terraform":                {"abc", tag("ManagedBy", "Terraform"), "", plan.Warn, "gate.owner.warn-tags", "ManagedBy=Terraform"},
		"managed-by=Pulumi":                  {"abc", tag("managed-by", "Pulumi"), "", plan.Warn, "gate.owner.warn-tags", "managed-by=Pulumi"},
		"terraform=true":                     {"abc", tag("terraform", "true"), "", plan.Warn, "gate.owner.warn-tags", "terraform=true"},
		"terraform=false":                    {"abc", tag("terraform", "false"), "", plan.Pass, "gate.owner.pass", ""},
		"managed-by=security-team":           {"abc", tag("managed-by", "security-team"), "", plan.Pass, "gate.owner.pass", ""},
		"team=terraform is no manager":       {"abc", tag("team", "terraform"), "", plan.Pass, "gate.owner.pass", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := snapshot(single(c.trail, "eu-west-1"))
			g := gateOf(t, plan.Preflight(plan.Widen(s, s.Trails[0].ARN), s, plan.Evidence{Owner: c.owner}, c.drift), "owner")
			if g.Status != c.want || g.Message.Key != c.message || !strings.Contains(g.Evidence, c.evidence) {
				t.Errorf("%s by %q: %s; want %s by %q: %s", g.Status, g.Evidence, g.Message.Key, c.want, c.evidence, c.message)
			}
		})
	}
}

const state = `{"version":4,"resources":[
 {"mode":"data","type":"aws_cloudtrail","name":"read","instances":[{"attributes":{"arn":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/abc"}}]},
 {"mode":"managed","type":"aws_s3_bucket","name":"logs","instances":[{"attributes":{"id":"abc"}}]},
 {"mode":"managed","type":"aws_cloudtrail","name":"twin","instances":[{"attributes":{"arn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/abc","id":"abc","name":"abc"}}]},
 {"module":"module.a[0]","mode":"managed","type":"aws_cloudtrail","name":"main","instances":[
   {"index_key":1,"attributes":{"arn":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/abc","name":"abc"}},
   {"index_key":"x","attributes":{"id":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/def"}}]},
 {"mode":"managed","type":"awscc_cloudtrail_trail","name":"cc","instances":[{"attributes":{"trail_name":"ghi"}}]}]}`

func TestTerraformState(t *testing.T) {
	s, err := plan.ReadTerraformState("x.tfstate", []byte(state))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"abc": "module.a[0].aws_cloudtrail.main[1]",   // not its twin of another Region, nor a data source
		"def": `module.a[0].aws_cloudtrail.main["x"]`, // by the ID of the new provider
		"ghi": "awscc_cloudtrail_trail.cc",            // by its name alone
		"jkl": "",
	} {
		if got := s.Address(single(name, "eu-west-1")); got != want {
			t.Errorf("the address of %s is %q, want %q", name, got, want)
		}
		if got, want := s.Siblings(single(name, "eu-west-1")), map[string]int{"abc": 1, "def": 1}[name]; got != want {
			t.Errorf("the block of %s makes %d others, want %d", name, got, want)
		}
	}
	for text, want := range map[string]string{
		"resources: []":                    "not the JSON",
		`{"version":3,"modules":[]}`:       "its version is 3",
		`{"encrypted_data":"x","meta":{}}`: "encrypted",
		`{"version":4,"resources":[{"mode":"managed","type":"aws_cloudtrail","name":"a","instances":[{"attributes":[]}]}]}`: "attributes of aws_cloudtrail.a",
	} {
		if _, err := plan.ReadTerraformState("x", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

const twoTrails = `
Resources:
  Logs: {Type: AWS::S3::Bucket}
  One:
    Type: AWS::CloudTrail::Trail
    Properties: {TrailName: abc, S3BucketName: !Ref Logs}
  Two:
    Type: AWS::CloudTrail::Trail
    Properties: {TrailName: !Sub "${AWS::StackName}-x"}
`

func oneTrail(id, name string) string {
	text := "Resources:\n  " + id + ":\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      S3BucketName: logs\n"
	if name != "" {
		text += "      TrailName: " + name + "\n"
	}
	return text
}

func oneBlock(attribute string) string {
	return "resource \"aws_cloudtrail\" \"main\" {\n  " + attribute + "\n}\n"
}

func TestSourceOf(t *testing.T) {
	read := func(name, text string) *plan.SourceFile {
		f, err := plan.ReadSource(name, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return &f
	}
	const tf = "# x\n  resource \"aws_cloudtrail\" \"main\" {\n}\nresource \"aws_cloudtrail\" \"other\" {}\n"
	for name, c := range map[string]struct {
		trail string
		owner plan.Owner
		file  *plan.SourceFile
		want  string // kind resource file:line, or "" when there is none
		set   string
	}{
		"nobody's":                 {"abc", plan.Owner{}, nil, "", ""},
		"tags are not enough":      {"abc", plan.Owner{Tags: []plan.Tag{{Key: "terraform", Value: "true"}}}, nil, "", ""},
		"Control Tower's":          {"aws-controltower-x", plan.Owner{}, nil, "", ""},
		"a stack's":                {"abc", plan.Owner{Stack: "audit", Resource: "One"}, nil, "cloudformation One :0", "IsMultiRegionTrail: true"},
		"by its logical ID":        {"xyz", plan.Owner{Stack: "audit", Resource: "Two"}, read("t.yaml", twoTrails), "cloudformation Two t.yaml:7", "IncludeGlobalServiceEvents: true"},
		"by its name":              {"abc", plan.Owner{}, read("t.yaml", twoTrails), "cloudformation One t.yaml:4", "IsMultiRegionTrail: true"},
		"which one is not known":   {"xyz", plan.Owner{}, read("t.yaml", twoTrails), "cloudformation  t.yaml:0", "IsMultiRegionTrail: true"},
		"the only one, in JSON":    {"xyz", plan.Owner{}, read("t.json", `{"Resources":{"T":{"Type":"AWS::CloudTrail::Trail"}}}`), "cloudformation T t.json:1", "IsMultiRegionTrail: true"},
		"Terraform's":              {"abc", plan.Owner{Address: "module.m.aws_cloudtrail.main[0]"}, nil, "terraform module.m.aws_cloudtrail.main[0] :0", "is_multi_region_trail         = true"},
		"Terraform's, in its file": {"abc", plan.Owner{Address: "module.m.aws_cloudtrail.main[0]"}, read("m.tf", tf), "terraform module.m.aws_cloudtrail.main[0] m.tf:2", "include_global_service_events = true"},
		// none that makes another trail, though there is only one
		"another logical ID":        {"abc", plan.Owner{Stack: "audit", Resource: "Abc"}, read("t.yaml", oneTrail("Other", "")), "cloudformation Abc t.yaml:0", "IsMultiRegionTrail: true"},
		"its ID with another name":  {"abc", plan.Owner{Stack: "audit", Resource: "One"}, read("t.yaml", oneTrail("One", "def")), "cloudformation One t.yaml:0", "IsMultiRegionTrail: true"},
		"a template of Terraform's": {"abc", plan.Owner{Address: "aws_cloudtrail.main"}, read("t.yaml", oneTrail("One", "")), "cloudformation aws_cloudtrail.main t.yaml:0", "IsMultiRegionTrail: true"},
		"Terraform of a stack's":    {"abc", plan.Owner{Stack: "audit", Resource: "Abc"}, read("m.tf", oneBlock("")), "terraform Abc m.tf:0", "is_multi_region_trail"},
		"another address":           {"abc", plan.Owner{State: "x", Address: "aws_cloudtrail.other"}, read("m.tf", oneBlock("")), "terraform aws_cloudtrail.other m.tf:0", "is_multi_region_trail"},
		"an address that ends so":   {"abc", plan.Owner{State: "x", Address: "aws_cloudtrail.not-main"}, read("m.tf", oneBlock("")), "terraform aws_cloudtrail.not-main m.tf:0", "is_multi_region_trail"},
		"a state without it":        {"abc", plan.Owner{State: "x"}, read("m.tf", oneBlock("")), "terraform  m.tf:0", "is_multi_region_trail"},
		"and it has the name":       {"abc", plan.Owner{State: "x"}, read("m.tf", oneBlock(`name = "abc"`)), "terraform aws_cloudtrail.main m.tf:1", "is_multi_region_trail"},
		"another name":              {"abc", plan.Owner{}, read("m.tf", oneBlock(`name = "def" # abc`)), "terraform  m.tf:0", "is_multi_region_trail"},
		"its address, another name": {"abc", plan.Owner{State: "x", Address: "aws_cloudtrail.main"}, read("m.tf", oneBlock(`name = "def"`)), "terraform aws_cloudtrail.main m.tf:0", "is_multi_region_trail"},
		"a name of something in it": {"abc", plan.Owner{}, read("m.tf", oneBlock("s = \"}\"\n  advanced_event_selector {\n name = \"def\"\n }\n name = local.name")), "terraform aws_cloudtrail.main m.tf:1", "is_multi_region_trail"},
		"a name after a block":      {"abc", plan.Owner{}, read("m.tf", oneBlock("x {\n }\n name = \"def\"")), "terraform  m.tf:0", "is_multi_region_trail"},
		"two of its name":           {"abc", plan.Owner{}, read("m.tf", oneBlock(`name = "abc"`)+oneBlock(`name = "abc"`)), "terraform  m.tf:0", "is_multi_region_trail"},
		"the name tells which":      {"abc", plan.Owner{}, read("m.tf", oneBlock(`name = "def"`)+oneBlock(`name = "abc"`)), "terraform aws_cloudtrail.main m.tf:4", "is_multi_region_trail"},
		"LZA's":                     {"AWSAccelerator-x", plan.Owner{Stack: "AWSAccelerator-LoggingStack", Resource: "X"}, nil, "landing-zone-accelerator  global-config.yaml:0", "multiRegionTrail: true"},
	} {
		t.Run(name, func(t *testing.T) {
			got := plan.SourceOf(single(c.trail, "eu-west-1"), c.owner, c.file, plan.ForbidDrift)
			if got == nil || c.want == "" {
				if got != nil || c.want != "" {
					t.Errorf("%+v, want %q", got, c.want)
				}
				return
			}
			where := string(got.Kind) + " " + got.Resource + " " + got.File + ":" + string(rune('0'+got.Line))
			if where != c.want || !strings.Contains(strings.Join(got.Set, "\n"), c.set) || len(got.Set) != 2 || got.Remains {
				t.Errorf("%q sets %q; want %q sets %q", where, got.Set, c.want, c.set)
			}
		})
	}
	for attribute, repeats := range map[string]bool{
		"count = 2": true, "count = var.n": true, "for_each = toset(local.all)": true, "count = var.on ? 2 : 0": true,
		"count = 1": false, "count = var.on ? 1 : 0 # or none": false, "# count = 2": false, "x {\n count = 2\n }": false,
	} {
		if got := read("m.tf", oneBlock(attribute)).Repeats(1); got != repeats {
			t.Errorf("a block with %s makes several: %t, want %t", attribute, got, repeats)
		}
	}
	if got := plan.SourceOf(single("abc", "eu-west-1"), plan.Owner{Stack: "audit"}, nil, plan.AllowDrift); !got.Remains {
		t.Error("with drift allowed nothing remains to be done")
	}
	for name, text := range map[string]string{"a.tf": "resource \"aws_s3_bucket\" \"x\" {}", "a.yaml": "Resources: {}", "b.yaml": "", "c.yaml": "[x]", "d.yaml": "a: [", "e.tf.json": "{}"} {
		if _, err := plan.ReadSource(name, []byte(text)); err == nil {
			t.Errorf("%s is taken for the source of a trail", name)
		}
	}
}

// What is set in the code is what the plan does to the trail, and no more.
func TestSourceSetsWhatThePlanDoes(t *testing.T) {
	const (
		stack       = "IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true"
		accelerator = "multiRegionTrail: true, globalServiceEvents: true"
	)
	tf := plan.Owner{Address: "aws_cloudtrail.a"}
	for name, c := range map[string]struct {
		owner          plan.Owner
		multi, logging bool
		want           string
	}{
		"a stack, widened":                {plan.Owner{Stack: "audit"}, false, true, stack},
		"a stack, widened and started":    {plan.Owner{Stack: "audit"}, false, false, stack + ", IsLogging: true"},
		"a stack, started":                {plan.Owner{Stack: "audit"}, true, false, "IsLogging: true"},
		"Terraform, widened and started":  {tf, false, false, "is_multi_region_trail         = true, include_global_service_events = true, enable_logging                = true"},
		"Terraform, started":              {tf, true, false, "enable_logging = true"},
		"awscc, started":                  {plan.Owner{Address: "module.m.awscc_cloudtrail_trail.a"}, true, false, "is_logging = true"},
		"LZA, widened":                    {plan.Owner{Stack: "AWSAccelerator-x"}, false, false, accelerator},
		"LZA has no word for the logging": {plan.Owner{Stack: "AWSAccelerator-x"}, true, false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			x := single("abc", "eu-west-1")
			x.MultiRegion = c.multi
			x.Status = map[trail.Region]trail.Status{"eu-west-1": {Logging: c.logging}}
			got := plan.SourceOf(x, c.owner, nil, plan.ForbidDrift)
			if set := strings.Join(got.Set, ", "); set != c.want || (c.want == "") != (got.Remark.Key != "") {
				t.Errorf("%q, remark %q; want %q", set, got.Remark.Key, c.want)
			}
		})
	}
}
