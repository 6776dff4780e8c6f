package s3

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

// maxPolicy is the size of a bucket policy in bytes:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
const maxPolicy = 20 << 10

// statement is what is looked at in a statement of a bucket policy before it is
// accepted. Absent elements are nil.
type statement struct {
	Sid          string
	Effect       *string
	Principal    *principalElement
	NotPrincipal *principalElement
	Action       list
	NotAction    list
	Resource     list
	NotResource  list
	Condition    map[string]map[string]list
}

// list is a JSON string, or an array of them.
type list []string

func (l *list) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		var values []scalar
		if err := json.Unmarshal(b, &values); err != nil {
			return err
		}
		*l = make(list, 0, len(values))
		for _, v := range values {
			*l = append(*l, string(v))
		}
		return nil
	}
	var one scalar
	if err := json.Unmarshal(b, &one); err != nil {
		return err
	}
	*l = list{string(one)}
	return nil
}

// scalar is a JSON string, or a boolean or number as the text that it is.
type scalar string

func (s *scalar) UnmarshalJSON(b []byte) error {
	if b[0] == '"' {
		return json.Unmarshal(b, (*string)(s))
	}
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	switch v.(type) {
	case bool, float64:
		*s = scalar(b)
		return nil
	default:
		return errors.New("neither a text nor a number nor a boolean")
	}
}

// principalElement is "*", or lists by kind: AWS, Service, Federated, CanonicalUser.
type principalElement struct {
	everyone bool
	byKind   map[string]list
}

func (p *principalElement) UnmarshalJSON(b []byte) error {
	var all string
	if json.Unmarshal(b, &all) == nil {
		p.everyone = all == "*"
		p.byKind = map[string]list{"": {all}}
		return nil
	}
	return json.Unmarshal(b, &p.byKind)
}

// includesEveryone tells whether anybody at all is meant.
func (p *principalElement) includesEveryone() bool {
	return p != nil && (p.everyone || slices.Contains(p.byKind["AWS"], "*"))
}

// checkPolicy refuses a policy with the sentences of S3.
func checkPolicy(doc []byte, bucketARN string) *failure {
	if len(doc) > maxPolicy {
		return fail(http.StatusBadRequest, "PolicyTooLarge", "Policy exceeds the maximum allowed document size.")
	}
	if !bytes.HasPrefix(doc, []byte("{")) {
		return malformedPolicy("Policies must be valid JSON and the first byte must be '{'")
	}
	statements, f := readStatements(doc)
	if f != nil {
		return f
	}
	sids := map[string]bool{}
	for _, st := range statements {
		if f := st.check(bucketARN); f != nil {
			return f
		}
		if st.Sid != "" && sids[st.Sid] {
			return malformedPolicy("Statement IDs (SID) in a single policy must be unique.")
		}
		sids[st.Sid] = true
	}
	if _, err := policy.Parse(string(doc)); err != nil {
		return malformedPolicy("Invalid policy syntax.").with("Detail", err.Error())
	}
	return nil
}

func readStatements(doc []byte) ([]statement, *failure) {
	var top map[string]json.RawMessage
	if json.Unmarshal(doc, &top) != nil {
		return nil, malformedPolicy("This policy contains invalid Json")
	}
	for name := range top {
		if name != "Version" && name != "Id" && name != "Statement" {
			return nil, malformedPolicy("Unknown field " + name)
		}
	}
	var version string
	if raw, ok := top["Version"]; ok && (json.Unmarshal(raw, &version) != nil || version != "2012-10-17" && version != "2008-10-17") {
		return nil, malformedPolicy("The policy must contain a valid version string")
	}
	raw, ok := top["Statement"]
	if !ok {
		return nil, malformedPolicy("Missing required field Statement")
	}
	if raw = bytes.TrimSpace(raw); !bytes.HasPrefix(raw, []byte("[")) {
		raw = append(append([]byte("["), raw...), ']')
	}
	return decodeStatements(raw)
}

func decodeStatements(raw []byte) ([]statement, *failure) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	var statements []statement
	if err := d.Decode(&statements); err != nil {
		if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
			return nil, malformedPolicy("Unknown field " + strings.Trim(name, `"`))
		}
		return nil, malformedPolicy("Invalid policy syntax.")
	}
	if len(statements) == 0 {
		return nil, malformedPolicy("Could not parse the policy: Statement is empty!")
	}
	return statements, nil
}

func (st statement) check(bucketARN string) *failure {
	switch {
	case st.Effect == nil:
		return malformedPolicy("Missing required field Effect")
	case *st.Effect != "Allow" && *st.Effect != "Deny":
		return malformedPolicy("Invalid effect: " + *st.Effect)
	case st.Principal == nil && st.NotPrincipal == nil:
		return malformedPolicy("Missing required field Principal")
	case st.Action == nil && st.NotAction == nil:
		return malformedPolicy("Missing required field Action")
	case st.Resource == nil && st.NotResource == nil:
		return malformedPolicy("Missing required field Resource")
	}
	for _, p := range []*principalElement{st.Principal, st.NotPrincipal} {
		if detail := p.unknown(); detail != "" {
			return malformedPolicy("Invalid principal in policy").with("Detail", detail)
		}
	}
	for _, a := range slices.Concat(st.Action, st.NotAction) {
		if !actionPattern.MatchString(a) {
			return malformedPolicy("Policy has invalid action").with("Detail", a)
		}
	}
	return st.checkResources(bucketARN)
}

var actionPattern = regexp.MustCompile(`^(\*|(?i:s3):[A-Za-z*?]+)$`)

// checkResources wants resources of this bucket, and actions that fit them.
func (st statement) checkResources(bucketARN string) *failure {
	resources := slices.Concat(st.Resource, st.NotResource)
	onBucket, onObjects := false, false
	for _, r := range resources {
		name, path, isObject := strings.Cut(r, "/")
		if name != bucketARN && !(strings.ContainsAny(name, "*?") && wildcardMatches(name, bucketARN)) || isObject && path == "" {
			return malformedPolicy("Policy has invalid resource").with("Detail", r)
		}
		onObjects = onObjects || isObject || strings.HasSuffix(name, "*")
		onBucket = onBucket || !isObject
	}
	for _, a := range st.Action {
		if !strings.ContainsAny(a, "*?") && (isObjectAction(a) && !onObjects || !isObjectAction(a) && !onBucket) {
			return malformedPolicy("Action does not apply to any resource(s) in statement")
		}
	}
	return nil
}

// wildcardMatches tells whether an ARN with * and ? can be that of the bucket. A *
// alone is no ARN, and S3 does not take it.
func wildcardMatches(pattern, arn string) bool {
	if !strings.HasPrefix(pattern, "arn:") {
		return false
	}
	expression := regexp.QuoteMeta(pattern)
	expression = strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(expression)
	matched, err := regexp.MatchString("^"+expression+"$", arn)
	return err == nil && matched
}

// isObjectAction tells whether an action is about objects rather than buckets, from
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
func isObjectAction(action string) bool {
	_, noun, _ := strings.Cut(action, ":")
	noun = strings.ToLower(noun)
	if strings.Contains(noun, "bucket") {
		return false
	}
	return strings.Contains(noun, "object") || slices.Contains([]string{
		"abortmultipartupload", "listmultipartuploadparts", "bypassgovernanceretention", "initiatereplication",
	}, noun)
}

var (
	accountPrincipal = regexp.MustCompile(`^([0-9]{12}|arn:aws(-[a-z-]+)?:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/.+)|AIDA[A-Z0-9]+|AROA[A-Z0-9]+)$`)
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.(amazonaws\.com(\.cn)?|amazon\.com|aws\.internal)$`)
	canonicalUser    = regexp.MustCompile(`^[0-9a-f]{64}$`)
)

// unknown returns the first principal that cannot exist, as S3 shows it, or "". S3
// also refuses users and roles that do not exist, which the sandbox cannot know.
func (p *principalElement) unknown() string {
	if p == nil || p.everyone {
		return ""
	}
	if len(p.byKind) == 0 {
		return "{}"
	}
	for kind, names := range p.byKind {
		for _, name := range names {
			if !knownPrincipal(kind, name) {
				return `"` + kind + `" : "` + name + `"`
			}
		}
	}
	return ""
}

func knownPrincipal(kind, name string) bool {
	switch kind {
	case "AWS":
		return name == "*" || accountPrincipal.MatchString(name)
	case "Service":
		return servicePrincipal.MatchString(name)
	case "CanonicalUser":
		return canonicalUser.MatchString(name)
	case "Federated":
		return name != ""
	default:
		return false
	}
}
