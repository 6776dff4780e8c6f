package cloud

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailspan/trailspan/internal/trail"
)

// Kind of trouble.
type Kind string

// The kinds, each with what mends it.
const (
	NoCredentials Kind = "no-credentials" // log in, or choose a profile
	NoProfile     Kind = "no-profile"     // correct its name
	Expired       Kind = "expired"        // log in again
	Rejected      Kind = "rejected"       // the keys are wrong, or the Region is not enabled in the account
	Denied        Kind = "denied"         // a policy has to allow the action
	Unreachable   Kind = "unreachable"    // the network, or the endpoint
	TimedOut      Kind = "timed-out"      // the same, or more patience
	Throttled     Kind = "throttled"      // wait
	NotFound      Kind = "not-found"      // it is not there
	Unsupported   Kind = "unsupported"    // this AWS, or this Region of it, has no such operation
	NotEnabled    Kind = "not-enabled"    // Security Hub has to be enabled in that account and Region
	Interrupted   Kind = "interrupted"    // whoever asked changed his mind
	Other         Kind = "other"
)

// Problem is an error of this room, taken apart.
type Problem struct {
	Kind    Kind
	Action  string       // as IAM spells it, "" when it was no call
	Region  trail.Region // "" when it is not about one
	Code    string       // AWS's, "" when AWS did not answer
	Message string       // what AWS said, or the network
}

// Explain says what kind of trouble err is. An error that is none of ours is Other.
func Explain(err error) Problem {
	if err == nil {
		return Problem{}
	}
	p := Problem{Kind: kindOf(err), Message: said(err)}
	var c *callError
	if errors.As(err, &c) {
		p.Action, p.Region = c.action, c.region
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		p.Code, p.Message = api.ErrorCode(), api.ErrorMessage()
	}
	return p
}

func kindOf(err error) Kind {
	switch {
	case errors.Is(err, ErrNoProfile):
		return NoProfile
	case errors.Is(err, context.Canceled):
		return Interrupted
	case errors.Is(credentialKind(err), ErrNoCredentials):
		return NoCredentials
	case errors.Is(credentialKind(err), errExpired):
		return Expired
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return kindOfCode(api.ErrorCode(), status(err))
	}
	return kindOfSilence(err)
}

// kindOfCode judges an answer of AWS. Services spell the same trouble in their own
// ways; EC2 and S3 have no "Exception" at the end.
func kindOfCode(code string, status int) Kind {
	_, throttled := retry.DefaultThrottleErrorCodes[code]
	switch {
	case throttled:
		return Throttled
	case isOneOf(code, "ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"):
		return Expired
	case code == notEnabled:
		return NotEnabled
	case isOneOf(code, "UnrecognizedClientException", "InvalidClientTokenId", "AuthFailure", "OptInRequired",
		"InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidSignatureException", "IncompleteSignature", "RegionDisabledException"):
		return Rejected
	case strings.HasPrefix(code, "AccessDenied"),
		isOneOf(code, "UnauthorizedOperation", "AuthorizationError", "AuthorizationErrorException", "NotAuthorized", "Forbidden", "AllAccessDisabled"):
		return Denied
	case isOneOf(code, "UnsupportedOperationException", "UnknownOperationException", "UnknownOperation", "InvalidAction", "NotImplemented", "NotImplementedException"),
		status == http.StatusNotImplemented:
		return Unsupported
	case strings.HasSuffix(code, "NotFoundException"), strings.HasPrefix(code, "NoSuch"), code == "NotFound":
		return NotFound
	case status == http.StatusForbidden:
		return Denied
	default:
		return Other
	}
}

// kindOfSilence judges an error that AWS had no part in.
func kindOfSilence(err error) Kind {
	var network net.Error
	var send *smithyhttp.RequestSendError
	switch {
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return TimedOut
	case errors.As(err, &send), errors.As(err, &network):
		return Unreachable
	case status(err) == http.StatusNotImplemented, isHTMLError(err):
		return Unsupported
	default:
		return Other
	}
}

// isHTMLError: moto answers a page with status 500 where it does not know an operation.
// AWS speaks no HTML below 502.
func isHTMLError(err error) bool {
	var r *smithyhttp.ResponseError
	return errors.As(err, &r) && r.Response != nil && r.HTTPStatusCode() == http.StatusInternalServerError &&
		strings.HasPrefix(r.Response.Header.Get("Content-Type"), "text/html")
}

func isOneOf(code string, codes ...string) bool { return slices.Contains(codes, code) }

// status is the HTTP status of the answer, or 0.
func status(err error) int {
	var r *smithyhttp.ResponseError
	if errors.As(err, &r) && r.Response != nil {
		return r.HTTPStatusCode()
	}
	return 0
}

// errExpired marks what was valid once.
var errExpired = errors.New("the credentials have expired")

// credentialsError says why there are no credentials: none anywhere, none any more, or
// a call that was to bring them failed.
func credentialsError(err error) error {
	return &credentialError{kind: credentialKind(err), err: err}
}

type credentialError struct{ kind, err error }

func (e *credentialError) Error() string {
	if e.kind == nil {
		return "loading credentials: " + said(e.err)
	}
	return "loading credentials: " + e.kind.Error() + ": " + said(e.err)
}

// Unwrap lets errors.Is find ErrNoCredentials, and Explain what AWS said.
func (e *credentialError) Unwrap() []error {
	if e.kind == nil {
		return []error{e.err}
	}
	return []error{e.kind, e.err}
}

// credentialKind is nil when err says nothing about where credentials come from.
func credentialKind(err error) error {
	var token *ssocreds.InvalidTokenError
	var empty *credentials.StaticCredentialsEmptyError
	var operation *smithy.OperationError
	switch {
	case errors.As(err, &token):
		return errExpired
	case errors.As(err, &empty):
		return ErrNoCredentials
	case errors.As(err, &operation) && operation.ServiceID == "ec2imds": // the last source of all
		return ErrNoCredentials
	default:
		return nil
	}
}
