package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// A tag is a label of a bucket or an object.
type tag struct{ Key, Value string }

// keptHeaders are returned with an object as they were given, apart from
// Content-Encoding, which loses aws-chunked.
func keptHeaders() []string {
	return []string{"Content-Type", "Cache-Control", "Content-Disposition", "Content-Language", "Expires", "x-amz-website-redirect-location"}
}

// traits reads what the headers of a write say of the object.
func (q *request) traits() (traits, error) {
	t := traits{Owner: q.ownerOf(), Headers: map[string]string{}, Metadata: map[string]string{}}
	for _, name := range keptHeaders() {
		if v := q.header(name); v != "" {
			t.Headers[name] = v
		}
	}
	if t.Headers["Content-Type"] == "" {
		t.Headers["Content-Type"] = "binary/octet-stream"
	}
	if e := contentEncoding(q.header("Content-Encoding")); e != "" {
		t.Headers["Content-Encoding"] = e
	}
	if r := t.Headers["x-amz-website-redirect-location"]; r != "" && !strings.HasPrefix(r, "/") && !strings.HasPrefix(r, "http://") && !strings.HasPrefix(r, "https://") {
		return traits{}, fail(http.StatusBadRequest, "InvalidRedirectLocation", "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.")
	}
	var err error
	if t.Metadata, err = q.metadata(); err != nil {
		return traits{}, err
	}
	if t.Tags, err = parseTagHeader(q.header("X-Amz-Tagging")); err != nil {
		return traits{}, err
	}
	if t.StorageClass, err = q.storageClass(); err != nil {
		return traits{}, err
	}
	if t.Encryption, err = q.encryption(); err != nil {
		return traits{}, err
	}
	t.Grants, err = q.objectGrants(t.Owner)
	return t, err
}

// contentEncoding is a Content-Encoding without aws-chunked, which names the framing
// of the request and not the object.
func contentEncoding(value string) string {
	var kept []string
	for _, coding := range strings.Split(value, ",") {
		if coding = strings.TrimSpace(coding); coding != "" && coding != "aws-chunked" {
			kept = append(kept, coding)
		}
	}
	return strings.Join(kept, ",")
}

// metadata collects x-amz-meta-* under lower-case names. 2 KB are allowed:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
func (q *request) metadata() (map[string]string, error) {
	m := map[string]string{}
	size := 0
	for name, values := range q.http.Header {
		if key, ok := strings.CutPrefix(strings.ToLower(name), "x-amz-meta-"); ok {
			m[key] = strings.Join(values, ",")
			size += len(key) + len(m[key])
		}
	}
	if size > 2048 {
		return nil, fail(http.StatusBadRequest, "MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size").
			with("Size", itoa(size)).with("MaxSizeAllowed", "2048")
	}
	return m, nil
}

func (q *request) storageClass() (string, error) {
	class := q.header("X-Amz-Storage-Class")
	if class == "" || class == "STANDARD" {
		return "", nil
	}
	if !slices.Contains(storageClasses(), class) {
		return "", fail(http.StatusBadRequest, "InvalidStorageClass", "The storage class you specified is not valid").
			with("StorageClassRequested", class)
	}
	return class, nil
}

// encryption reads how an object is to be encrypted at rest. The sandbox encrypts
// nothing, but says what S3 would; keys of the client's own (SSE-C) it refuses.
func (q *request) encryption() (encryption, error) {
	for _, name := range []string{"x-amz-server-side-encryption-customer-algorithm", "x-amz-server-side-encryption-customer-key"} {
		if q.header(name) != "" {
			return encryption{}, headerNotImplemented(name)
		}
	}
	e := q.bucket.defaultEncryption()
	algorithm, key := q.header("X-Amz-Server-Side-Encryption"), q.header("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id")
	if algorithm != "" {
		e.Algorithm, e.KeyID = algorithm, key
	}
	if !slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, e.Algorithm) {
		return encryption{}, invalidArgument("The encryption method specified is not supported", "x-amz-server-side-encryption", algorithm)
	}
	if key != "" && !strings.HasPrefix(algorithm, "aws:kms") {
		return encryption{}, invalidArgument("Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms", "x-amz-server-side-encryption", algorithm)
	}
	if k := q.header("X-Amz-Server-Side-Encryption-Bucket-Key-Enabled"); k != "" {
		e.BucketKey = isTrue(k)
	}
	if e.Algorithm == "AES256" {
		e.BucketKey = false
	}
	return e, nil
}

// defaultEncryption is what the bucket encrypts with unless an object says otherwise.
func (b *bucket) defaultEncryption() encryption {
	rule := b.Documents["encryption"].find("Rule")
	by := rule.find("ApplyServerSideEncryptionByDefault")
	e := encryption{Algorithm: by.text("SSEAlgorithm"), KeyID: by.text("KMSMasterKeyID"), BucketKey: isTrue(rule.text("BucketKeyEnabled"))}
	if e.Algorithm == "" {
		e.Algorithm = "AES256"
	}
	return e
}

// defaultEncryptionDocument is the encryption of a bucket that was never set.
func defaultEncryptionDocument() *element {
	return tree("ServerSideEncryptionConfiguration", tree("Rule",
		tree("ApplyServerSideEncryptionByDefault", text("SSEAlgorithm", "AES256")), text("BucketKeyEnabled", "false")))
}

// tell writes how an object is encrypted into an answer.
func (e encryption) tell(a *answer) {
	a.set("x-amz-server-side-encryption", e.Algorithm)
	a.set("x-amz-server-side-encryption-aws-kms-key-id", e.KeyID)
	if e.BucketKey {
		a.set("x-amz-server-side-encryption-bucket-key-enabled", "true")
	}
}

// class is the storage class, STANDARD among them.
func (t traits) class() string {
	if t.StorageClass == "" {
		return "STANDARD"
	}
	return t.StorageClass
}

// parseTagHeader reads x-amz-tagging, a URL query.
func parseTagHeader(value string) ([]tag, error) {
	if value == "" {
		return nil, nil
	}
	bad := invalidArgument("The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.", "x-amz-tagging", value)
	query, err := url.ParseQuery(value)
	if err != nil {
		return nil, bad
	}
	var tags []tag
	for key, values := range query {
		if len(values) != 1 {
			return nil, bad
		}
		tags = append(tags, tag{key, values[0]})
	}
	slices.SortFunc(tags, func(a, b tag) int { return strings.Compare(a.Key, b.Key) })
	return tags, checkTags(tags, 10)
}

// checkTags holds the rules for tags:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html
func checkTags(tags []tag, limit int) error {
	if len(tags) > limit {
		if limit == 10 {
			return badRequest("Object tags cannot be greater than 10")
		}
		return badRequest("Bucket tag count cannot be greater than 50")
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch {
		case t.Key == "" || utf8.RuneCountInString(t.Key) > 128:
			return invalidTag("The TagKey you have provided is invalid").with("TagKey", t.Key)
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return invalidTag("System tags cannot be added/updated by requester")
		case utf8.RuneCountInString(t.Value) > 256:
			return invalidTag("The TagValue you have provided is invalid").with("TagKey", t.Key).with("TagValue", t.Value)
		case seen[t.Key]:
			return invalidTag("Cannot provide multiple Tags with the same key").with("TagKey", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

func invalidTag(message string) *failure {
	return fail(http.StatusBadRequest, "InvalidTag", message)
}

// tagsOf reads the tags of a Tagging document.
func tagsOf(d *element) []tag {
	tags := []tag{}
	for _, t := range d.find("TagSet").all("Tag") {
		tags = append(tags, tag{t.text("Key"), t.text("Value")})
	}
	return tags
}

func checkBucketTags(_ *Store, _ *request, d *element) error { return checkTags(tagsOf(d), 50) }
