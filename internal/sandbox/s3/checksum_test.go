package s3

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// The check values of the algorithms: the sum of "123456789", in base64.
func TestChecksumsAreThoseOfTheirStandards(t *testing.T) {
	for algorithm, want := range map[string]string{
		"CRC32":     "y/Q5Jg==",     // 0xcbf43926
		"CRC32C":    "4waSgw==",     // 0xe3069283
		"CRC64NVME": "rosUhgp5mIg=", // 0xae8b14860a799888
		"SHA1":      "98O8HYCOBHMq32eZZczDTKeuNEE=",
		"SHA256":    "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
	} {
		wantText(t, algorithm, checksumOf(algorithm, []byte("123456789")).Value, want)
	}
}

func TestChecksumsComeBack(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	for _, algorithm := range types.ChecksumAlgorithm("").Values() {
		if !known(string(algorithm)) {
			continue
		}
		_, err := c.PutObject(t.Context(), &sdk.PutObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), Body: strings.NewReader("hello"), ChecksumAlgorithm: algorithm})
		must(t, err)
		head, err := c.HeadObject(t.Context(), &sdk.HeadObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), ChecksumMode: types.ChecksumModeEnabled})
		must(t, err)
		got := map[string]*string{
			"CRC32": head.ChecksumCRC32, "CRC32C": head.ChecksumCRC32C, "CRC64NVME": head.ChecksumCRC64NVME, "SHA1": head.ChecksumSHA1, "SHA256": head.ChecksumSHA256,
		}[string(algorithm)]
		wantText(t, string(algorithm), aws.ToString(got), checksumOf(string(algorithm), []byte("hello")).Value)
		attributes, err := c.GetObjectAttributes(t.Context(), &sdk.GetObjectAttributesInput{
			Bucket: aws.String("logs"), Key: aws.String("k"),
			ObjectAttributes: []types.ObjectAttributes{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"},
		})
		must(t, err)
		if *attributes.ObjectSize != 5 || attributes.StorageClass != "STANDARD" || *attributes.ETag != etagOf([]byte("hello")) ||
			attributes.Checksum.ChecksumType != "FULL_OBJECT" || attributes.ObjectParts != nil {
			t.Errorf("attributes %+v", attributes)
		}
	}
}

func TestBodiesAreVerified(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct {
		headers   []string
		code, why string
	}{
		{[]string{"x-amz-checksum-crc32", "NhCmhg=="}, "", "the right one"},
		{[]string{"x-amz-checksum-crc32", "AAAAAA=="}, "BadDigest", "another body's"},
		{[]string{"x-amz-checksum-crc32", "AAAA"}, "InvalidRequest", "too short"},
		{[]string{"x-amz-checksum-crc32", "?"}, "InvalidRequest", "not base64"},
		{[]string{"x-amz-checksum-crc32", "NhCmhg==", "x-amz-checksum-sha1", "x"}, "InvalidRequest", "two of them"},
		{[]string{"x-amz-checksum-xxhash3", "x"}, "NotImplemented", "one that is not served"},
		{[]string{"x-amz-sdk-checksum-algorithm", "CRC32"}, "InvalidRequest", "announced but not sent"},
		{[]string{"Content-Md5", md5Of("hello")}, "", "the right one"},
		{[]string{"Content-Md5", md5Of("other")}, "BadDigest", "another body's"},
		{[]string{"Content-Md5", "hello"}, "InvalidDigest", "not one at all"},
	} {
		if got := s.send("PUT", "/logs/k", "hello", tc.headers...); xmlCode(got.body) != tc.code {
			t.Errorf("%s: %v: %s, want %q", tc.why, tc.headers, got.body, tc.code)
		}
	}
	got := s.send("GET", "/logs/k", "", "x-amz-checksum-mode", "ENABLED")
	wantText(t, "what S3 computes when nothing is sent", got.header.Get("x-amz-checksum-crc64nvme"), checksumOf("CRC64NVME", []byte("hello")).Value)
	got = s.send("GET", "/logs/k", "", "x-amz-checksum-mode", "ENABLED", "Range", "bytes=0-1")
	wantText(t, "of a range there is none", got.header.Get("x-amz-checksum-crc64nvme"), "")
	wantText(t, "no attributes asked for", xmlCode(s.send("GET", "/logs/k?attributes", "").body), "InvalidRequest")
	wantText(t, "an attribute that is none", xmlCode(s.send("GET", "/logs/k?attributes", "", "x-amz-object-attributes", "Color").body), "InvalidArgument")
}

func TestTheFramingIsNoContentEncoding(t *testing.T) {
	for value, want := range map[string]string{
		"aws-chunked": "", "gzip": "gzip", "aws-chunked,gzip": "gzip", "gzip, aws-chunked": "gzip", "": "", "br,gzip": "br,gzip",
	} {
		wantText(t, value, contentEncoding(value), want)
	}
}
