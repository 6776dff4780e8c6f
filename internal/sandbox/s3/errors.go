package s3

import (
	"fmt"
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A failure is an error as S3 answers it: codes and sentences are spelled as in
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, or as the
// service was seen to say them where that page is silent. Some of AWS's sentences
// end in a full stop and some do not; neither is a slip here.
type failure struct {
	status  int
	code    string
	message string
	details []detail    // elements beside Code and Message, in order
	header  http.Header // sent with the error; may be nil
}

type detail struct{ name, value string }

func (e *failure) Error() string { return e.code + ": " + e.message }

// with adds an element to the answer, such as BucketName.
func (e *failure) with(name, value string) *failure {
	e.details = append(e.details, detail{name, value})
	return e
}

// withHeader adds a header to the answer; the name is written as given.
func (e *failure) withHeader(name, value string) *failure {
	if e.header == nil {
		e.header = http.Header{}
	}
	e.header[name] = []string{value}
	return e
}

// forOtherRooms is the failure as callers outside of this package know it.
func (e *failure) forOtherRooms() *wire.Error {
	return &wire.Error{Code: e.code, Message: e.message, Status: e.status}
}

func fail(status int, code, message string) *failure {
	return &failure{status: status, code: code, message: message}
}

func invalidArgument(message, name, value string) *failure {
	return fail(http.StatusBadRequest, "InvalidArgument", message).with("ArgumentName", name).with("ArgumentValue", value)
}

func invalidRequest(format string, args ...any) *failure {
	return fail(http.StatusBadRequest, "InvalidRequest", fmt.Sprintf(format, args...))
}

func badRequest(message string) *failure {
	return fail(http.StatusBadRequest, "BadRequest", message)
}

func malformedXML() *failure {
	return fail(http.StatusBadRequest, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema")
}

func noSuchBucket(bucket string) *failure {
	return fail(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket)
}

func noSuchKey(key string) *failure {
	return fail(http.StatusNotFound, "NoSuchKey", "The specified key does not exist.").with("Key", key)
}

func noSuchVersion(key, id string) *failure {
	return fail(http.StatusNotFound, "NoSuchVersion", "The specified version does not exist.").with("Key", key).with("VersionId", id)
}

func noSuchUpload(id string) *failure {
	return fail(http.StatusNotFound, "NoSuchUpload", "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.").with("UploadId", id)
}

func accessDenied() *failure {
	return fail(http.StatusForbidden, "AccessDenied", "Access Denied")
}

// accessDeniedBecause is the longer answer that S3 gives within an account:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html
func accessDeniedBecause(caller, action, resource, reason string) *failure {
	return fail(http.StatusForbidden, "AccessDenied",
		fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %q %s", caller, action, resource, reason))
}

func methodNotAllowed(method, resourceType string) *failure {
	return fail(http.StatusMethodNotAllowed, "MethodNotAllowed", "The specified method is not allowed against this resource.").
		with("Method", method).with("ResourceType", resourceType)
}

func preconditionFailed(condition string) *failure {
	return fail(http.StatusPreconditionFailed, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold").
		with("Condition", condition)
}

func badDigest(what string) *failure {
	return fail(http.StatusBadRequest, "BadDigest", "The "+what+" you specified did not match the calculated checksum.")
}

// notImplemented names what the sandbox does not do: an operation or, with a
// value, a header or element.
func notImplemented(what string) *failure {
	return fail(http.StatusNotImplemented, "NotImplemented", what+" is not implemented by this sandbox.")
}

// headerNotImplemented is AWS's own answer to a header that asks for too much.
func headerNotImplemented(header string) *failure {
	return fail(http.StatusNotImplemented, "NotImplemented", "A header you provided implies functionality that is not implemented").
		with("Header", header)
}

func internalError(err error) *failure {
	return fail(http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again.").with("Cause", err.Error())
}

func notAllowedACLs() *failure {
	return fail(http.StatusBadRequest, "AccessControlListNotSupported", "The bucket does not allow ACLs")
}

func malformedPolicy(sentence string) *failure {
	return fail(http.StatusBadRequest, "MalformedPolicy", sentence)
}
