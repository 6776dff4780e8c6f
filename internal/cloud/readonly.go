package cloud

import (
	"context"
	"errors"
	"fmt"
	"slices"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
)

// errReadOnly says that a Session that only looks was to send something else. It was
// not sent.
var errReadOnly = errors.New("this session only looks: not sent")

// ForChange returns a Session of the same identity and the same limits that may change
// AWS. All others refuse to send whatever is not known to be a read.
func (s *Session) ForChange() *Session {
	w := s.again()
	w.cfg = unguarded(s.base, s.limits)
	w.writes = true
	return w
}

// ForFindings returns a Session of the same identity and the same limits that may look,
// and send findings to Security Hub. It may change nothing else.
func (s *Session) ForFindings() *Session {
	w := s.again()
	w.cfg = unguarded(s.base, s.limits)
	w.cfg.APIOptions = append(w.cfg.APIOptions, only(func(service, operation string) bool {
		return isRead(service, operation) || service == "SecurityHub" && operation == "BatchImportFindings"
	}))
	return w
}

// again returns a Session that only looks, of the same identity and the same limits.
func (s *Session) again() *Session {
	w := newSession(s.base, s.timeout, s.family, s.limits)
	w.pauses, w.expected = s.pauses, s.expected
	s.mu.Lock()
	defer s.mu.Unlock()
	w.identity = s.identity
	return w
}

// readOperations are the operations that change nothing, by the ID of the service in the SDK.
// What is not here is not sent: a new question to AWS is entered here.
func readOperations() map[string][]string {
	return map[string][]string{
		"Account":         {"ListRegions"},
		"CloudFormation":  {"DescribeStackResources"},
		"CloudTrail":      {"DescribeTrails", "GetEventDataStore", "GetEventSelectors", "GetTrailStatus", "ListEventDataStores", "ListTags", "LookupEvents"},
		"CloudWatch Logs": {"DescribeLogGroups", "DescribeMetricFilters"},
		"IAM":             {"GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies", "GetPolicy", "GetPolicyVersion"},
		"KMS":             {"DescribeKey", "GetKeyPolicy"},
		"Organizations":   {"DescribeOrganization", "ListAccounts", "ListAccountsForParent", "ListDelegatedAdministrators", "ListOrganizationalUnitsForParent"},
		"S3":              {"GetBucketLocation", "GetBucketPolicy", "GetBucketRequestPayment", "GetBucketEncryption", "GetObject", "GetPublicAccessBlock", "HeadBucket", "ListObjectsV2"},
		"SNS":             {"GetTopicAttributes"},
		"STS":             {"AssumeRole", "GetCallerIdentity"},
	}
}

func isRead(service, operation string) bool {
	return slices.Contains(readOperations()[service], operation)
}

// only refuses what is not allowed, before anything of it is built.
func only(allowed func(service, operation string) bool) func(*middleware.Stack) error {
	guard := func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
		service, operation := awsmiddleware.GetServiceID(ctx), awsmiddleware.GetOperationName(ctx)
		if !allowed(service, operation) {
			return middleware.InitializeOutput{}, middleware.Metadata{}, fmt.Errorf("%s %s: %w", service, operation, errReadOnly)
		}
		return next.HandleInitialize(ctx, in)
	}
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("trailspan/only", guard), middleware.After)
	}
}
