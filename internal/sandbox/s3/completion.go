package s3

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// completion is the body of CompleteMultipartUpload.
type completion struct {
	XMLName xml.Name
	Part    []completedPart
}

type completedPart struct {
	PartNumber        int
	ETag              string
	ChecksumCRC32     string
	ChecksumCRC32C    string
	ChecksumCRC64NVME string
	ChecksumSHA1      string
	ChecksumSHA256    string
}

func (p completedPart) checksum(algorithm string) string {
	return map[string]string{
		"CRC32": p.ChecksumCRC32, "CRC32C": p.ChecksumCRC32C, "CRC64NVME": p.ChecksumCRC64NVME, "SHA1": p.ChecksumSHA1, "SHA256": p.ChecksumSHA256,
	}[algorithm]
}

func (s *Store) completeMultipartUpload(q *request) (*answer, error) {
	id, u, err := q.findUpload()
	if err != nil {
		return nil, err
	}
	var c completion
	if err := xml.Unmarshal(q.body, &c); err != nil || c.XMLName.Local != "CompleteMultipartUpload" || len(c.Part) == 0 {
		return nil, malformedXML()
	}
	parts, err := u.chosen(id, c.Part)
	if err != nil {
		return nil, err
	}
	if err := q.mayWrite(); err != nil {
		return nil, err
	}
	v, err := s.assemble(q, u, parts)
	if err != nil {
		return nil, err
	}
	s.share(v.Body)
	v = s.addVersion(q, v)
	s.dropParts(u)
	delete(q.bucket.Uploads, id)
	result := tree("CompleteMultipartUploadResult",
		text("Location", "http://"+q.http.Host+"/"+q.bucket.Name+"/"+encodeKey(q.key)),
		text("Bucket", q.bucket.Name), text("Key", q.key), text("ETag", quoted(v.ETag)))
	result.children = append(result.children, v.Checksum.elements()...)
	a := documentAnswer(result.document())
	q.tellWritten(a, v)
	return a, nil
}

// chosen returns the parts that a completion lists, in order.
func (u *upload) chosen(id string, wanted []completedPart) ([]part, error) {
	for i := 1; i < len(wanted); i++ {
		if wanted[i].PartNumber <= wanted[i-1].PartNumber {
			return nil, fail(http.StatusBadRequest, "InvalidPartOrder", "The list of parts was not in ascending order. Parts must be ordered by part number.").with("UploadId", id)
		}
	}
	var parts []part
	for i, w := range wanted {
		p, err := u.choose(id, w)
		if err != nil {
			return nil, err
		}
		if i < len(wanted)-1 && p.Size < minPartSize {
			return nil, fail(http.StatusBadRequest, "EntityTooSmall", "Your proposed upload is smaller than the minimum allowed size").
				with("ProposedSize", strconv.FormatInt(p.Size, 10)).with("MinSizeAllowed", itoa(minPartSize)).
				with("PartNumber", itoa(p.Number)).with("ETag", p.ETag)
		}
		parts = append(parts, p)
	}
	return parts, nil
}

// choose returns one part, which has to be the one that the client believes it to be.
func (u *upload) choose(id string, w completedPart) (part, error) {
	p, ok := u.Parts[w.PartNumber]
	etag, sum := strings.Trim(w.ETag, `"`), w.checksum(u.Algorithm)
	if !ok || etag != p.ETag || sum != "" && sum != p.Checksum.Value {
		return part{}, fail(http.StatusBadRequest, "InvalidPart", "One or more of the specified parts could not be found.  The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.").
			with("UploadId", id).with("PartNumber", itoa(w.PartNumber)).with("ETag", etag)
	}
	if sum == "" && u.Kind == composite {
		return part{}, invalidRequest("The upload was created using a %s checksum. The complete request must include the checksum for each part. It was missing for part %d in the request.", strings.ToLower(u.Algorithm), w.PartNumber)
	}
	return p, nil
}

// assemble makes an object of parts. Its chunks are those of the parts, which are
// still counted as theirs only.
func (s *Store) assemble(q *request, u *upload, parts []part) (version, error) {
	v := version{Traits: u.Traits, Lock: u.Lock}
	var sums []byte
	for _, p := range parts {
		sum, err := hex.DecodeString(p.ETag)
		if err != nil {
			return version{}, internalError(err)
		}
		sums = append(sums, sum...)
		v.Body = append(v.Body, p.Body...)
		p.Body, p.Modified = nil, time.Time{}
		v.Parts = append(v.Parts, p)
	}
	whole := md5.Sum(sums)
	v.ETag = hex.EncodeToString(whole[:]) + suffix(len(parts))
	if want := q.header("X-Amz-Mp-Object-Size"); want != "" && want != strconv.FormatInt(sizeOf(v.Body), 10) {
		return version{}, invalidRequest("The provided 'x-amz-mp-object-size' header value %s does not match what was computed: %d", want, sizeOf(v.Body))
	}
	var err error
	v.Checksum, err = s.wholeChecksum(q, u, v)
	return v, err
}

// wholeChecksum computes the checksum of an assembled object, and compares it with
// the one of the request if that has one.
func (s *Store) wholeChecksum(q *request, u *upload, v version) (c checksum, err error) {
	if kind := q.header("X-Amz-Checksum-Type"); kind != "" && u.Kind != "" && kind != u.Kind {
		return checksum{}, invalidRequest("The upload was created using the %s checksum mode. The complete request must use the same checksum mode.", u.Kind)
	}
	if u.Kind == composite {
		c, err = compositeOf(u.Algorithm, v.Parts)
	} else {
		algorithm := u.Algorithm
		if algorithm == "" {
			algorithm = defaultAlgorithm
		}
		var body []byte
		if body, err = s.read(v.Body); err == nil {
			c = checksumOf(algorithm, body)
		}
	}
	if err != nil {
		return checksum{}, internalError(err)
	}
	sent, err := sentChecksum(q.http.Header)
	if err != nil {
		return checksum{}, err
	}
	if sent.Algorithm == c.Algorithm && strings.TrimSuffix(sent.Value, suffix(len(v.Parts))) != strings.TrimSuffix(c.Value, suffix(len(v.Parts))) {
		return checksum{}, badDigest(c.Algorithm)
	}
	return c, nil
}
