package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// TerraformState is what a state of Terraform or OpenTofu says of trails.
type TerraformState struct {
	Name   string // of its file
	trails []stateTrail
}

type stateTrail struct {
	address, arn, id, name string
}

// stateFile is version 4 of the format, which Terraform writes since 0.12.
// https://developer.hashicorp.com/terraform/internals/json-format
type stateFile struct {
	Version   int             `json:"version"`
	Encrypted string          `json:"encrypted_data"` // of OpenTofu
	Resources []stateResource `json:"resources"`
}

type stateResource struct {
	Module    string          `json:"module"`
	Mode      string          `json:"mode"`
	Type      string          `json:"type"`
	Name      string          `json:"name"`
	Instances []stateInstance `json:"instances"`
}

type stateInstance struct {
	Key        any             `json:"index_key"`
	Attributes json.RawMessage `json:"attributes"`
}

// terraformTypes are the resources of Terraform that are a trail.
func terraformTypes() []string { return []string{"aws_cloudtrail", "awscc_cloudtrail_trail"} }

// ReadTerraformState reads a state file. Its errors say what the file is instead.
func ReadTerraformState(name string, text []byte) (TerraformState, error) {
	var f stateFile
	if err := json.Unmarshal(text, &f); err != nil {
		return TerraformState{}, errors.New("it is not the JSON of a Terraform state")
	}
	switch {
	case f.Encrypted != "":
		return TerraformState{}, errors.New("it is encrypted")
	case f.Version != 4:
		return TerraformState{}, fmt.Errorf("it is not a Terraform state of version 4: its version is %d", f.Version)
	}
	out := TerraformState{Name: name}
	for _, r := range f.Resources {
		if r.Mode != "managed" || !slices.Contains(terraformTypes(), r.Type) {
			continue
		}
		for _, i := range r.Instances {
			t, err := readInstance(r, i)
			if err != nil {
				return TerraformState{}, err
			}
			out.trails = append(out.trails, t)
		}
	}
	return out, nil
}

func readInstance(r stateResource, i stateInstance) (stateTrail, error) {
	var a struct {
		ARN       string `json:"arn"`
		ID        string `json:"id"`
		Name      string `json:"name"`
		TrailName string `json:"trail_name"` // of awscc
	}
	t := stateTrail{address: address(r, i.Key)}
	if err := json.Unmarshal(i.Attributes, &a); err != nil {
		return t, fmt.Errorf("the attributes of %s cannot be read", t.address)
	}
	t.arn, t.id, t.name = a.ARN, a.ID, a.Name
	if t.name == "" {
		t.name = a.TrailName
	}
	return t, nil
}

// address is how Terraform names an instance: module.audit.aws_cloudtrail.main["a"].
// https://developer.hashicorp.com/terraform/cli/state/resource-addressing
func address(r stateResource, key any) string {
	out := r.Type + "." + r.Name
	if r.Module != "" {
		out = r.Module + "." + out
	}
	switch k := key.(type) {
	case float64:
		out += fmt.Sprintf("[%d]", int(k))
	case string:
		out += fmt.Sprintf("[%q]", k)
	}
	return out
}

// everyKey is what tells instances of a block, or of a module, from one another.
var everyKey = regexp.MustCompile(`\[[^\]]*\]`)

// Siblings counts the other trails of the state that the same block makes: instances of it,
// or of a module around it. What changes in the block changes them too.
func (s TerraformState) Siblings(t trail.Trail) (n int) {
	own := s.Address(t)
	for _, x := range s.trails {
		if own != "" && x.address != own && everyKey.ReplaceAllString(x.address, "") == everyKey.ReplaceAllString(own, "") {
			n++
		}
	}
	return n
}

// Address returns the address of a trail in the state, or "". The ARN decides where the
// state has it; older providers kept the name alone.
func (s TerraformState) Address(t trail.Trail) string {
	for _, x := range s.trails {
		if x.arn == string(t.ARN) || x.id == string(t.ARN) || x.arn == "" && (x.id == t.Name || x.name == t.Name) {
			return x.address
		}
	}
	return ""
}
