package s3

import (
	"net/http"
	"strconv"
	"time"
)

func itoa(n int) string { return strconv.Itoa(n) }

func keyTooLong(key string) *failure {
	return fail(http.StatusBadRequest, "KeyTooLongError", "Your key is too long").
		with("Size", itoa(len(key))).with("MaxSizeAllowed", "1024")
}

// maxPut is the most that one PutObject or part takes, in bytes.
const maxPut = 5 << 30

func (s *Store) putObject(q *request) (*answer, error) {
	if len(q.key) > 1024 {
		return nil, keyTooLong(q.key)
	}
	if q.header("X-Amz-Write-Offset-Bytes") != "" {
		return nil, headerNotImplemented("x-amz-write-offset-bytes")
	}
	if len(q.body) > maxPut {
		return nil, fail(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	}
	if err := q.mayWrite(); err != nil {
		return nil, err
	}
	v := version{ETag: etagOf(q.body)}
	var err error
	if v.Traits, err = q.traits(); err != nil {
		return nil, err
	}
	if v.Lock, err = q.newLock(); err != nil {
		return nil, err
	}
	if v.Checksum, err = checksumToKeep(q, defaultAlgorithm); err != nil {
		return nil, err
	}
	if v.Body, err = s.keep(q.body); err != nil {
		return nil, err
	}
	v = s.addVersion(q, v)
	a := newAnswer(0)
	a.set("ETag", quoted(v.ETag))
	v.Checksum.tell(a)
	q.tellWritten(a, v)
	return a, nil
}

// addVersion makes v the newest version of the object of the request.
func (s *Store) addVersion(q *request, v version) version {
	v.Modified = q.now.UTC().Truncate(time.Second)
	v, replaced := q.bucket.add(q.key, v)
	for _, r := range replaced {
		s.release(r.Body)
	}
	return v
}

// tellWritten writes what the answer to every write of an object has.
func (q *request) tellWritten(a *answer, v version) {
	q.bucket.tellVersion(a, v)
	v.Traits.Encryption.tell(a)
	q.tellCharged(a)
}

func (q *request) tellCharged(a *answer) {
	if q.bucket.requesterPays() && q.header("X-Amz-Request-Payer") == "requester" {
		a.set("x-amz-request-charged", "requester")
	}
}

// tellVersion writes the version ID, which buckets have that were ever versioned.
func (b *bucket) tellVersion(a *answer, v version) {
	if b.versioning() != "" {
		a.set("x-amz-version-id", v.ID)
	}
}

func quoted(etag string) string { return `"` + etag + `"` }

// find returns the version that a request asks for: by its ID, or the newest.
func (s *Store) find(q *request) (version, error) {
	if !q.has("versionId") {
		return s.findNewest(q)
	}
	id := q.query.Get("versionId")
	i := q.bucket.index(q.key, id)
	switch {
	case id == "":
		return version{}, invalidArgument("Version id cannot be the empty string", "versionId", id)
	case i >= 0 && q.bucket.Objects[q.key][i].Marker:
		return version{}, methodNotAllowed(q.http.Method, "DeleteMarker").
			withHeader("x-amz-delete-marker", "true").withHeader("Allow", "DELETE").withHeader("x-amz-version-id", id)
	case i >= 0:
		return q.bucket.Objects[q.key][i], nil
	case id != "null" && len(id) != len(newID()):
		return version{}, invalidArgument("Invalid version id specified", "versionId", id)
	default:
		return version{}, s.missing(q, noSuchVersion(q.key, id))
	}
}

func (s *Store) findNewest(q *request) (version, error) {
	v, ok := q.bucket.current(q.key)
	if ok && !v.Marker {
		return v, nil
	}
	f := noSuchKey(q.key)
	if ok {
		f = f.withHeader("x-amz-delete-marker", "true").withHeader("x-amz-version-id", v.ID)
	}
	return version{}, s.missing(q, f)
}

// getObject serves GetObject and HeadObject, which differ in the body only.
func (s *Store) getObject(q *request) (*answer, error) {
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	if notModified, err := q.mayRead(v); err != nil || notModified {
		return q.notModified(v), err
	}
	if v.Traits.archived() && q.http.Method == http.MethodGet {
		return nil, fail(http.StatusForbidden, "InvalidObjectState", "The operation is not valid for the object's storage class").
			with("StorageClass", v.Traits.StorageClass)
	}
	piece, err := q.wantedPiece(v)
	if err != nil {
		return nil, err
	}
	a := newAnswer(piece.status)
	v.tell(a)
	q.bucket.tellVersion(a, v)
	q.tellCharged(a)
	q.overrideHeaders(a)
	if q.header("X-Amz-Checksum-Mode") == "ENABLED" {
		piece.checksum.tell(a)
	}
	a.set("Content-Range", piece.contentRange)
	if piece.partsCount > 0 {
		a.set("x-amz-mp-parts-count", itoa(piece.partsCount))
	}
	if a.length = piece.length; q.http.Method == http.MethodGet {
		a.body, err = s.readPiece(v, piece)
	}
	return a, err
}

func (t traits) archived() bool {
	return t.StorageClass == "GLACIER" || t.StorageClass == "DEEP_ARCHIVE"
}

// tell writes what a reader is told of an object.
func (v version) tell(a *answer) {
	a.set("Accept-Ranges", "bytes")
	a.set("ETag", quoted(v.ETag))
	a.set("Last-Modified", v.Modified.Format(http.TimeFormat))
	for name, value := range v.Traits.Headers {
		a.set(name, value)
	}
	for name, value := range v.Traits.Metadata {
		a.header["x-amz-meta-"+name] = []string{value}
	}
	a.set("x-amz-storage-class", v.Traits.StorageClass)
	if n := len(v.Traits.Tags); n > 0 {
		a.set("x-amz-tagging-count", itoa(n))
	}
	v.Traits.Encryption.tell(a)
	v.Lock.tell(a)
}

// overrideHeaders lets a reader choose headers of the answer.
func (q *request) overrideHeaders(a *answer) {
	for _, name := range []string{"Content-Type", "Content-Language", "Expires", "Cache-Control", "Content-Disposition", "Content-Encoding"} {
		a.set(name, q.query.Get("response-"+lower(name)))
	}
}

func (s *Store) readPiece(v version, p piece) ([]byte, error) {
	body, err := s.read(v.Body)
	if err != nil {
		return nil, internalError(err)
	}
	if p.first+p.length > int64(len(body)) {
		return nil, internalError(errShortBody)
	}
	return body[p.first : p.first+p.length], nil
}

func (q *request) notModified(v version) *answer {
	a := newAnswer(http.StatusNotModified)
	a.set("ETag", quoted(v.ETag))
	a.set("Last-Modified", v.Modified.Format(http.TimeFormat))
	q.bucket.tellVersion(a, v)
	return a
}
