package cli

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// chance makes worlds: the same seed makes the same one.
type chance struct{ *rand.Rand }

func newChance(seed uint64) chance { return chance{rand.New(rand.NewPCG(seed, 0))} }

// in says yes so many times out of a hundred.
func (c chance) in(percent int) bool { return c.IntN(100) < percent }

func pick[T any](c chance, list ...T) T { return list[c.IntN(len(list))] }

type object = map[string]any

const (
	self    = "123456789012"
	manager = "111111111111"
)

// aWorld is a world file, with what a test has to know of it.
type aWorld struct {
	file    object
	home    trail.Region   // to work from
	enabled []trail.Region // in which self may have trails
	buckets []string
	trails  []string // names
	faults  []object
}

// newWorld makes a world: one account, perhaps of an organization, with up to six trails,
// the buckets that they need or do not have, and whatever else may stand in the way.
func newWorld(c chance) aWorld {
	partition := pick(c, trail.AWS, trail.China, trail.China, trail.GovCloud)
	w := aWorld{enabled: defaultRegions(partition)}
	w.home = pick(c, w.enabled...)
	account := object{"id": self, "partition": string(partition)}
	if partition == trail.AWS && c.in(30) {
		account["optedIn"] = []string{"af-south-1"}
		w.enabled = append(w.enabled, "af-south-1")
	}
	w.file = object{"defaultAccount": self, "switches": switches(c)}
	accounts := []object{account}
	if c.in(30) {
		accounts = append(accounts, w.organization(c, partition, account))
	}
	w.makeBuckets(c)
	account["trails"] = w.makeTrails(c)
	if len(w.trails) > 0 && c.in(8) {
		account["stacks"] = []object{{"name": "audit", "region": string(w.home), "trails": []string{pick(c, w.trails...)}}}
	}
	w.file["accounts"] = accounts
	for c.in(35) && len(w.faults) < 4 {
		w.faults = append(w.faults, fault(c, w.enabled))
	}
	return w
}

func defaultRegions(p trail.Partition) []trail.Region {
	var out []trail.Region
	switch p {
	case trail.China:
		return []trail.Region{"cn-north-1", "cn-northwest-1"}
	case trail.GovCloud:
		return []trail.Region{"us-gov-east-1", "us-gov-west-1"}
	default:
		for _, r := range []string{
			"ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "ca-central-1", "eu-central-1",
			"eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
		} {
			out = append(out, trail.Region(r))
		}
		return out
	}
}

func switches(c chance) object {
	return object{
		"sameNameConversion":    pick(c, "allow", "allow", "reject"),
		"conversionQuota":       pick(c, "reject", "reject", "allow"),
		"narrowingGlobalEvents": pick(c, "keep", "clear"),
		"defaultSelectors":      pick(c, "basic", "advanced"),
		"bucketProbe":           pick(c, "home-region", "marker"),
		"propagation":           pick(c, "0s", "0s", "3s", "20s"),
	}
}

// organization makes self a member, or the management account, and returns the other one.
func (w *aWorld) organization(c chance, partition trail.Partition, account object) object {
	other := object{"id": manager, "partition": string(partition)}
	managing := manager
	if c.in(40) {
		managing = self
	}
	w.file["organization"] = object{"id": "o-exampleorgid", "managementAccount": managing, "trustedAccess": c.in(80)}
	if managing == manager && c.in(50) {
		other["trails"] = []object{{
			"name": "org", "homeRegion": string(w.home), "bucket": "org-logs", "organization": true,
			"multiRegion": c.in(60), "globalServiceEvents": true, "logging": c.in(80),
		}}
		w.file["buckets"] = []object{{"name": "org-logs", "account": manager, "region": string(w.home), "policy": "documented"}}
	}
	return other
}

func (w *aWorld) makeBuckets(c chance) {
	buckets, _ := w.file["buckets"].([]object)
	for i := range 1 + c.IntN(2) {
		name := fmt.Sprintf("logs-%d", i)
		w.buckets = append(w.buckets, name)
		buckets = append(buckets, object{"name": name, "account": pick(c, self, self, self, self, "999999999999"), "region": string(pick(c, w.enabled...)), "policy": bucketPolicy(c, w.home, name)})
	}
	w.file["buckets"] = buckets
}

func bucketPolicy(c chance, home trail.Region, bucket string) any {
	arn := "arn:" + string(home.Partition()) + ":s3:::" + bucket
	service := object{"Service": "cloudtrail.amazonaws.com"}
	acl := object{"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": arn}
	write := object{"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": arn + "/*"}
	switch c.IntN(10) {
	case 0:
		return "none"
	case 1: // one Region only
		write["Condition"] = object{"StringLike": object{"aws:SourceArn": fmt.Sprintf("arn:%s:cloudtrail:%s:%s:trail/*", home.Partition(), home, self)}}
		return object{"Version": "2012-10-17", "Statement": []object{acl, write}}
	case 2: // one prefix only
		write["Resource"] = fmt.Sprintf("%s/AWSLogs/%s/CloudTrail/%s/*", arn, self, home)
		return object{"Version": "2012-10-17", "Statement": []object{acl, write}}
	case 3:
		deny := object{"Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": arn + "/*"}
		return object{"Version": "2012-10-17", "Statement": []object{acl, write, deny}}
	default:
		return "documented"
	}
}

func (w *aWorld) makeTrails(c chance) []object {
	var out []object
	taken := map[string]bool{}
	for range c.IntN(7) {
		name, home := pick(c, "audit", "trail-a", "trail-b", "trail-c", "aws-controltower-BaselineCloudTrail"), pick(c, w.enabled...)
		if taken[name+string(home)] || c.in(60) && slices.Contains(w.trails, name) {
			continue
		}
		taken[name+string(home)] = true
		w.trails = append(w.trails, name)
		out = append(out, w.makeTrail(c, name, home))
	}
	return out
}

func (w *aWorld) makeTrail(c chance, name string, home trail.Region) object {
	multi := c.in(20)
	t := object{
		"name": name, "homeRegion": string(home), "bucket": pick(c, append(w.buckets, "gone")...), "multiRegion": multi,
		"globalServiceEvents": multi || c.in(60), "logFileValidation": c.in(50), "logging": c.in(75),
	}
	if c.in(20) {
		t["keyPrefix"] = "some/where"
	}
	if c.in(40) {
		t["tags"] = object{"team": pick(c, "audit", "web"), "empty": ""}
	}
	if c.in(10) { // in a Region that it reaches already: nobody can foresee others
		where := home
		if multi {
			where = pick(c, w.enabled...)
		}
		t["deliveryErrors"] = object{string(where): "AccessDenied"}
	}
	if c.in(10) {
		t["snsTopic"] = "news-" + string(home)
	}
	switch c.IntN(8) {
	case 0:
		t["eventSelectors"] = []object{{
			"ReadWriteType": pick(c, "All", "ReadOnly", "WriteOnly"), "IncludeManagementEvents": c.in(70),
			"DataResources": []object{{"Type": "AWS::S3::Object", "Values": []string{"arn:" + string(home.Partition()) + ":s3"}}},
		}}
	case 1:
		t["eventSelectors"] = []object{{"ReadWriteType": "All", "IncludeManagementEvents": true, "ExcludeManagementEventSources": []string{"kms.amazonaws.com"}}}
	case 2:
		t["advancedEventSelectors"] = []object{{"Name": "m", "FieldSelectors": []object{{"Field": "eventCategory", "Equals": []string{"Management"}}}}}
	case 3:
		t["advancedEventSelectors"] = []object{{"Name": "w", "FieldSelectors": []object{
			{"Field": "eventCategory", "Equals": []string{"Management"}}, {"Field": "readOnly", "Equals": []string{pick(c, "true", "false")}},
		}}}
	case 4:
		t["insightSelectors"] = []object{{"InsightType": "ApiCallRateInsight"}}
	default:
	}
	return t
}

// fault refuses, or holds up for a moment, one of the calls of a conversion.
func fault(c chance, regions []trail.Region) object {
	f := object{"action": pick(c,
		"cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors", "cloudtrail:UpdateTrail", "cloudtrail:StartLogging",
		"cloudtrail:StopLogging", "cloudtrail:CreateTrail", "cloudtrail:*", "s3:*", "s3:PutBucketPolicy", "s3:GetBucketPolicy", "s3:CreateBucket",
		"cloudformation:*", "account:ListRegions", "organizations:*",
	)}
	if c.in(50) {
		f["region"] = string(pick(c, regions...))
	}
	if c.in(40) {
		f["after"] = 1 + c.IntN(6)
	}
	if c.in(30) {
		f["times"] = 1 + c.IntN(3)
	}
	f["error"], f["message"] = pick(c, "AccessDeniedException", "OperationNotPermittedException"), "not now"
	return f
}

func (w aWorld) yaml() []byte {
	text, err := json.MarshalIndent(w.file, "", " ") // which is YAML, too
	if err != nil {
		panic(err)
	}
	return text
}
