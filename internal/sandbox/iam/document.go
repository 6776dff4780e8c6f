package iam

import (
	"encoding/json"
	"net/url"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// The sizes that documents can have, in characters without white space.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const (
	largestTrust   = 2048
	largestInline  = 10240 // all of one role
	largestManaged = 6144
)

// encoded is a document as IAM answers it.
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
func encoded(doc string) string { return strings.ReplaceAll(url.QueryEscape(doc), "+", "%20") }

// size counts a document as the quotas do.
func size(doc string) int {
	n := 0
	for _, r := range doc {
		if !strings.ContainsRune(" \t\r\n", r) {
			n++
		}
	}
	return n
}

func malformed(message string) *wire.Error {
	return wire.Errorf("MalformedPolicyDocumentException", "%s", message)
}

// checkTrust refuses a trust policy that IAM would not take.
func checkTrust(doc string) error {
	statements, fault := readStatements(doc, "This policy contains invalid Json")
	if fault != nil {
		return fault
	}
	for _, s := range statements {
		switch {
		case s["Resource"] != nil || s["NotResource"] != nil:
			return malformed("Has prohibited field Resource")
		case s["Principal"] == nil && s["NotPrincipal"] == nil:
			return malformed("Missing required field Principal")
		case s["Action"] == nil && s["NotAction"] == nil:
			return malformed("Missing required field Action")
		}
		for _, action := range texts(s["Action"]) {
			if action != "*" && !strings.HasPrefix(strings.ToLower(action), "sts:") {
				return malformed("AssumeRole policy may only specify STS AssumeRole actions.")
			}
		}
	}
	if _, err := policy.ParseTrust(doc); err != nil {
		return malformed(sentence(err))
	}
	if size(doc) > largestTrust {
		return wire.Errorf("LimitExceededException", "Cannot exceed quota for ACLSizePerRole: %d", largestTrust)
	}
	return nil
}

// checkIdentity refuses a policy for roles that IAM would not take.
func checkIdentity(doc string) error {
	statements, fault := readStatements(doc, "Syntax errors in policy.")
	if fault != nil {
		return fault
	}
	for _, s := range statements {
		switch {
		case s["Principal"] != nil || s["NotPrincipal"] != nil:
			return malformed("Policy document should not specify a principal.")
		case s["Action"] == nil && s["NotAction"] == nil:
			return malformed("Policy statement must contain actions.")
		case s["Resource"] == nil && s["NotResource"] == nil:
			return malformed("Policy statement must contain resources.")
		}
		if fault := checkNames(s); fault != nil {
			return fault
		}
	}
	if _, err := policy.ParseIdentity(doc); err != nil {
		return malformed(sentence(err))
	}
	return nil
}

// checkNames refuses actions and resources that cannot be any.
func checkNames(s map[string]json.RawMessage) error {
	for _, action := range append(texts(s["Action"]), texts(s["NotAction"])...) {
		if action != "*" && !strings.Contains(action, ":") {
			return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
		}
	}
	for _, resource := range append(texts(s["Resource"]), texts(s["NotResource"])...) {
		if resource != "*" && !strings.HasPrefix(resource, "arn:") {
			return malformed("Resource " + resource + ` must be in ARN format or "*".`)
		}
	}
	return nil
}

// readStatements takes a document apart. What is no policy at all is refused in the
// given words.
func readStatements(doc, words string) ([]map[string]json.RawMessage, error) {
	var top struct{ Version, Statement json.RawMessage }
	if json.Unmarshal([]byte(doc), &top) != nil || top.Statement == nil {
		return nil, malformed(words)
	}
	var version string
	if top.Version != nil && json.Unmarshal(top.Version, &version) != nil || version != "" && version != "2012-10-17" && version != "2008-10-17" {
		return nil, malformed("The policy must contain a valid version string.")
	}
	var list []map[string]json.RawMessage
	if json.Unmarshal(top.Statement, &list) == nil {
		return list, nil
	}
	var one map[string]json.RawMessage
	if json.Unmarshal(top.Statement, &one) != nil {
		return nil, malformed(words)
	}
	return []map[string]json.RawMessage{one}, nil
}

// texts reads a text or a list of them; what is neither has none.
func texts(raw json.RawMessage) []string {
	var list []string
	var one string
	switch {
	case json.Unmarshal(raw, &list) == nil:
		return list
	case json.Unmarshal(raw, &one) == nil:
		return []string{one}
	}
	return nil
}

// sentence is an error of package policy as a sentence.
func sentence(err error) string {
	text := err.Error()
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
