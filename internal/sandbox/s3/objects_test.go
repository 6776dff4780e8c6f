package s3

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestObjectComesBackAsItWasPut(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	_, err := c.PutObject(t.Context(), &sdk.PutObjectInput{
		Bucket: aws.String("logs"), Key: aws.String("a b/日本語+&.gz"), Body: strings.NewReader("hello"),
		ContentType: aws.String("application/json"), ContentEncoding: aws.String("gzip"), CacheControl: aws.String("no-store"),
		Metadata: map[string]string{"Signature": "abc"}, Tagging: aws.String("k=v&k2=v2"), StorageClass: types.StorageClassStandardIa,
	})
	must(t, err)
	out, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("a b/日本語+&.gz")})
	must(t, err)
	wantText(t, "body", slurp(t, out.Body), "hello")
	wantText(t, "type", *out.ContentType, "application/json")
	wantText(t, "encoding", *out.ContentEncoding, "gzip")
	wantText(t, "cache", *out.CacheControl, "no-store")
	wantText(t, "ETag", *out.ETag, `"5d41402abc4b2a76b9719d911017c592"`)
	wantText(t, "class", string(out.StorageClass), "STANDARD_IA")
	wantText(t, "encryption", string(out.ServerSideEncryption), "AES256")
	wantText(t, "metadata", out.Metadata["signature"], "abc")
	if *out.TagCount != 2 || out.VersionId != nil || !out.LastModified.Equal(s.now()) {
		t.Errorf("tags %d, version %v, modified %v", *out.TagCount, out.VersionId, out.LastModified)
	}
}

// botocore hands metadata on in the case that it reads: validate-logs looks for
// "signature", and finds no "Signature".
func TestMetadataNamesAreLowerCaseOnTheWire(t *testing.T) {
	s := newSite(t)
	must(t, s.store.Create("logs", owner, "us-east-1"))
	must(t, s.store.Put("logs", "digest", []byte("{}"), http.Header{"X-Amz-Meta-Signature": {"ab"}, "content-encoding": {"gzip"}}))
	site, err := http.NewRequestWithContext(t.Context(), "GET", "http://example/logs/digest", nil)
	must(t, err)
	w := &rawHeader{header: http.Header{}}
	s.serve(w, withBody(site))
	names := map[string][]string(w.header) // not an http.Header: names count as they are
	if got := names["x-amz-meta-signature"]; len(got) != 1 || got[0] != "ab" {
		t.Errorf("headers %v have no x-amz-meta-signature in lower case", w.header)
	}
	wantText(t, "encoding", w.header.Get("Content-Encoding"), "gzip")
}

// rawHeader is a ResponseWriter whose header keeps the case of names.
type rawHeader struct {
	header http.Header
	status int
	body   []byte
}

func (w *rawHeader) Header() http.Header         { return w.header }
func (w *rawHeader) WriteHeader(status int)      { w.status = status }
func (w *rawHeader) Write(b []byte) (int, error) { w.body = append(w.body, b...); return len(b), nil }

func withBody(r *http.Request) *http.Request {
	r.Body = http.NoBody
	return r
}

func TestRanges(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "k", "0123456789")
	put(t, c, "logs", "empty", "")
	for _, tc := range []struct {
		key, header string
		status      int
		body        string
		why         string
	}{
		{"k", "", 200, "0123456789", "no range: all of it"},
		{"k", "bytes=0-4", 206, "01234", "both ends are included"},
		{"k", "bytes=7-", 206, "789", "to the end"},
		{"k", "bytes=-2", 206, "89", "the last two"},
		{"k", "bytes=-50", 206, "0123456789", "more than there is"},
		{"k", "bytes=5-99", 206, "56789", "the end is cut"},
		{"k", "bytes=10-", 416, "InvalidRange", "behind the end"},
		{"k", "bytes=-0", 416, "InvalidRange", "nothing at all"},
		{"empty", "bytes=0-0", 416, "InvalidRange", "nothing to take from"},
		{"k", "bytes=4-2", 200, "0123456789", "not a range: ignored"},
		{"k", "bytes=0-1,3-4", 200, "0123456789", "many ranges: S3 sends all"},
		{"k", "lines=0-1", 200, "0123456789", "another unit"},
	} {
		got := s.send("GET", "/logs/"+tc.key, "", "Range", tc.header)
		if got.status != tc.status || !strings.Contains(got.body, tc.body) || got.status < 300 && got.body != tc.body {
			t.Errorf("%s: Range %q: %d %q, want %d %q", tc.why, tc.header, got.status, got.body, tc.status, tc.body)
		}
	}
	wantText(t, "Content-Range", s.send("HEAD", "/logs/k", "", "Range", "bytes=0-4").header.Get("Content-Range"), "bytes 0-4/10")
	wantText(t, "Content-Length of HEAD", s.send("HEAD", "/logs/k", "").header.Get("Content-Length"), "10")
}

func TestConditions(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	etag := *put(t, c, "logs", "k", "v").ETag
	before, after := s.now().Add(-time.Hour).Format(http.TimeFormat), s.now().Add(time.Hour).Format(http.TimeFormat)
	for _, tc := range []struct {
		method, key, name, value string
		status                   int
		why                      string
	}{
		{"GET", "k", "If-Match", etag, 200, "it is the same"},
		{"GET", "k", "If-Match", `"other"`, 412, "it is another"},
		{"GET", "k", "If-None-Match", etag, 304, "the client has it"},
		{"HEAD", "k", "If-None-Match", `"other", ` + etag, 304, "one of the list"},
		{"GET", "k", "If-None-Match", `"other"`, 200, "the client has another"},
		{"GET", "k", "If-Modified-Since", after, 304, "not since then"},
		{"GET", "k", "If-Modified-Since", before, 200, "since then"},
		{"GET", "k", "If-Modified-Since", "yesterday", 200, "not a time: ignored"},
		{"GET", "k", "If-Unmodified-Since", before, 412, "modified since"},
		{"GET", "k", "If-Unmodified-Since", after, 200, "unmodified since"},
		{"PUT", "k", "If-None-Match", "*", 412, "there is one"},
		{"PUT", "new", "If-None-Match", "*", 200, "there was none"},
		{"PUT", "k", "If-None-Match", etag, 501, "S3 knows the star only"},
		{"PUT", "none", "If-Match", etag, 404, "nothing to replace"},
		{"PUT", "k", "If-Match", `"other"`, 412, "it changed meanwhile"},
		{"PUT", "k", "If-Match", etag, 200, "it is as it was"},
		{"DELETE", "new", "If-Match", `"other"`, 412, "not that one"},
	} {
		if got := s.send(tc.method, "/logs/"+tc.key, "", tc.name, tc.value); got.status != tc.status {
			t.Errorf("%s: %s %s with %s: %s: %d, want %d: %s", tc.why, tc.method, tc.key, tc.name, tc.value, got.status, tc.status, got.body)
		}
	}
}

func TestVersions(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "k", "null version")
	enableVersioning(t, c, "logs")
	first := put(t, c, "logs", "k", "one")
	second := put(t, c, "logs", "k", "two")
	deleted, err := c.DeleteObject(t.Context(), &sdk.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	must(t, err)
	if !aws.ToBool(deleted.DeleteMarker) {
		t.Error("deleting from a versioned bucket makes a delete marker")
	}
	_, err = c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "NoSuchKey")
	if got := s.send("GET", "/logs/k?versionId="+*deleted.VersionId, ""); got.status != 405 || got.header.Get("x-amz-delete-marker") != "true" {
		t.Errorf("a delete marker is read as %d %v, want 405", got.status, got.header)
	}
	for _, tc := range []struct{ id, status, body, why string }{
		{*first.VersionId, "200", "one", "an old version is still there"},
		{*second.VersionId, "200", "two", "so is the newest"},
		{"null", "200", "null version", "so is the one from before versioning"},
		{strings.Repeat("x", 32), "404", "NoSuchVersion", "a version that never was"},
		{"bad", "400", "Invalid version id specified", "not an ID at all"},
	} {
		got := s.send("GET", "/logs/k?versionId="+tc.id, "")
		if http.StatusText(got.status) == "" || tc.status != itoa(got.status) || !strings.Contains(got.body, tc.body) {
			t.Errorf("%s: %d %s", tc.why, got.status, got.body)
		}
	}
	_, err = c.DeleteObject(t.Context(), &sdk.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), VersionId: deleted.VersionId})
	must(t, err)
	wantText(t, "after the marker is gone", get(t, c, "logs", "k"), "two")
	_, err = c.DeleteBucket(t.Context(), &sdk.DeleteBucketInput{Bucket: aws.String("logs")})
	wantCode(t, err, "BucketNotEmpty")
	wantText(t, "message", messageOf(err), "The bucket you tried to delete is not empty. You must delete all versions in the bucket.")
}

func TestSuspendedVersioningReplacesTheNullVersion(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	enableVersioning(t, c, "logs")
	put(t, c, "logs", "k", "kept")
	_, err := c.PutBucketVersioning(t.Context(), &sdk.PutBucketVersioningInput{
		Bucket: aws.String("logs"), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusSuspended},
	})
	must(t, err)
	for _, content := range []string{"first", "second"} {
		if out := put(t, c, "logs", "k", content); aws.ToString(out.VersionId) != "null" {
			t.Errorf("version %v, want null", out.VersionId)
		}
	}
	versions, err := c.ListObjectVersions(t.Context(), &sdk.ListObjectVersionsInput{Bucket: aws.String("logs")})
	must(t, err)
	if len(versions.Versions) != 2 {
		t.Errorf("%d versions, want the kept one and the null one", len(versions.Versions))
	}
}

func enableVersioning(t *testing.T, c *sdk.Client, bucket string) {
	t.Helper()
	_, err := c.PutBucketVersioning(t.Context(), &sdk.PutBucketVersioningInput{
		Bucket: &bucket, VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	must(t, err)
}

func TestBadWrites(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct {
		headers []string
		code    string
		why     string
	}{
		{[]string{"x-amz-meta-big", strings.Repeat("x", 2050)}, "MetadataTooLarge", "2 KB of metadata"},
		{[]string{"x-amz-storage-class", "COLD"}, "InvalidStorageClass", "a class that S3 does not have"},
		{[]string{"x-amz-tagging", "a=1&a=2"}, "InvalidArgument", "a tag twice"},
		{[]string{"x-amz-tagging", "aws:x=1"}, "InvalidTag", "a name that is AWS's"},
		{[]string{"x-amz-tagging", "a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1"}, "BadRequest", "eleven tags"},
		{[]string{"x-amz-server-side-encryption", "rot13"}, "InvalidArgument", "a cipher that S3 does not have"},
		{[]string{"x-amz-server-side-encryption-customer-algorithm", "AES256"}, "NotImplemented", "SSE-C is not served"},
		{[]string{"x-amz-acl", "public-read"}, "AccessControlListNotSupported", "ACLs are off"},
		{[]string{"x-amz-acl", "private"}, "AccessControlListNotSupported", "even the weakest"},
		{[]string{"x-amz-acl", "bucket-owner-full-control"}, "", "what CloudTrail sends"},
		{[]string{"x-amz-acl", "nonsense"}, "InvalidArgument", "no such canned ACL"},
		{[]string{"x-amz-website-redirect-location", "elsewhere"}, "InvalidRedirectLocation", "neither a path nor a URL"},
		{[]string{"x-amz-object-lock-mode", "GOVERNANCE"}, "InvalidRequest", "the bucket has no Object Lock"},
		{[]string{"x-amz-expected-bucket-owner", stranger}, "AccessDenied", "the bucket belongs to another"},
		{[]string{"x-amz-write-offset-bytes", "3"}, "NotImplemented", "appending is for directory buckets"},
	} {
		got := s.send("PUT", "/logs/k", "v", tc.headers...)
		if code := xmlCode(got.body); code != tc.code {
			t.Errorf("%s: %v: %d %q, want %q: %s", tc.why, tc.headers, got.status, code, tc.code, got.body)
		}
	}
	got := s.send("PUT", "/logs/"+strings.Repeat("k", 1025), "v")
	wantText(t, "a key of 1025 bytes", xmlCode(got.body), "KeyTooLongError")
}

// xmlCode takes the code out of an error.
func xmlCode(body string) string {
	e, err := parseXML([]byte(body))
	if err != nil {
		return ""
	}
	return e.text("Code")
}

func TestResponseHeadersCanBeChosen(t *testing.T) {
	s := newSite(t)
	put(t, s.bucket("logs"), "logs", "k", "v")
	got := s.send("GET", "/logs/k?response-content-type=text%2Fcsv&response-content-disposition=attachment", "")
	wantText(t, "type", got.header.Get("Content-Type"), "text/csv")
	wantText(t, "disposition", got.header.Get("Content-Disposition"), "attachment")
}

func TestEncryptionFollowsTheBucket(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	_, err := c.PutBucketEncryption(t.Context(), &sdk.PutBucketEncryptionInput{Bucket: aws.String("logs"), ServerSideEncryptionConfiguration: &types.ServerSideEncryptionConfiguration{
		Rules: []types.ServerSideEncryptionRule{{BucketKeyEnabled: aws.Bool(true), ApplyServerSideEncryptionByDefault: &types.ServerSideEncryptionByDefault{SSEAlgorithm: types.ServerSideEncryptionAwsKms, KMSMasterKeyID: aws.String("arn:aws:kms:us-east-1:111111111111:key/k")}}},
	}})
	must(t, err)
	out := put(t, c, "logs", "k", "v")
	wantText(t, "algorithm", string(out.ServerSideEncryption), "aws:kms")
	wantText(t, "key", aws.ToString(out.SSEKMSKeyId), "arn:aws:kms:us-east-1:111111111111:key/k")
	if info, _ := s.store.Bucket("logs"); !info.BucketKey {
		t.Error("the store does not tell of the S3 Bucket Key")
	}
	_, err = c.DeleteBucketEncryption(t.Context(), &sdk.DeleteBucketEncryptionInput{Bucket: aws.String("logs")})
	must(t, err)
	wantText(t, "after reset", string(put(t, c, "logs", "k", "v").ServerSideEncryption), "AES256")
}
