package s3

import (
	"net/http"
)

// A configuration is a sub-resource of a bucket that is put as a document, checked,
// kept, and returned as it was put.
type configuration struct {
	subresource string
	noun        string // of Get… and Put…, as the API names them
	deletes     string // the whole name of the delete operation; "" when there is none
	action      string // noun of the IAM actions s3:Get… and s3:Put…
	shape       shape
	// absent answers a Get while nothing is set: an error, or else a document.
	absent   *failure
	fallback *element
	digested bool // S3 insists on Content-MD5 or a checksum
	created  int  // status that answers a Put; 0 means 200
	// check refuses what the shape cannot; it may also fill in what S3 fills in.
	check func(*Store, *request, *element) error
}

// configurations lists the sub-resources of a bucket that are documents.
func configurations() []configuration {
	absent := func(code, message string) *failure { return fail(http.StatusNotFound, code, message) }
	return []configuration{
		{
			subresource: "versioning", noun: "BucketVersioning", action: "BucketVersioning",
			shape: versioningShape(), fallback: tree("VersioningConfiguration"), check: checkVersioning,
		},
		{
			subresource: "publicAccessBlock", noun: "PublicAccessBlock", deletes: "DeletePublicAccessBlock", action: "BucketPublicAccessBlock",
			shape: publicAccessBlockShape(), check: checkPublicAccessBlock,
			absent: absent("NoSuchPublicAccessBlockConfiguration", "The public access block configuration was not found"),
		},
		{
			subresource: "encryption", noun: "BucketEncryption", deletes: "DeleteBucketEncryption", action: "EncryptionConfiguration",
			shape: encryptionShape(), fallback: defaultEncryptionDocument(), check: checkEncryption,
		},
		{
			subresource: "tagging", noun: "BucketTagging", deletes: "DeleteBucketTagging", action: "BucketTagging",
			shape: taggingShape(), check: checkBucketTags, digested: true, created: http.StatusNoContent,
			absent: absent("NoSuchTagSet", "The TagSet does not exist"),
		},
		{
			subresource: "ownershipControls", noun: "BucketOwnershipControls", deletes: "DeleteBucketOwnershipControls", action: "BucketOwnershipControls",
			shape: ownershipShape(), check: checkOwnership,
			absent: absent("OwnershipControlsNotFoundError", "The bucket ownership controls were not found"),
		},
		{
			subresource: "lifecycle", noun: "BucketLifecycleConfiguration", deletes: "DeleteBucketLifecycle", action: "LifecycleConfiguration",
			shape: lifecycleShape(), check: checkLifecycle, digested: true,
			absent: absent("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist"),
		},
		{
			subresource: "logging", noun: "BucketLogging", action: "BucketLogging",
			shape: loggingShape(), fallback: tree("BucketLoggingStatus"), check: checkLogging,
		},
		{
			subresource: "notification", noun: "BucketNotificationConfiguration", action: "BucketNotification",
			shape: notificationShape(), fallback: tree("NotificationConfiguration"), check: checkNotification,
		},
		{
			subresource: "object-lock", noun: "ObjectLockConfiguration", action: "BucketObjectLockConfiguration",
			shape: objectLockShape(), check: checkObjectLock, digested: true,
			absent: absent("ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"),
		},
		{
			subresource: "cors", noun: "BucketCors", deletes: "DeleteBucketCors", action: "BucketCORS",
			shape: corsShape(), check: checkCORS, digested: true,
			absent: absent("NoSuchCORSConfiguration", "The CORS configuration does not exist"),
		},
		{
			subresource: "website", noun: "BucketWebsite", deletes: "DeleteBucketWebsite", action: "BucketWebsite",
			shape: websiteShape(), check: checkWebsite,
			absent: absent("NoSuchWebsiteConfiguration", "The specified bucket does not have a website configuration"),
		},
		{
			subresource: "replication", noun: "BucketReplication", deletes: "DeleteBucketReplication", action: "ReplicationConfiguration",
			shape: replicationShape(), check: checkReplication, digested: true,
			absent: absent("ReplicationConfigurationNotFoundError", "The replication configuration was not found"),
		},
		{
			subresource: "accelerate", noun: "BucketAccelerateConfiguration", action: "AccelerateConfiguration",
			shape: accelerateShape(), fallback: tree("AccelerateConfiguration"), check: checkAccelerate,
		},
		{
			subresource: "requestPayment", noun: "BucketRequestPayment", action: "BucketRequestPayment",
			shape: requestPaymentShape(), fallback: tree("RequestPaymentConfiguration", text("Payer", "BucketOwner")),
		},
	}
}

func (c configuration) addOperations(ops map[route]operation) {
	ops[route{onBucket, "GET", c.subresource}] = operation{"Get" + c.noun, "Get" + c.action, c.get}
	ops[route{onBucket, "PUT", c.subresource}] = operation{"Put" + c.noun, "Put" + c.action, c.put}
	if c.deletes == "" {
		return
	}
	// Deleting needs the permission to put, but for the website.
	action := "Put" + c.action
	if c.subresource == "website" {
		action = c.deletes
	}
	ops[route{onBucket, "DELETE", c.subresource}] = operation{c.deletes, action, c.remove}
}

func (c configuration) get(_ *Store, q *request) (*answer, error) {
	document := q.bucket.Documents[c.subresource]
	if document == nil {
		document = c.fallback
	}
	if document == nil {
		return nil, fail(c.absent.status, c.absent.code, c.absent.message).with("BucketName", q.bucket.Name)
	}
	a := documentAnswer(document.document())
	if c.subresource == "lifecycle" {
		a.set("x-amz-transition-default-minimum-object-size", q.bucket.Minimum)
	}
	return a, nil
}

func (c configuration) put(s *Store, q *request) (*answer, error) {
	if c.digested && !hasDigest(q.http.Header) {
		return nil, invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	document, err := parseXML(q.body)
	if err != nil || document.name != c.shape.name || !c.shape.fits(document) {
		return nil, malformedXML()
	}
	if c.check != nil {
		if err := c.check(s, q, document); err != nil {
			return nil, err
		}
	}
	q.bucket.Documents[c.subresource] = document
	a := newAnswer(c.created)
	if c.subresource == "lifecycle" {
		q.bucket.Minimum = minimumSize(q)
		a.set("x-amz-transition-default-minimum-object-size", q.bucket.Minimum)
	}
	return a, nil
}

func (c configuration) remove(_ *Store, q *request) (*answer, error) {
	delete(q.bucket.Documents, c.subresource)
	return noContent(), nil
}
