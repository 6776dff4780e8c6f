package cloudformation

import (
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type getTemplateInput struct{ StackName, ChangeSetName, TemplateStage string }

type getTemplateOutput struct {
	TemplateBody    string
	StagesAvailable []string
}

// getTemplate returns the template of a stack or of a change set, as it was sent.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplate.html
func (s *service) getTemplate(c *wire.Call, in getTemplateInput) (getTemplateOutput, error) {
	stages := []string{"Original", "Processed"}
	if in.ChangeSetName != "" {
		_, set, err := s.changeSet(c, in.StackName, in.ChangeSetName)
		if err != nil {
			return getTemplateOutput{}, err
		}
		return getTemplateOutput{set.Template, stages}, nil
	}
	st, err := s.store().find(c, in.StackName)
	if err != nil {
		return getTemplateOutput{}, err
	}
	return getTemplateOutput{st.Template, stages}, nil
}

type templateInput struct{ TemplateBody, TemplateURL, StackName string }

type templateSummary struct {
	Parameters         []parameterDeclaration
	Description        string   `json:",omitempty"`
	Capabilities       []string `json:",omitempty"`
	CapabilitiesReason string   `json:",omitempty"`
	ResourceTypes      []string
	Version            string   `json:",omitempty"`
	Metadata           string   `json:",omitempty"`
	DeclaredTransforms []string `json:",omitempty"`
}

type parameterDeclaration struct {
	ParameterKey         string
	DefaultValue         *string `json:",omitempty"`
	ParameterType        string
	NoEcho               bool
	Description          string               `json:",omitempty"`
	ParameterConstraints parameterConstraints `json:",omitzero"`
}

type parameterConstraints struct {
	AllowedValues []string `json:",omitempty"`
}

func (p parameterConstraints) IsZero() bool { return p.AllowedValues == nil }

// getTemplateSummary says what a template takes and makes.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_GetTemplateSummary.html
func (s *service) getTemplateSummary(c *wire.Call, in templateInput) (templateSummary, error) {
	t, err := s.templateOf(c, in)
	if err != nil {
		return templateSummary{}, err
	}
	out := templateSummary{
		Parameters: []parameterDeclaration{}, Description: t.Description, ResourceTypes: []string{}, Version: "2010-09-09",
		DeclaredTransforms: t.Transform, Metadata: valueText(t.Metadata),
	}
	for _, p := range t.Parameters {
		out.Parameters = append(out.Parameters, parameterDeclaration{
			p.Name, shownDefault(p), p.Type, p.NoEcho, p.Description, parameterConstraints{p.AllowedValues},
		})
	}
	for _, r := range t.Resources {
		out.ResourceTypes = append(out.ResourceTypes, r.Type)
	}
	out.Capabilities, out.CapabilitiesReason = capabilities(t)
	return out, nil
}

func shownDefault(p template.Parameter) *string {
	if p.NoEcho && p.Default != nil {
		stars := hidden
		return &stars
	}
	return p.Default
}

func (s *service) templateOf(c *wire.Call, in templateInput) (*template.Template, error) {
	if in.StackName != "" {
		st, err := s.store().find(c, in.StackName)
		if err != nil {
			return nil, err
		}
		return parse(st.Template)
	}
	body, err := s.templateBody(c, in.TemplateBody, in.TemplateURL)
	if err != nil {
		return nil, err
	}
	return parse(body)
}

// capabilities are what the template needs to be acknowledged. Without values for its
// parameters nobody knows which names it will give, so that a name that is there counts.
func capabilities(t *template.Template) (list []string, reason string) {
	need, types := capability(t, func(r template.Resource) bool { return t.Gives(r.LogicalID, kindOf(r.Type).name) })
	if need == "" {
		return nil, ""
	}
	return []string{need}, "The following resource(s) require capabilities: [" + strings.Join(types, ", ") + "]"
}

type validation struct {
	Parameters         []templateParameter
	Description        string   `json:",omitempty"`
	Capabilities       []string `json:",omitempty"`
	CapabilitiesReason string   `json:",omitempty"`
	DeclaredTransforms []string `json:",omitempty"`
}

type templateParameter struct {
	ParameterKey string
	DefaultValue *string `json:",omitempty"`
	NoEcho       bool
	Description  string `json:",omitempty"`
}

// validateTemplate reads a template, and says what it takes.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ValidateTemplate.html
func (s *service) validateTemplate(c *wire.Call, in templateInput) (validation, error) {
	t, err := s.templateOf(c, templateInput{TemplateBody: in.TemplateBody, TemplateURL: in.TemplateURL})
	if err != nil {
		return validation{}, err
	}
	out := validation{Parameters: []templateParameter{}, Description: t.Description, DeclaredTransforms: t.Transform}
	for _, p := range t.Parameters {
		out.Parameters = append(out.Parameters, templateParameter{p.Name, shownDefault(p), p.NoEcho, p.Description})
	}
	out.Capabilities, out.CapabilitiesReason = capabilities(t)
	return out, nil
}
