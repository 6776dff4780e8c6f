package cloudformation

import (
	"crypto/md5" //nolint:gosec // S3 wants it
	"encoding/base64"
	"net/http"
	"strings"
)

// bucketKind is AWS::S3::Bucket.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucket.html
func bucketKind() kind {
	return kind{
		service: "S3", properties: bucketProperties(), name: "BucketName", taggable: true,
		attributes: []string{"Arn", "DomainName", "DualStackDomainName", "RegionalDomainName", "WebsiteURL"},
		create:     createBucket, update: updateBucket, remove: removeBucket,
	}
}

func bucketProperties() properties {
	all := properties{
		"AccessControl":     text(),
		"BucketName":        text().once(),
		"ObjectLockEnabled": boolean().once(),
		"Tags":              tagList(),
	}
	for _, p := range bucketParts() {
		all[p.property] = p.shape
	}
	return all
}

// s3 sends a request to S3. query is the sub-resource, "" for the bucket itself.
func (d *deed) s3(method, bucket, query, body string, header ...string) error {
	url := "/" + bucket
	if query != "" {
		url += "?" + query
	}
	r, err := http.NewRequest(method, url, http.NoBody) //nolint:noctx // it goes to a function, not over a network
	if err != nil {
		return err
	}
	if body != "" {
		sum := md5.Sum([]byte(body)) //nolint:gosec // S3 wants it
		r.Header.Set("Content-MD5", base64.StdEncoding.EncodeToString(sum[:]))
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	_, err = d.aws.S3(d.call, r, []byte(body))
	return err
}

func createBucket(d *deed) error {
	name := d.text("BucketName")
	if name == "" {
		name = generateBucketName(d.stack.Name, d.logicalID)
	}
	body := ""
	if d.call.Region != "us-east-1" {
		body = "<CreateBucketConfiguration><LocationConstraint>" + d.call.Region + "</LocationConstraint></CreateBucketConfiguration>"
	}
	if err := d.s3(http.MethodPut, name, "", body, bucketHeader(d)...); err != nil {
		return err
	}
	d.id = name
	d.attributes = bucketAttributes(d, name)
	return updateBucket(d)
}

// bucketHeader is what a bucket gets when it is made, and not after.
func bucketHeader(d *deed) []string {
	var header []string
	if acl := d.text("AccessControl"); acl != "" {
		header = append(header, "x-amz-acl", cannedACL(acl))
	}
	if d.is("ObjectLockEnabled") {
		header = append(header, "x-amz-bucket-object-lock-enabled", "true")
	}
	if controls, _ := d.properties["OwnershipControls"].(map[string]any); controls != nil {
		for _, rule := range listIn(controls, "Rules") {
			m, _ := rule.(map[string]any)
			header = append(header, "x-amz-object-ownership", textOf(m, "ObjectOwnership"))
		}
	}
	return header
}

// cannedACL turns LogDeliveryWrite into log-delivery-write.
func cannedACL(name string) string {
	var b strings.Builder
	for i, r := range name {
		if i > 0 && 'A' <= r && r <= 'Z' {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

func bucketAttributes(d *deed, name string) map[string]any {
	domain := ".amazonaws.com"
	if d.call.Partition == "aws-cn" {
		domain += ".cn"
	}
	region := d.call.Region
	return map[string]any{
		"Arn":                 "arn:" + d.call.Partition + ":s3:::" + name,
		"DomainName":          name + ".s3" + domain,
		"DualStackDomainName": name + ".s3.dualstack." + region + domain,
		"RegionalDomainName":  name + ".s3." + region + domain,
		"WebsiteURL":          "http://" + name + ".s3-website-" + region + domain,
	}
}

// updateBucket puts the parts that changed, and takes away those that left the template.
func updateBucket(d *deed) error {
	for _, p := range bucketParts() {
		if !d.changed(p.property) {
			continue
		}
		if err := p.put(d); err != nil {
			return err
		}
	}
	if d.changed("Tags") {
		if err := tagBucket(d); err != nil {
			return err
		}
	}
	if d.old != nil && d.changed("AccessControl") {
		acl := d.text("AccessControl")
		if acl == "" {
			acl = "Private"
		}
		return d.s3(http.MethodPut, d.id, "acl", "", "x-amz-acl", cannedACL(acl))
	}
	return nil
}

func tagBucket(d *deed) error {
	tags := d.list("Tags")
	if len(tags) == 0 {
		return d.s3(http.MethodDelete, d.id, "tagging", "")
	}
	return d.s3(http.MethodPut, d.id, "tagging", document("Tagging", element("TagSet", renderList("Tag", tags, nil))))
}

func removeBucket(d *deed) error { return d.s3(http.MethodDelete, d.id, "", "") }

// bucketPolicyKind is AWS::S3::BucketPolicy, whose physical ID is the name of the bucket.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-s3-bucketpolicy.html
func bucketPolicyKind() kind {
	put := func(d *deed) error {
		if err := d.s3(http.MethodPut, d.text("Bucket"), "policy", documentText(d.properties["PolicyDocument"])); err != nil {
			return err
		}
		d.id = d.text("Bucket")
		return nil
	}
	return kind{
		service:    "S3",
		properties: properties{"Bucket": text().must().once(), "PolicyDocument": free().must()},
		create:     put, update: put,
		remove: func(d *deed) error { return d.s3(http.MethodDelete, d.id, "policy", "") },
	}
}
