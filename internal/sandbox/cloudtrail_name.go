package sandbox

import (
	"net/netip"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// checkTrailName holds a trail name against the rules of CreateTrail, in the order in
// which moto's published tests expect them: of "trail!" its end is refused.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
func checkTrailName(name string) error {
	const code = "InvalidTrailNameException"
	switch {
	case len(name) < 3:
		return wire.Errorf(code, "Trail name too short. Minimum allowed length: 3 characters. Specified name length: %d characters.", len(name))
	case len(name) > 128:
		return wire.Errorf(code, "Trail name too long. Maximum allowed length: 128 characters. Specified name length: %d characters.", len(name))
	case !strings.Contains(alphanumeric, name[:1]):
		return wire.Errorf(code, "Trail name must starts with a letter or number.")
	case !strings.Contains(alphanumeric, name[len(name)-1:]):
		return wire.Errorf(code, "Trail name must ends with a letter or number.")
	case strings.Trim(name, alphanumeric+"._-") != "":
		return wire.Errorf(code, "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).")
	case adjacentMarks(name):
		return wire.Errorf(code, "Trail name cannot have adjacent periods, hyphens, or underscores.")
	case dottedQuad(name):
		return wire.Errorf(code, "Trail name cannot be in the format of an IP address.")
	}
	return nil
}

const alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

func adjacentMarks(name string) bool {
	for i := 1; i < len(name); i++ {
		if strings.ContainsRune("._-", rune(name[i-1])) && strings.ContainsRune("._-", rune(name[i])) {
			return true
		}
	}
	return false
}

func dottedQuad(name string) bool {
	a, err := netip.ParseAddr(name)
	return err == nil && a.Is4()
}

// resourceARN is an ARN taken apart: arn:aws:cloudtrail:us-east-1:123456789012:trail/main.
type resourceARN struct {
	Partition, Service, Region, Account string
	Type, Name                          string // trail, main
}

// isARN says whether a caller means an ARN, be it well formed or not.
func isARN(s string) bool { return strings.HasPrefix(s, "arn:") }

// parseARN takes an ARN apart and reports whether it has all of its parts.
func parseARN(s string) (resourceARN, bool) {
	p := strings.SplitN(s, ":", 6)
	if len(p) != 6 || p[0] != "arn" {
		return resourceARN{}, false
	}
	kind, name, found := strings.Cut(p[5], "/")
	a := resourceARN{Partition: p[1], Service: p[2], Region: p[3], Account: p[4], Type: kind, Name: name}
	return a, found && a.Partition != "" && a.Service != "" && name != ""
}

func (a resourceARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Type + "/" + a.Name
}

// parseTrailARN takes the ARN of a trail apart.
func parseTrailARN(s string) (resourceARN, error) {
	a, ok := parseARN(s)
	wellFormed := ok && a.Service == "cloudtrail" && a.Type == "trail" && isAccountID(a.Account) &&
		regionExists(a.Region) && a.Partition == partitionOf(a.Region) && checkTrailName(a.Name) == nil
	if !wellFormed {
		return a, wire.Errorf("CloudTrailARNInvalidException", "The trail ARN %s is not valid.", s)
	}
	return a, nil
}

// trailARN is the ARN of a trail. It holds the home Region and the owner, so that it
// never changes.
func trailARN(partition, region, account, name string) string {
	return resourceARN{partition, "cloudtrail", region, account, "trail", name}.String()
}

func isAccountID(s string) bool { return len(s) == 12 && strings.Trim(s, "0123456789") == "" }
