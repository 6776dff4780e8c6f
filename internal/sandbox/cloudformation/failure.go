package cloudformation

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A failure is why a deed failed, in the words of the event. Failures that the service
// says are *wire.Error and get their words from explain.
type failure string

func (f failure) Error() string { return string(f) }

// explain says why a deed failed, as the event of the resource does:
//
//	Resource handler returned message: "… (Service: CloudTrail, Status Code: 400, Request ID: …)" (RequestToken: …, HandlerErrorCode: InvalidRequest)
//
// https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-test-contract-errors.html
func (k kind) explain(typeName, name string, err error) string {
	var own failure
	if errors.As(err, &own) {
		return string(own)
	}
	var e *wire.Error
	if !errors.As(err, &e) {
		e = &wire.Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	code := handlerErrorCode(e.Code)
	message := fmt.Sprintf("%s (Service: %s, Status Code: %d, Request ID: %s)", e.Message, k.service, status, wire.NewUUID())
	if k.wrapped {
		switch code {
		case "InvalidRequest":
			message = "Invalid request provided: " + message
		case "AlreadyExists":
			message = fmt.Sprintf("Resource of type '%s' with identifier '%s' already exists.", typeName, name)
		case "ServiceLimitExceeded":
			message = fmt.Sprintf("Limit exceeded for resource of type '%s'. Reason: %s", typeName, message)
		}
	}
	return fmt.Sprintf("Resource handler returned message: %q (RequestToken: %s, HandlerErrorCode: %s)", message, wire.NewUUID(), code)
}

// handlerErrorCode sorts the error codes of services into those of resource handlers.
func handlerErrorCode(code string) string {
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(code, p) {
				return true
			}
		}
		return false
	}
	switch {
	case has("AlreadyExists", "BucketAlreadyOwnedByYou", "AlreadyExistsException"):
		return "AlreadyExists"
	case has("AccessDenied", "NotAuthorized", "AuthorizationError"):
		return "AccessDenied"
	case has("Throttl", "TooManyRequests", "SlowDown"):
		return "Throttling"
	case has("BucketNotEmpty"):
		return "GeneralServiceException"
	case has("MaximumNumber", "LimitExceeded", "TooManyBuckets", "TopicLimit"):
		return "ServiceLimitExceeded"
	case has("TrailNotFound", "NoSuch", "NotFound"):
		return "NotFound"
	case has("InternalFailure", "InternalError", "ServiceUnavailable"):
		return "ServiceInternalError"
	}
	return "InvalidRequest"
}

// gone says whether an error tells that there is nothing of the kind any longer, so that
// nothing is left to delete.
func gone(err error) bool {
	var e *wire.Error
	return errors.As(err, &e) && handlerErrorCode(e.Code) == "NotFound"
}
