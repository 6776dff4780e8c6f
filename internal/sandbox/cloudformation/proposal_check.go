package cloudformation

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

func (s *service) getObject(c *wire.Call, bucket, key, version string) ([]byte, error) {
	u := url.URL{Path: "/" + bucket + "/" + key}
	if version != "" {
		u.RawQuery = url.Values{"versionId": {version}}.Encode()
	}
	r, err := http.NewRequest(http.MethodGet, u.String(), http.NoBody) //nolint:noctx // it goes to a function, not over a network
	if err != nil {
		return nil, err
	}
	return s.aws.S3(c, r, nil)
}

// messageOf is the sentence of an error of a service.
func messageOf(err error) string {
	var e *wire.Error
	if errors.As(err, &e) {
		return e.Message
	}
	return err.Error()
}

// capability returns what the template needs to be acknowledged, "" when nothing, and the
// types that need it.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-iam-template.html#using-iam-capabilities
func capability(t *template.Template, named func(template.Resource) bool) (need string, types []string) {
	for _, r := range t.Resources {
		if !acknowledged(r.Type) {
			continue
		}
		if !slices.Contains(types, r.Type) {
			types = append(types, r.Type)
		}
		if named(r) {
			need = "CAPABILITY_NAMED_IAM"
		} else if need == "" {
			need = "CAPABILITY_IAM"
		}
	}
	return need, types
}

// acknowledged says whether resources of a type need a capability: some need it that only
// AWS has, even where a condition leaves them out.
func acknowledged(typeName string) bool {
	others := []string{
		"AWS::IAM::AccessKey", "AWS::IAM::Group", "AWS::IAM::InstanceProfile", "AWS::IAM::User", "AWS::IAM::UserToGroupAddition",
	}
	return kindOf(typeName).iam || slices.Contains(others, typeName)
}

func (p *proposal) checkCapabilities(st *Stack) error {
	l := newForesight(st, p)
	need, _ := capability(p.template, func(r template.Resource) bool {
		if !slices.ContainsFunc(p.planned, func(other template.Planned) bool { return other.LogicalID == r.LogicalID }) {
			return false
		}
		properties, err := p.bound.Properties(r.LogicalID, l)
		return err == nil && properties[kindOf(r.Type).name] != nil
	})
	given := p.settings.Capabilities
	switch {
	case len(p.template.Transform) > 0 && !slices.Contains(given, "CAPABILITY_AUTO_EXPAND"):
		need = "CAPABILITY_AUTO_EXPAND"
	case need == "CAPABILITY_IAM" && slices.Contains(given, "CAPABILITY_NAMED_IAM"), need == "", slices.Contains(given, need):
		return nil
	}
	return wire.Errorf("InsufficientCapabilitiesException", "Requires capabilities : [%s]", need)
}

// unknownYet stands for what only a deployment can tell, as in change sets of AWS.
const unknownYet = "{{changeSet:KNOWN_AFTER_APPLY}}"

// A foresight answers for the resources as they will be: those that stay are known, those
// that are to be made are not yet.
type foresight struct {
	st   *Stack
	plan map[string]string // types by logical ID
	new  map[string]bool   // logical IDs of those that are to be made
}

func newForesight(st *Stack, p *proposal) *foresight {
	l := &foresight{st: st, plan: map[string]string{}, new: map[string]bool{}}
	for _, r := range p.planned {
		l.plan[r.LogicalID] = r.Type
		have := st.resource(r.LogicalID)
		l.new[r.LogicalID] = !have.exists() || have.Type != r.Type
	}
	return l
}

// Ref implements template.Lookup.
func (l *foresight) Ref(logicalID string) (string, error) {
	if l.new[logicalID] {
		return unknownYet, nil
	}
	return refTo(l.st, logicalID)
}

// GetAtt implements template.Lookup.
func (l *foresight) GetAtt(logicalID, attribute string) (any, error) {
	if !slices.Contains(kindOf(l.plan[logicalID]).attributes, attribute) {
		return nil, noAttribute(logicalID, attribute)
	}
	if l.new[logicalID] {
		return unknownYet, nil
	}
	return attributeOf(l.st, logicalID, attribute)
}

// Ref implements template.Lookup, for resources that exist.
func (st *Stack) Ref(logicalID string) (string, error) { return refTo(st, logicalID) }

// GetAtt implements template.Lookup.
func (st *Stack) GetAtt(logicalID, attribute string) (any, error) {
	return attributeOf(st, logicalID, attribute)
}

func refTo(st *Stack, logicalID string) (string, error) {
	r := st.resource(logicalID)
	if !r.exists() {
		return "", errors.New("Unresolved resource dependencies [" + logicalID + "] in the Resources block of the template")
	}
	return r.PhysicalID, nil
}

func attributeOf(st *Stack, logicalID, attribute string) (any, error) {
	if r := st.resource(logicalID); r.exists() {
		if value, ok := r.Attributes[attribute]; ok {
			return value, nil
		}
	}
	return nil, noAttribute(logicalID, attribute)
}

func noAttribute(logicalID, attribute string) error {
	return errors.New(strings.Join([]string{"Template error: resource", logicalID, "does not support attribute type", attribute, "in Fn::GetAtt"}, " "))
}

// exists says whether there is something behind a resource; r may be nil.
func (r *Resource) exists() bool {
	return r != nil && r.PhysicalID != "" && r.Status != "DELETE_COMPLETE"
}
