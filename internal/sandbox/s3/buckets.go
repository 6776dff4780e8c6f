package s3

import (
	"encoding/base64"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// mayCreate refuses names that are bad or taken.
func (s *Store) mayCreate(name, account string) *failure {
	if !validBucketName(name) {
		return invalidBucketName(name)
	}
	switch b := s.buckets[name]; {
	case b == nil:
		return nil
	case b.Account == account:
		return fail(http.StatusConflict, "BucketAlreadyOwnedByYou",
			"Your previous request to create the named bucket succeeded and you already own it.").with("BucketName", name)
	default:
		return fail(http.StatusConflict, "BucketAlreadyExists",
			"The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.").with("BucketName", name)
	}
}

func invalidBucketName(name string) *failure {
	return fail(http.StatusBadRequest, "InvalidBucketName", "The specified bucket is not valid.").with("BucketName", name)
}

func (s *Store) createBucket(q *request) (*answer, error) {
	if len(q.header("X-Amz-Bucket-Namespace")) > 0 && q.header("X-Amz-Bucket-Namespace") != "global" {
		return nil, headerNotImplemented("x-amz-bucket-namespace")
	}
	region, tags, err := s.wantedRegion(q)
	if err != nil {
		return nil, err
	}
	if f := s.mayCreate(q.name, q.call.Account); f != nil {
		// In us-east-1 alone, making a bucket again that is one's own succeeds:
		// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
		if again := f.code == "BucketAlreadyOwnedByYou" && region == "us-east-1" && s.buckets[q.name].Region == region; !again {
			return nil, f
		}
		return s.created(q, region), nil
	}
	b := newBucket(q.name, q.call.Account, region, q.now)
	if err := b.applyCreateHeaders(q); err != nil {
		return nil, err
	}
	if tags != nil {
		b.Documents["tagging"] = tags
	}
	s.buckets[q.name] = b
	return s.created(q, region), nil
}

func (s *Store) created(q *request, region string) *answer {
	a := newAnswer(0)
	a.set("Location", "/"+q.name)
	if region != "us-east-1" {
		a.set("Location", "http://"+q.name+".s3.amazonaws.com/")
	}
	a.set("x-amz-bucket-arn", q.resource())
	return a
}

// wantedRegion reads the body of CreateBucket.
//
// The endpoint of us-east-1 is the global one, which makes buckets everywhere; that
// of any other Region makes them there only, and wants to be told so:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html
func (s *Store) wantedRegion(q *request) (region string, tags *element, err error) {
	d := tree("CreateBucketConfiguration")
	if len(q.body) > 0 {
		if d, err = parseXML(q.body); err != nil || !createShape().fits(d) {
			return "", nil, malformedXML()
		}
	}
	for _, directory := range []string{"Location", "Bucket"} {
		if d.find(directory) != nil {
			return "", nil, notImplemented("CreateBucket with " + directory + " (directory buckets)")
		}
	}
	if t := d.find("Tags"); t != nil {
		t.name = "TagSet"
		tags = tree("Tagging", t)
		if err := checkBucketTags(s, q, tags); err != nil {
			return "", nil, err
		}
	}
	region, err = s.placeBucket(q, d.text("LocationConstraint"))
	return region, tags, err
}

func (s *Store) placeBucket(q *request, constraint string) (string, error) {
	here := q.call.Region
	region := constraint
	if constraint == "EU" { // the old name of eu-west-1
		region = "eu-west-1"
	}
	switch {
	case constraint == "" && here == "us-east-1":
		return here, nil
	case constraint == "":
		return "", illegalLocation("unspecified")
	case constraint == "us-east-1" && here == "us-east-1", !s.knownRegion(q.partition(), region):
		return "", fail(http.StatusBadRequest, "InvalidLocationConstraint", "The specified location-constraint is not valid").
			with("LocationConstraint", constraint)
	case region != here && here != "us-east-1":
		return "", illegalLocation(constraint)
	default:
		return region, nil
	}
}

func illegalLocation(constraint string) *failure {
	return fail(http.StatusBadRequest, "IllegalLocationConstraintException",
		"The "+constraint+" location constraint is incompatible for the region specific endpoint this request was sent to.")
}

var regionName = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]$`)

func (s *Store) knownRegion(partition, region string) bool {
	if s.KnownRegion != nil {
		return s.KnownRegion(partition, region)
	}
	prefix := map[string]string{"aws-cn": "cn-", "aws-us-gov": "us-gov-"}
	own := "aws"
	for p, start := range prefix {
		if strings.HasPrefix(region, start) {
			own = p
		}
	}
	return own == partition && regionName.MatchString(region)
}

func createShape() shape {
	return group("CreateBucketConfiguration",
		word("LocationConstraint"),
		group("Location", word("Name"), word("Type")),
		group("Bucket", word("DataRedundancy"), word("Type")),
		group("Tags", tagShape().each()))
}

// applyCreateHeaders is the part of CreateBucket that stands in headers.
func (b *bucket) applyCreateHeaders(q *request) error {
	if o := q.header("X-Amz-Object-Ownership"); o != "" {
		if !slices.Contains([]string{"BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced"}, o) {
			return invalidArgument("Invalid x-amz-object-ownership header: "+o, "x-amz-object-ownership", o)
		}
		b.setOwnership(o)
	}
	grants, _, err := q.wantedGrants(b, b.Account)
	if err != nil {
		return err
	}
	if b.Grants = grants; b.ownership() == "BucketOwnerEnforced" && b.sharesByACL() {
		return bucketACLWithOwnership()
	}
	if b.ownership() == "BucketOwnerEnforced" {
		b.Grants = nil
	}
	if isPublicACL(b.Grants) && b.blocks("BlockPublicAcls") {
		return accessDenied()
	}
	if isTrue(q.header("X-Amz-Bucket-Object-Lock-Enabled")) {
		b.Documents["versioning"] = tree("VersioningConfiguration", text("Status", "Enabled"))
		b.Documents["object-lock"] = tree("ObjectLockConfiguration", text("ObjectLockEnabled", "Enabled"))
	}
	return nil
}

func (s *Store) headBucket(q *request) (*answer, error) {
	a := newAnswer(0)
	a.set("Content-Type", "application/xml")
	a.set("x-amz-bucket-region", q.bucket.Region)
	a.set("x-amz-bucket-arn", q.resource())
	a.set("x-amz-access-point-alias", "false")
	return a, nil
}

// deleteBucket refuses a bucket with anything in it. Unfinished uploads are not in
// it, and go with it.
func (s *Store) deleteBucket(q *request) (*answer, error) {
	b := q.bucket
	if len(b.Objects) > 0 {
		f := fail(http.StatusConflict, "BucketNotEmpty", "The bucket you tried to delete is not empty")
		if b.versioning() != "" {
			f.message += ". You must delete all versions in the bucket."
		}
		return nil, f.with("BucketName", b.Name)
	}
	for _, u := range b.Uploads {
		s.dropParts(u)
	}
	delete(s.buckets, b.Name)
	return noContent(), nil
}

// getBucketLocation answers with an empty constraint for us-east-1, as ever.
func (s *Store) getBucketLocation(q *request) (*answer, error) {
	region := q.bucket.Region
	if region == "us-east-1" {
		region = ""
	}
	return documentAnswer(text("LocationConstraint", region).document()), nil
}

// listBuckets lists the buckets of the caller's account. Only a request that pages or
// filters is told their Regions:
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListBuckets.html
func (s *Store) listBuckets(q *request) (*answer, error) {
	limit := 10000
	if m := q.query.Get("max-buckets"); q.has("max-buckets") {
		n, err := strconv.Atoi(m)
		if err != nil || n < 1 || n > 10000 {
			return nil, invalidArgument("Argument max-buckets must be an integer between 1 and 10000", "max-buckets", m)
		}
		limit = n
	}
	after, err := base64.RawURLEncoding.DecodeString(q.query.Get("continuation-token"))
	if err != nil {
		return nil, invalidArgument("The continuation token provided is incorrect", "continuation-token", q.query.Get("continuation-token"))
	}
	paged := q.has("max-buckets") || q.has("prefix") || q.has("bucket-region") || q.has("continuation-token")
	list := tree("Buckets")
	next := ""
	for _, name := range slices.Sorted(maps.Keys(s.buckets)) {
		b := s.buckets[name]
		if b.Account != q.call.Account || name <= string(after) || !strings.HasPrefix(name, q.query.Get("prefix")) {
			continue
		}
		if r := q.query.Get("bucket-region"); r != "" && r != b.Region {
			continue
		}
		if len(list.children) == limit {
			next = base64.RawURLEncoding.EncodeToString([]byte(list.children[limit-1].text("Name")))
			break
		}
		list.children = append(list.children, b.listed(q, paged))
	}
	result := tree("ListAllMyBucketsResult", tree("Owner", text("ID", canonicalID(q.call.Account))), list)
	if next != "" {
		result.children = append(result.children, text("ContinuationToken", next))
	}
	if p := q.query.Get("prefix"); p != "" {
		result.children = append(result.children, text("Prefix", p))
	}
	return documentAnswer(result.document()), nil
}

func (b *bucket) listed(q *request, withRegion bool) *element {
	e := tree("Bucket", text("Name", b.Name), text("CreationDate", timestamp(b.Created)))
	if withRegion {
		e.children = append(e.children, text("BucketRegion", b.Region))
	}
	e.children = append(e.children, text("BucketArn", b.arn(q.partition())))
	return e
}
