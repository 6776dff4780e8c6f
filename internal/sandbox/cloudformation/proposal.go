package cloudformation

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A request is what CreateStack, UpdateStack and CreateChangeSet say of a stack. Members
// that are absent leave the setting of an existing stack alone.
type request struct {
	StackName             string
	TemplateBody          string
	TemplateURL           string
	UsePreviousTemplate   bool
	Parameters            []parameterInput
	Capabilities          []string
	RoleARN               string
	RollbackConfiguration *rollbackConfiguration
	NotificationARNs      *[]string
	Tags                  *[]Tag
}

type parameterInput struct {
	ParameterKey     string
	ParameterValue   *string
	UsePreviousValue bool
}

type rollbackConfiguration struct {
	RollbackTriggers        []rollbackTrigger `json:",omitempty"`
	MonitoringTimeInMinutes *int              `json:",omitempty"`
}

type rollbackTrigger struct {
	Arn  string
	Type string
}

// A proposal is what a request wants a stack to become, understood.
type proposal struct {
	settings Settings
	template *template.Template
	bound    *template.Bound
	planned  []template.Planned
	imports  []string
	missing  []string // names of exports that it wants to import, and that are not there
}

// propose understands a request for a stack, which may be one that is yet to be made. It
// refuses what CloudFormation refuses before it touches anything.
func (s *service) propose(c *wire.Call, st *Stack, in request) (*proposal, error) {
	settings := st.Settings
	body, err := s.body(c, st, in)
	if err != nil {
		return nil, err
	}
	settings.Template, settings.Capabilities = body, in.Capabilities
	settings.RoleARN = cmp.Or(in.RoleARN, settings.RoleARN)
	if in.RollbackConfiguration != nil {
		settings.Rollback = in.RollbackConfiguration
	}
	if in.NotificationARNs != nil {
		settings.NotificationARNs = *in.NotificationARNs
	}
	if in.Tags != nil {
		if err := checkTags(*in.Tags); err != nil {
			return nil, err
		}
		settings.Tags = *in.Tags
	}
	values, err := parameterValues(st, in.Parameters)
	if err != nil {
		return nil, err
	}
	return s.understand(c, st, settings, values)
}

// checkTags refuses tags that only AWS may give.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-resource-tags.html
func checkTags(tags []Tag) error {
	for _, t := range tags {
		if strings.HasPrefix(strings.ToLower(t.Key), "aws:") {
			return invalid("aws: prefixed tag key names are not allowed for external use.")
		}
	}
	return nil
}

// parameterValues are the values that a request gives, those of before among them.
func parameterValues(st *Stack, inputs []parameterInput) (map[string]string, error) {
	values := map[string]string{}
	for _, in := range inputs {
		if !in.UsePreviousValue {
			values[in.ParameterKey] = or(in.ParameterValue)
			continue
		}
		if in.ParameterValue != nil {
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true and non empty value for a parameter", in.ParameterKey)
		}
		i := slices.IndexFunc(st.Parameters, func(p Parameter) bool { return p.Key == in.ParameterKey })
		if i < 0 {
			return nil, invalid("Invalid input for parameter key %s. Cannot specify usePreviousValue as true for a parameter key not in the previous template", in.ParameterKey)
		}
		values[in.ParameterKey] = st.Parameters[i].Value
	}
	return values, nil
}

func or(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// understand reads the template, binds it and refuses what can be refused by looking.
func (s *service) understand(c *wire.Call, st *Stack, settings Settings, values map[string]string) (*proposal, error) {
	t, err := parse(settings.Template)
	if err != nil {
		return nil, err
	}
	p := &proposal{settings: settings, template: t}
	p.bound, err = t.Bind(s.environment(c, st, p), values)
	if err != nil {
		return nil, invalid("%s", err)
	}
	p.planned = p.bound.Resources()
	if err := checkPlannedTypes(p.planned); err != nil {
		return nil, err
	}
	p.settings.Description = t.Description
	p.settings.Parameters = nil
	bound := p.bound.Parameters()
	for _, parameter := range t.Parameters {
		p.settings.Parameters = append(p.settings.Parameters, Parameter{Key: parameter.Name, Value: bound[parameter.Name], Hidden: parameter.NoEcho})
	}
	if err := p.checkCapabilities(st); err != nil {
		return nil, err
	}
	return p, p.rehearse(st)
}

// parse reads a template of which all resource types may be those of AWS.
func parse(body string) (*template.Template, error) {
	t, err := template.Parse(body)
	if err != nil {
		return nil, invalid("%s", err)
	}
	return t, checkTypes(t.Resources)
}

// environment is what the template may ask of the world. What it imports is noted, and what
// it cannot import.
func (s *service) environment(c *wire.Call, st *Stack, p *proposal) template.Env {
	suffix := "amazonaws.com"
	if c.Partition == "aws-cn" {
		suffix += ".cn"
	}
	exports := s.store().exports(c)
	return template.Env{
		Account: c.Account, Region: c.Region, Partition: c.Partition, URLSuffix: suffix,
		StackName: st.Name, StackID: st.ID, NotificationARNs: p.settings.NotificationARNs,
		Import: func(name string) (string, bool) {
			i := slices.IndexFunc(exports, func(e export) bool { return e.Name == name })
			if i < 0 {
				p.missing = append(p.missing, name)
				return "", false
			}
			if !slices.Contains(p.imports, name) {
				p.imports = append(p.imports, name)
			}
			return exports[i].Value, true
		},
		Zones: func(region string) []string { return []string{region + "a", region + "b", region + "c"} },
	}
}

// rehearse evaluates everything as if the resources existed, so that mistakes in the
// template are found before anything is made. That an export is not there is no mistake of
// the template: it fails the stack once that has begun.
func (p *proposal) rehearse(st *Stack) error {
	l := newForesight(st, p)
	try := func(evaluate func() error) error {
		missing := len(p.missing)
		if err := evaluate(); err != nil && len(p.missing) == missing {
			return invalid("%s", err)
		}
		return nil
	}
	for _, r := range p.planned {
		if err := try(func() error { _, err := p.bound.Properties(r.LogicalID, l); return err }); err != nil {
			return err
		}
	}
	return try(func() error { _, err := p.bound.Outputs(l); return err })
}

// lack names the export that the proposal fails for.
func (p *proposal) lack() string { return "No export named " + p.missing[0] + " found" }

// body returns the template of a request, wherever it is.
func (s *service) body(c *wire.Call, st *Stack, in request) (string, error) {
	switch {
	case in.UsePreviousTemplate && (in.TemplateBody != "" || in.TemplateURL != ""):
		return "", invalid("You cannot specify both usePreviousTemplate and Template Body/URL.")
	case in.UsePreviousTemplate && st.Template == "":
		return "", invalid("UsePreviousTemplate is not valid for a stack that has no template.")
	case in.UsePreviousTemplate:
		return st.Template, nil
	}
	return s.templateBody(c, in.TemplateBody, in.TemplateURL)
}

// How long a template may be that is in the request itself, and how long one in a bucket.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
const (
	largestBody   = 51200
	largestObject = 1_000_000
)

func (s *service) templateBody(c *wire.Call, body, location string) (string, error) {
	switch {
	case body != "" && location != "":
		return "", invalid("Specify only one of Template URL or Template Body.")
	case location != "":
		return s.fetch(c, location)
	case body == "":
		return "", invalid("Either Template URL or Template Body must be specified.")
	case len(body) > largestBody:
		return "", invalid("1 validation error detected: Value at 'templateBody' failed to satisfy constraint: Member must have length less than or equal to %d", largestBody)
	}
	return body, nil
}

// fetch reads a template from a bucket. Its URL is of either style, and of any host: tools
// that are told of another endpoint write that.
func (s *service) fetch(c *wire.Call, location string) (string, error) {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" {
		return "", invalid("TemplateURL must be a supported URL.")
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(u.Path, "/"), "/")
	if name, _, virtual := strings.Cut(u.Host, ".s3"); virtual {
		bucket, key = name, strings.TrimPrefix(u.Path, "/")
	}
	if bucket == "" || key == "" {
		return "", invalid("TemplateURL must reference a valid S3 object to which you have access.")
	}
	body, err := s.getObject(c, bucket, key, u.Query().Get("versionId"))
	if err != nil {
		return "", invalid("S3 error: %s\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html", messageOf(err))
	}
	if len(body) > largestObject {
		return "", invalid("Template may not exceed %d bytes in size.", largestObject)
	}
	return string(body), nil
}
