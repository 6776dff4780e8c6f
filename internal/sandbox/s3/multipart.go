package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The limits of
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
const (
	maxParts    = 10000
	minPartSize = 5 << 20 // of every part but the last
)

// An upload is a multipart upload that is neither completed nor aborted.
type upload struct {
	Key       string
	Started   time.Time
	Initiator string // ARN
	Traits    traits
	Lock      lock   `json:",omitzero"`
	Algorithm string `json:",omitempty"` // of the checksums of the parts; "" when none was asked for
	Kind      string `json:",omitempty"`
	Parts     map[int]part
}

// A part is a piece of an upload, and later of the object.
type part struct {
	Number   int
	ETag     string
	Size     int64
	Body     []chunk   `json:",omitempty"` // until the upload is completed
	Modified time.Time `json:",omitzero"`
	Checksum checksum  `json:",omitzero"`
}

func (s *Store) dropParts(u *upload) {
	for _, p := range u.Parts {
		s.release(p.Body)
	}
}

func suffix(parts int) string { return "-" + itoa(parts) }

func (s *Store) createMultipartUpload(q *request) (*answer, error) {
	u := &upload{Key: q.key, Started: q.now.UTC().Truncate(time.Second), Initiator: q.call.Caller.ARN, Parts: map[int]part{}}
	var err error
	if u.Traits, err = q.traits(); err != nil {
		return nil, err
	}
	if u.Lock, err = q.newLock(); err != nil {
		return nil, err
	}
	if u.Algorithm, u.Kind, err = q.uploadChecksum(); err != nil {
		return nil, err
	}
	id := newID() + newID() + newID()
	q.bucket.Uploads[id] = u
	a := documentAnswer(tree("InitiateMultipartUploadResult", text("Bucket", q.bucket.Name), text("Key", q.key), text("UploadId", id)).document())
	a.set("x-amz-checksum-algorithm", u.Algorithm)
	a.set("x-amz-checksum-type", u.Kind)
	u.Traits.Encryption.tell(a)
	return a, nil
}

// uploadChecksum reads which checksum the object is to have:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
func (q *request) uploadChecksum() (algorithm, kind string, err error) {
	algorithm, kind = strings.ToUpper(q.header("X-Amz-Checksum-Algorithm")), strings.ToUpper(q.header("X-Amz-Checksum-Type"))
	switch {
	case algorithm == "" && kind == "":
		return "", "", nil
	case algorithm == "":
		return "", "", invalidRequest("The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.")
	case !slices.Contains(algorithms(), algorithm):
		return "", "", notImplemented("The checksum algorithm " + algorithm)
	case kind != "" && kind != composite && kind != fullObject:
		return "", "", invalidRequest("Value for x-amz-checksum-type header is invalid.")
	}
	cyclic := strings.HasPrefix(algorithm, "CRC")
	if algorithm == "CRC64NVME" && kind == composite || !cyclic && kind == fullObject {
		return "", "", invalidRequest("The %s checksum type cannot be used with the %s checksum algorithm.", kind, strings.ToLower(algorithm))
	}
	if kind == "" {
		kind = composite
		if algorithm == "CRC64NVME" {
			kind = fullObject
		}
	}
	return algorithm, kind, nil
}

// findUpload returns the upload that the request names, which must be of its key.
func (q *request) findUpload() (string, *upload, error) {
	id := q.query.Get("uploadId")
	u := q.bucket.Uploads[id]
	if u == nil || u.Key != q.key {
		return "", nil, noSuchUpload(id)
	}
	return id, u, nil
}

func badPartNumber(value string) *failure {
	return invalidArgument("Part number must be an integer between 1 and 10000, inclusive", "partNumber", value)
}

func (q *request) partNumber() (int, error) {
	n, err := strconv.Atoi(q.query.Get("partNumber"))
	if err != nil || n < 1 || n > maxParts {
		return 0, badPartNumber(q.query.Get("partNumber"))
	}
	return n, nil
}

func (s *Store) uploadPart(q *request) (*answer, error) {
	_, u, err := q.findUpload()
	if err != nil {
		return nil, err
	}
	n, err := q.partNumber()
	if err != nil {
		return nil, err
	}
	if len(q.body) > maxPut {
		return nil, fail(http.StatusBadRequest, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")
	}
	sum, err := q.partChecksum(u)
	if err != nil {
		return nil, err
	}
	p, err := s.addPart(q, u, n, q.body, sum)
	if err != nil {
		return nil, err
	}
	a := newAnswer(0)
	a.set("ETag", quoted(p.ETag))
	if p.Checksum.Algorithm != "" {
		a.set(headerOf(p.Checksum.Algorithm), p.Checksum.Value)
	}
	u.Traits.Encryption.tell(a)
	return a, nil
}

// partChecksum is the checksum of the body of a part, which has to be of the
// algorithm of the upload.
func (q *request) partChecksum(u *upload) (checksum, error) {
	sent, err := sentChecksum(q.http.Header)
	if err != nil {
		return checksum{}, err
	}
	if sent.Algorithm != "" && sent.Algorithm != u.Algorithm {
		expected := "null"
		if u.Algorithm != "" {
			expected = strings.ToLower(u.Algorithm)
		}
		return checksum{}, invalidRequest("Checksum Type mismatch occurred, expected checksum Type: %s, actual checksum Type: %s", expected, strings.ToLower(sent.Algorithm))
	}
	if u.Algorithm == "" {
		return checksum{}, nil
	}
	return checksumToKeep(q, u.Algorithm)
}

func (s *Store) addPart(q *request, u *upload, n int, body []byte, sum checksum) (part, error) {
	chunks, err := s.keep(body)
	if err != nil {
		return part{}, err
	}
	s.release(u.Parts[n].Body)
	p := part{Number: n, ETag: etagOf(body), Size: int64(len(body)), Body: chunks, Modified: q.now.UTC().Truncate(time.Second), Checksum: sum}
	u.Parts[n] = p
	return p, nil
}

func (s *Store) abortMultipartUpload(q *request) (*answer, error) {
	id, u, err := q.findUpload()
	if err != nil {
		return nil, err
	}
	s.dropParts(u)
	delete(q.bucket.Uploads, id)
	return noContent(), nil
}
