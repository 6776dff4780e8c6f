package s3

import (
	"net/netip"
	"slices"
	"strings"
)

// policyIsPublic tells whether S3 calls a bucket policy public: an Allow for
// everyone that no condition limits to fixed values. A policy that cannot be read is
// not public, as it allows nobody anything.
//
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func policyIsPublic(doc string) bool {
	if doc == "" {
		return false
	}
	statements, f := readStatements([]byte(doc))
	return f == nil && slices.ContainsFunc(statements, statement.isPublic)
}

func (st statement) isPublic() bool {
	if st.Effect == nil || *st.Effect != "Allow" {
		return false
	}
	if st.NotPrincipal == nil && !st.Principal.includesEveryone() {
		return false
	}
	for operator, keys := range st.Condition {
		for key, values := range keys {
			if limits(operator, strings.ToLower(key), values) {
				return false
			}
		}
	}
	return true
}

// limits tells whether a condition leaves a policy to a fixed set of callers.
func limits(operator, key string, values list) bool {
	operator, ifExists := strings.CutSuffix(operator, "IfExists")
	if i := strings.IndexByte(operator, ':'); i >= 0 {
		operator = operator[i+1:]
	}
	if ifExists || len(values) == 0 || strings.Contains(operator, "Not") {
		return false
	}
	switch key {
	case "aws:sourceip":
		return operator == "IpAddress" && !slices.ContainsFunc(values, broadRange)
	case "aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
		"aws:principalorgid", "aws:principalarn", "aws:principalaccount", "aws:principalorgpaths", "aws:sourceorgid",
		"s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointarn", "s3:dataaccesspointaccount":
		return !slices.ContainsFunc(values, func(v string) bool { return open(key, v) })
	default:
		return false
	}
}

// open tells whether a value is not fixed. A wildcard at the end of a Region or a
// resource of a fixed account still fixes the account.
func open(key, value string) bool {
	if strings.Contains(value, "${") {
		return true
	}
	if !strings.ContainsAny(value, "*?") {
		return false
	}
	if fields := strings.SplitN(value, ":", 6); strings.HasSuffix(key, "arn") && len(fields) == 6 {
		return fields[4] == "" || strings.ContainsAny(fields[4], "*?")
	}
	return true
}

// broadRange tells whether an address range is so wide that S3 calls it public.
func broadRange(value string) bool {
	prefix, err := netip.ParsePrefix(value)
	if err != nil {
		_, err := netip.ParseAddr(value)
		return err != nil
	}
	if prefix.Addr().Is4() {
		return prefix.Bits() < 8
	}
	return prefix.Bits() < 32
}
