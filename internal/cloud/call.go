package cloud

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailspan/trailspan/internal/trail"
)

// A call is one question or one order to one Region.
type call struct {
	action  string       // as IAM spells it
	region  trail.Region // "" when it is not about one
	timeout time.Duration
}

// run sends the call, bounded by its timeout. The error is a *callError.
func run[T any](ctx context.Context, c call, send func(context.Context) (T, error)) (T, error) {
	attempts := &attempts{}
	bounded, cancel := context.WithTimeout(context.WithValue(ctx, attemptsKey{}, attempts), c.timeout)
	defer cancel()
	out, err := send(bounded)
	if err == nil {
		return out, nil
	}
	if errors.Is(err, context.DeadlineExceeded) && attempts.last != nil {
		err = errors.Join(errGaveUp, attempts.last)
	}
	return out, &callError{call: c, err: err}
}

// errGaveUp says that the time was over between two attempts.
var errGaveUp = errors.New("gave up")

// attempts remembers how the last attempt of a call ended, because a deadline that
// passes while the SDK waits to retry hides it.
type attempts struct{ last error }

type attemptsKey struct{}

// recordAttempt is called by the middleware, one attempt after the other.
func recordAttempt(ctx context.Context, err error) {
	a, ok := ctx.Value(attemptsKey{}).(*attempts)
	if ok && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		a.last = err
	}
}

// callError is what went wrong with a call: "describing trails in eu-west-1:
// AccessDeniedException: User: … is not authorized".
type callError struct {
	call
	err error
}

func (e *callError) Error() string {
	if e.region == "" {
		return deed(e.action) + ": " + said(e)
	}
	return deed(e.action) + " in " + string(e.region) + ": " + said(e)
}

func (e *callError) Unwrap() error { return e.err }

// said returns what AWS, or the network, said: without the layers of the SDK around it.
func said(err error) string {
	var api smithy.APIError
	var mine *callError
	switch {
	case errors.As(err, &api):
		return gaveUp(err) + strings.TrimSuffix(api.ErrorCode()+": "+strings.TrimSpace(api.ErrorMessage()), ": ")
	case errors.Is(err, context.DeadlineExceeded) && errors.As(err, &mine):
		return "no answer within " + mine.timeout.String()
	default:
		return gaveUp(err) + strings.TrimSpace(innermost(err).Error())
	}
}

// gaveUp says how long it was tried, when that is why there is no better answer.
func gaveUp(err error) string {
	var mine *callError
	if errors.Is(err, errGaveUp) && errors.As(err, &mine) {
		return "gave up after " + mine.timeout.String() + ": "
	}
	return ""
}

// innermost takes off the layers of the SDK, and ours, that say nothing about the cause.
func innermost(err error) error {
	var (
		mine      *callError
		tried     *retry.MaxAttemptsError
		send      *smithyhttp.RequestSendError
		request   *url.Error
		operation *smithy.OperationError
	)
	switch {
	case errors.As(err, &request):
		return request.Err
	case errors.As(err, &send):
		return send.Err
	case errors.As(err, &tried):
		return innermost(tried.Err)
	case errors.As(err, &operation):
		return operation.Err
	case errors.As(err, &mine):
		return mine.err
	default:
		return err
	}
}
