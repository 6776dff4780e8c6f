package s3

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// startUpload begins an upload, and puts a part of it; it returns the upload ID.
func startUpload(t *testing.T, c *sdk.Client, bucket, key string) string {
	t.Helper()
	begun, err := c.CreateMultipartUpload(t.Context(), &sdk.CreateMultipartUploadInput{Bucket: &bucket, Key: &key})
	must(t, err)
	_, err = c.UploadPart(t.Context(), &sdk.UploadPartInput{Bucket: &bucket, Key: &key, UploadId: begun.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part")})
	must(t, err)
	return *begun.UploadId
}

func TestMultipartUpload(t *testing.T) {
	big, small := strings.Repeat("a", minPartSize), "tail"
	sum := func(s string) string {
		h := sha256.Sum256([]byte(s))
		return base64.StdEncoding.EncodeToString(h[:])
	}
	one, two := sha256.Sum256([]byte(big)), sha256.Sum256([]byte(small))
	for _, tc := range []struct {
		algorithm types.ChecksumAlgorithm
		kind      types.ChecksumType
		want      types.ChecksumType
		value     func(*sdk.CompleteMultipartUploadOutput) *string
		sum       string
		why       string
	}{
		{"SHA256", "", "COMPOSITE", func(o *sdk.CompleteMultipartUploadOutput) *string { return o.ChecksumSHA256 }, sum(string(one[:])+string(two[:])) + "-2", "a checksum of checksums"},
		{"CRC32", "FULL_OBJECT", "FULL_OBJECT", func(o *sdk.CompleteMultipartUploadOutput) *string { return o.ChecksumCRC32 }, checksumOf("CRC32", []byte(big+small)).Value, "of all bytes"},
		{"CRC64NVME", "", "FULL_OBJECT", func(o *sdk.CompleteMultipartUploadOutput) *string { return o.ChecksumCRC64NVME }, checksumOf("CRC64NVME", []byte(big+small)).Value, "is always of all bytes"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			s := newSite(t)
			c := s.bucket("logs")
			begun, err := c.CreateMultipartUpload(t.Context(), &sdk.CreateMultipartUploadInput{
				Bucket: aws.String("logs"), Key: aws.String("k"), ChecksumAlgorithm: tc.algorithm, ChecksumType: tc.kind,
				ContentType: aws.String("text/plain"), Metadata: map[string]string{"m": "1"},
			})
			must(t, err)
			var parts []types.CompletedPart
			for i, content := range []string{big, small} {
				p, err := c.UploadPart(t.Context(), &sdk.UploadPartInput{
					Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: begun.UploadId, PartNumber: aws.Int32(int32(i*5 + 1)),
					Body: strings.NewReader(content), ChecksumAlgorithm: tc.algorithm,
				})
				must(t, err)
				parts = append(parts, types.CompletedPart{ETag: p.ETag, PartNumber: aws.Int32(int32(i*5 + 1)), ChecksumSHA256: p.ChecksumSHA256, ChecksumCRC32: p.ChecksumCRC32, ChecksumCRC64NVME: p.ChecksumCRC64NVME})
			}
			done, err := c.CompleteMultipartUpload(t.Context(), &sdk.CompleteMultipartUploadInput{
				Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: begun.UploadId, MultipartUpload: &types.CompletedMultipartUpload{Parts: parts},
			})
			must(t, err)
			wantText(t, "kind", string(done.ChecksumType), string(tc.want))
			wantText(t, "checksum", aws.ToString(tc.value(done)), tc.sum)
			if !strings.HasSuffix(*done.ETag, `-2"`) {
				t.Errorf("ETag %s does not tell the number of parts", *done.ETag)
			}
			out, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
			must(t, err)
			if slurp(t, out.Body) != big+small || *out.ContentType != "text/plain" || out.Metadata["m"] != "1" {
				t.Error("the object is not what was uploaded")
			}
			part, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), PartNumber: aws.Int32(2)})
			must(t, err)
			if slurp(t, part.Body) != small || *part.PartsCount != 2 {
				t.Errorf("part 2 of %d", *part.PartsCount)
			}
			_, err = c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), PartNumber: aws.Int32(3)})
			wantCode(t, err, "InvalidPartNumber")
			attributes, err := c.GetObjectAttributes(t.Context(), &sdk.GetObjectAttributesInput{
				Bucket: aws.String("logs"), Key: aws.String("k"), ObjectAttributes: []types.ObjectAttributes{"ObjectParts"}, MaxParts: aws.Int32(1),
			})
			must(t, err)
			if p := attributes.ObjectParts; *p.TotalPartsCount != 2 || len(p.Parts) != 1 || !*p.IsTruncated || *p.Parts[0].Size != minPartSize {
				t.Errorf("parts %+v", p)
			}
		})
	}
}

func TestBadCompletions(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	begun := s.send("POST", "/logs/k?uploads", "")
	doc, err := parseXML([]byte(begun.body))
	must(t, err)
	id := doc.text("UploadId")
	etags := map[string]string{}
	for _, n := range []string{"1", "2"} {
		etags[n] = s.send("PUT", "/logs/k?uploadId="+id+"&partNumber="+n, "part "+n).header.Get("ETag")
	}
	list := func(numbers ...string) string {
		b := "<CompleteMultipartUpload>"
		for _, n := range numbers {
			b += "<Part><PartNumber>" + n + "</PartNumber><ETag>" + etags[n] + "</ETag></Part>"
		}
		return b + "</CompleteMultipartUpload>"
	}
	for _, tc := range []struct {
		target, body string
		headers      []string
		code, why    string
	}{
		{"/logs/k?uploadId=x", list("1"), nil, "NoSuchUpload", "another upload"},
		{"/logs/j?uploadId=" + id, list("1"), nil, "NoSuchUpload", "another key"},
		{"/logs/k?uploadId=" + id, "<CompleteMultipartUpload/>", nil, "MalformedXML", "no parts"},
		{"/logs/k?uploadId=" + id, "nonsense", nil, "MalformedXML", "not XML"},
		{"/logs/k?uploadId=" + id, list("2", "1"), nil, "InvalidPartOrder", "out of order"},
		{"/logs/k?uploadId=" + id, list("1", "1"), nil, "InvalidPartOrder", "twice"},
		{"/logs/k?uploadId=" + id, list("3"), nil, "InvalidPart", "a part that was not uploaded"},
		{"/logs/k?uploadId=" + id, strings.Replace(list("1"), etags["1"], "abc", 1), nil, "InvalidPart", "another ETag"},
		{"/logs/k?uploadId=" + id, list("1", "2"), nil, "EntityTooSmall", "a small part that is not the last"},
		{"/logs/k?uploadId=" + id, list("1"), []string{"x-amz-mp-object-size", "7"}, "InvalidRequest", "another size"},
		{"/logs/k?uploadId=" + id, list("1"), []string{"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="}, "BadDigest", "another checksum"},
		{"/logs/k?uploadId=" + id, list("1"), []string{"If-Match", `"x"`}, "NoSuchKey", "a condition that does not hold"},
		{"/logs/k?uploadId=" + id, list("1"), nil, "", "as it should be"},
		{"/logs/k?uploadId=" + id, list("1"), nil, "NoSuchUpload", "it is done"},
	} {
		if got := s.send("POST", tc.target, tc.body, tc.headers...); xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s, want %q", tc.why, got.body, tc.code)
		}
	}
	wantText(t, "object", get(t, c, "logs", "k"), "part 1")
	if n := len(s.store.users); n != 1 {
		t.Errorf("%d contents are kept, want that of part 1 only", n)
	}
}

func TestBadParts(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	doc, err := parseXML([]byte(s.send("POST", "/logs/k?uploads", "").body))
	must(t, err)
	id := doc.text("UploadId")
	for _, tc := range []struct{ target, header, value, code, why string }{
		{"/logs/k?partNumber=1&uploadId=x", "", "", "NoSuchUpload", "another upload"},
		{"/logs/k?partNumber=0&uploadId=" + id, "", "", "InvalidArgument", "parts begin at 1"},
		{"/logs/k?partNumber=10001&uploadId=" + id, "", "", "InvalidArgument", "and end at 10000"},
		{"/logs/k?partNumber=x&uploadId=" + id, "", "", "InvalidArgument", "not a number"},
		{"/logs/k?partNumber=1&uploadId=" + id, "x-amz-checksum-crc32", checksumOf("CRC32", []byte("part")).Value, "InvalidRequest", "a checksum that was not announced"},
		{"/logs/k?partNumber=1&uploadId=" + id, "Content-Md5", md5Of("other"), "BadDigest", "another body"},
	} {
		var headers []string
		if tc.header != "" {
			headers = []string{tc.header, tc.value}
		}
		got := s.send("PUT", tc.target, "part", headers...)
		if xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s, want %s", tc.why, got.body, tc.code)
		}
	}
	for _, tc := range []struct{ algorithm, kind, code, why string }{
		{"", "COMPOSITE", "InvalidRequest", "a kind without an algorithm"},
		{"CRC64NVME", "COMPOSITE", "InvalidRequest", "which it cannot be"},
		{"SHA1", "FULL_OBJECT", "InvalidRequest", "which it cannot be"},
		{"XXHASH3", "", "NotImplemented", "an algorithm that is not served"},
		{"CRC32", "HALF", "InvalidRequest", "no such kind"},
	} {
		got := s.send("POST", "/logs/k?uploads", "", "x-amz-checksum-algorithm", tc.algorithm, "x-amz-checksum-type", tc.kind)
		if xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s %s: %s, want %s", tc.why, tc.algorithm, tc.kind, got.body, tc.code)
		}
	}
}

func TestUploadsAreListedAndAborted(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	ids := map[string]bool{}
	for _, key := range []string{"a/1", "a/2", "b", "b"} {
		ids[startUpload(t, c, "logs", key)] = true
	}
	var seen []string
	in := &sdk.ListMultipartUploadsInput{Bucket: aws.String("logs"), MaxUploads: aws.Int32(1)}
	for {
		page, err := c.ListMultipartUploads(t.Context(), in)
		must(t, err)
		for _, u := range page.Uploads {
			seen = append(seen, *u.Key)
			delete(ids, *u.UploadId)
		}
		if !aws.ToBool(page.IsTruncated) {
			break
		}
		in.KeyMarker, in.UploadIdMarker = page.NextKeyMarker, page.NextUploadIdMarker
	}
	wantText(t, "keys", strings.Join(seen, " "), "a/1 a/2 b b")
	if len(ids) != 0 {
		t.Errorf("uploads %v were not listed", ids)
	}
	rolled, err := c.ListMultipartUploads(t.Context(), &sdk.ListMultipartUploadsInput{Bucket: aws.String("logs"), Delimiter: aws.String("/")})
	must(t, err)
	if len(rolled.Uploads) != 2 || len(rolled.CommonPrefixes) != 1 || *rolled.CommonPrefixes[0].Prefix != "a/" {
		t.Errorf("rolled up: %+v", rolled)
	}
	for _, u := range rolled.Uploads {
		_, err := c.AbortMultipartUpload(t.Context(), &sdk.AbortMultipartUploadInput{Bucket: aws.String("logs"), Key: u.Key, UploadId: u.UploadId})
		must(t, err)
		_, err = c.ListParts(t.Context(), &sdk.ListPartsInput{Bucket: aws.String("logs"), Key: u.Key, UploadId: u.UploadId})
		wantCode(t, err, "NoSuchUpload")
	}
}

func TestPartsAreListedInPages(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	id := startUpload(t, c, "logs", "k")
	for _, n := range []int32{7, 3} {
		_, err := c.UploadPart(t.Context(), &sdk.UploadPartInput{Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: &id, PartNumber: &n, Body: strings.NewReader("p")})
		must(t, err)
	}
	var numbers []string
	pages := sdk.NewListPartsPaginator(c, &sdk.ListPartsInput{Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: &id, MaxParts: aws.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, p := range page.Parts {
			numbers = append(numbers, itoa(int(*p.PartNumber)))
		}
	}
	wantText(t, "parts", strings.Join(numbers, " "), "1 3 7")
}

func TestPartsCanBeCopied(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "source", "0123456789")
	begun, err := c.CreateMultipartUpload(t.Context(), &sdk.CreateMultipartUploadInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	must(t, err)
	part := func(byteRange string) (*sdk.UploadPartCopyOutput, error) {
		return c.UploadPartCopy(t.Context(), &sdk.UploadPartCopyInput{
			Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: begun.UploadId, PartNumber: aws.Int32(1),
			CopySource: aws.String("logs/source"), CopySourceRange: &byteRange,
		})
	}
	for _, bad := range []string{"bytes=5-10", "bytes=5-", "5-6", "bytes=7-3"} {
		_, err := part(bad)
		wantCode(t, err, "InvalidArgument")
	}
	out, err := part("bytes=2-5")
	must(t, err)
	_, err = c.CompleteMultipartUpload(t.Context(), &sdk.CompleteMultipartUploadInput{
		Bucket: aws.String("logs"), Key: aws.String("k"), UploadId: begun.UploadId,
		MultipartUpload: &types.CompletedMultipartUpload{Parts: []types.CompletedPart{{PartNumber: aws.Int32(1), ETag: out.CopyPartResult.ETag, ChecksumCRC32: out.CopyPartResult.ChecksumCRC32}}},
	})
	must(t, err)
	wantText(t, "object", get(t, c, "logs", "k"), "2345")
}
