package s3

import (
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestBucketNames(t *testing.T) {
	for name, valid := range map[string]bool{
		"logs":                        true,
		"my.logs-2026":                true,
		"ab":                          false, // too short
		strings.Repeat("a", 63):       true,
		strings.Repeat("a", 64):       false, // too long
		"Logs":                        false, // upper case
		"my_logs":                     false, // an underscore
		"-logs":                       false, // begins with a hyphen
		"logs.":                       false, // ends with a period
		"my..logs":                    false, // an empty label
		"192.168.5.4":                 false, // an IP address
		"xn--logs":                    false, // reserved prefixes
		"sthree-logs":                 false,
		"amzn-s3-demo-bucket":         false,
		"logs-s3alias":                false, // reserved suffixes
		"logs--x-s3":                  false,
		"aws-cloudtrail-logs-1-abcde": true,
	} {
		if got := validBucketName(name); got != valid {
			t.Errorf("%q: valid is %v, want %v", name, got, valid)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, tc := range []struct{ host, path, bucket, key, why string }{
		{"localhost:4566", "/logs/a/b", "logs", "a/b", "path style"},
		{"127.0.0.1:4566", "/logs", "logs", "", "path style, no key"},
		{"localhost:4566", "/", "", "", "the service"},
		{"sandbox:4566", "/logs//k", "logs", "/k", "a key that begins with a slash"},
		{"logs.localhost:4566", "/a/b", "logs", "a/b", "virtual-hosted style"},
		{"my.logs.localhost", "/k", "my.logs", "k", "a name with a period, no port"},
		{"logs.127.0.0.1:4566", "/k", "logs", "k", "an address"},
		{"logs.s3.localhost:4566", "/k", "logs", "k", "with s3"},
		{"logs.s3.eu-west-1.localhost:4566", "/k", "logs", "k", "with s3 and a Region"},
		{"s3.localhost:4566", "/logs/k", "logs", "k", "s3 is no bucket"},
		{"s3.eu-west-1.amazonaws.com", "/logs/k", "logs", "k", "a host of AWS, path style"},
		{"logs.s3.amazonaws.com", "/k", "logs", "k", "a host of AWS"},
		{"logs.s3.cn-north-1.amazonaws.com.cn", "/k", "logs", "k", "a host of AWS in China"},
		{"[::1]:4566", "/logs/k", "logs", "k", "IPv6"},
		{"LOGS.localhost", "/k", "logs", "k", "hosts have no case"},
	} {
		bucket, key, _ := splitAddress(tc.host, tc.path)
		if bucket != tc.bucket || key != tc.key {
			t.Errorf("%s: %s %s: %q %q, want %q %q", tc.why, tc.host, tc.path, bucket, key, tc.bucket, tc.key)
		}
	}
}

func TestCreateBucket(t *testing.T) {
	s := newSite(t)
	must(t, s.store.Create("taken", stranger, "us-east-1"))
	must(t, s.store.Create("mine", owner, "eu-west-1"))
	must(t, s.store.Create("mine-too", owner, "us-east-1"))
	for _, tc := range []struct{ name, region, constraint, code, why string }{
		{"a-east", "us-east-1", "", "", "us-east-1 wants no constraint"},
		{"a-west", "eu-west-1", "eu-west-1", "", "others want their own"},
		{"a-old", "eu-west-1", "EU", "", "the old name of eu-west-1"},
		{"a-far", "us-east-1", "ap-northeast-1", "", "the global endpoint makes buckets everywhere"},
		{"a-bare", "eu-west-1", "", "IllegalLocationConstraintException", "no constraint outside of us-east-1"},
		{"a-wrong", "eu-west-1", "us-west-2", "IllegalLocationConstraintException", "another Region than the endpoint's"},
		{"a-useast", "us-east-1", "us-east-1", "InvalidLocationConstraint", "us-east-1 is never written"},
		{"a-mars", "us-east-1", "mars", "InvalidLocationConstraint", "not a Region"},
		{"a-china", "us-east-1", "cn-north-1", "InvalidLocationConstraint", "another partition"},
		{"A-Upper", "us-east-1", "", "InvalidBucketName", "a bad name"},
		{"taken", "us-east-1", "", "BucketAlreadyExists", "names are global"},
		{"mine", "eu-west-1", "eu-west-1", "BucketAlreadyOwnedByYou", "again, outside of us-east-1"},
		{"mine-too", "us-east-1", "", "", "again, in us-east-1"},
	} {
		in := &sdk.CreateBucketInput{Bucket: &tc.name}
		if tc.constraint != "" {
			in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(tc.constraint)}
		}
		_, err := s.as(owner, tc.region).CreateBucket(t.Context(), in)
		if codeOf(err) != tc.code {
			t.Errorf("%s: %s in %s: %v, want %q", tc.why, tc.name, tc.region, err, tc.code)
		}
	}
	if b, _ := s.store.Bucket("a-far"); b.Region != "ap-northeast-1" || b.Account != owner {
		t.Errorf("a-far is %+v", b)
	}
	if b, _ := s.store.Bucket("a-old"); b.Region != "eu-west-1" {
		t.Errorf("a-old is in %s", b.Region)
	}
	got := s.send("PUT", "/a-more", "<CreateBucketConfiguration><Tags><Tag><Key>a</Key><Value>b</Value></Tag></Tags></CreateBucketConfiguration>", "x-amz-bucket-object-lock-enabled", "true")
	if b, _ := s.store.Bucket("a-more"); got.status != 200 || b.Versioning != "Enabled" || !strings.Contains(s.send("GET", "/a-more?tagging", "").body, "<Key>a</Key>") {
		t.Errorf("%d %s: Object Lock needs versioning, and tags can be set at once: %+v", got.status, got.body, b)
	}
}

func TestCreateBucketHeaders(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		body    string
		headers []string
		code    string
		why     string
	}{
		{"", []string{"x-amz-acl", "private"}, "", "what Terraform sends"},
		{"", []string{"x-amz-acl", "public-read"}, "InvalidBucketAclWithObjectOwnership", "ACLs are off in new buckets"},
		{"", []string{"x-amz-acl", "public-read", "x-amz-object-ownership", "ObjectWriter"}, "AccessDenied", "public access is blocked in new buckets"},
		{"", []string{"x-amz-acl", "log-delivery-write", "x-amz-object-ownership", "ObjectWriter"}, "", "a log bucket of old"},
		{"", []string{"x-amz-object-ownership", "Everybody"}, "InvalidArgument", "no such ownership"},
		{"", []string{"x-amz-bucket-namespace", "account-regional"}, "NotImplemented", "names of an account's own"},
		{"<Nonsense", nil, "MalformedXML", "not XML"},
		{"<CreateBucketConfiguration><Color>red</Color></CreateBucketConfiguration>", nil, "MalformedXML", "an element that is none"},
		{"<CreateBucketConfiguration><Bucket><Type>Directory</Type></Bucket></CreateBucketConfiguration>", nil, "NotImplemented", "a directory bucket"},
	} {
		got := s.send("PUT", "/bucket-"+itoa(len(s.calls)), tc.body, tc.headers...)
		if code := xmlCode(got.body); code != tc.code {
			t.Errorf("%s: %v: %q, want %q: %s", tc.why, tc.headers, code, tc.code, got.body)
		}
	}
}

func TestWrongRegion(t *testing.T) {
	s := newSite(t)
	must(t, s.store.Create("far", owner, "eu-west-1"))
	wrong := s.as(owner, "us-west-2")
	_, err := wrong.ListObjectsV2(t.Context(), &sdk.ListObjectsV2Input{Bucket: aws.String("far")})
	wantCode(t, err, "PermanentRedirect")
	got := s.send("HEAD", "/far", "")
	if got.status != 301 || got.header.Get("x-amz-bucket-region") != "eu-west-1" {
		t.Errorf("HEAD from us-east-1: %d %v", got.status, got.header)
	}
	got = s.send("GET", "/k", "", "Host", "far.localhost")
	if got.status != 400 || xmlCode(got.body) != "AuthorizationHeaderMalformed" || got.header.Get("x-amz-bucket-region") != "eu-west-1" ||
		!strings.Contains(got.body, "the region 'us-east-1' is wrong; expecting 'eu-west-1'") {
		t.Errorf("virtual-hosted from us-east-1: %d %s", got.status, got.body)
	}
	location, err := wrong.GetBucketLocation(t.Context(), &sdk.GetBucketLocationInput{Bucket: aws.String("far")})
	must(t, err)
	wantText(t, "location asked from elsewhere", string(location.LocationConstraint), "eu-west-1")
	head, err := s.as(owner, "eu-west-1").HeadBucket(t.Context(), &sdk.HeadBucketInput{Bucket: aws.String("far")})
	must(t, err)
	wantText(t, "Region", aws.ToString(head.BucketRegion), "eu-west-1")
	wantText(t, "ARN", aws.ToString(head.BucketArn), "arn:aws:s3:::far")
}

func TestMissingBucket(t *testing.T) {
	s := newSite(t)
	for _, tc := range []struct {
		method, target, code string
		status               int
	}{
		{"GET", "/absent", "NoSuchBucket", 404},
		{"PUT", "/absent/k", "NoSuchBucket", 404},
		{"DELETE", "/absent?policy", "NoSuchBucket", 404},
		{"HEAD", "/absent", "", 404}, // a HEAD has no body
		{"GET", "/Not_A_Name", "InvalidBucketName", 400},
		{"PATCH", "/absent", "MethodNotAllowed", 405},
		{"POST", "/", "MethodNotAllowed", 405},
	} {
		if got := s.send(tc.method, tc.target, ""); got.status != tc.status || xmlCode(got.body) != tc.code {
			t.Errorf("%s %s: %d %s, want %d %s", tc.method, tc.target, got.status, got.body, tc.status, tc.code)
		}
	}
}

func TestListBuckets(t *testing.T) {
	s := newSite(t)
	for _, name := range []string{"a-1", "a-2", "a-3", "b-1"} {
		must(t, s.store.Create(name, owner, "us-east-1"))
	}
	must(t, s.store.Create("a-0", stranger, "us-east-1"))
	c := s.as(owner, "us-east-1")
	all, err := c.ListBuckets(t.Context(), &sdk.ListBucketsInput{})
	must(t, err)
	if len(all.Buckets) != 4 || all.Buckets[0].BucketRegion != nil || *all.Owner.ID != canonicalID(owner) {
		t.Errorf("without parameters: %+v", all)
	}
	var names []string
	pages := sdk.NewListBucketsPaginator(c, &sdk.ListBucketsInput{MaxBuckets: aws.Int32(2), Prefix: aws.String("a-")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		for _, b := range page.Buckets {
			names = append(names, *b.Name+" "+*b.BucketRegion)
		}
	}
	wantText(t, "pages", strings.Join(names, ", "), "a-1 us-east-1, a-2 us-east-1, a-3 us-east-1")
	wantText(t, "bad maximum", xmlCode(s.send("GET", "/?max-buckets=0", "").body), "InvalidArgument")
	wantText(t, "bad token", xmlCode(s.send("GET", "/?continuation-token=%21", "").body), "InvalidArgument")
}

func TestDeleteBucket(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "k", "v")
	_, err := c.DeleteBucket(t.Context(), &sdk.DeleteBucketInput{Bucket: aws.String("logs")})
	wantCode(t, err, "BucketNotEmpty")
	wantText(t, "message", messageOf(err), "The bucket you tried to delete is not empty")
	_, err = c.DeleteObject(t.Context(), &sdk.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	must(t, err)
	startUpload(t, c, "logs", "half") // an unfinished upload does not keep a bucket
	_, err = c.DeleteBucket(t.Context(), &sdk.DeleteBucketInput{Bucket: aws.String("logs")})
	must(t, err)
	if len(s.store.users) != 0 || len(s.store.memory.Sums()) != 0 {
		t.Errorf("contents are left: %v", s.store.users)
	}
}

func TestWhatIsNotServedIsRefusedByName(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct{ method, target, name string }{
		{"PUT", "/logs?inventory&id=1", "PutBucketInventoryConfiguration"},
		{"GET", "/logs?analytics", "GetBucketAnalyticsConfiguration"},
		{"DELETE", "/logs?metrics&id=1", "DeleteBucketMetricsConfiguration"},
		{"GET", "/logs?intelligent-tiering&id=1", "GetBucketIntelligentTieringConfiguration"},
		{"POST", "/logs?metadataTable", "CreateBucketMetadataTableConfiguration"},
		{"POST", "/logs", "PostObject"},
		{"POST", "/logs/k?restore", "RestoreObject"},
		{"POST", "/logs/k?select&select-type=2", "SelectObjectContent"},
		{"GET", "/logs/k?torrent", "GetObjectTorrent"},
	} {
		got := s.send(tc.method, tc.target, "")
		if got.status != http.StatusNotImplemented || !strings.Contains(got.body, tc.name) {
			t.Errorf("%s %s: %d %s, want a refusal that names %s", tc.method, tc.target, got.status, got.body, tc.name)
		}
	}
}

func TestOperationNames(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct{ method, target, header, operation string }{
		{"GET", "/", "", "ListBuckets"},
		{"GET", "/logs?x-id=ListObjects", "", "ListObjects"},
		{"GET", "/logs?list-type=2", "", "ListObjectsV2"},
		{"GET", "/logs?list-type=1", "", "ListObjects"},
		{"PUT", "/logs?publicAccessBlock", "", "PutPublicAccessBlock"},
		{"DELETE", "/logs?lifecycle", "", "DeleteBucketLifecycle"},
		{"GET", "/logs?object-lock", "", "GetObjectLockConfiguration"},
		{"PUT", "/logs/k", "", "PutObject"},
		{"PUT", "/logs/k", "/logs/j", "CopyObject"},
		{"PUT", "/logs/k?uploadId=x&partNumber=1", "", "UploadPart"},
		{"PUT", "/logs/k?uploadId=x&partNumber=1", "/logs/j", "UploadPartCopy"},
		{"GET", "/logs/k?attributes", "", "GetObjectAttributes"},
	} {
		r, err := http.NewRequestWithContext(t.Context(), tc.method, "http://localhost"+tc.target, nil)
		must(t, err)
		if tc.header != "" {
			r.Header.Set("X-Amz-Copy-Source", tc.header)
		}
		if name, _ := s.store.Operation(r); name != tc.operation {
			t.Errorf("%s %s: %s, want %s", tc.method, tc.target, name, tc.operation)
		}
	}
}
