package trail

import (
	"slices"
	"strings"
)

// Region is the code of a Region: ap-northeast-1.
type Region string

// Partition is the part of an ARN that separates AWS, AWS China and AWS GovCloud.
// A multi-Region trail covers one partition only.
type Partition string

// The partitions that trailspan knows the Regions of.
const (
	AWS      Partition = "aws"
	China    Partition = "aws-cn"
	GovCloud Partition = "aws-us-gov"
)

// Partition returns the partition the Region belongs to, by the form of its name.
func (r Region) Partition() Partition {
	switch {
	case strings.HasPrefix(string(r), "cn-"):
		return China
	case strings.HasPrefix(string(r), "us-gov-"):
		return GovCloud
	default:
		return AWS
	}
}

// GlobalRegion is the Region in which events of global services (IAM, STS by its
// global endpoint, CloudFront) are recorded since November 2021.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
func (p Partition) GlobalRegion() Region {
	switch p {
	case China:
		return "cn-north-1"
	case GovCloud:
		return "us-gov-west-1"
	default:
		return "us-east-1"
	}
}

// defaultRegions are enabled in every account of their partition.
var defaultRegions = map[Partition][]Region{
	AWS: {
		"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
		"ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
		"us-east-1", "us-east-2", "us-west-1", "us-west-2",
	},
	China:    {"cn-north-1", "cn-northwest-1"},
	GovCloud: {"us-gov-east-1", "us-gov-west-1"},
}

// optInRegions are disabled until an account enables them.
// https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
var optInRegions = map[Partition][]Region{
	AWS: {
		"af-south-1", "ap-east-1", "ap-east-2", "ap-south-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
		"ap-southeast-6", "ap-southeast-7", "ca-west-1", "eu-central-2", "eu-south-1", "eu-south-2", "il-central-1",
		"me-central-1", "me-south-1", "mx-central-1",
	},
}

// KnownRegions returns the Regions of a partition that were public when this was
// written, sorted. AWS adds Regions, so that the list serves only where an account
// cannot be asked for its own.
func KnownRegions(p Partition) []Region {
	return slices.Sorted(slices.Values(slices.Concat(defaultRegions[p], optInRegions[p])))
}

// OptStatus is AWS's word for whether a Region can be used in an account.
// https://docs.aws.amazon.com/accounts/latest/reference/API_Region.html
type OptStatus string

// The states of a Region. A Region that is on its way answers no calls yet.
const (
	EnabledByDefault OptStatus = "ENABLED_BY_DEFAULT"
	Enabled          OptStatus = "ENABLED"
	Enabling         OptStatus = "ENABLING"
	Disabling        OptStatus = "DISABLING"
	Disabled         OptStatus = "DISABLED"
)

// DefaultOptStatus is the state of a Region in an account that never changed it.
func DefaultOptStatus(r Region) OptStatus {
	if slices.Contains(optInRegions[r.Partition()], r) {
		return Disabled
	}
	return EnabledByDefault
}

// Usable says whether the Region answers calls.
func (s OptStatus) Usable() bool { return s == EnabledByDefault || s == Enabled }

// OptIn is the word that reports use: default, opted-in or not-opted-in.
func (s OptStatus) OptIn() string {
	switch s {
	case EnabledByDefault:
		return "default"
	case Enabled:
		return "opted-in"
	default:
		return "not-opted-in"
	}
}

// legacyAccounts are the accounts from which CloudTrail delivered before it had the
// service principal cloudtrail.amazonaws.com. A bucket policy that still lists them
// allows delivery from the Regions it lists, and from no other.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
var legacyAccounts = map[Region]AccountID{
	"af-south-1": "525921808201", "ap-east-1": "119688915426", "ap-northeast-1": "216624486486",
	"ap-northeast-2": "492519147666", "ap-northeast-3": "765225791966", "ap-south-1": "977081816279",
	"ap-south-2": "582488909970", "ap-southeast-1": "903692715234", "ap-southeast-2": "284668455005",
	"ap-southeast-3": "069019280451", "ap-southeast-4": "187074758985", "ca-central-1": "819402241893",
	"cn-north-1": "193415116832", "cn-northwest-1": "681348832753", "eu-central-1": "035351147821",
	"eu-central-2": "453052556044", "eu-north-1": "829690693026", "eu-south-1": "669305197877",
	"eu-south-2": "757211635381", "eu-west-1": "859597730677", "eu-west-2": "282025262664",
	"eu-west-3": "262312530599", "il-central-1": "683224464357", "me-central-1": "585772288577",
	"me-south-1": "034638983726", "sa-east-1": "814480443879", "us-east-1": "086441151436",
	"us-east-2": "475085895292", "us-gov-east-1": "608710470296", "us-gov-west-1": "608710470296",
	"us-west-1": "388731089494", "us-west-2": "113285607260",
}

// LegacyAccount returns the account from which CloudTrail once delivered in r, or
// "" for a Region that was launched later.
func LegacyAccount(r Region) AccountID { return legacyAccounts[r] }
