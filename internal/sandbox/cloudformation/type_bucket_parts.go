package cloudformation

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// A bucketPart is a property of a bucket that is a document of its own in S3.
type bucketPart struct {
	property string
	query    string // the sub-resource
	root     string // the name of the document
	shape    property
	// names says what the members are called in S3 where it is not what CloudFormation says.
	names map[string]string
	// off is the document that says nothing, where the sub-resource cannot be deleted.
	off string
}

func (p bucketPart) put(d *deed) error {
	value, given := d.properties[p.property]
	switch {
	case given:
		m, _ := value.(map[string]any)
		return d.s3(http.MethodPut, d.id, p.query, document(p.root, p.render(m)))
	case d.old == nil:
		return nil
	case p.off != "":
		return d.s3(http.MethodPut, d.id, p.query, document(p.root, p.off))
	}
	return d.s3(http.MethodDelete, d.id, p.query, "")
}

func (p bucketPart) render(m map[string]any) string {
	switch p.property {
	case "LoggingConfiguration":
		return element("LoggingEnabled", loggingTarget(m))
	case "LifecycleConfiguration":
		return renderList("Rule", lifecycleRules(m), p.names)
	}
	return renderObject(m, p.names)
}

// bucketParts lists them in the order in which they are put: what others need comes first.
func bucketParts() []bucketPart {
	days := properties{"Days": number(), "Years": number(), "Mode": text()}
	return []bucketPart{
		{
			property: "VersioningConfiguration", query: "versioning", root: "VersioningConfiguration", off: "<Status>Suspended</Status>",
			shape: object(properties{"Status": text().must()}),
		},
		{
			property: "BucketEncryption", query: "encryption", root: "ServerSideEncryptionConfiguration",
			shape: object(properties{"ServerSideEncryptionConfiguration": listOf(object(properties{
				"BucketKeyEnabled":              boolean(),
				"ServerSideEncryptionByDefault": object(properties{"KMSMasterKeyID": text(), "SSEAlgorithm": text().must()}),
			})).must()}),
			names: map[string]string{"ServerSideEncryptionConfiguration": "Rule", "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault"},
		},
		{
			property: "OwnershipControls", query: "ownershipControls", root: "OwnershipControls",
			shape: object(properties{"Rules": listOf(object(properties{"ObjectOwnership": text()})).must()}),
			names: map[string]string{"Rules": "Rule"},
		},
		{
			property: "PublicAccessBlockConfiguration", query: "publicAccessBlock", root: "PublicAccessBlockConfiguration",
			shape: object(properties{
				"BlockPublicAcls": boolean(), "BlockPublicPolicy": boolean(), "IgnorePublicAcls": boolean(), "RestrictPublicBuckets": boolean(),
			}),
		},
		{
			property: "LifecycleConfiguration", query: "lifecycle", root: "LifecycleConfiguration",
			shape: object(properties{"Rules": listOf(object(lifecycleProperties())).must(), "TransitionDefaultMinimumObjectSize": text()}),
			names: map[string]string{
				"Id": "ID", "TagFilters": "Tag", "Transitions": "Transition", "NoncurrentVersionTransitions": "NoncurrentVersionTransition",
				"TransitionDate": "Date", "TransitionInDays": "Days",
			},
		},
		{
			property: "LoggingConfiguration", query: "logging", root: "BucketLoggingStatus", off: " ",
			shape: object(properties{"DestinationBucketName": text(), "LogFilePrefix": text()}),
		},
		{
			property: "ObjectLockConfiguration", query: "object-lock", root: "ObjectLockConfiguration", off: "<ObjectLockEnabled>Enabled</ObjectLockEnabled>",
			shape: object(properties{"ObjectLockEnabled": text(), "Rule": object(properties{"DefaultRetention": object(days)})}),
		},
	}
}

func lifecycleProperties() properties {
	transition := object(properties{"StorageClass": text().must(), "TransitionDate": text(), "TransitionInDays": number()})
	noncurrent := object(properties{"NewerNoncurrentVersions": number(), "StorageClass": text().must(), "TransitionInDays": number().must()})
	return properties{
		"AbortIncompleteMultipartUpload":    object(properties{"DaysAfterInitiation": number().must()}),
		"ExpirationDate":                    text(),
		"ExpirationInDays":                  number(),
		"ExpiredObjectDeleteMarker":         boolean(),
		"Id":                                text(),
		"NoncurrentVersionExpiration":       object(properties{"NewerNoncurrentVersions": number(), "NoncurrentDays": number().must()}),
		"NoncurrentVersionExpirationInDays": number(),
		"NoncurrentVersionTransitions":      listOf(noncurrent),
		"ObjectSizeGreaterThan":             text(),
		"ObjectSizeLessThan":                text(),
		"Prefix":                            text(),
		"Status":                            text().must(),
		"TagFilters":                        tagList(),
		"Transition":                        transition,
		"Transitions":                       listOf(transition),
	}
}

// lifecycleRules turns the rules of CloudFormation, which are flat, into those of S3.
func lifecycleRules(m map[string]any) []any {
	var rules []any
	for _, r := range listIn(m, "Rules") {
		flat, _ := r.(map[string]any)
		rules = append(rules, lifecycleRule(maps.Clone(flat)))
	}
	return rules
}

func lifecycleRule(rule map[string]any) map[string]any {
	take := func(from, to string, into map[string]any) {
		if value, given := rule[from]; given {
			into[to] = value
			delete(rule, from)
		}
	}
	expiration := map[string]any{}
	take("ExpirationDate", "Date", expiration)
	take("ExpirationInDays", "Days", expiration)
	take("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker", expiration)
	if len(expiration) > 0 {
		rule["Expiration"] = expiration
	}
	if days, given := rule["NoncurrentVersionExpirationInDays"]; given {
		delete(rule, "NoncurrentVersionExpirationInDays")
		rule["NoncurrentVersionExpiration"] = map[string]any{"NoncurrentDays": days}
	}
	if list := listIn(rule, "NoncurrentVersionTransitions"); list != nil {
		rule["NoncurrentVersionTransitions"] = noncurrentDays(list)
	}
	filter := map[string]any{}
	for _, name := range []string{"Prefix", "TagFilters", "ObjectSizeGreaterThan", "ObjectSizeLessThan"} {
		take(name, name, filter)
	}
	if len(filter) > 1 || len(listIn(filter, "TagFilters")) > 1 {
		filter = map[string]any{"And": filter}
	}
	if len(filter) == 0 {
		filter["Prefix"] = ""
	}
	rule["Filter"] = filter
	return rule
}

func noncurrentDays(list []any) []any {
	var out []any
	for _, t := range list {
		m, _ := t.(map[string]any)
		m = maps.Clone(m)
		m["NoncurrentDays"] = m["TransitionInDays"]
		delete(m, "TransitionInDays")
		out = append(out, m)
	}
	return out
}

func loggingTarget(m map[string]any) string {
	return element("TargetBucket", escaped(textOf(m, "DestinationBucketName"))) + element("TargetPrefix", escaped(textOf(m, "LogFilePrefix")))
}

// document is an XML document as S3 takes it.
func document(root, content string) string {
	return "<" + root + ` xmlns="http://s3.amazonaws.com/doc/2006-03-01/">` + content + "</" + root + ">"
}

func element(name, content string) string { return "<" + name + ">" + content + "</" + name + ">" }

// renderObject writes members as elements, in the order of their names; lists are elements
// that come more than once.
func renderObject(m map[string]any, names map[string]string) string {
	var b strings.Builder
	for _, member := range slices.Sorted(maps.Keys(m)) {
		name := member
		if other, renamed := names[member]; renamed {
			name = other
		}
		if list, many := m[member].([]any); many {
			b.WriteString(renderList(name, list, names))
		} else {
			b.WriteString(element(name, renderValue(m[member], names)))
		}
	}
	return b.String()
}

func renderList(name string, list []any, names map[string]string) string {
	var b strings.Builder
	for _, v := range list {
		b.WriteString(element(name, renderValue(v, names)))
	}
	return b.String()
}

func renderValue(v any, names map[string]string) string {
	switch v := v.(type) {
	case map[string]any:
		return renderObject(v, names)
	case float64: // a number that was kept
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return escaped(fmt.Sprint(v))
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder takes all
	return b.String()
}
