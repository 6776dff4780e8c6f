package cloud

import (
	"errors"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
)

// newRetryer retries throttling and passing faults with growing, jittered waits. The
// timeout of a call bounds it. The adaptive retry of the SDK is not used: its bucket
// restarts at half a request a second after the first throttle. Nor is the quota of
// retries: a wave of throttles over many Regions would use it up.
func newRetryer() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 8
		o.MaxBackoff = 5 * time.Second
		o.RateLimiter = ratelimit.None
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(neverRetried)}, o.Retryables...)
	})
}

// neverRetried names the faults that waiting does not mend: nobody listens there, or
// what listens is not AWS.
func neverRetried(err error) aws.Ternary {
	if errors.Is(err, syscall.ECONNREFUSED) || isHTMLError(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}
