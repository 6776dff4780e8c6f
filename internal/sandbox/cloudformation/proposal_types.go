package cloudformation

import (
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

// ofAWS is the form of the resource types that AWS has, and of custom ones.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html
var ofAWS = regexp.MustCompile(`^(AWS::[A-Za-z0-9]+::[A-Za-z0-9]+|Custom::[A-Za-z0-9_@-]+)$`)

// checkTypes refuses types that AWS cannot have, as AWS does, whether they count or not.
func checkTypes(resources []template.Resource) error {
	unknown := typesOf(resources, func(name string) bool { return !ofAWS.MatchString(name) })
	if len(unknown) > 0 {
		return invalid("Template format error: Unrecognized resource types: [%s]", strings.Join(unknown, ", "))
	}
	return nil
}

// checkPlannedTypes refuses what would be made, and only AWS can.
func checkPlannedTypes(planned []template.Planned) error {
	resources := make([]template.Resource, len(planned))
	for i, p := range planned {
		resources[i] = p.Resource
	}
	if err := checkTypes(resources); err != nil {
		return err
	}
	known := kinds()
	lacking := typesOf(resources, func(name string) bool { _, ok := known[name]; return !ok })
	switch len(lacking) {
	case 0:
		return nil
	case 1:
		return invalid("The sandbox does not implement the resource type %s.", lacking[0])
	}
	return invalid("The sandbox does not implement the resource types %s.", strings.Join(lacking, ", "))
}

// typesOf are the types of a sort that resources are of, each once.
func typesOf(resources []template.Resource, sort func(string) bool) []string {
	var types []string
	for _, r := range resources {
		if sort(r.Type) && !slices.Contains(types, r.Type) {
			types = append(types, r.Type)
		}
	}
	return types
}
