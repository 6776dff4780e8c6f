package s3

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// What S3 checks of the documents of a bucket beyond their shape.

func checkVersioning(_ *Store, q *request, d *element) error {
	if d.text("MfaDelete") == "Enabled" {
		return notImplemented("MfaDelete")
	}
	if d.text("Status") == "" {
		return fail(http.StatusBadRequest, "IllegalVersioningConfigurationException", "The Versioning element must be specified")
	}
	if d.text("Status") == "Suspended" && q.bucket.Documents["object-lock"] != nil {
		return fail(http.StatusConflict, "InvalidBucketState",
			"An Object Lock configuration is present on this bucket, so the versioning state cannot be changed.")
	}
	return nil
}

// checkPublicAccessBlock writes out the settings that are left out: they are off.
func checkPublicAccessBlock(_ *Store, _ *request, d *element) error {
	var all []*element
	for _, name := range []string{"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"} {
		all = append(all, text(name, strconv.FormatBool(isTrue(d.text(name)))))
	}
	d.children = all
	return nil
}

func isTrue(v string) bool { return v == "1" || strings.EqualFold(v, "true") }

func checkEncryption(_ *Store, _ *request, d *element) error {
	rule := d.find("Rule")
	algorithm := rule.text("ApplyServerSideEncryptionByDefault", "SSEAlgorithm")
	key := rule.text("ApplyServerSideEncryptionByDefault", "KMSMasterKeyID")
	if key != "" && !strings.HasPrefix(algorithm, "aws:kms") {
		return invalidArgument("a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse", "ApplyServerSideEncryptionByDefault", key)
	}
	if rule.find("BucketKeyEnabled") == nil {
		rule.children = append(rule.children, text("BucketKeyEnabled", "false"))
	}
	return nil
}

func checkOwnership(_ *Store, q *request, d *element) error {
	if d.text("Rule", "ObjectOwnership") == "BucketOwnerEnforced" && q.bucket.sharesByACL() {
		return bucketACLWithOwnership()
	}
	return nil
}

func bucketACLWithOwnership() *failure {
	return fail(http.StatusBadRequest, "InvalidBucketAclWithObjectOwnership", "Bucket cannot have ACLs set with ObjectOwnership's BucketOwnerEnforced setting")
}

// checkLifecycle also gives an ID to rules without one, as S3 does.
func checkLifecycle(_ *Store, q *request, d *element) error {
	if size := minimumSize(q); size != "all_storage_classes_128K" && size != "varies_by_storage_class" {
		return invalidRequest("Invalid TransitionDefaultMinimumObjectSize found: %s", size)
	}
	ids := map[string]bool{}
	for _, rule := range d.all("Rule") {
		if err := checkLifecycleRule(rule); err != nil {
			return err
		}
		id := identify(rule, "ID")
		if ids[id] {
			return invalidArgument("Rule ID must be unique. Found same ID for more than one rule", "ID", id)
		}
		ids[id] = true
	}
	return nil
}

func checkLifecycleRule(rule *element) error {
	actions := []string{"Expiration", "Transition", "NoncurrentVersionTransition", "NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"}
	if !slices.ContainsFunc(actions, func(a string) bool { return rule.find(a) != nil }) {
		return invalidRequest("At least one action needs to be specified in a rule")
	}
	if len(rule.text("ID")) > 255 {
		return invalidArgument("ID length should not exceed allowed limit of 255", "ID", rule.text("ID"))
	}
	if (rule.find("Filter") == nil) == (rule.find("Prefix") == nil) {
		return malformedXML()
	}
	if filter := rule.find("Filter"); filter != nil && len(filter.children) > 1 {
		return malformedXML()
	}
	return positive(rule, map[string]string{
		"Expiration": "Days", "NoncurrentVersionExpiration": "NoncurrentDays", "AbortIncompleteMultipartUpload": "DaysAfterInitiation",
	})
}

// positive refuses numbers of days below 1.
func positive(rule *element, days map[string]string) error {
	for action, name := range days {
		value := rule.text(action, name)
		if n, err := strconv.ParseInt(value, 10, 64); err == nil && n < 1 {
			return invalidArgument(fmt.Sprintf("'%s' for %s action must be a positive integer", name, action), name, value)
		}
	}
	return nil
}

// identify gives a rule a random ID unless it has one, and returns the ID.
func identify(rule *element, name string) string {
	if id := rule.text(name); id != "" {
		return id
	}
	id := text(name, newID())
	rule.children = slices.DeleteFunc(rule.children, func(c *element) bool { return c.name == name })
	rule.children = append([]*element{id}, rule.children...)
	return id.value
}

func minimumSize(q *request) string {
	if size := q.header("X-Amz-Transition-Default-Minimum-Object-Size"); size != "" {
		return size
	}
	return "all_storage_classes_128K"
}

func checkLogging(s *Store, q *request, d *element) error {
	if d.find("LoggingEnabled") == nil {
		return nil
	}
	name := d.text("LoggingEnabled", "TargetBucket")
	target := s.buckets[name]
	switch {
	case target == nil:
		return fail(http.StatusBadRequest, "InvalidTargetBucketForLogging", "The target bucket for logging does not exist").with("TargetBucket", name)
	case target.Account != q.bucket.Account:
		return fail(http.StatusBadRequest, "InvalidTargetBucketForLogging", "The owner for the bucket to be logged and the target bucket must be the same.").with("TargetBucket", name)
	case target.Region != q.bucket.Region:
		return fail(http.StatusForbidden, "CrossLocationLoggingProhibited", "Cross S3 location logging not allowed. ").
			with("SourceBucketLocation", q.bucket.Region).with("TargetBucketLocation", target.Region)
	case d.find("LoggingEnabled").find("TargetGrants") != nil && target.ownership() == "BucketOwnerEnforced":
		return fail(http.StatusBadRequest, "InvalidRequest", "You can't use TargetGrants with a target bucket that has the bucket owner enforced setting for Object Ownership")
	}
	return nil
}

// checkNotification also gives an ID to what has none. Whether the targets exist is
// beyond the sandbox, which has no queues, topics or functions.
func checkNotification(_ *Store, _ *request, d *element) error {
	targets := map[string]string{"TopicConfiguration": "Topic", "QueueConfiguration": "Queue", "CloudFunctionConfiguration": "CloudFunction"}
	for _, c := range d.children {
		target, ok := targets[c.name]
		if !ok {
			continue
		}
		if strings.Count(c.text(target), ":") < 5 || !strings.HasPrefix(c.text(target), "arn:") {
			return invalidArgument("The ARN could not be parsed", target, c.text(target))
		}
		for _, e := range c.all("Event") {
			if !strings.HasPrefix(e.value, "s3:") {
				return invalidArgument("The event '"+e.value+"' is not supported for notifications", "Event", e.value)
			}
		}
		identify(c, "Id")
	}
	return nil
}

func checkCORS(_ *Store, _ *request, d *element) error {
	if len(d.all("CORSRule")) > 100 {
		return malformedXML()
	}
	for _, rule := range d.all("CORSRule") {
		for _, m := range rule.all("AllowedMethod") {
			if !slices.Contains([]string{"GET", "PUT", "HEAD", "POST", "DELETE"}, m.value) {
				return invalidRequest("Found unsupported HTTP method in CORS config. Unsupported method is %s", m.value)
			}
		}
		for _, o := range rule.all("AllowedOrigin") {
			if strings.Count(o.value, "*") > 1 {
				return invalidRequest("AllowedOrigin %q can not have more than one wildcard.", o.value)
			}
		}
	}
	return nil
}

func checkWebsite(_ *Store, _ *request, d *element) error {
	redirect := d.find("RedirectAllRequestsTo") != nil
	if suffix := d.text("IndexDocument", "Suffix"); !redirect && (suffix == "" || strings.Contains(suffix, "/")) {
		return invalidArgument("A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty", "IndexDocument", suffix)
	}
	if redirect && len(d.children) > 1 {
		return invalidArgument("RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.", "RedirectAllRequestsTo", "")
	}
	return nil
}

func checkReplication(s *Store, q *request, d *element) error {
	if q.bucket.versioning() != "Enabled" {
		return invalidRequest("Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	}
	for _, rule := range d.all("Rule") {
		arn := rule.text("Destination", "Bucket")
		target := s.buckets[arn[strings.LastIndexByte(arn, ':')+1:]]
		if target == nil {
			return invalidRequest("Destination bucket must exist.")
		}
		if target.versioning() != "Enabled" {
			return invalidRequest("Destination bucket must have versioning enabled.")
		}
		identify(rule, "ID")
	}
	return nil
}

func checkAccelerate(_ *Store, q *request, d *element) error {
	if strings.Contains(q.bucket.Name, ".") {
		return invalidRequest("S3 Transfer Acceleration is not supported for buckets with periods (.) in their names")
	}
	if d.text("Status") == "" {
		return malformedXML()
	}
	return nil
}

func checkObjectLock(_ *Store, q *request, d *element) error {
	if d.text("ObjectLockEnabled") == "" {
		return malformedXML()
	}
	if q.bucket.versioning() != "Enabled" {
		return fail(http.StatusConflict, "InvalidBucketState", "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration")
	}
	if d.find("Rule") == nil {
		return nil
	}
	retention := d.find("Rule").find("DefaultRetention")
	days, years := retention.find("Days"), retention.find("Years")
	if retention.text("Mode") == "" || (days == nil) == (years == nil) {
		return malformedXML()
	}
	for _, period := range []*element{days, years} {
		if period == nil {
			continue
		}
		if n, _ := strconv.ParseInt(period.value, 10, 64); n < 1 {
			return invalidArgument("Default retention period must be a positive integer value.", period.name, period.value)
		}
	}
	return nil
}
