package prove

import (
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// Place is where the log files of one account and Region are delivered to.
//
//	s3://BUCKET/[PREFIX/]AWSLogs/[o-ID/]ACCOUNT/CloudTrail/REGION/
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
type Place struct {
	Bucket string
	Home   trail.Region // of the trail; the bucket may be elsewhere
	Folder string       // with a slash at its end
}

// PlaceOf returns where a trail delivers the events of an account in a Region to. Those
// of an organization trail lie below the ID of the organization, in every account.
func PlaceOf(t trail.Trail, organization string, a trail.AccountID, r trail.Region) Place {
	parts := []string{"AWSLogs"}
	if t.KeyPrefix != "" {
		parts = []string{strings.TrimSuffix(t.KeyPrefix, "/"), "AWSLogs"}
	}
	if t.Organization {
		parts = append(parts, organization)
	}
	parts = append(parts, string(a), "CloudTrail", string(r), "")
	return Place{Bucket: t.Bucket, Home: t.HomeRegion, Folder: strings.Join(parts, "/")}
}

// since returns the key after which all log files come that were delivered in a minute
// or later: days are folders, and the name of a file tells its minute.
//
//	2026/11/22/123456789012_CloudTrail_eu-west-1_20261122T0640Z_x1y2.json.gz
func (p Place) since(t time.Time) string {
	parts := strings.Split(strings.TrimSuffix(p.Folder, "/"), "/")
	account, region := parts[len(parts)-3], parts[len(parts)-1]
	return p.Folder + t.UTC().Format("2006/01/02/") + account + "_CloudTrail_" + region + t.UTC().Format("_20060102T1504")
}

func (p Place) url(key string) string { return "s3://" + p.Bucket + "/" + key }
