package s3

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestStrangersNeedThePolicy(t *testing.T) {
	s := newSite(t)
	put(t, s.bucket("logs"), "logs", "a/k", "v")
	c := s.as(stranger, "us-east-1")
	try := func(want string, call func() error, why string) {
		t.Helper()
		if got := codeOf(call()); got != want {
			t.Errorf("%s: %q, want %q", why, got, want)
		}
	}
	read := func(key string) func() error {
		return func() error {
			_, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: &key})
			return err
		}
	}
	list := func(prefix string) func() error {
		return func() error {
			_, err := c.ListObjectsV2(t.Context(), &sdk.ListObjectsV2Input{Bucket: aws.String("logs"), Prefix: &prefix})
			return err
		}
	}
	policy := func() error {
		_, err := c.GetBucketPolicy(t.Context(), &sdk.GetBucketPolicyInput{Bucket: aws.String("logs")})
		return err
	}
	try("AccessDenied", read("a/k"), "no policy")
	must(t, s.store.SetPolicy("logs", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":["s3:GetObject","s3:GetBucketPolicy"],"Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/a/*"]}]}`))
	try("", read("a/k"), "allowed")
	try("AccessDenied", read("b/k"), "another key")
	try("AccessDenied", read("a/none"), "who may not list is not told what is missing")
	try("MethodNotAllowed", policy, "the policy is for the owner's account, whatever it says")
	must(t, s.store.SetPolicy("logs", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],"Condition":{"StringEquals":{"aws:PrincipalAccount":"222222222222"}}},
		{"Effect":"Deny","Principal":"*","Action":"s3:ListBucket","Resource":"arn:aws:s3:::logs","Condition":{"StringNotLike":{"s3:prefix":"a/*"}}},
		{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::logs","arn:aws:s3:::logs/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`))
	try("", list("a/"), "a prefix that is not denied; and plain HTTP is as good as TLS here")
	try("AccessDenied", list("b/"), "a prefix that is denied")
	must(t, s.store.SetPolicy("logs", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"}]}`))
	try("AccessDenied", read("a/k"), "RestrictPublicBuckets keeps strangers out of a public bucket")
	s.send("DELETE", "/logs?publicAccessBlock", "")
	try("", read("a/k"), "public")
	must(t, s.store.SetPolicy("logs", "not a policy"))
	try("AccessDenied", read("a/k"), "a policy that cannot be read")
}

func TestOwnersAreDeniedByTheirPolicyToo(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "k", "v")
	must(t, s.store.SetPolicy("logs", `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":["s3:GetObject","s3:DeleteObjectVersion"],"Resource":"arn:aws:s3:::logs/*"}]}`))
	_, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "AccessDenied")
	wantText(t, "message", messageOf(err), `User: arn:aws:iam::111111111111:user/sandbox is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::logs/k" with an explicit deny in a resource-based policy`)
	_, err = c.DeleteObject(t.Context(), &sdk.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), VersionId: aws.String("null")})
	wantCode(t, err, "AccessDenied")
	body := `<Delete><Object><Key>k</Key><VersionId>null</VersionId></Object><Object><Key>j</Key></Object></Delete>`
	got := s.send("POST", "/logs?delete", body, "Content-Md5", md5Of(body))
	if !strings.Contains(got.body, "<Error><Key>k</Key><Code>AccessDenied</Code>") || !strings.Contains(got.body, "<Deleted><Key>j</Key></Deleted>") {
		t.Errorf("each key is judged by itself: %s", got.body)
	}
	must(t, s.store.SetPolicy("logs", "not a policy"))
	wantText(t, "under a policy that cannot be read", get(t, c, "logs", "k"), "v")
}

func TestRequesterPays(t *testing.T) {
	s := newSite(t)
	put(t, s.bucket("logs"), "logs", "k", "v")
	s.send("PUT", "/logs?requestPayment", "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>")
	must(t, s.store.SetPolicy("logs", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::logs/*"}]}`))
	c := s.as(stranger, "us-east-1")
	_, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "AccessDenied")
	out, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k"), RequestPayer: "requester"})
	must(t, err)
	wantText(t, "charged", string(out.RequestCharged), "requester")
	if b, _ := s.store.Bucket("logs"); !b.RequesterPays {
		t.Error("the store does not tell that the requester pays")
	}
}

func TestACLs(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	acl := func(method, body string, headers ...string) reply {
		return s.send(method, "/logs?acl", body, headers...)
	}
	wantText(t, "ACLs are off", xmlCode(acl("PUT", "", "x-amz-acl", "log-delivery-write").body), "AccessControlListNotSupported")
	if got := acl("GET", ""); !strings.Contains(got.body, "<ID>"+canonicalID(owner)+"</ID></Grantee><Permission>FULL_CONTROL") || len(canonicalID(owner)) != 64 {
		t.Error(got.body)
	}
	s.send("DELETE", "/logs?ownershipControls", "")
	stranger64 := canonicalID(stranger)
	policy := `<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:xsi="` + xsi + `" xsi:type="CanonicalUser"><ID>` + stranger64 + `</ID></Grantee><Permission>WRITE</Permission></Grant></AccessControlList></AccessControlPolicy>`
	for _, tc := range []struct {
		body    string
		headers []string
		code    string
		why     string
	}{
		{"", []string{"x-amz-acl", "log-delivery-write"}, "", "a canned ACL"},
		{"", []string{"x-amz-acl", "public-read"}, "AccessDenied", "public ACLs are blocked"},
		{"", []string{"x-amz-grant-read", "id=" + stranger64}, "", "a grant"},
		{"", []string{"x-amz-grant-read", "id=bob"}, "InvalidArgument", "not a canonical ID"},
		{"", []string{"x-amz-grant-read", "bob"}, "InvalidArgument", "not a grant"},
		{"", []string{"x-amz-grant-read", `emailAddress="bob@example.com"`}, "NotImplemented", "by mail"},
		{"", []string{"x-amz-acl", "private", "x-amz-grant-read", "id=" + stranger64}, "InvalidRequest", "both"},
		{policy, []string{"x-amz-acl", "private"}, "UnexpectedContent", "both, as header and body"},
		{"", nil, "MissingSecurityHeader", "neither"},
		{"<AccessControlPolicy><Grant/></AccessControlPolicy>", nil, "MalformedACLError", "another document"},
		{policy, nil, "", "a document"},
	} {
		if code := xmlCode(acl("PUT", tc.body, tc.headers...).body); code != tc.code {
			t.Errorf("%s: %v: %q, want %q", tc.why, tc.headers, code, tc.code)
		}
	}
	if got := acl("GET", ""); !strings.Contains(got.body, stranger64) {
		t.Errorf("the grant is not there: %s", got.body)
	}
	put(t, s.as(stranger, "us-east-1"), "logs", "theirs", "v") // by the ACL, without a policy
	_, err := c.PutBucketOwnershipControls(t.Context(), ownership("logs", "BucketOwnerEnforced"))
	wantCode(t, err, "InvalidBucketAclWithObjectOwnership")
	if got := s.send("GET", "/logs/theirs?acl", ""); !strings.Contains(got.body, stranger64) {
		t.Errorf("the writer owns the object: %s", got.body)
	}
}

func TestObjectACLs(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	s.send("PUT", "/logs/k", "v")
	acl := func(canned string) string {
		return xmlCode(s.send("PUT", "/logs/k?acl", "", "x-amz-acl", canned).body)
	}
	wantText(t, "ACLs are off", acl("authenticated-read"), "AccessControlListNotSupported")
	wantText(t, "but this one is always taken", acl("bucket-owner-full-control"), "")
	s.send("DELETE", "/logs?ownershipControls", "")
	wantText(t, "public ACLs are blocked", acl("authenticated-read"), "AccessDenied")
	s.send("DELETE", "/logs?publicAccessBlock", "")
	c := s.as(stranger, "us-east-1")
	_, err := c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "AccessDenied")
	wantText(t, "now it is allowed", acl("authenticated-read"), "")
	wantText(t, "and everybody with an account reads", get(t, c, "logs", "k"), "v")
	_, err = c.GetObjectAcl(t.Context(), &sdk.GetObjectAclInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "AccessDenied") // reading is not reading the ACL
	s.send("PUT", "/logs?publicAccessBlock", "<PublicAccessBlockConfiguration><IgnorePublicAcls>true</IgnorePublicAcls></PublicAccessBlockConfiguration>")
	_, err = c.GetObject(t.Context(), &sdk.GetObjectInput{Bucket: aws.String("logs"), Key: aws.String("k")})
	wantCode(t, err, "AccessDenied") // public ACLs are ignored
}

// Whoever owns the object may be another than the bucket's owner.
func TestOwnersOfObjects(t *testing.T) {
	for _, tc := range []struct{ ownership, acl, owner, why string }{
		{"BucketOwnerEnforced", "", owner, "the bucket's owner owns everything"},
		{"BucketOwnerPreferred", "", stranger, "the writer did not give it away"},
		{"BucketOwnerPreferred", "bucket-owner-full-control", owner, "the writer gave it away"},
		{"ObjectWriter", "bucket-owner-full-control", stranger, "the writer owns, whatever it grants"},
	} {
		s := newSite(t)
		s.bucket("logs")
		s.send("PUT", "/logs?ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>"+tc.ownership+"</ObjectOwnership></Rule></OwnershipControls>")
		must(t, s.store.SetPolicy("logs", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"222222222222"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/*"}]}`))
		_, err := s.as(stranger, "us-east-1").PutObject(t.Context(), &sdk.PutObjectInput{
			Bucket: aws.String("logs"), Key: aws.String("k"), ACL: types.ObjectCannedACL(tc.acl), Body: strings.NewReader("v"),
		})
		must(t, err)
		if got := s.send("GET", "/logs?fetch-owner=true&list-type=2", ""); !strings.Contains(got.body, "<Owner><ID>"+canonicalID(tc.owner)+"</ID></Owner>") {
			t.Errorf("%s: %s %s: %s", tc.why, tc.ownership, tc.acl, got.body)
		}
	}
}
