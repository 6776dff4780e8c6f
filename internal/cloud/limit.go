package cloud

import (
	"context"
	"fmt"
	"strings"
	"sync"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	"golang.org/x/time/rate"

	"github.com/trailspan/trailspan/internal/trail"
)

// A class is the operations that share one of AWS's limits.
type class string

// CloudTrail allows 10 Get, Describe and List calls a second, 2 LookupEvents and 1 of
// all the others, for an account in a Region; none of it can be raised. Other services
// allow more, and are asked for little.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const (
	reads   class = "reads"
	lookups class = "lookups"
	changes class = "changes"
	imports class = "imports"
	others  class = "others"
)

// rates are calls a second, and as many at once.
func (c class) rate() int {
	switch c {
	case reads, imports:
		return 10
	case lookups:
		return 2
	case changes:
		return 1
	default:
		return 50
	}
}

func classOf(service, operation string) class {
	switch {
	case service == "SecurityHub": // https://docs.aws.amazon.com/securityhub/latest/partnerguide/guidelines-batchimportfindings.html
		return imports
	case service != "CloudTrail" && service != "CloudFormation" && service != "Organizations" && service != "Account":
		return others
	case operation == "LookupEvents":
		return lookups
	case strings.HasPrefix(operation, "Get"), strings.HasPrefix(operation, "Describe"), strings.HasPrefix(operation, "List"):
		return reads
	default:
		return changes
	}
}

// family is what Sessions that came of one Open share: the limits of each account,
// whatever the role they are used up with.
type family struct {
	mu        sync.Mutex
	byAccount map[trail.AccountID]*limits
}

func (f *family) limitsOf(a trail.AccountID) *limits {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byAccount[a] == nil {
		f.byAccount[a] = newLimits()
	}
	return f.byAccount[a]
}

// adopt makes l the limits of an account, unless it has some.
func (f *family) adopt(a trail.AccountID, l *limits) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.byAccount[a] == nil {
		f.byAccount[a] = l
	}
}

// limits are the buckets of one account.
type limits struct {
	mu      sync.Mutex
	buckets map[bucketKey]*rate.Limiter
}

type bucketKey struct {
	region, service string
	class           class
}

func newLimits() *limits { return &limits{buckets: map[bucketKey]*rate.Limiter{}} }

// wait takes a place, and returns when it is due. It does not begin to wait for a place
// that is due after the deadline of ctx: that is context.DeadlineExceeded at once.
func (l *limits) wait(ctx context.Context, region, service, operation string) error {
	err := l.bucket(region, service, operation).Wait(ctx)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return fmt.Errorf("waiting for the rate limit: %w", context.DeadlineExceeded)
	}
}

func (l *limits) bucket(region, service, operation string) *rate.Limiter {
	key := bucketKey{region, service, classOf(service, operation)}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.buckets[key] == nil {
		l.buckets[key] = rate.NewLimiter(rate.Limit(key.class.rate()), key.class.rate())
	}
	return l.buckets[key]
}

// middleware makes every attempt of every call wait for its place, retries too, and
// tells the call how the attempt ended.
func (l *limits) middleware(stack *middleware.Stack) error {
	attempt := func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		err := l.wait(ctx, awsmiddleware.GetRegion(ctx), awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx))
		if err != nil {
			return middleware.FinalizeOutput{}, middleware.Metadata{}, err
		}
		out, meta, err := next.HandleFinalize(ctx, in)
		recordAttempt(ctx, err)
		return out, meta, err
	}
	return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("trailspan/limit", attempt), "Retry", middleware.After)
}
