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

func TestCopyKeepsOrReplacesTraits(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	_, err := c.PutObject(t.Context(), &sdk.PutObjectInput{
		Bucket: aws.String("logs"), Key: aws.String("a b/ü"), Body: strings.NewReader("v"), ContentType: aws.String("text/csv"),
		Metadata: map[string]string{"m": "1"}, Tagging: aws.String("k=v"),
	})
	must(t, err)
	for _, tc := range []struct {
		metadata, tagging          string
		wantType, wantMeta, wantNo string
		tags                       int32
		why                        string
	}{
		{"", "", "text/csv", "1", "", 1, "a copy is like its source"},
		{"COPY", "COPY", "text/csv", "1", "", 1, "said aloud"},
		{"REPLACE", "", "text/html", "", "2", 1, "the request's metadata, the source's tags"},
		{"", "REPLACE", "text/csv", "1", "", 2, "the source's metadata, the request's tags"},
	} {
		_, err := c.CopyObject(t.Context(), &sdk.CopyObjectInput{
			Bucket: aws.String("logs"), Key: aws.String("copy"), CopySource: aws.String("logs/a%20b/%C3%BC"),
			MetadataDirective: types.MetadataDirective(tc.metadata), TaggingDirective: types.TaggingDirective(tc.tagging),
			ContentType: aws.String("text/html"), Metadata: map[string]string{"n": "2"}, Tagging: aws.String("x=1&y=2"),
		})
		must(t, err)
		head, err := c.HeadObject(t.Context(), &sdk.HeadObjectInput{Bucket: aws.String("logs"), Key: aws.String("copy")})
		must(t, err)
		wantText(t, tc.why, *head.ContentType, tc.wantType)
		wantText(t, tc.why, head.Metadata["m"]+"/"+head.Metadata["n"], tc.wantMeta+"/"+tc.wantNo)
		if *head.TagCount != tc.tags {
			t.Errorf("%s: %d tags, want %d", tc.why, *head.TagCount, tc.tags)
		}
	}
	wantText(t, "content", get(t, c, "logs", "copy"), "v")
}

func TestBadCopies(t *testing.T) {
	s := newSite(t)
	put(t, s.bucket("logs"), "logs", "k", "v")
	must(t, s.store.Create("foreign", stranger, "us-east-1"))
	must(t, s.store.Put("foreign", "k", []byte("v"), nil))
	past := s.now().Add(-time.Hour).Format(http.TimeFormat)
	for _, tc := range []struct {
		source    string
		headers   []string
		code, why string
	}{
		{"/logs/k", nil, "", "as it should be"},
		{"logs/k", nil, "", "the slash can be left out"},
		{"logs", nil, "InvalidArgument", "no key"},
		{"logs/%zz", nil, "InvalidArgument", "not encoded right"},
		{"arn:aws:s3:us-east-1:111111111111:accesspoint/a/object/k", nil, "NotImplemented", "an access point"},
		{"logs/none", nil, "NoSuchKey", "no such source"},
		{"nowhere/k", nil, "NoSuchBucket", "no such bucket"},
		{"foreign/k", nil, "AccessDenied", "a source that the caller may not read"},
		{"logs/k?versionId=bad", nil, "InvalidArgument", "not a version"},
		{"logs/k?versionId=null", nil, "", "the version"},
		{"logs/k", []string{"x-amz-copy-source-if-match", `"x"`}, "PreconditionFailed", "it is another"},
		{"logs/k", []string{"x-amz-copy-source-if-none-match", etagOf([]byte("v"))}, "PreconditionFailed", "it is that one"},
		{"logs/k", []string{"x-amz-copy-source-if-unmodified-since", past}, "PreconditionFailed", "it was modified"},
		{"logs/k", []string{"x-amz-metadata-directive", "MERGE"}, "InvalidArgument", "no such directive"},
		{"logs/k", []string{"x-amz-source-expected-bucket-owner", stranger}, "AccessDenied", "another owner"},
		{"logs/k", []string{"x-amz-checksum-algorithm", "CRC8"}, "NotImplemented", "no such algorithm"},
		{"logs/k", []string{"If-None-Match", "*"}, "PreconditionFailed", "the target is there by now"},
	} {
		got := s.send("PUT", "/logs/copy", "", append(tc.headers, "x-amz-copy-source", tc.source)...)
		if xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s %v: %s, want %q", tc.why, tc.source, tc.headers, got.body, tc.code)
		}
	}
	onto := s.send("PUT", "/logs/k", "", "x-amz-copy-source", "logs/k")
	wantText(t, "onto itself", xmlCode(onto.body), "InvalidRequest")
	onto = s.send("PUT", "/logs/k", "", "x-amz-copy-source", "logs/k", "x-amz-storage-class", "STANDARD_IA")
	wantText(t, "onto itself, into another class", xmlCode(onto.body), "")
	wantText(t, "class", s.send("HEAD", "/logs/k", "").header.Get("x-amz-storage-class"), "STANDARD_IA")
}
