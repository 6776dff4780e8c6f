package sandbox

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/s3"
)

// describeS3 fills in what records of S3 have. They are of the Region of the bucket.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-understanding-s3-entries.html
func describeS3(store *s3.Store, x *exchange, r *record) {
	bucket, key := s3.Address(x.r)
	owner := x.call.Account
	if b, ok := store.Bucket(bucket); ok {
		r.AWSRegion, owner = b.Region, b.Account
	}
	arn := "arn:" + x.call.Partition + ":s3:::" + bucket
	if key != "" {
		r.Resources = append(r.Resources, recordResource{Type: "AWS::S3::Object", ARN: arn + "/" + key})
	}
	if bucket != "" {
		r.Resources = append(r.Resources, recordResource{AccountID: owner, Type: "AWS::S3::Bucket", ARN: arn})
	}
	r.RequestParameters = s3Parameters(x, bucket, key)
	r.AdditionalEventData = map[string]any{
		"SignatureVersion": signatureVersion(x), "AuthenticationMethod": authentication(x), "bytesTransferredIn": len(x.body),
	}
	r.EventName = s3EventName(x.call.Operation)
	if isObjectLevel(x.call.Operation) {
		r.EventCategory, r.ManagementEvent = dataCategory, new(false)
	}
}

// s3Parameters are what the address says, and the policy of PutBucketPolicy. Nothing
// that would sign a request is among them.
func s3Parameters(x *exchange, bucket, key string) map[string]any {
	parameters := map[string]any{"Host": x.r.Host}
	for name, values := range x.r.URL.Query() {
		if !isSigning(name) && len(values) > 0 {
			parameters[name] = values[0]
		}
	}
	if bucket != "" {
		parameters["bucketName"] = bucket
	}
	if key != "" {
		parameters["key"] = key
	}
	var policy any
	if x.call.Operation == "PutBucketPolicy" && json.Unmarshal(x.body, &policy) == nil {
		parameters["bucketPolicy"] = policy
	}
	return parameters
}

// isSigning names the parameters of presigned URLs, and those that SDKs add for
// themselves.
func isSigning(parameter string) bool {
	return strings.HasPrefix(strings.ToLower(parameter), "x-amz-") ||
		slices.Contains([]string{"AWSAccessKeyId", "Expires", "Signature", "x-id"}, parameter)
}

func signatureVersion(x *exchange) string {
	if x.signature.Region == "" {
		return "SigV2"
	}
	return "SigV4"
}

func authentication(x *exchange) string {
	if x.r.Header.Get("Authorization") == "" {
		return "QueryString"
	}
	return "AuthHeader"
}

// s3EventName is the name that an operation of S3 has in CloudTrail.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cloudtrail-logging-s3-info.html
func s3EventName(operation string) string {
	switch operation {
	case "ListObjectsV2":
		return "ListObjects"
	case "GetPublicAccessBlock", "PutPublicAccessBlock", "DeletePublicAccessBlock":
		return strings.Replace(operation, "Public", "BucketPublic", 1)
	case "GetObjectLockConfiguration", "PutObjectLockConfiguration":
		return strings.Replace(operation, "Object", "BucketObject", 1)
	case "GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration",
		"GetBucketNotificationConfiguration", "PutBucketNotificationConfiguration":
		return strings.TrimSuffix(operation, "Configuration")
	}
	return operation
}

// isObjectLevel says whether an operation of S3 is a data event.
func isObjectLevel(operation string) bool {
	if strings.HasSuffix(operation, "ObjectLockConfiguration") {
		return false
	}
	return strings.Contains(operation, "Object") || strings.Contains(operation, "Upload") ||
		slices.Contains([]string{"HeadBucket", "ListParts", "CreateSession"}, operation)
}

// selectsData says whether any trail or event data store records data events: none are
// captured before.
func (s *Sandbox) selectsData() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.w.selectsData()
}

func (w *world) selectsData() bool {
	for _, a := range w.Accounts {
		for _, t := range a.Trails {
			if t.Logging && t.selectsData() {
				return true
			}
		}
		for _, d := range a.DataStores {
			if d.selectsData() {
				return true
			}
		}
	}
	return false
}

func (t *trailRecord) selectsData() bool {
	return slices.ContainsFunc(t.EventSelectors, func(e eventSelector) bool { return len(e.DataResources) > 0 }) ||
		slices.ContainsFunc(t.AdvancedEventSelectors, advancedEventSelector.selectsData)
}

func (a advancedEventSelector) selectsData() bool {
	return slices.Contains(a.field("eventCategory").Equals, dataCategory)
}

// s3Message is the message of the error with which S3 answered, if it did.
func s3Message(code string, body []byte) string {
	var e struct{ Message string }
	if code == "" || xml.Unmarshal(body, &e) != nil {
		return ""
	}
	return e.Message
}
