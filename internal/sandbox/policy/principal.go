package policy

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// principals is the Principal element of a statement.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
type principals struct {
	everyone bool     // "*" or {"AWS": "*"}
	aws      []string // accounts and ARNs
	services []string
}

// parsePrincipals reads "*" or an object of lists. Federated and CanonicalUser
// principals are accepted; no Request ever is one.
func parsePrincipals(raw json.RawMessage) (principals, error) {
	var all string
	if json.Unmarshal(raw, &all) == nil {
		if all == "*" {
			return principals{everyone: true}, nil
		}
		return principals{}, fmt.Errorf("principal %q is neither \"*\" nor an object", all)
	}
	m, err := object(raw)
	if err != nil || len(m) == 0 {
		return principals{}, errors.New("principal is neither \"*\" nor an object")
	}
	if err := only(m, "AWS", "Service", "Federated", "CanonicalUser"); err != nil {
		return principals{}, fmt.Errorf("principal: %w", err)
	}
	return collectPrincipals(m)
}

func collectPrincipals(m map[string]json.RawMessage) (principals, error) {
	var p principals
	for kind, raw := range m {
		names, err := strings1(raw, "principal")
		if err != nil {
			return principals{}, err
		}
		switch kind {
		case "AWS":
			p.aws = names
		case "Service":
			p.services = names
		}
	}
	for _, name := range p.aws {
		if name == "*" {
			p.everyone = true
		} else if accountOf(name) == "" {
			return principals{}, fmt.Errorf("principal %q is neither an account nor an ARN", name)
		}
	}
	return p, nil
}

// match says whether p names who. An account in p stands for everyone in it.
func (p principals) match(who Principal) bool {
	if p.everyone {
		return true
	}
	for _, s := range p.services {
		if who.Service != "" && sameService(s, who.Service) {
			return true
		}
	}
	for _, a := range p.aws {
		if who.AWS != "" && covers(a, who.AWS) {
			return true
		}
	}
	return false
}

// sameService compares names of services. The name of CloudTrail is
// cloudtrail.amazonaws.com in every partition; the form with .cn of the Regions of
// China names the same service.
func sameService(a, b string) bool {
	return strings.TrimSuffix(a, ".cn") == strings.TrimSuffix(b, ".cn")
}

// covers says whether the principal of a policy stands for the one who asks.
func covers(policy, who string) bool {
	if isAccount(policy) {
		return accountOf(policy) == accountOf(who)
	}
	return policy == who || policy == roleOf(who)
}

// isAccount says whether a principal is a whole account: 12 digits or the ARN of its root.
func isAccount(principal string) bool {
	return accountID(principal) || strings.HasSuffix(principal, ":root") && accountOf(principal) != ""
}

// accountOf returns the account of an account ID or an ARN, or "".
func accountOf(principal string) string {
	if accountID(principal) {
		return principal
	}
	parts := strings.SplitN(principal, ":", 6)
	if len(parts) == 6 && parts[0] == "arn" && accountID(parts[4]) {
		return parts[4]
	}
	return ""
}

func accountID(s string) bool {
	return len(s) == 12 && strings.Trim(s, "0123456789") == ""
}

// roleOf returns the ARN of the role behind an assumed-role session, or "". Sessions
// do not tell the path of their role, so that only roles without a path are found.
func roleOf(session string) string {
	parts := strings.SplitN(session, ":", 6)
	if len(parts) != 6 || parts[2] != "sts" {
		return ""
	}
	name, ok := strings.CutPrefix(parts[5], "assumed-role/")
	role, _, ok2 := strings.Cut(name, "/")
	if !ok || !ok2 {
		return ""
	}
	return fmt.Sprintf("arn:%s:iam::%s:role/%s", parts[1], parts[4], role)
}
