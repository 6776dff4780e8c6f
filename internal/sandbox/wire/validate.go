package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// validate holds a decoded request against the constraints of the model. The error
// lists every violation, in the words of AWS:
//
//	1 validation error detected: Value 'None' at 'lookupAttributes.1.member.attributeKey'
//	failed to satisfy constraint: Member must satisfy enum value set: [EventId, EventName, …]
func (s *Service) validate(o *operationModel, value map[string]any) error {
	v := validator{model: s.model(), service: s.name}
	v.check("", o.Input, value)
	if len(v.violations) == 0 {
		return nil
	}
	for _, shape := range v.shapes {
		if code := ownViolation(s.name, shape); code != "" {
			return Errorf(code, "%s", v.message())
		}
	}
	return Errorf(violation(s.name), "%s", v.message())
}

// violation is the error code of a service for a request that breaks its model.
func violation(service string) string {
	switch service {
	case "sts", "cloudformation":
		return "ValidationError"
	case "sns":
		return "InvalidParameter"
	case "ec2":
		return "InvalidParameterValue"
	case "organizations", "securityhub":
		return "InvalidInputException"
	case "iam":
		return "ValidationError"
	case "logs":
		return "InvalidParameterException"
	}
	return "ValidationException"
}

// ownViolation is the error code of a shape whose violation the service reports by
// an exception of its own, or "".
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html#API_LookupEvents_Errors
func ownViolation(service, shape string) string {
	if service != "cloudtrail" {
		return ""
	}
	return map[string]string{
		"MaxResults":         "InvalidMaxResultsException",
		"EventCategory":      "InvalidEventCategoryException",
		"LookupAttributeKey": "InvalidLookupAttributesException",
	}[shape]
}

// judgedLater says whether a service leaves an enum to the operation, which refuses
// other values with an exception and in words of its own.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html#API_PutEventSelectors_Errors
func judgedLater(service, shape string) bool {
	return service == "cloudtrail" && (shape == "ReadWriteType" || shape == "InsightType")
}

// judgedAlone says whether a service leaves a list to the operation: Security Hub takes in
// the findings that are well, and says of each of the others what is wrong.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_ImportFindingsError.html
func judgedAlone(service, shape string) bool {
	return service == "securityhub" && shape == "BatchImportFindingsRequestFindingList"
}

type validator struct {
	model      *model
	service    string
	violations []string
	shapes     []string // of the violations
}

func (v *validator) message() string {
	plural := ""
	if len(v.violations) > 1 {
		plural = "s"
	}
	return fmt.Sprintf("%d validation error%s detected: %s", len(v.violations), plural, strings.Join(v.violations, "; "))
}

func (v *validator) add(shape, value, path, constraint string) {
	v.shapes = append(v.shapes, shape)
	v.violations = append(v.violations, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: %s", value, path, constraint))
}

func (v *validator) check(path string, r *member, value any) {
	s := v.model.shapeOf(r)
	switch x := value.(type) {
	case nil:
		v.add(r.Shape, "null", path, "Member must not be null")
	case map[string]any:
		v.checkMembers(path, s, x)
	case []any:
		if judgedAlone(v.service, r.Shape) {
			return
		}
		v.checkRange(path, r, float64(len(x)), "length", fmt.Sprintf("'%v'", x))
		for i, e := range x {
			v.check(fmt.Sprintf("%s.%d.member", path, i+1), s.Member, e)
		}
	case string:
		v.checkString(path, r, x)
	case json.Number:
		n, _ := x.Float64()
		v.checkRange(path, r, n, "value", "'"+x.String()+"'")
	}
}

func (v *validator) checkMembers(path string, s *shape, value map[string]any) {
	if s.Type == "map" {
		for _, k := range slices.Sorted(maps.Keys(value)) {
			v.check(path+"."+k+".member", s.Value, value[k])
		}
		return
	}
	for _, name := range s.Required {
		if value[name] == nil {
			v.add(s.Members[name].Shape, "null", join(path, name), "Member must not be null")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(value)) {
		v.check(join(path, name), s.Members[name], value[name])
	}
}

func (v *validator) checkString(path string, r *member, text string) {
	s := v.model.shapeOf(r)
	if s.Type != "string" {
		return
	}
	quoted := "'" + text + "'"
	v.checkRange(path, r, float64(utf8.RuneCountInString(text)), "length", quoted)
	if re := s.expression(); re != nil && !re.MatchString(text) {
		v.add(r.Shape, quoted, path, "Member must satisfy regular expression pattern: "+s.Pattern)
	}
	if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) && !judgedLater(v.service, r.Shape) {
		v.add(r.Shape, quoted, path, "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
}

func (v *validator) checkRange(path string, r *member, n float64, what, quoted string) {
	s := v.model.shapeOf(r)
	if s.Min != nil && n < *s.Min {
		v.add(r.Shape, quoted, path, fmt.Sprintf("Member must have %s greater than or equal to %s", what, plain(*s.Min)))
	}
	if s.Max != nil && n > *s.Max {
		v.add(r.Shape, quoted, path, fmt.Sprintf("Member must have %s less than or equal to %s", what, plain(*s.Max)))
	}
}

func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

// join makes the path of a member; AWS writes its first letter small.
func join(path, name string) string {
	name = strings.ToLower(name[:1]) + name[1:]
	if path == "" {
		return name
	}
	return path + "." + name
}
