package plan

import (
	"cmp"
	"errors"
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/trail"
)

// SourceKind is the language of the code that makes a trail.
type SourceKind string

// The languages in which code says what a trail is like.
const (
	CloudFormationSource SourceKind = "cloudformation"
	TerraformSource      SourceKind = "terraform"
	AcceleratorSource    SourceKind = "landing-zone-accelerator"
)

// Source is the code that makes a trail, and what has to stand in it.
type Source struct {
	Kind     SourceKind
	File     string // "" when it was not given
	Line     int    // where the trail begins in it; 0 when that is not known
	Resource string // logical ID, or address of Terraform; "" when it is not known
	// Set are the lines to set, in the language of the code; none when it has no word for it.
	Set []string
	// Patch is a unified diff of the code, as git apply takes it, that sets them; "" when
	// there is none.
	Patch string
	// Remark says why there is no Patch, or what it counts on.
	Remark trail.Note
	// Remains says that the trail is changed nevertheless, so that this remains to be done.
	Remains bool
}

// SourceFile is a template of CloudFormation or a file of Terraform, as far as trailspan
// reads it: the trails that it makes.
type SourceFile struct {
	Name   string
	kind   SourceKind
	trails []sourceTrail
}

type sourceTrail struct {
	resource string // logical ID, or TYPE.NAME
	name     string // of the trail; "" when the code does not say it plainly
	line     int
	repeats  bool // the code may make several trails of it
}

// ErrNoTrailInSource says that a file was read and makes no trail.
var ErrNoTrailInSource = errors.New("it makes no trail")

// ReadSource reads a file that makes a trail. Names ending in .tf or .tofu are Terraform, all
// others a template of CloudFormation, in YAML or JSON.
func ReadSource(name string, text []byte) (SourceFile, error) {
	f := SourceFile{Name: name}
	var err error
	switch {
	case strings.HasSuffix(name, ".tf"), strings.HasSuffix(name, ".tofu"):
		f.kind, f.trails = TerraformSource, terraformTrails(string(text))
	case path.Ext(name) == ".json" && strings.HasSuffix(name, ".tf.json"):
		return f, errors.New("JSON of Terraform is not read")
	default:
		f.kind = CloudFormationSource
		f.trails, err = templateTrails(text)
	}
	if err == nil && len(f.trails) == 0 {
		err = ErrNoTrailInSource
	}
	return f, err
}

// templateTrails finds the resources of the type AWS::CloudTrail::Trail. JSON is YAML.
func templateTrails(text []byte) ([]sourceTrail, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, errors.New("it is neither YAML nor JSON")
	}
	if len(doc.Content) == 0 {
		return nil, nil
	}
	var out []sourceTrail
	resources := member(doc.Content[0], "Resources")
	for i := 0; resources != nil && i+1 < len(resources.Content); i += 2 {
		id, body := resources.Content[i], resources.Content[i+1]
		if kind := member(body, "Type"); kind != nil && kind.Value == "AWS::CloudTrail::Trail" {
			t := sourceTrail{resource: id.Value, line: id.Line}
			if name := member(member(body, "Properties"), "TrailName"); name != nil && name.Kind == yaml.ScalarNode && name.Tag == "!!str" {
				t.name = name.Value
			}
			out = append(out, t)
		}
	}
	return out, nil
}

// member returns the value of a member of a mapping, or nil.
func member(n *yaml.Node, name string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == name {
			return n.Content[i+1]
		}
	}
	return nil
}

// Makes says whether a file is known to have the trail.
func (f SourceFile) Makes(t trail.Trail, o Owner) bool { return f.find(t, o).resource != "" }

// Kind is the language of the file.
func (f SourceFile) Kind() SourceKind { return f.kind }

// find returns the resource that makes the trail: what its manager calls it, or else the
// one of its name, or the only one. What says another name, or what the manager of the
// trail does not know, makes another trail.
func (f SourceFile) find(t trail.Trail, o Owner) sourceTrail {
	fit := slices.DeleteFunc(slices.Clone(f.trails), func(x sourceTrail) bool { return x.name != "" && x.name != t.Name })
	called, known := f.called(o)
	if known {
		fit = slices.DeleteFunc(fit, func(x sourceTrail) bool { return called != x.resource && !strings.HasSuffix(called, "."+x.resource) })
	}
	sure := slices.DeleteFunc(slices.Clone(fit), func(x sourceTrail) bool { return x.name == "" })
	switch {
	case len(sure) == 1:
		return sure[0]
	case len(fit) == 1 && (known || len(f.trails) == 1 && !f.unheard(o)):
		return fit[0]
	default:
		return sourceTrail{}
	}
}

// called is what the manager of a trail calls it in the language of the file: "" when the
// manager speaks another one. It is not known of a trail that nobody is known to manage.
func (f SourceFile) called(o Owner) (name string, known bool) {
	switch {
	case f.kind == TerraformSource:
		return block(o.Address), o.Address != "" || o.Stack != ""
	case o.Stack != "":
		return o.Resource, o.Resource != ""
	default:
		return "", o.Address != ""
	}
}

// unheard says that a state was given which does not know the trail.
func (f SourceFile) unheard(o Owner) bool {
	return f.kind == TerraformSource && o.State != "" && o.Address == ""
}

var instanceKey = regexp.MustCompile(`\[[^\]]*\]$`)

// block is the address of the block that an instance comes from.
func block(address string) string { return instanceKey.ReplaceAllString(address, "") }

// SourceOf says what has to stand in the code that makes a trail, so that it is a
// multi-Region trail: nil when no code is known to make it and no file was given.
func SourceOf(t trail.Trail, o Owner, f *SourceFile, drift Drift) *Source {
	who, _ := ManagerOf(t, o)
	if f == nil && (!who.manages() || who == ControlTower) {
		return nil
	}
	out := &Source{Kind: kindOf(who, f), Resource: cmp.Or(o.Resource, o.Address), Remains: drift == AllowDrift}
	if f != nil {
		found := f.find(t, o)
		out.File, out.Line = f.Name, found.line
		if !strings.HasSuffix(block(out.Resource), found.resource) {
			out.Resource = found.resource
		}
	}
	out.Set = toSet(t, out.Kind, out.Resource)
	if out.Kind == AcceleratorSource {
		out.File, out.Line, out.Resource = "global-config.yaml", 0, ""
		if len(out.Set) == 0 {
			out.Remark = trail.Say("source.no-setting")
		}
	}
	return out
}

// toSet are the lines that say in the code what a plan does to a trail: it is widened when
// it has one Region, and started when it is stopped.
func toSet(t trail.Trail, k SourceKind, resource string) []string {
	var out []string
	for _, s := range []struct {
		wanted                           bool
		cloudFormation, terraform, other string
	}{
		{!t.MultiRegion, "IsMultiRegionTrail", "is_multi_region_trail", "multiRegionTrail"},
		{!t.MultiRegion, "IncludeGlobalServiceEvents", "include_global_service_events", "globalServiceEvents"},
		{stopped(t), "IsLogging", loggingName(resource), ""},
	} {
		switch {
		case !s.wanted:
		case k == TerraformSource:
			out = append(out, fmt.Sprintf("%-*s = true", signColumn(t), s.terraform))
		case k == CloudFormationSource:
			out = append(out, s.cloudFormation+": true")
		case s.other != "":
			out = append(out, s.other+": true")
		}
	}
	return out
}

// signColumn is how wide the names are that are set in Terraform: its signs stand in a column.
func signColumn(t trail.Trail) int {
	if t.MultiRegion {
		return 0
	}
	return len("include_global_service_events")
}

// loggingName is what the two providers of Terraform call IsLogging.
func loggingName(resource string) string {
	if strings.Contains(resource, "awscc_cloudtrail_trail.") {
		return "is_logging"
	}
	return "enable_logging"
}

func kindOf(who Manager, f *SourceFile) SourceKind {
	switch {
	case who == Accelerator:
		return AcceleratorSource
	case f != nil:
		return f.kind
	case who == Terraform:
		return TerraformSource
	default:
		return CloudFormationSource
	}
}
