package s3

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestDeleteObjects(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	for _, key := range []string{"a", "b", "c & d"} {
		put(t, c, "logs", key, "v")
	}
	out, err := c.DeleteObjects(t.Context(), &sdk.DeleteObjectsInput{Bucket: aws.String("logs"), Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("a")}, {Key: aws.String("never was")}, {Key: aws.String("c & d")}},
	}})
	must(t, err)
	if len(out.Deleted) != 3 || len(out.Errors) != 0 {
		t.Errorf("%+v: what is not there is deleted already", out)
	}
	quiet, err := c.DeleteObjects(t.Context(), &sdk.DeleteObjectsInput{Bucket: aws.String("logs"), Delete: &types.Delete{
		Quiet:   aws.Bool(true),
		Objects: []types.ObjectIdentifier{{Key: aws.String("b")}, {Key: aws.String("b"), VersionId: aws.String("bad")}},
	}})
	must(t, err)
	if len(quiet.Deleted) != 0 || len(quiet.Errors) != 1 || *quiet.Errors[0].Code != "InvalidArgument" || *quiet.Errors[0].VersionId != "bad" {
		t.Errorf("quietly only errors are told: %+v", quiet)
	}
	if left, _ := s.store.List("logs", ""); len(left) != 0 {
		t.Errorf("left: %+v", left)
	}
}

func TestBadDeleteObjects(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct{ body, code, why string }{
		{"", "MalformedXML", "no list"},
		{"<Delete/>", "MalformedXML", "an empty list"},
		{"<Remove><Object><Key>k</Key></Object></Remove>", "MalformedXML", "another document"},
		{"<Delete>" + strings.Repeat("<Object><Key>k</Key></Object>", 1001) + "</Delete>", "MalformedXML", "more than 1000"},
		{"<Delete><Object><VersionId>null</VersionId></Object></Delete>", "UserKeyMustBeSpecified", "no key"},
	} {
		if got := s.send("POST", "/logs?delete", tc.body, "Content-Md5", md5Of(tc.body)); xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s, want %s", tc.why, got.body, tc.code)
		}
	}
	wantText(t, "no digest", xmlCode(s.send("POST", "/logs?delete", "<Delete><Object><Key>k</Key></Object></Delete>").body), "InvalidRequest")
}

func TestDeletingByVersion(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	enableVersioning(t, c, "logs")
	first := put(t, c, "logs", "k", "one")
	put(t, c, "logs", "k", "two")
	out, err := c.DeleteObjects(t.Context(), &sdk.DeleteObjectsInput{Bucket: aws.String("logs"), Delete: &types.Delete{
		Objects: []types.ObjectIdentifier{{Key: aws.String("k"), VersionId: first.VersionId}, {Key: aws.String("k")}},
	}})
	must(t, err)
	if aws.ToBool(out.Deleted[0].DeleteMarker) || !aws.ToBool(out.Deleted[1].DeleteMarker) || out.Deleted[1].DeleteMarkerVersionId == nil {
		t.Errorf("%+v: a version goes for good, an object goes behind a marker", out.Deleted)
	}
	versions, err := c.ListObjectVersions(t.Context(), &sdk.ListObjectVersionsInput{Bucket: aws.String("logs")})
	must(t, err)
	if len(versions.Versions) != 1 || len(versions.DeleteMarkers) != 1 || !*versions.DeleteMarkers[0].IsLatest || *versions.Versions[0].IsLatest {
		t.Errorf("%+v", versions)
	}
}
