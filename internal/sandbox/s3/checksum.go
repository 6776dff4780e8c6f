package s3

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"slices"
	"strings"
)

// The kinds of checksum that an object can have.
const (
	fullObject = "FULL_OBJECT" // of all its bytes
	composite  = "COMPOSITE"   // of the checksums of its parts
)

// A checksum is what S3 knows of an object beside its ETag:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html
type checksum struct {
	Algorithm string `json:",omitempty"` // CRC32 …
	Value     string `json:",omitempty"` // base64; a composite ends in -N, the number of parts
	Kind      string `json:",omitempty"`
}

// algorithms lists the checksums that are served.
func algorithms() []string { return []string{"CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"} }

// known tells whether a checksum is served; the case of its name does not matter.
func known(algorithm string) bool {
	return slices.Contains(algorithms(), strings.ToUpper(algorithm))
}

// defaultAlgorithm is that of the checksum which S3 computes when a client sends none.
const defaultAlgorithm = "CRC64NVME"

// sumOf computes a checksum, in bytes.
func sumOf(algorithm string, body []byte) []byte {
	switch algorithm {
	case "CRC32":
		return binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(body))
	case "CRC32C":
		return binary.BigEndian.AppendUint32(nil, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
	case "CRC64NVME":
		return binary.BigEndian.AppendUint64(nil, crc64.Checksum(body, crc64.MakeTable(0x9a6c9329ac4bc9b5)))
	case "SHA1":
		sum := sha1.Sum(body)
		return sum[:]
	default:
		sum := sha256.Sum256(body)
		return sum[:]
	}
}

func checksumOf(algorithm string, body []byte) checksum {
	return checksum{Algorithm: algorithm, Value: base64.StdEncoding.EncodeToString(sumOf(algorithm, body)), Kind: fullObject}
}

// headerOf is the header that carries a checksum.
func headerOf(algorithm string) string { return "x-amz-checksum-" + strings.ToLower(algorithm) }

// sentChecksum finds the checksum that a client sent, in a header or a trailer.
func sentChecksum(h http.Header) (c checksum, err error) {
	for name, values := range h {
		algorithm, ok := strings.CutPrefix(strings.ToLower(name), "x-amz-checksum-")
		if !ok || slices.Contains([]string{"algorithm", "mode", "type"}, algorithm) {
			continue
		}
		algorithm = strings.ToUpper(algorithm)
		if !slices.Contains(algorithms(), algorithm) {
			return checksum{}, headerNotImplemented(headerOf(algorithm))
		}
		if c.Algorithm != "" || len(values) != 1 {
			return checksum{}, invalidRequest("Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		c = checksum{Algorithm: algorithm, Value: values[0], Kind: fullObject}
	}
	return c, nil
}

// verifyBody compares a body with the Content-MD5 and the checksum that came with it.
func verifyBody(h http.Header, body []byte) error {
	if sent := h.Get("Content-Md5"); sent != "" {
		if err := verifyMD5(sent, body); err != nil {
			return err
		}
	}
	sent, err := sentChecksum(h)
	if err != nil || sent.Algorithm == "" {
		return err
	}
	want, err := base64.StdEncoding.DecodeString(sent.Value)
	got := sumOf(sent.Algorithm, body)
	if err != nil || len(want) != len(got) {
		return invalidRequest("Value for %s header is invalid.", headerOf(sent.Algorithm))
	}
	if !bytes.Equal(want, got) {
		return badDigest(sent.Algorithm)
	}
	return nil
}

func verifyMD5(sent string, body []byte) error {
	want, err := base64.StdEncoding.DecodeString(sent)
	got := md5.Sum(body)
	if err != nil || len(want) != len(got) {
		return fail(http.StatusBadRequest, "InvalidDigest", "The Content-MD5 you specified was invalid.").with("Content-MD5", sent)
	}
	if !bytes.Equal(want, got[:]) {
		return fail(http.StatusBadRequest, "BadDigest", "The Content-MD5 you specified did not match what we received.").
			with("ExpectedDigest", hex.EncodeToString(want)).with("CalculatedDigest", base64.StdEncoding.EncodeToString(got[:]))
	}
	return nil
}

// hasDigest tells whether a request says anything of the integrity of its body.
func hasDigest(h http.Header) bool {
	sent, err := sentChecksum(h)
	return h.Get("Content-Md5") != "" || err == nil && sent.Algorithm != ""
}

// checksumToKeep is the checksum of a new object or part: the one that was sent, which
// is verified already, or that of the algorithm that is wanted.
func checksumToKeep(q *request, fallback string) (checksum, error) {
	sent, err := sentChecksum(q.http.Header)
	if err != nil || sent.Algorithm != "" {
		return sent, err
	}
	if a := q.header("X-Amz-Sdk-Checksum-Algorithm"); a != "" {
		return checksum{}, invalidRequest("x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.")
	}
	return checksumOf(fallback, q.body), nil
}

// tell writes the checksum into an answer.
func (c checksum) tell(a *answer) {
	if c.Algorithm != "" {
		a.set(headerOf(c.Algorithm), c.Value)
		a.set("x-amz-checksum-type", c.Kind)
	}
}

// element is ChecksumCRC32 and the like, or nothing.
func (c checksum) element() []*element {
	if c.Algorithm == "" {
		return nil
	}
	return []*element{text("Checksum"+c.Algorithm, c.Value)}
}

// elements are element and the type.
func (c checksum) elements() []*element {
	if c.Algorithm == "" {
		return nil
	}
	return append(c.element(), text("ChecksumType", c.Kind))
}

// compositeOf is the checksum of the checksums of the parts.
func compositeOf(algorithm string, parts []part) (checksum, error) {
	var sums []byte
	for _, p := range parts {
		sum, err := base64.StdEncoding.DecodeString(p.Checksum.Value)
		if err != nil {
			return checksum{}, err
		}
		sums = append(sums, sum...)
	}
	c := checksumOf(algorithm, sums)
	c.Kind = composite
	c.Value += suffix(len(parts))
	return c, nil
}

func etagOf(body []byte) string {
	sum := md5.Sum(body)
	return hex.EncodeToString(sum[:])
}
