package s3

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

func (s *Store) getBucketPolicy(q *request) (*answer, error) {
	if q.bucket.Policy == "" {
		return nil, noSuchBucketPolicy(q.bucket.Name)
	}
	a := newAnswer(0)
	a.set("Content-Type", "application/json")
	a.body = []byte(q.bucket.Policy)
	return a, nil
}

func noSuchBucketPolicy(bucket string) *failure {
	return fail(http.StatusNotFound, "NoSuchBucketPolicy", "The bucket policy does not exist").with("BucketName", bucket)
}

func (s *Store) putBucketPolicy(q *request) (*answer, error) {
	if len(q.body) == 0 {
		return nil, fail(http.StatusBadRequest, "MissingRequestBodyError", "Request Body is empty")
	}
	if f := checkPolicy(q.body, q.bucket.arn(q.partition())); f != nil {
		return nil, f
	}
	if q.bucket.blocks("BlockPublicPolicy") && policyIsPublic(string(q.body)) {
		return nil, accessDeniedBecause(q.call.Caller.ARN, "s3:PutBucketPolicy", q.resource(),
			"because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.")
	}
	compact, err := compactJSON(q.body)
	if err != nil {
		return nil, malformedPolicy("This policy contains invalid Json")
	}
	q.bucket.Policy = compact
	return noContent(), nil
}

// compactJSON drops white space, as S3 does before it keeps a policy.
func compactJSON(doc []byte) (string, error) {
	var b bytes.Buffer
	if err := json.Compact(&b, doc); err != nil {
		return "", err
	}
	return b.String(), nil
}

func (s *Store) deleteBucketPolicy(q *request) (*answer, error) {
	q.bucket.Policy = ""
	return noContent(), nil
}

func (s *Store) getBucketPolicyStatus(q *request) (*answer, error) {
	if q.bucket.Policy == "" {
		return nil, noSuchBucketPolicy(q.bucket.Name)
	}
	public := strconv.FormatBool(policyIsPublic(q.bucket.Policy))
	return documentAnswer(tree("PolicyStatus", text("IsPublic", public)).document()), nil
}
