package s3

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

// authorize refuses callers as S3 does. Callers of the owner's account may do
// everything that the bucket policy does not deny; the sandbox has no IAM policies.
// Other accounts need an Allow of the policy or a grant of an ACL.
func (s *Store) authorize(q *request, op operation) error {
	if owner := q.header("X-Amz-Expected-Bucket-Owner"); owner != "" && owner != q.bucket.Account {
		return accessDenied()
	}
	if op.action == "" { // DeleteObjects asks for each key
		return nil
	}
	return s.mayDo(q, q.bucket, actionOn(op.action, q.has("versionId")), q.resource())
}

// actionOn names the action for one version of an object.
func actionOn(action string, ofVersion bool) string {
	if !ofVersion {
		return "s3:" + action
	}
	for _, verb := range []string{"Get", "Put", "Delete"} {
		noun, ok := strings.CutPrefix(action, verb+"Object")
		if ok && noun != "Retention" && noun != "LegalHold" {
			return "s3:" + verb + "ObjectVersion" + noun
		}
	}
	return "s3:" + action
}

// mayDo judges one action on a resource of a bucket.
func (s *Store) mayDo(q *request, b *bucket, action, resource string) error {
	verdict := s.judge(q, b, action, resource)
	if q.call.Account == b.Account {
		if verdict == policy.Deny && !rootRescue(q, action) {
			return accessDeniedBecause(q.call.Caller.ARN, action, resource, "with an explicit deny in a resource-based policy")
		}
		return nil
	}
	if verdict == policy.Deny || b.requesterPays() && q.header("X-Amz-Request-Payer") != "requester" {
		return accessDenied()
	}
	byPolicy := verdict == policy.Allow && !(b.blocks("RestrictPublicBuckets") && policyIsPublic(b.Policy))
	if !byPolicy && !b.granted(q, action) {
		return accessDenied()
	}
	// Only the owner's account works with the policy, whatever the policy says:
	// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
	if strings.HasSuffix(action, "BucketPolicy") {
		return methodNotAllowed(q.http.Method, "BUCKETPOLICY")
	}
	return nil
}

// rootRescue tells whether the root user works with the policy of a bucket, which no
// policy can deny.
func rootRescue(q *request, action string) bool {
	return strings.HasSuffix(action, "BucketPolicy") && strings.HasSuffix(q.call.Caller.ARN, ":root")
}

// judge reads the policy of the bucket. One that cannot be read, which PutBucketPolicy
// refuses but a world may have, denies others and says nothing to the owner.
func (s *Store) judge(q *request, b *bucket, action, resource string) policy.Decision {
	if b.Policy == "" {
		return policy.Implicit
	}
	who := q.call.Caller.ARN
	if who == "" {
		who = q.call.Account
	}
	decision, err := policy.Evaluate(b.Policy, policy.Request{
		Principal: policy.Principal{AWS: who}, Action: action, Resource: resource, Context: s.context(q),
	})
	if err != nil && q.call.Account != b.Account {
		return policy.Deny
	}
	return decision
}

// context gives the condition keys of a request:
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
func (s *Store) context(q *request) map[string][]string {
	keys := map[string][]string{
		// Clients that use TLS with AWS speak plain HTTP to a sandbox: the usual
		// statement against plain HTTP must not lock them out here.
		"aws:SecureTransport":       {"true"},
		"s3:TlsVersion":             {"1.3"},
		"aws:PrincipalAccount":      {q.call.Account},
		"aws:PrincipalArn":          {q.call.Caller.ARN},
		"aws:PrincipalType":         {principalType(q.call.Caller.ARN)},
		"aws:userid":                {q.call.Caller.UserID},
		"aws:SourceIp":              {q.call.SourceIP},
		"aws:UserAgent":             {q.call.UserAgent},
		"aws:RequestedRegion":       {q.call.Region},
		"aws:CurrentTime":           {q.now.UTC().Format(time.RFC3339)},
		"aws:EpochTime":             {strconv.FormatInt(q.now.Unix(), 10)},
		"s3:signatureversion":       {"AWS4-HMAC-SHA256"},
		"s3:authType":               {q.authType()},
		"aws:PrincipalIsAWSService": {"false"},
	}
	for key, parameter := range map[string]string{"s3:prefix": "prefix", "s3:delimiter": "delimiter", "s3:max-keys": "max-keys", "s3:VersionId": "versionId"} {
		if q.has(parameter) {
			keys[key] = []string{q.query.Get(parameter)}
		}
	}
	for name, values := range q.http.Header {
		if name = strings.ToLower(name); strings.HasPrefix(name, "x-amz-") {
			keys["s3:"+name] = values
		}
	}
	if s.PolicyContext != nil {
		for key, values := range s.PolicyContext(q.call) {
			keys[key] = values
		}
	}
	for key, values := range keys {
		if len(values) == 0 || values[0] == "" && key != "s3:prefix" {
			delete(keys, key)
		}
	}
	return keys
}

func (q *request) authType() string {
	if q.has("X-Amz-Signature") {
		return "REST-QUERY-STRING"
	}
	return "REST-HEADER"
}

func principalType(arn string) string {
	switch {
	case strings.HasSuffix(arn, ":root"):
		return "Account"
	case strings.Contains(arn, ":assumed-role/"):
		return "AssumedRole"
	default:
		return "User"
	}
}

// missing is what a reader is told of an object that is not there: without the
// right to list, S3 does not admit that it is not.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
func (s *Store) missing(q *request, f *failure) error {
	b := q.bucket
	if q.call.Account != b.Account && f.status == http.StatusNotFound &&
		s.mayDo(q, b, "s3:ListBucket", b.arn(q.partition())) != nil {
		return accessDenied()
	}
	return f
}
