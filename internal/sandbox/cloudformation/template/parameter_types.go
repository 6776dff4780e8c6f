package template

import (
	"slices"
	"strings"
)

// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html

// isParameterType says whether a parameter may have a type. Of things of AWS, nobody
// looks whether there is one of the name: the sandbox has no EC2.
func isParameterType(t string) bool {
	if inner, ok := within(t, "AWS::SSM::Parameter::Value<"); ok {
		return isParameterType(inner) && !strings.HasPrefix(inner, "AWS::SSM::Parameter::Value<")
	}
	if inner, ok := within(t, "List<"); ok {
		return inner == "String" || inner == "Number" || isNameOfAWS(inner)
	}
	return t == "String" || t == "Number" || t == "CommaDelimitedList" || isNameOfAWS(t)
}

func isNameOfAWS(t string) bool {
	return slices.Contains([]string{
		"AWS::EC2::AvailabilityZone::Name", "AWS::EC2::Image::Id", "AWS::EC2::Instance::Id", "AWS::EC2::KeyPair::KeyName",
		"AWS::EC2::SecurityGroup::GroupName", "AWS::EC2::SecurityGroup::Id", "AWS::EC2::Subnet::Id", "AWS::EC2::VPC::Id",
		"AWS::EC2::Volume::Id", "AWS::Route53::HostedZone::Id", "AWS::SSM::Parameter::Name",
	}, t)
}

// within returns what stands between a beginning and a closing bracket.
func within(t, beginning string) (inner string, ok bool) {
	inner, ok = strings.CutPrefix(t, beginning)
	if !ok {
		return "", false
	}
	return strings.CutSuffix(inner, ">")
}

// stored returns the type of what an SSM parameter holds, for a parameter whose value
// is the name of one.
func (p Parameter) stored() (string, bool) { return within(p.Type, "AWS::SSM::Parameter::Value<") }

// isList says whether a type has a list of values, with commas between them.
func isList(t string) bool { return t == "CommaDelimitedList" || strings.HasPrefix(t, "List<") }

// split takes a value of a list apart. Spaces around commas do not count.
func split(value string) []string {
	items := strings.Split(value, ",")
	for i, item := range items {
		items[i] = strings.TrimSpace(item)
	}
	return items
}
