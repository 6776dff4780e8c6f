package sandbox

import (
	"net/http"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// folder is a kind of objects that CloudTrail keeps in a bucket.
type folder string

const (
	logFolder    folder = "CloudTrail"
	digestFolder folder = "CloudTrail-Digest"
)

// source is where events come from: one Region of one account, for one trail.
type source struct {
	trail   *trailRecord
	owner   *account
	account string
	region  string
}

// home is the source of a trail in its home Region and owner.
func home(t *trailRecord, owner *account) source {
	return source{t, owner, owner.ID, t.HomeRegion}
}

// folderKey is [prefix/]AWSLogs/[o-organization/]ACCOUNT/CloudTrail/, under which all
// of a kind that a trail keeps of an account lies.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func (s *Sandbox) folderKey(src source, f folder) string {
	parts := []string{"AWSLogs", src.account, string(f), ""}
	if src.trail.IsOrganizationTrail && s.w.Organization != nil {
		parts = []string{"AWSLogs", s.w.Organization.ID, src.account, string(f), ""}
	}
	if p := src.trail.S3KeyPrefix; p != "" {
		parts = append([]string{p}, parts...)
	}
	return strings.Join(parts, "/")
}

// objectKey is the key of an object that the source would deliver at a time. The name
// of the object does not matter to bucket policies, which end in a star.
func (s *Sandbox) objectKey(src source, f folder, at time.Time) string {
	name := src.account + "_" + string(f) + "_" + src.region + at.UTC().Format("_20060102T1504Z") + ".json.gz"
	return s.folderKey(src, f) + src.region + at.UTC().Format("/2006/01/02/") + name
}

// verifyBucket makes sure that CloudTrail may deliver to the bucket of a trail, as
// CreateTrail and UpdateTrail do. For an organization trail the prefix of the
// organization is what counts; that of the account matters only when the trail is
// turned back.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func (s *Sandbox) verifyBucket(t *trailRecord, owner *account) error {
	bucket, ok := s.buckets.Bucket(t.S3BucketName)
	if !ok {
		return wire.Errorf("S3BucketDoesNotExistException", "S3 bucket %s does not exist!", t.S3BucketName)
	}
	src := home(t, owner)
	if bucket.RequesterPays || !s.mayUse(bucket, src, "s3:GetBucketAcl", "") {
		return insufficientBucketPolicy(t)
	}
	folders := []folder{logFolder}
	if t.LogFileValidationEnabled {
		folders = append(folders, digestFolder)
	}
	for _, f := range folders {
		if !s.mayUse(bucket, src, "s3:PutObject", s.probeKey(src, f)) {
			return insufficientBucketPolicy(t)
		}
		if s.w.Switches.BucketProbe == probeMarker {
			s.leaveMarker(bucket, src, f)
		}
	}
	return nil
}

func insufficientBucketPolicy(t *trailRecord) error {
	return wire.Errorf("InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: %s", t.S3BucketName)
}

// probeMarker is the position of Switches.BucketProbe that writes empty objects.
const probeMarker = "marker"

// probeKey is the key whose writing decides whether the policy of a bucket suffices.
func (s *Sandbox) probeKey(src source, f folder) string {
	if s.w.Switches.BucketProbe == probeMarker {
		return s.folderKey(src, f)
	}
	return s.objectKey(src, f, s.now())
}

// leaveMarker writes the empty object that is left in a bucket it has verified. The
// ledger of what was delivered does not know it.
func (s *Sandbox) leaveMarker(bucket s3.Info, src source, f folder) {
	key := s.folderKey(src, f)
	// The bucket was there a moment ago; if it is gone now, the delivery status tells.
	_ = s.buckets.Put(bucket.Name, key, nil, http.Header{"X-Amz-Acl": {"bucket-owner-full-control"}})
}

// mayUse says whether the policy of a bucket lets CloudTrail do something to the
// bucket, or to the object of the key, on behalf of the source. A policy may name
// the service, or, as old ones do, the account that CloudTrail had in that Region.
func (s *Sandbox) mayUse(bucket s3.Info, src source, action, key string) bool {
	r := policy.Request{
		Action:   action,
		Resource: "arn:" + src.owner.Partition + ":s3:::" + bucket.Name,
		Context:  s.deliveryContext(bucket, src),
	}
	if key != "" {
		r.Resource += "/" + key
	}
	doc, err := policy.Parse(bucket.Policy)
	if err != nil {
		return false // no policy, or one that S3 would never have taken
	}
	r.Principal = policy.Principal{Service: "cloudtrail.amazonaws.com"}
	verdict := doc.Evaluate(r)
	if legacy := legacyAccount(src.region); legacy != "" {
		r.Principal = policy.Principal{AWS: "arn:" + src.owner.Partition + ":iam::" + legacy + ":root"}
		verdict = max(verdict, doc.Evaluate(r))
	}
	return verdict == policy.Allow
}

// deliveryContext holds the condition keys of a delivery. In every Region the source
// is the trail by its one ARN, that of the home Region.
func (s *Sandbox) deliveryContext(bucket s3.Info, src source) map[string][]string {
	now := s.now().UTC()
	m := map[string][]string{
		"aws:SourceArn":                   {src.trail.ARN},
		"aws:SourceAccount":               {src.owner.ID},
		"aws:PrincipalIsAWSService":       {"true"},
		"aws:PrincipalServiceName":        {"cloudtrail.amazonaws.com"},
		"aws:SecureTransport":             {"true"},
		"aws:ViaAWSService":               {"false"},
		"aws:RequestedRegion":             {bucket.Region},
		"aws:CurrentTime":                 {now.Format(time.RFC3339)},
		"aws:ResourceAccount":             {bucket.Account},
		"s3:ResourceAccount":              {bucket.Account},
		"s3:TlsVersion":                   {"1.3"},
		"s3:signatureversion":             {"AWS4-HMAC-SHA256"},
		"s3:x-amz-acl":                    {"bucket-owner-full-control"},
		"s3:x-amz-server-side-encryption": {"AES256"},
	}
	if key := src.trail.KmsKeyID; key != "" {
		m["s3:x-amz-server-side-encryption"] = []string{"aws:kms"}
		m["s3:x-amz-server-side-encryption-aws-kms-key-id"] = []string{key}
	}
	if org := s.organizationOf(src.owner.ID); org != nil {
		m["aws:SourceOrgID"] = []string{org.ID}
	}
	return m
}

// legacyAccount is the account that CloudTrail delivers with in policies older than
// service principals, each for its own Region only. Regions launched since have none.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-supported-regions.html
func legacyAccount(region string) string {
	return map[string]string{
		"af-south-1": "525921808201", "ap-east-1": "119688915426", "ap-northeast-1": "216624486486",
		"ap-northeast-2": "492519147666", "ap-northeast-3": "765225791966", "ap-south-1": "977081816279",
		"ap-south-2": "582488909970", "ap-southeast-1": "903692715234", "ap-southeast-2": "284668455005",
		"ap-southeast-3": "069019280451", "ap-southeast-4": "187074758985", "ca-central-1": "819402241893",
		"cn-north-1": "193415116832", "cn-northwest-1": "681348832753", "eu-central-1": "035351147821",
		"eu-central-2": "453052556044", "eu-north-1": "829690693026", "eu-south-1": "669305197877",
		"eu-south-2": "757211635381", "eu-west-1": "859597730677", "eu-west-2": "282025262664",
		"eu-west-3": "262312530599", "il-central-1": "683224464357", "me-central-1": "585772288577",
		"me-south-1": "034638983726", "sa-east-1": "814480443879", "us-east-1": "086441151436",
		"us-east-2": "475085895292", "us-gov-east-1": "608710470296", "us-gov-west-1": "608710470296",
		"us-west-1": "388731089494", "us-west-2": "113285607260",
	}[region]
}
