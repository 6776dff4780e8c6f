package s3

import (
	"net/http"
	"net/url"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A request is one call, taken apart.
type request struct {
	http    *http.Request
	call    *wire.Call
	query   url.Values
	bucket  *bucket // nil where the request names none, or one that does not exist
	name    string  // of the bucket, as asked for
	key     string  // of the object
	virtual bool    // the bucket stood in the Host header
	body    []byte
	now     time.Time
}

func (q *request) header(name string) string { return q.http.Header.Get(name) }

// has tells whether a sub-resource or parameter stands in the query, with or
// without a value.
func (q *request) has(parameter string) bool {
	_, ok := q.query[parameter]
	return ok
}

// partition is that of the caller.
func (q *request) partition() string {
	if q.call.Partition == "" {
		return "aws"
	}
	return q.call.Partition
}

// resource is the ARN of the bucket or object that the request is about.
func (q *request) resource() string {
	arn := "arn:" + q.partition() + ":s3:::" + q.name
	if q.key != "" {
		arn += "/" + q.key
	}
	return arn
}

// Serve answers a request. Its body is decoded already: r.Body is not read, and the
// trailers of an aws-chunked body are in r.Header. It returns the name of the
// operation as the API reference has it ("" when the request is no operation at
// all), and the code of the error that was answered, or "".
func (s *Store) Serve(w http.ResponseWriter, r *http.Request, c *wire.Call, body []byte) (operation, errorCode string) {
	q := s.newRequest(r, c, body)
	op, err := s.route(q)
	var a *answer
	if err == nil {
		a, err = s.run(q, op)
	}
	if err != nil {
		f := asFailure(err)
		writeFailure(w, r, c.RequestID, f)
		return op.name, f.code
	}
	signHeader(w, c.RequestID)
	a.write(w, r)
	return op.name, ""
}

func (s *Store) newRequest(r *http.Request, c *wire.Call, body []byte) *request {
	q := &request{http: r, call: c, query: r.URL.Query(), body: body, now: c.Time}
	if q.now.IsZero() {
		q.now = s.now()
	}
	q.name, q.key, q.virtual = splitAddress(r.Host, r.URL.Path)
	return q
}

// run does an operation under the lock that it needs.
func (s *Store) run(q *request, op operation) (*answer, error) {
	if op.name != "CompleteMultipartUpload" { // there the checksum is that of the object
		if err := verifyBody(q.http.Header, q.body); err != nil {
			return nil, err
		}
	}
	if reads(q) {
		s.mu.RLock()
		defer s.mu.RUnlock()
	} else {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	if err := s.admit(q, op); err != nil {
		return nil, err
	}
	a, err := op.serve(s, q)
	if err == nil && !reads(q) {
		s.revision++
	}
	return a, err
}

func reads(q *request) bool {
	return q.http.Method == http.MethodGet || q.http.Method == http.MethodHead
}

// admit checks what is the same for all operations: that the bucket exists, that it
// is in the Region of the signature, and that the caller may.
func (s *Store) admit(q *request, op operation) error {
	if len(q.key) > 1024 {
		return keyTooLong(q.key)
	}
	if q.name == "" || op.name == "CreateBucket" {
		return nil
	}
	q.bucket = s.buckets[q.name]
	if q.bucket == nil {
		if !validBucketName(q.name) {
			return invalidBucketName(q.name)
		}
		return noSuchBucket(q.name)
	}
	if err := s.inRegion(q, op); err != nil {
		return err
	}
	return s.authorize(q, op)
}

// inRegion refuses a request that was signed for another Region than the bucket's.
//
// S3 sends PermanentRedirect where the request reached the endpoint of a wrong
// Region. A virtual-hosted name of the global endpoint leads, by DNS, to the right
// Region, and there it is the signature that is wrong:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
// GetBucketLocation answers everywhere, as clients ask it to find the Region.
func (s *Store) inRegion(q *request, op operation) error {
	b := q.bucket
	if q.call.Region == b.Region || op.name == "GetBucketLocation" {
		return nil
	}
	if q.virtual && q.call.Region == "us-east-1" {
		return fail(http.StatusBadRequest, "AuthorizationHeaderMalformed",
			"The authorization header is malformed; the region '"+q.call.Region+"' is wrong; expecting '"+b.Region+"'").
			with("Region", b.Region).withHeader("x-amz-bucket-region", b.Region)
	}
	// The endpoint is the address of the sandbox, where AWS names one of its hosts:
	// a client that follows it must not leave for AWS.
	return fail(http.StatusMovedPermanently, "PermanentRedirect",
		"The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.").
		with("Endpoint", q.http.Host).with("Bucket", b.Name).withHeader("x-amz-bucket-region", b.Region)
}
