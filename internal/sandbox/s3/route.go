package s3

import "net/http"

// A route is what tells operations apart: what the path names, the method, and the
// sub-resource or parameter that decides.
type route struct {
	place       place
	method      string
	subresource string
}

// A place is what a path names.
type place int

const (
	onService place = iota
	onBucket
	onObject
)

// An operation is one of
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_Amazon_Simple_Storage_Service.html
type operation struct {
	name   string
	action string // of IAM, without the s3: prefix; "" where nothing of a bucket is asked for
	serve  func(*Store, *request) (*answer, error)
}

// subresources lists what decides on an operation, in the order of precedence.
func subresources() []string {
	return []string{
		"acl", "policy", "policyStatus", "versioning", "versions", "location", "publicAccessBlock", "encryption", "tagging",
		"ownershipControls", "lifecycle", "logging", "notification", "object-lock", "cors", "website", "replication",
		"accelerate", "requestPayment", "uploads", "uploadId", "delete", "attributes", "retention", "legal-hold",
		"analytics", "intelligent-tiering", "inventory", "metrics", "metadataConfiguration", "metadataTable",
		"metadataInventoryTable", "metadataJournalTable", "session", "abac", "torrent", "restore", "select", "renameObject",
	}
}

// operations is the whole of what is served, and by name what is not.
func operations() map[route]operation {
	ops := map[route]operation{
		{onService, "GET", ""}: {"ListBuckets", "", (*Store).listBuckets},

		{onBucket, "PUT", ""}:             {"CreateBucket", "", (*Store).createBucket},
		{onBucket, "HEAD", ""}:            {"HeadBucket", "ListBucket", (*Store).headBucket},
		{onBucket, "DELETE", ""}:          {"DeleteBucket", "DeleteBucket", (*Store).deleteBucket},
		{onBucket, "GET", ""}:             {"ListObjects", "ListBucket", (*Store).listObjects},
		{onBucket, "GET", "list-type"}:    {"ListObjectsV2", "ListBucket", (*Store).listObjectsV2},
		{onBucket, "GET", "versions"}:     {"ListObjectVersions", "ListBucketVersions", (*Store).listObjectVersions},
		{onBucket, "GET", "uploads"}:      {"ListMultipartUploads", "ListBucketMultipartUploads", (*Store).listMultipartUploads},
		{onBucket, "GET", "location"}:     {"GetBucketLocation", "GetBucketLocation", (*Store).getBucketLocation},
		{onBucket, "POST", "delete"}:      {"DeleteObjects", "", (*Store).deleteObjects},
		{onBucket, "GET", "policy"}:       {"GetBucketPolicy", "GetBucketPolicy", (*Store).getBucketPolicy},
		{onBucket, "PUT", "policy"}:       {"PutBucketPolicy", "PutBucketPolicy", (*Store).putBucketPolicy},
		{onBucket, "DELETE", "policy"}:    {"DeleteBucketPolicy", "DeleteBucketPolicy", (*Store).deleteBucketPolicy},
		{onBucket, "GET", "policyStatus"}: {"GetBucketPolicyStatus", "GetBucketPolicyStatus", (*Store).getBucketPolicyStatus},
		{onBucket, "GET", "acl"}:          {"GetBucketAcl", "GetBucketAcl", (*Store).getBucketACL},
		{onBucket, "PUT", "acl"}:          {"PutBucketAcl", "PutBucketAcl", (*Store).putBucketACL},

		{onObject, "PUT", ""}:            {"PutObject", "PutObject", (*Store).putObject},
		{onObject, "PUT", "copy"}:        {"CopyObject", "PutObject", (*Store).copyObject},
		{onObject, "GET", ""}:            {"GetObject", "GetObject", (*Store).getObject},
		{onObject, "HEAD", ""}:           {"HeadObject", "GetObject", (*Store).getObject},
		{onObject, "DELETE", ""}:         {"DeleteObject", "DeleteObject", (*Store).deleteObject},
		{onObject, "GET", "attributes"}:  {"GetObjectAttributes", "GetObjectAttributes", (*Store).getObjectAttributes},
		{onObject, "GET", "acl"}:         {"GetObjectAcl", "GetObjectAcl", (*Store).getObjectACL},
		{onObject, "PUT", "acl"}:         {"PutObjectAcl", "PutObjectAcl", (*Store).putObjectACL},
		{onObject, "GET", "tagging"}:     {"GetObjectTagging", "GetObjectTagging", (*Store).getObjectTagging},
		{onObject, "PUT", "tagging"}:     {"PutObjectTagging", "PutObjectTagging", (*Store).putObjectTagging},
		{onObject, "DELETE", "tagging"}:  {"DeleteObjectTagging", "DeleteObjectTagging", (*Store).deleteObjectTagging},
		{onObject, "GET", "retention"}:   {"GetObjectRetention", "GetObjectRetention", (*Store).getObjectRetention},
		{onObject, "PUT", "retention"}:   {"PutObjectRetention", "PutObjectRetention", (*Store).putObjectRetention},
		{onObject, "GET", "legal-hold"}:  {"GetObjectLegalHold", "GetObjectLegalHold", (*Store).getObjectLegalHold},
		{onObject, "PUT", "legal-hold"}:  {"PutObjectLegalHold", "PutObjectLegalHold", (*Store).putObjectLegalHold},
		{onObject, "POST", "uploads"}:    {"CreateMultipartUpload", "PutObject", (*Store).createMultipartUpload},
		{onObject, "PUT", "uploadId"}:    {"UploadPart", "PutObject", (*Store).uploadPart},
		{onObject, "PUT", "copyPart"}:    {"UploadPartCopy", "PutObject", (*Store).uploadPartCopy},
		{onObject, "GET", "uploadId"}:    {"ListParts", "ListMultipartUploadParts", (*Store).listParts},
		{onObject, "POST", "uploadId"}:   {"CompleteMultipartUpload", "PutObject", (*Store).completeMultipartUpload},
		{onObject, "DELETE", "uploadId"}: {"AbortMultipartUpload", "AbortMultipartUpload", (*Store).abortMultipartUpload},
	}
	for _, c := range configurations() {
		c.addOperations(ops)
	}
	for r, name := range refusedOperations() {
		ops[r] = operation{name: name, serve: func(*Store, *request) (*answer, error) {
			return nil, notImplemented("The operation " + name)
		}}
	}
	return ops
}

// refusedOperations are those of S3 that the sandbox does not have.
func refusedOperations() map[route]string {
	refused := map[route]string{
		{onBucket, "POST", ""}:                      "PostObject",
		{onBucket, "GET", "session"}:                "CreateSession",
		{onBucket, "GET", "abac"}:                   "GetBucketAbac",
		{onBucket, "PUT", "abac"}:                   "PutBucketAbac",
		{onBucket, "PUT", "metadataInventoryTable"}: "UpdateBucketMetadataInventoryTableConfiguration",
		{onBucket, "PUT", "metadataJournalTable"}:   "UpdateBucketMetadataJournalTableConfiguration",
		{onObject, "GET", "torrent"}:                "GetObjectTorrent",
		{onObject, "POST", "restore"}:               "RestoreObject",
		{onObject, "POST", "select"}:                "SelectObjectContent",
		{onObject, "PUT", "renameObject"}:           "RenameObject",
		{onObject, "PUT", "encryption"}:             "UpdateObjectEncryption",
	}
	for sub, noun := range map[string]string{
		"analytics": "BucketAnalyticsConfiguration", "intelligent-tiering": "BucketIntelligentTieringConfiguration",
		"inventory": "BucketInventoryConfiguration", "metrics": "BucketMetricsConfiguration",
	} {
		refused[route{onBucket, "GET", sub}] = "Get" + noun
		refused[route{onBucket, "PUT", sub}] = "Put" + noun
		refused[route{onBucket, "DELETE", sub}] = "Delete" + noun
	}
	for sub, noun := range map[string]string{
		"metadataConfiguration": "BucketMetadataConfiguration", "metadataTable": "BucketMetadataTableConfiguration",
	} {
		refused[route{onBucket, "POST", sub}] = "Create" + noun
		refused[route{onBucket, "GET", sub}] = "Get" + noun
		refused[route{onBucket, "DELETE", sub}] = "Delete" + noun
	}
	return refused
}

// route finds the operation of a request. Parameters that S3 does not know are
// ignored, as it ignores them: SDKs add x-id=PutObject.
func (s *Store) route(q *request) (operation, error) {
	r := route{place: q.place(), method: q.http.Method, subresource: q.subresource()}
	op, ok := s.operations[r]
	if !ok {
		return operation{}, methodNotAllowed(r.method, r.place.resourceType(r.subresource))
	}
	return op, nil
}

func (q *request) place() place {
	switch {
	case q.name == "":
		return onService
	case q.key == "":
		return onBucket
	default:
		return onObject
	}
}

func (q *request) subresource() string {
	copying := q.place() == onObject && q.http.Method == http.MethodPut && q.header("X-Amz-Copy-Source") != ""
	for _, name := range subresources() {
		if !q.has(name) {
			continue
		}
		if name == "uploadId" && copying {
			return "copyPart"
		}
		return name
	}
	switch {
	case copying:
		return "copy"
	case q.place() == onBucket && q.http.Method == http.MethodGet && q.query.Get("list-type") == "2":
		return "list-type"
	default:
		return ""
	}
}

// resourceType is how S3 names what a method was not allowed on.
func (p place) resourceType(subresource string) string {
	if subresource != "" && subresource != "copy" && subresource != "copyPart" {
		return map[string]string{
			"acl": "ACL", "policy": "BUCKETPOLICY", "policyStatus": "POLICYSTATUS", "versioning": "VERSIONING", "location": "LOCATION",
			"delete": "MULTI_OBJECT_REQUEST", "uploadId": "UPLOAD", "uploads": "UPLOADS", "tagging": "TAGGING",
		}[subresource]
	}
	return [...]string{onService: "SERVICE", onBucket: "BUCKET", onObject: "OBJECT"}[p]
}
