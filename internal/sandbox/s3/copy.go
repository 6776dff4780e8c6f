package s3

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A copySource is what x-amz-copy-source names.
type copySource struct {
	bucket    *bucket
	name, key string
	byID      bool
	version   version
}

// copySource finds the source of a copy, judges whether the caller may read it, and
// checks the conditions on it.
func (s *Store) copySource(q *request) (copySource, error) {
	header := q.header("X-Amz-Copy-Source")
	path, query, byID := strings.Cut(header, "?versionId=")
	path, err := url.PathUnescape(path)
	if err != nil {
		return copySource{}, invalidArgument("Invalid copy source encoding", "x-amz-copy-source", header)
	}
	if strings.HasPrefix(path, "arn:") {
		return copySource{}, notImplemented("A copy source by ARN")
	}
	src := copySource{byID: byID}
	src.name, src.key, _ = strings.Cut(strings.TrimPrefix(path, "/"), "/")
	if src.name == "" || src.key == "" {
		return copySource{}, invalidArgument("Copy Source must mention the source bucket and key: sourcebucket/sourcekey", "x-amz-copy-source", header)
	}
	if src.bucket = s.buckets[src.name]; src.bucket == nil {
		return copySource{}, noSuchBucket(src.name)
	}
	if src.version, err = s.readSource(q, src, query); err != nil {
		return copySource{}, err
	}
	return src, q.mayCopy(src.version)
}

// readSource does as a GetObject of the source would.
func (s *Store) readSource(q *request, src copySource, id string) (version, error) {
	if owner := q.header("X-Amz-Source-Expected-Bucket-Owner"); owner != "" && owner != src.bucket.Account {
		return version{}, accessDenied()
	}
	reading := *q
	reading.bucket, reading.name, reading.key = src.bucket, src.name, src.key
	reading.query = url.Values{}
	if src.byID {
		reading.query.Set("versionId", id)
	}
	if err := s.mayDo(&reading, src.bucket, actionOn("GetObject", src.byID), reading.resource()); err != nil {
		return version{}, err
	}
	v, err := s.find(&reading)
	if f := asMarkerFailure(err); f != nil {
		return version{}, f
	}
	return v, err
}

// asMarkerFailure rewords the failure that a delete marker cannot be read.
func asMarkerFailure(err error) *failure {
	if err == nil || asFailure(err).code != "MethodNotAllowed" {
		return nil
	}
	return invalidRequest("The source of a copy request may not specifically refer to a delete marker by version id.")
}

func (q *request) mayCopy(v version) error {
	c := conditions{
		match: q.header("X-Amz-Copy-Source-If-Match"), noneMatch: q.header("X-Amz-Copy-Source-If-None-Match"),
		since: q.header("X-Amz-Copy-Source-If-Modified-Since"), notSince: q.header("X-Amz-Copy-Source-If-Unmodified-Since"),
	}
	if name, _ := c.failing(v); name != "" {
		return preconditionFailed("x-amz-copy-source-" + name)
	}
	if v.Traits.archived() {
		return fail(http.StatusForbidden, "ObjectNotInActiveTierError", "The source object of the COPY action is not in the active tier and is only stored in Amazon S3 Glacier.")
	}
	return nil
}

// tellSource writes which version was copied.
func (src copySource) tellSource(a *answer) {
	if src.bucket.versioning() != "" {
		a.set("x-amz-copy-source-version-id", src.version.ID)
	}
}

func (s *Store) copyObject(q *request) (*answer, error) {
	if len(q.body) > 0 {
		return nil, invalidRequest("The request included a body. Requests of this type must not include a non-empty body.")
	}
	src, err := s.copySource(q)
	if err != nil {
		return nil, err
	}
	if err := q.mayWrite(); err != nil {
		return nil, err
	}
	v, err := s.copied(q, src)
	if err != nil {
		return nil, err
	}
	s.share(v.Body)
	v = s.addVersion(q, v)
	result := tree("CopyObjectResult", text("LastModified", timestamp(v.Modified)), text("ETag", quoted(v.ETag)))
	result.children = append(result.children, v.Checksum.elements()...)
	a := documentAnswer(result.document())
	q.tellWritten(a, v)
	src.tellSource(a)
	return a, nil
}

// copied makes the version that a copy adds: the bytes of the source, and traits of
// the source or of the request, as the directives say. However the source was
// uploaded, a copy is an object of one part.
func (s *Store) copied(q *request, src copySource) (version, error) {
	replaceMetadata, err := q.directive("X-Amz-Metadata-Directive", "metadata")
	if err != nil {
		return version{}, err
	}
	replaceTags, err := q.directive("X-Amz-Tagging-Directive", "tagging")
	if err != nil {
		return version{}, err
	}
	v := version{Body: src.version.Body}
	if v.Traits, err = q.traits(); err != nil {
		return version{}, err
	}
	same := src.bucket == q.bucket && src.key == q.key && !src.byID
	if same && !replaceMetadata && !q.changesStorage() {
		return version{}, invalidRequest("This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.")
	}
	if !replaceMetadata {
		redirect, asked := v.Traits.Headers["x-amz-website-redirect-location"]
		v.Traits.Headers, v.Traits.Metadata = withoutRedirect(src.version.Traits.Headers), src.version.Traits.Metadata
		if asked {
			v.Traits.Headers["x-amz-website-redirect-location"] = redirect
		}
	}
	if !replaceTags {
		v.Traits.Tags = src.version.Traits.Tags
	}
	if v.Lock, err = q.newLock(); err != nil {
		return version{}, err
	}
	return s.resum(q, v, src.version.Checksum.Algorithm)
}

// resum computes ETag and checksum of a copy.
func (s *Store) resum(q *request, v version, algorithm string) (version, error) {
	if a := strings.ToUpper(q.header("X-Amz-Checksum-Algorithm")); a != "" {
		algorithm = a
	}
	if algorithm == "" {
		algorithm = defaultAlgorithm
	}
	if !known(algorithm) {
		return version{}, notImplemented("The checksum algorithm " + algorithm)
	}
	body, err := s.read(v.Body)
	if err != nil {
		return version{}, internalError(err)
	}
	v.ETag, v.Checksum = etagOf(body), checksumOf(algorithm, body)
	return v, nil
}

func withoutRedirect(headers map[string]string) map[string]string {
	kept := map[string]string{}
	for name, value := range headers {
		if name != "x-amz-website-redirect-location" {
			kept[name] = value
		}
	}
	return kept
}

// directive tells whether a copy replaces what the directive is about.
func (q *request) directive(header, what string) (replace bool, err error) {
	switch value := q.header(header); value {
	case "", "COPY":
		return false, nil
	case "REPLACE":
		return true, nil
	default:
		return false, invalidArgument("Unknown "+what+" directive.", strings.ToLower(header), value)
	}
}

// changesStorage tells whether a copy asks for anything that makes a copy onto itself useful.
func (q *request) changesStorage() bool {
	for _, name := range []string{
		"X-Amz-Storage-Class", "X-Amz-Server-Side-Encryption", "X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id",
		"X-Amz-Website-Redirect-Location", "X-Amz-Checksum-Algorithm",
	} {
		if q.header(name) != "" {
			return true
		}
	}
	return false
}

func (s *Store) uploadPartCopy(q *request) (*answer, error) {
	_, u, err := q.findUpload()
	if err != nil {
		return nil, err
	}
	n, err := q.partNumber()
	if err != nil {
		return nil, err
	}
	src, err := s.copySource(q)
	if err != nil {
		return nil, err
	}
	body, err := s.read(src.version.Body)
	if err != nil {
		return nil, internalError(err)
	}
	if body, err = q.copyRange(body); err != nil {
		return nil, err
	}
	var sum checksum
	if u.Algorithm != "" {
		sum = checksumOf(u.Algorithm, body)
	}
	p, err := s.addPart(q, u, n, body, sum)
	if err != nil {
		return nil, err
	}
	result := tree("CopyPartResult", text("LastModified", timestamp(q.now.Truncate(time.Second))), text("ETag", quoted(p.ETag)))
	result.children = append(result.children, p.Checksum.element()...)
	a := documentAnswer(result.document())
	src.tellSource(a)
	u.Traits.Encryption.tell(a)
	return a, nil
}

// copyRange cuts x-amz-copy-source-range out of the source; unlike Range it has to be
// inside of it.
func (q *request) copyRange(body []byte) ([]byte, error) {
	header := q.header("X-Amz-Copy-Source-Range")
	if header == "" {
		return body, nil
	}
	spec, ok := strings.CutPrefix(header, "bytes=")
	from, to, dash := strings.Cut(spec, "-")
	first, err1 := strconv.ParseInt(from, 10, 64)
	last, err2 := strconv.ParseInt(to, 10, 64)
	if !ok || !dash || err1 != nil || err2 != nil || first < 0 || last < first {
		return nil, invalidArgument("The x-amz-copy-source-range value must be of the form bytes=first-last where first and last are the zero-based offsets of the first and last bytes to copy", "x-amz-copy-source-range", header)
	}
	if last >= int64(len(body)) {
		return nil, invalidArgument("Range specified is not valid for source object of size: "+itoa(len(body)), "x-amz-copy-source-range", header)
	}
	return body[first : last+1], nil
}
