package sandbox

import (
	"maps"
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// An object is what CloudTrail writes into a bucket.
type object struct {
	key      string
	body     []byte      // gzip
	metadata http.Header // x-amz-meta-…
}

// header is what CloudTrail sends with an object of the trail.
func (o object) header(t *trailRecord) http.Header {
	h := http.Header{
		"Content-Type":                 {"application/json"},
		"Content-Encoding":             {"gzip"},
		"X-Amz-Acl":                    {"bucket-owner-full-control"},
		"X-Amz-Server-Side-Encryption": {"AES256"},
	}
	if t.KmsKeyID != "" {
		h.Set("X-Amz-Server-Side-Encryption", "aws:kms")
		h.Set("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id", t.KmsKeyID)
	}
	maps.Copy(h, o.metadata)
	return h
}

// hand puts an object into the bucket of the trail and notes that it did, in one
// step: no state that is saved has the one without the other. It returns the S3 error
// code, "" for none.
func (s *Sandbox) hand(d *delivery, o object, note func()) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if code := s.deliveryError(d.src, o.key); code != "" {
		return code
	}
	if err := s.buckets.Put(d.src.trail.S3BucketName, o.key, o.body, o.header(d.src.trail)); err != nil {
		return wire.CodeOf(err)
	}
	note()
	s.changed()
	return ""
}

// wouldFail is the S3 error code that a delivery into a folder would meet now, for a
// fault or for what the bucket says.
func (s *Sandbox) wouldFail(d *delivery, f folder) string {
	if d.fault != "" {
		return d.fault
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.deliveryError(d.src, s.objectKey(d.src, f, d.now))
}
