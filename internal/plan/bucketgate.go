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
func bucketGate(s trail.Snapshot, t trail.Trail, e Evidence) Gate {
	b := e.Bucket
	switch {
	case b.Gap != nil && !b.Exists:
		return unreadBucket(t, b.Gap.Error, b.Gap.Action)
	case !b.Exists:
		return bucketBlock("missing", "NoSuchBucket", t)
	case b.Gap != nil || b.Elsewhere:
		return unreadBucket(t, gapText(b.Gap), gapAction(b.Gap))
	case b.RequesterPays:
		return bucketBlock("requester-pays", "Payer=Requester", t)
	case b.Policy == "":
		return bucketBlock("none", "NoSuchBucketPolicy", t)
	}
	doc, err := policy.Parse(b.Policy)
	if err != nil {
		return unreadBucket(t, err.Error(), getBucketPolicy)
	}
	return withGaps(judgeBucket(s, t, doc, e), t, e)
}

func unreadBucket(t trail.Trail, evidence, action string) Gate {
	return verdict(bucketPolicy, UnknownGate, "unknown", evidence, "bucket", t.Bucket, "action", action)
}

const (
	bucketPolicy            = "bucket-policy" // the ID of the gate
	getBucketPolicy         = "s3:GetBucketPolicy"
	getBucketRequestPayment = "s3:GetBucketRequestPayment"
	describeOrganization    = "organizations:DescribeOrganization"
)

// withGaps takes back what g says in favor of the bucket where something that the
// judgement needs was hidden: the ID of the organization, or who pays for requests.
func withGaps(g Gate, t trail.Trail, e Evidence) Gate {
	if t.Organization && e.Organization == nil {
		gap, _ := e.gap(describeOrganization)
		g = doubt(g, "gate.bucket-policy.unknown-organization", t, trail.Gap{Action: describeOrganization, Error: gap.Error})
	}
	if gap, ok := e.gap(getBucketRequestPayment); ok {
		g = doubt(g, "gate.bucket-policy.unknown-payer", t, gap)
	}
	return g
}

// doubt makes a pass unknown. What blocks or warns keeps doing so, with the Gap among
// its evidence.
func doubt(g Gate, key string, t trail.Trail, gap trail.Gap) Gate {
	if g.Status != Pass {
		return g.also(gap)
	}
	return Gate{
		ID: g.ID, Status: UnknownGate, Evidence: gap.Error,
		Message: trail.Say(key, "bucket", t.Bucket, "action", gap.Action), Hint: trail.Say(key + ".hint"),
	}
}

func (e Evidence) gap(action string) (trail.Gap, bool) {
	i := slices.IndexFunc(e.Gaps, func(g trail.Gap) bool { return g.Action == action })
	if i < 0 {
		return trail.Gap{}, false
	}
	return e.Gaps[i], true
}

func gapText(g *trail.Gap) string {
	if g == nil {
		return ""
	}
	return g.Error
}

func gapAction(g *trail.Gap) string {
	if g == nil {
		return getBucketPolicy
	}
	return g.Action
}

func bucketBlock(why, evidence string, t trail.Trail, args ...string) Gate {
	return Gate{
		ID: bucketPolicy, Status: Block, Evidence: evidence,
		Message: trail.Say("gate.bucket-policy.block-"+why, append(args, "bucket", t.Bucket)...),
		Hint:    trail.Say("gate.bucket-policy.block.hint"),
	}
}

func list(set map[string]bool) string { return strings.Join(sorted(set), ", ") }

func sorted(set map[string]bool) []string {
	var out []string
	for k := range set {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// delivery returns the weakest answer to what CloudTrail does from a Region: it reads
// the ACL of the bucket, puts log files, and, with validation on, puts digests.
func delivery(account AccountID, t trail.Trail, doc policy.Document, e Evidence, r trail.Region) answer {
	bucket := "arn:" + string(t.ARN.Partition()) + ":s3:::" + t.Bucket
	asks := []policy.Request{request(t, e, r, "s3:GetBucketAcl", bucket)}
	for _, key := range sampleKeys(account, t, organizationID(e), r) {
		asks = append(asks, request(t, e, r, "s3:PutObject", bucket+"/"+key))
	}
	return weakest(doc, asks)
}

// someMember is an account that no organization has: a policy lets the log files of
// members in, those of today and those to come, when it lets in this one's.
const someMember AccountID = "000000000000"

// sampleKeys returns keys such as CloudTrail gives to the files of a Region. Those of an
// organization trail lie below the ID of the organization, for every member account.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-find-log-files.html
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
func sampleKeys(account AccountID, t trail.Trail, org string, r trail.Region) []string {
	root := prefix(t.KeyPrefix) + "AWSLogs/"
	out := fileKeys(root, account, t, r)
	if t.Organization && org != "" {
		out = append(out, fileKeys(root+org+"/", account, t, r)...)
		out = append(out, fileKeys(root+org+"/", someMember, t, r)...)
	}
	return out
}

func fileKeys(root string, account AccountID, t trail.Trail, r trail.Region) []string {
	out := []string{fmt.Sprintf("%s%s/CloudTrail/%s/2026/01/31/%[2]s_CloudTrail_%[3]s_20260131T0000Z_vQAFgTVkEbSYIJQY.json.gz", root, account, r)}
	if t.LogFileValidation {
		out = append(out, fmt.Sprintf("%s%s/CloudTrail-Digest/%s/2026/01/31/%[2]s_CloudTrail-Digest_%[3]s_%s_%s_20260131T000000Z.json.gz",
			root, account, r, t.Name, t.HomeRegion))
	}
	return out
}

func judgeAll(doc policy.Document, asks []policy.Request) []answer {
	out := make([]answer, len(asks))
	for i, r := range asks {
		out[i] = answer{doc.Judge(r), r.Action}
	}
	return out
}

// strength puts a refusal before a doubt, and a doubt before permission.
func strength(d policy.Decision) int {
	return map[policy.Decision]int{policy.Denied: 0, policy.NotAllowed: 1, policy.Unclear: 2, policy.Allowed: 3}[d]
}

func prefix(p string) string {
	if p == "" {
		return ""
	}
	return strings.TrimSuffix(p, "/") + "/"
}

// request is a call of CloudTrail on the bucket, with all that is known of its context.
func request(t trail.Trail, e Evidence, r trail.Region, action, resource string) policy.Request {
	c := serviceContext(t)
	e.knowsOrganization(c)
	c["s3:x-amz-acl"] = "" // a request to read the ACL sets none
	if action == "s3:PutObject" {
		c["s3:x-amz-acl"] = "bucket-owner-full-control"
	}
	return policy.Request{
		Service: service, Account: string(trail.LegacyAccount(r)), Action: action, Resource: resource, Context: c,
	}
}
