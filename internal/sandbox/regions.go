package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// The statuses of a Region in an account, as account:ListRegions names them.
// https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html
const (
	enabledByDefault = "ENABLED_BY_DEFAULT"
	enabled          = "ENABLED"
	enabling         = "ENABLING"
	disabling        = "DISABLING"
	disabled         = "DISABLED"
)

// defaultRegions are enabled in every account and cannot be disabled.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
func defaultRegions(partition string) []string {
	switch partition {
	case "aws":
		return []string{
			"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
			"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
			"us-east-1", "us-east-2", "us-west-1", "us-west-2",
		}
	case "aws-cn":
		return []string{"cn-north-1", "cn-northwest-1"}
	case "aws-us-gov":
		return []string{"us-gov-east-1", "us-gov-west-1"}
	}
	return nil
}

// optInRegions are disabled until the account enables them. Only the partition aws
// has any.
func optInRegions(partition string) []string {
	if partition != "aws" {
		return nil
	}
	return []string{
		"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
		"me-central-1", "me-south-1", "mx-central-1",
	}
}

// regionsOf returns every Region of a partition, sorted.
func regionsOf(partition string) []string {
	all := append(defaultRegions(partition), optInRegions(partition)...)
	slices.Sort(all)
	return all
}

// globalRegion is the Region where a partition's global services live: IAM, global
// STS, Organizations.
func globalRegion(partition string) string {
	switch partition {
	case "aws-cn":
		return "cn-north-1"
	case "aws-us-gov":
		return "us-gov-west-1"
	}
	return "us-east-1"
}

// partitionOf says which partition a Region is of, by its name; it does not say
// that the Region exists.
func partitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

func regionExists(region string) bool {
	partition := partitionOf(region)
	return slices.Contains(defaultRegions(partition), region) || slices.Contains(optInRegions(partition), region)
}

// optStatusOf returns the status of a Region in the account at a time of the
// sandbox's clock. A Region of another partition is DISABLED.
func (a *account) optStatusOf(region string, now time.Time) string {
	if slices.Contains(defaultRegions(a.Partition), region) {
		return enabledByDefault
	}
	o := a.OptStatus[region]
	if o.Until.IsZero() || now.Before(o.Until) {
		return cmp.Or(o.Status, disabled)
	}
	switch o.Status {
	case enabling:
		return enabled
	case disabling:
		return disabled
	}
	return o.Status
}

// enabledRegions returns the Regions in which the account can make calls, sorted.
func (a *account) enabledRegions(now time.Time) []string {
	return slices.DeleteFunc(regionsOf(a.Partition), func(r string) bool { return !a.enabledIn(r, now) })
}

// enabledIn says whether the account can make calls in the Region.
func (a *account) enabledIn(region string, now time.Time) bool {
	s := a.optStatusOf(region, now)
	return s == enabled || s == enabledByDefault
}
