// Package terraform reads Terraform and OpenTofu: configurations in HCL and JSON, and plans
// in JSON. It evaluates what the files in sight decide, and what they do not is unknown.
//
// It never runs providers, never fetches modules, and never formats a file: an edit keeps
// every other byte.
//
// Its nouns: a source is a parsed file; a directory holds the sources that Terraform reads
// together; a scope gives values to variables in it; answers say what an expression can be.
package terraform

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// The kinds of files this package reads.
const (
	Native iac.Kind = "terraform"
	JSON   iac.Kind = "terraform-json"
	Plan   iac.Kind = "terraform-plan"
)

// largest is the size of the largest configuration that is read; plans may be larger.
const (
	largest     = 4 << 20
	largestPlan = 64 << 20
)

type reader struct{ memory memory }

// New returns the Reader of Terraform. It may be used from several goroutines; it remembers
// the directories of a tree, which must not change while it is read.
func New() iac.Reader { return &reader{} }

// Kind implements iac.Reader.
func (*reader) Kind(name string, text []byte) iac.Kind {
	base := strings.ToLower(path.Base(name))
	switch {
	case isJSON(base):
		return JSON
	case strings.HasSuffix(base, ".tf"), strings.HasSuffix(base, ".tofu"):
		return Native
	case isTerragrunt(base):
		return Terragrunt
	case strings.HasSuffix(base, ".json") && isPlan(text):
		return Plan
	}
	return ""
}

func isJSON(name string) bool {
	return strings.HasSuffix(name, ".tf.json") || strings.HasSuffix(name, ".tofu.json")
}

func isConfiguration(name string) bool {
	return isJSON(name) || strings.HasSuffix(name, ".tf") || strings.HasSuffix(name, ".tofu")
}

// isPlan looks at the start of a file only: Terraform writes the version there.
func isPlan(text []byte) bool {
	head := text[:min(len(text), 4096)]
	return bytes.Contains(head, []byte(`"format_version"`)) &&
		(bytes.Contains(head, []byte(`"terraform_version"`)) || bytes.Contains(text, []byte(`"planned_values"`)))
}

// Read implements iac.Reader.
func (r *reader) Read(in iac.Input) iac.File {
	kind := r.Kind(in.Path, in.Text)
	file := iac.File{Kind: kind}
	switch kind {
	case Plan:
		file.Trails, file.Unreadable = readPlan(in.Text)
	case Terragrunt:
		file.Trails, file.Unreadable = readTerragrunt(in)
	case Native, JSON:
		if !r.memory.in(in.Tree).mentions(in) {
			return file
		}
		src, why := r.memory.source(in.Path, in.Text)
		if why != "" {
			file.Unreadable = why
			return file
		}
		file.Trails = r.judge(in, src)
	}
	return file
}

// mentions says whether a file can hold a trail, or a call of a module that has one: most do
// not, and need not be parsed.
func (s *surroundings) mentions(in iac.Input) bool {
	has := func(word string) bool { return bytes.Contains(in.Text, []byte(word)) }
	switch {
	case has("cloudtrail_trail") || has("aws_cloudtrail"):
		return true
	case !has("module"):
		return false
	case has(multiRegion) || bytes.Contains(bytes.ToLower(in.Text), []byte("cloudtrail")):
		return true
	}
	return slices.ContainsFunc(localCalls(in.Path, in.Text), s.holdsTrail)
}
