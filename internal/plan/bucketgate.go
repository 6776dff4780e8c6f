package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

const service = "cloudtrail.amazonaws.com"

// anyRegion stands for Regions to come: no policy can name it but by a wildcard.
const anyRegion trail.Region = "future-region-1"

// bucketGate evaluates the policy of the bucket for CloudTrail, for the log files and
// digests of every enabled Region and of Regions to come.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func bucketGate(s trail.Snapshot, t trail.Trail, b Bucket, org string) Gate {
	const id = "bucket-policy"
	switch {
	case b.Gap != nil && !b.Exists:
		return gate(id, UnknownGate, b.Gap.Error, "bucket", t.Bucket, "action", b.Gap.Action)
	case !b.Exists:
		return bucketBlock("missing", "NoSuchBucket", t, nil)
	case b.Gap != nil || b.Elsewhere:
		return gate(id, UnknownGate, gapText(b.Gap), "bucket", t.Bucket, "action", gapAction(b.Gap))
	case b.RequesterPays:
		return bucketBlock("requester-pays", "Payer=Requester", t, nil)
	}
	doc, err := policy.Parse(b.Policy)
	if b.Policy == "" {
		return bucketBlock("none", "NoSuchBucketPolicy", t, nil)
	}
	if err != nil {
		return gate(id, UnknownGate, err.Error(), "bucket", t.Bucket, "action", "s3:GetBucketPolicy")
	}
	return judgeBucket(s, t, doc, org)
}

func gapText(g *trail.Gap) string {
	if g == nil {
		return ""
	}
	return g.Error
}

func gapAction(g *trail.Gap) string {
	if g == nil {
		return "s3:GetBucketPolicy"
	}
	return g.Action
}

func bucketBlock(why, evidence string, t trail.Trail, regions []string) Gate {
	args := []string{"bucket", t.Bucket}
	if regions != nil {
		args = append(args, "regions", strings.Join(regions, ", "))
	}
	return Gate{
		ID: "bucket-policy", Status: Block, Evidence: evidence,
		Message: trail.Say("gate.bucket-policy.block-"+why, args...),
		Hint:    trail.Say("gate.bucket-policy.block.hint"),
	}
}

// judgeBucket asks the policy once per Region.
func judgeBucket(s trail.Snapshot, t trail.Trail, doc policy.Document, org string) Gate {
	var dark, unsure []string
	statements := map[string]bool{}
	for _, r := range s.EnabledRegions() {
		switch a := delivery(s.Account, t, doc, org, r); a.Decision {
		case policy.Allowed:
			statements[a.Statement] = true
		case policy.Unclear:
			unsure = append(unsure, fmt.Sprintf("%s (%s)", a.Statement, a.Key))
		default:
			dark = append(dark, string(r))
			statements[blame(a)] = true
		}
	}
	evidence := strings.Join(sorted(statements), ", ")
	switch {
	case len(dark) > 0:
		return bucketBlock("dark", evidence, t, dark)
	case len(unsure) > 0:
		slices.Sort(unsure)
		return gate("bucket-policy", Warn, strings.Join(slices.Compact(unsure), ", "), "bucket", t.Bucket)
	case delivery(s.Account, t, doc, org, anyRegion).Decision != policy.Allowed:
		return Gate{
			ID: "bucket-policy", Status: Warn, Evidence: evidence,
			Message: trail.Say("gate.bucket-policy.warn-future", "bucket", t.Bucket),
		}
	default:
		return gate("bucket-policy", Pass, evidence, "bucket", t.Bucket)
	}
}

func blame(a policy.Answer) string {
	switch {
	case a.Statement == "":
		return "no statement allows it"
	case a.Key != "":
		return a.Statement + " (" + a.Key + ")"
	default:
		return a.Statement
	}
}

func sorted(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// delivery returns the weakest answer to what CloudTrail does from a Region: it reads
// the ACL of the bucket, puts log files, and, with validation on, puts digests; of an
// organization trail those of member accounts lie below the ID of the organization.
func delivery(account AccountID, t trail.Trail, doc policy.Document, org string, r trail.Region) policy.Answer {
	bucket := "arn:" + string(t.HomeRegion.Partition()) + ":s3:::" + t.Bucket
	logs := bucket + "/" + prefix(t.KeyPrefix) + "AWSLogs/"
	tail := fmt.Sprintf("/%s/2026/01/31/%s_%s.json.gz", r, account, r)
	asks := []policy.Request{request(t, r, "s3:GetBucketAcl", bucket)}
	bases := []string{logs + string(account)}
	if t.Organization && org != "" {
		bases = append(bases, logs+org+"/"+string(account))
	}
	for _, base := range bases {
		asks = append(asks, request(t, r, "s3:PutObject", base+"/CloudTrail"+tail))
		if t.LogFileValidation {
			asks = append(asks, request(t, r, "s3:PutObject", base+"/CloudTrail-Digest"+tail))
		}
	}
	return slices.MinFunc(judgeAll(doc, asks), func(a, b policy.Answer) int { return rank(a.Decision) - rank(b.Decision) })
}

func judgeAll(doc policy.Document, asks []policy.Request) []policy.Answer {
	out := make([]policy.Answer, len(asks))
	for i, r := range asks {
		out[i] = doc.Judge(r)
	}
	return out
}

// rank puts a refusal before a doubt, and a doubt before permission.
func rank(d policy.Decision) int {
	return map[policy.Decision]int{policy.Denied: 0, policy.NotAllowed: 1, policy.Unclear: 2, policy.Allowed: 3}[d]
}

func prefix(p string) string {
	if p == "" {
		return ""
	}
	return strings.TrimSuffix(p, "/") + "/"
}

// request is a call of CloudTrail on the bucket, with all that is known of its context.
// A service calls over TLS, from no VPC and no address of the customer's.
func request(t trail.Trail, r trail.Region, action, resource string) policy.Request {
	c := map[string]string{
		"aws:sourcearn":              string(t.ARN),
		"aws:sourceaccount":          string(t.ARN.Owner()),
		"aws:securetransport":        "true",
		"aws:principalisawsservice":  "true",
		"aws:principalservicename":   service,
		"aws:principalarn":           "",
		"aws:principalaccount":       "",
		"aws:principalorgid":         "",
		"aws:viaawsservice":          "false",
		"aws:sourcevpc":              "",
		"aws:sourcevpce":             "",
		"aws:sourceip":               "",
		"aws:multifactorauthpresent": "",
	}
	if action == "s3:PutObject" {
		c["s3:x-amz-acl"] = "bucket-owner-full-control"
	}
	return policy.Request{
		Service: service, Account: string(trail.LegacyAccount(r)), Action: action, Resource: resource, Context: c,
	}
}
