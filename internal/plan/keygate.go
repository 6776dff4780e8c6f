package plan

import (
	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// Key is what was seen of a KMS key.
type Key struct {
	ID      string       // as it was asked for: the ARN, where that is known
	Region  trail.Region // where it was asked for
	Missing bool         // KMS says that there is none
	State   string       // Enabled, Disabled, PendingDeletion …; "" when it is hidden
	Policy  string       // JSON; "" when it is hidden
	// BucketKey says that the bucket encrypts with an S3 Bucket Key, which takes
	// kms:Decrypt. It is false when that is hidden, and of keys of topics.
	BucketKey bool
	Gaps      []trail.Gap
}

const (
	kmsKeyGate          = "kms-key" // the ID of the gate
	describeKey         = "kms:DescribeKey"
	getKeyPolicy        = "kms:GetKeyPolicy"
	getBucketEncryption = "s3:GetEncryptionConfiguration"
	decrypt             = "kms:Decrypt"
	generateDataKey     = "kms:GenerateDataKey"
)

// keyGate: CloudTrail must be able to encrypt log files under the key, which is in the
// Region of the bucket. The encryption context names the trail by its one ARN, wherever
// the events come from, so that one answer holds for every Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func keyGate(t trail.Trail, e Evidence) Gate {
	k, args := *e.Key, []string{"key", e.Key.ID, "region", string(e.Key.Region), "bucket", t.Bucket}
	at := e.Bucket.Region
	switch {
	case at != "" && at != k.Region:
		return verdict(kmsKeyGate, Block, "block-region", string(k.Region)+" ≠ "+string(at), append(args, "bucketregion", string(at))...)
	case k.Missing:
		return verdict(kmsKeyGate, Block, "block-missing", "NotFoundException", args...)
	case k.State != "" && k.State != "Enabled":
		return verdict(kmsKeyGate, Block, "block-state", "KeyState="+k.State, append(args, "state", k.State)...)
	}
	g := judgeKey(t, e, args)
	if gap, ok := gapOf(k.Gaps, getKeyPolicy); ok {
		g = lacking(gate(kmsKeyGate, Pass, "", "key", k.ID), gap, args...)
	}
	if gap, ok := gapOf(k.Gaps, describeKey); ok {
		g = lacking(g, gap, args...)
	}
	if e.Bucket.Exists && at == "" {
		g = lacking(g, trail.Gap{Action: "s3:GetBucketLocation"}, args...)
	}
	return g
}

// newBucket is the evidence where a bucket that does not exist will be in a Region.
func (e Evidence) newBucket(r trail.Region) Evidence {
	if e.Bucket.seen() && !e.Bucket.Exists {
		e.Bucket.Region = r
	}
	return e
}

// judgeKey reads the policy of the key.
func judgeKey(t trail.Trail, e Evidence, args []string) Gate {
	doc, err := policy.Parse(e.Key.Policy)
	if err != nil {
		return verdict(kmsKeyGate, UnknownGate, "unknown", err.Error(), append(args, "action", getKeyPolicy)...)
	}
	asks := keyRequests(t, e, describeKey, generateDataKey)
	a := weakest(doc, asks)
	switch a.Decision {
	case policy.Allowed:
		return judgeBucketKey(t, e, doc, gate(kmsKeyGate, Pass, statements(doc, asks), "key", e.Key.ID), args)
	case policy.Unclear:
		return verdict(kmsKeyGate, Warn, "warn", "", args...).by(a.blame())
	default:
		return verdict(kmsKeyGate, Block, "block-policy", "", append(args, "action", a.action)...).by(a.blame())
	}
}

// judgeBucketKey asks for kms:Decrypt where the bucket has an S3 Bucket Key, or may have.
func judgeBucketKey(t trail.Trail, e Evidence, doc policy.Document, g Gate, args []string) Gate {
	gap, unseen := gapOf(e.Key.Gaps, getBucketEncryption)
	a := weakest(doc, keyRequests(t, e, decrypt))
	switch {
	case a.Decision == policy.Allowed || !e.Key.BucketKey && !unseen:
		return g
	case unseen:
		return lacking(g, gap, args...)
	case a.Decision == policy.Unclear:
		return verdict(kmsKeyGate, Warn, "warn", "", args...).by(a.blame())
	default:
		return verdict(kmsKeyGate, Block, "block-policy", "", append(args, "action", decrypt)...).by(a.blame())
	}
}

// keyRequests are calls of CloudTrail on its key. What it encrypts has the trail in the
// encryption context, and, from S3, the object or the bucket; to look at a key has none.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/encrypting-cloudtrail-log-files-with-aws-kms.html
func keyRequests(t trail.Trail, e Evidence, actions ...string) []policy.Request {
	var out []policy.Request
	for _, action := range actions {
		c := serviceContext(t)
		e.knowsOrganization(c)
		c["kms:encryptioncontext:aws:cloudtrail:arn"] = string(t.ARN)
		if action == describeKey {
			c["kms:encryptioncontext:aws:cloudtrail:arn"] = ""
		}
		out = append(out, policy.Request{Service: service, Action: action, Resource: e.Key.ID, Context: c})
	}
	return out
}
