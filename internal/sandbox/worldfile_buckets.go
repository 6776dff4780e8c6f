package sandbox

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// fill makes the buckets of the file in an empty store.
func (f *worldFile) fill(store *s3.Store, w *world) error {
	for i := range f.Buckets {
		if err := f.bucket(store, w, &f.Buckets[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *worldFile) bucket(store *s3.Store, w *world, b *bucketFile) error {
	if b.Name.text == "" {
		return errorAt(max(b.Name.line, b.Account.line, b.Region.line), "a bucket has no name")
	}
	if _, twice := store.Bucket(b.Name.text); twice {
		return b.Name.errorf("the bucket %s comes twice; names of buckets are global", b.Name.text)
	}
	id := b.Account.or(w.DefaultAccount)
	if !accountID.MatchString(id) {
		return b.Account.checkAccount()
	}
	partition := partitionOf(b.Region.text)
	a := w.Accounts[id]
	if a == nil {
		a = newAccount(id, partition)
		w.Accounts[id] = a
	}
	region := placed{b.Region.or(globalRegion(a.Partition)), b.Region.line}
	if err := region.checkRegion(a.Partition); err != nil {
		return err
	}
	if err := store.Create(b.Name.text, id, region.text); err != nil {
		return b.Name.errorf("the bucket %s: %w", b.Name.text, plainly(err))
	}
	return f.policy(store, w, b, a)
}

// plainly is an error of S3 without its code.
func plainly(err error) error {
	var e *wire.Error
	if errors.As(err, &e) {
		return errors.New(e.Message)
	}
	return err
}

func (f *worldFile) policy(store *s3.Store, w *world, b *bucketFile, owner *account) error {
	policy := string(b.Policy)
	switch policy {
	case "", "none":
		return nil
	case "documented":
		policy = documentedPolicy(b.Name.text, owner, w)
	}
	if !json.Valid([]byte(policy)) {
		return b.Name.errorf("the policy of the bucket %s is neither documented, none, nor JSON", b.Name.text)
	}
	return store.SetPolicy(b.Name.text, policy)
}

// policyDocument has the members of a policy in the order of the user guide.
type policyDocument struct {
	Version   string
	Statement []policyStatement
}

type policyStatement struct {
	Sid       string
	Effect    string
	Principal map[string]string `json:",omitempty"`
	Action    string
	Resource  any                          // a string, or a list of them
	Condition map[string]map[string]string `json:",omitempty"`
}

// documentedPolicy is the bucket policy of the user guide for the trails that
// deliver to the bucket, without the optional condition on aws:SourceArn. A bucket
// that no trail delivers to is ready for trails of its owner.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func documentedPolicy(bucket string, owner *account, w *world) string {
	arn := "arn:" + owner.Partition + ":s3:::" + bucket
	principal := map[string]string{"Service": "cloudtrail.amazonaws.com"}
	text, _ := jsonText(policyDocument{Version: "2012-10-17", Statement: []policyStatement{
		{Sid: "AWSCloudTrailAclCheck20150319", Effect: "Allow", Principal: principal, Action: "s3:GetBucketAcl", Resource: arn},
		{
			Sid: "AWSCloudTrailWrite20150319", Effect: "Allow", Principal: principal, Action: "s3:PutObject",
			Resource:  oneOrMany(logFolders(arn, bucket, owner, w)),
			Condition: map[string]map[string]string{"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}},
		},
	}}) // of strings only
	return text
}

// logFolders lists the folders that the trails of a bucket write to, sorted.
func logFolders(arn, bucket string, owner *account, w *world) []string {
	var folders []string
	for _, a := range w.Accounts {
		for _, t := range a.Trails {
			if t.S3BucketName != bucket {
				continue
			}
			folder := arn + "/"
			if t.S3KeyPrefix != "" {
				folder += t.S3KeyPrefix + "/"
			}
			folders = append(folders, folder+"AWSLogs/"+a.ID+"/*")
			if t.IsOrganizationTrail {
				folders = append(folders, folder+"AWSLogs/"+w.Organization.ID+"/*")
			}
		}
	}
	if folders == nil {
		return []string{arn + "/AWSLogs/" + owner.ID + "/*"}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

func oneOrMany(texts []string) any {
	if len(texts) == 1 {
		return texts[0]
	}
	return texts
}
