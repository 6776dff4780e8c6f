package s3

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// A grant is a line of an ACL. Grantees are canonical IDs or group URIs.
type grant struct {
	Grantee    string
	Permission string // FULL_CONTROL, READ, WRITE, READ_ACP or WRITE_ACP
}

const (
	allUsers           = "http://acs.amazonaws.com/groups/global/AllUsers"
	authenticatedUsers = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
	logDelivery        = "http://acs.amazonaws.com/groups/s3/LogDelivery"
	// execReader is the account that EC2 reads images with; AWS does not publish it.
	execReader = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c"
)

// canonicalID is the ID that ACLs know an account by. AWS draws it at random; here
// it follows from the account, so that it is the same in every run.
func canonicalID(account string) string {
	sum := sha256.Sum256([]byte("canonical user of " + account))
	return hex.EncodeToString(sum[:])
}

// cannedACL returns the grants of a canned ACL:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl
func cannedACL(name, owner, bucketOwner string) ([]grant, bool) {
	full := grant{canonicalID(owner), "FULL_CONTROL"}
	others := map[string][]grant{
		"private":                   {},
		"public-read":               {{allUsers, "READ"}},
		"public-read-write":         {{allUsers, "READ"}, {allUsers, "WRITE"}},
		"authenticated-read":        {{authenticatedUsers, "READ"}},
		"aws-exec-read":             {{execReader, "READ"}},
		"log-delivery-write":        {{logDelivery, "WRITE"}, {logDelivery, "READ_ACP"}},
		"bucket-owner-read":         {{canonicalID(bucketOwner), "READ"}},
		"bucket-owner-full-control": {{canonicalID(bucketOwner), "FULL_CONTROL"}},
	}
	grants, ok := others[name]
	if owner == bucketOwner && strings.HasPrefix(name, "bucket-owner-") {
		grants = nil
	}
	return append([]grant{full}, grants...), ok
}

// wantedGrants reads the ACL in the headers of a request: a canned one or single
// grants. asked is false when there is none; the grants are those of private then.
func (q *request) wantedGrants(b *bucket, owner string) (grants []grant, asked bool, err error) {
	canned := q.header("X-Amz-Acl")
	if grants, err = q.grantHeaders(); err != nil {
		return nil, false, err
	}
	if canned != "" && len(grants) > 0 {
		return nil, false, invalidRequest("Specifying both Canned ACLs and Header Grants is not allowed")
	}
	if len(grants) > 0 {
		return grants, true, nil
	}
	if canned == "" {
		return nil, false, nil
	}
	grants, ok := cannedACL(canned, owner, b.Account)
	if !ok {
		return nil, false, invalidArgument("", "x-amz-acl", canned)
	}
	return grants, true, nil
}

var granteeForm = regexp.MustCompile(`^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$`)

func (q *request) grantHeaders() ([]grant, error) {
	var grants []grant
	for _, h := range []struct{ name, permission string }{
		{"X-Amz-Grant-Full-Control", "FULL_CONTROL"},
		{"X-Amz-Grant-Read", "READ"},
		{"X-Amz-Grant-Write", "WRITE"},
		{"X-Amz-Grant-Read-Acp", "READ_ACP"},
		{"X-Amz-Grant-Write-Acp", "WRITE_ACP"},
	} {
		if q.header(h.name) == "" {
			continue
		}
		for _, grantee := range strings.Split(q.header(h.name), ",") {
			m := granteeForm.FindStringSubmatch(grantee)
			if m == nil {
				return nil, invalidArgument("Argument format not recognized", strings.ToLower(h.name), grantee)
			}
			if err := checkGrantee(m[1], m[2]); err != nil {
				return nil, err
			}
			grants = append(grants, grant{m[2], h.permission})
		}
	}
	return grants, nil
}

func checkGrantee(kind, value string) error {
	switch {
	case kind == "emailAddress":
		return notImplemented("A grantee by e-mail address")
	case kind == "id" && !canonicalUser.MatchString(value):
		return invalidArgument("Invalid id", "CanonicalUser/ID", value)
	case kind == "uri" && !slices.Contains([]string{allUsers, authenticatedUsers, logDelivery}, value):
		return invalidArgument("Invalid group uri", "uri", value)
	default:
		return nil
	}
}

func isPublicACL(grants []grant) bool {
	return slices.ContainsFunc(grants, func(g grant) bool { return g.Grantee == allUsers || g.Grantee == authenticatedUsers })
}

// sharesByACL tells whether the ACL of the bucket gives anything to anyone but the owner.
func (b *bucket) sharesByACL() bool { return !onlyOwner(b.Grants, canonicalID(b.Account)) }

func onlyOwner(grants []grant, owner string) bool {
	return !slices.ContainsFunc(grants, func(g grant) bool { return g.Grantee != owner || g.Permission != "FULL_CONTROL" })
}

// objectGrants reads the ACL of a new object. Where ACLs are off, S3 takes only one
// that gives the bucket's owner full control, which is what CloudTrail and other
// services send:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
func (q *request) objectGrants(owner string) ([]grant, error) {
	b := q.bucket
	grants, asked, err := q.wantedGrants(b, owner)
	if err != nil || !asked {
		return nil, err
	}
	if b.ownership() == "BucketOwnerEnforced" {
		full := grant{canonicalID(b.Account), "FULL_CONTROL"}
		if q.header("X-Amz-Acl") == "bucket-owner-full-control" || len(grants) == 1 && grants[0] == full && q.header("X-Amz-Acl") == "" {
			return nil, nil
		}
		return nil, notAllowedACLs()
	}
	if isPublicACL(grants) && b.blocks("BlockPublicAcls") {
		return nil, accessDenied()
	}
	return grants, nil
}

// ownerOf is the account that will own an object which the caller writes.
func (q *request) ownerOf() string {
	switch q.bucket.ownership() {
	case "ObjectWriter":
		return q.call.Account
	case "BucketOwnerPreferred":
		if q.header("X-Amz-Acl") != "bucket-owner-full-control" {
			return q.call.Account
		}
	}
	return q.bucket.Account
}

// granted tells whether an ACL lets another account do what it wants to.
func (b *bucket) granted(q *request, action string) bool {
	if b.ownership() == "BucketOwnerEnforced" {
		return false
	}
	grants := b.Grants
	permission, onObject := permissionFor(action)
	if onObject {
		v, ok := b.current(q.key)
		if !ok {
			return false
		}
		grants = v.Traits.acl()
	}
	me := canonicalID(q.call.Account)
	return slices.ContainsFunc(grants, func(g grant) bool {
		if g.Grantee != me && (b.blocks("IgnorePublicAcls") || !isPublicACL([]grant{g})) {
			return false
		}
		return g.Permission == permission || g.Permission == "FULL_CONTROL"
	})
}

// permissionFor is the ACL permission that goes for an action, and whether it is
// that of the object: the mapping of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#acl-access-policy-permission-mapping
func permissionFor(action string) (permission string, onObject bool) {
	switch action {
	case "s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads":
		return "READ", false
	case "s3:PutObject", "s3:DeleteObject":
		return "WRITE", false
	case "s3:GetBucketAcl":
		return "READ_ACP", false
	case "s3:PutBucketAcl":
		return "WRITE_ACP", false
	case "s3:GetObject", "s3:GetObjectVersion":
		return "READ", true
	case "s3:GetObjectAcl", "s3:GetObjectVersionAcl":
		return "READ_ACP", true
	case "s3:PutObjectAcl", "s3:PutObjectVersionAcl":
		return "WRITE_ACP", true
	default:
		return "none", false
	}
}

// acl is the ACL of an object; one that was not given is private.
func (t traits) acl() []grant {
	if t.Grants != nil {
		return t.Grants
	}
	return []grant{{canonicalID(t.Owner), "FULL_CONTROL"}}
}

func (s *Store) getBucketACL(q *request) (*answer, error) {
	b := q.bucket
	grants := b.Grants
	if grants == nil || b.ownership() == "BucketOwnerEnforced" {
		grants = []grant{{canonicalID(b.Account), "FULL_CONTROL"}}
	}
	return aclAnswer(b.Account, grants), nil
}

func aclAnswer(owner string, grants []grant) *answer {
	list := tree("AccessControlList")
	for _, g := range grants {
		grantee := &element{name: "Grantee", kind: "CanonicalUser", children: []*element{text("ID", g.Grantee)}}
		if strings.HasPrefix(g.Grantee, "http://") {
			grantee = &element{name: "Grantee", kind: "Group", children: []*element{text("URI", g.Grantee)}}
		}
		list.children = append(list.children, tree("Grant", grantee, text("Permission", g.Permission)))
	}
	return documentAnswer(tree("AccessControlPolicy", tree("Owner", text("ID", canonicalID(owner))), list).document())
}

func (s *Store) putBucketACL(q *request) (*answer, error) {
	b := q.bucket
	grants, err := q.aclToPut(b.Account)
	if err != nil {
		return nil, err
	}
	if b.ownership() == "BucketOwnerEnforced" {
		return nil, notAllowedACLs()
	}
	if isPublicACL(grants) && b.blocks("BlockPublicAcls") {
		return nil, accessDenied()
	}
	b.Grants = grants
	return newAnswer(0), nil
}

// aclToPut reads an ACL from the headers or else from the body.
func (q *request) aclToPut(owner string) ([]grant, error) {
	grants, asked, err := q.wantedGrants(q.bucket, owner)
	switch {
	case err != nil:
		return nil, err
	case asked && len(q.body) > 0:
		return nil, fail(http.StatusBadRequest, "UnexpectedContent", "This request does not support content")
	case asked:
		return grants, nil
	case len(q.body) == 0:
		return nil, fail(http.StatusBadRequest, "MissingSecurityHeader", "Your request was missing a required header").with("MissingHeaderName", "x-amz-acl")
	default:
		return parseACL(q.body, owner)
	}
}

func parseACL(body []byte, owner string) ([]grant, error) {
	d, err := parseXML(body)
	shape := group("AccessControlPolicy",
		group("Owner", word("ID"), word("DisplayName")),
		group("AccessControlList",
			group("Grant", granteeShape().must(), oneOf("Permission", "FULL_CONTROL", "READ", "WRITE", "READ_ACP", "WRITE_ACP").must()).each()))
	if err != nil || d.name != shape.name || !shape.fits(d) {
		return nil, fail(http.StatusBadRequest, "MalformedACLError", "The XML you provided was not well-formed or did not validate against our published schema")
	}
	if id := d.text("Owner", "ID"); id != "" && id != canonicalID(owner) {
		return nil, accessDenied()
	}
	grants := []grant{}
	for _, g := range d.find("AccessControlList").all("Grant") {
		grantee := g.find("Grantee")
		kind, value := "id", grantee.text("ID")
		switch grantee.kind {
		case "Group":
			kind, value = "uri", grantee.text("URI")
		case "AmazonCustomerByEmail":
			kind, value = "emailAddress", grantee.text("EmailAddress")
		}
		if err := checkGrantee(kind, value); err != nil {
			return nil, err
		}
		grants = append(grants, grant{value, g.text("Permission")})
	}
	return grants, nil
}

func (s *Store) getObjectACL(q *request) (*answer, error) {
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	grants := v.Traits.acl()
	if q.bucket.ownership() == "BucketOwnerEnforced" {
		v.Traits.Owner = q.bucket.Account
		grants = []grant{{canonicalID(q.bucket.Account), "FULL_CONTROL"}}
	}
	a := aclAnswer(v.Traits.Owner, grants)
	q.bucket.tellVersion(a, v)
	return a, nil
}

func (s *Store) putObjectACL(q *request) (*answer, error) {
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	grants, err := q.aclToPut(v.Traits.Owner)
	if err != nil {
		return nil, err
	}
	if q.bucket.ownership() == "BucketOwnerEnforced" {
		if q.header("X-Amz-Acl") != "bucket-owner-full-control" {
			return nil, notAllowedACLs()
		}
		return newAnswer(0), nil
	}
	if isPublicACL(grants) && q.bucket.blocks("BlockPublicAcls") {
		return nil, accessDenied()
	}
	q.bucket.Objects[q.key][q.bucket.index(q.key, v.ID)].Traits.Grants = grants
	a := newAnswer(0)
	q.bucket.tellVersion(a, v)
	return a, nil
}
