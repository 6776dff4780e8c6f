package coverage

import (
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// Remedy says what mends the deliveries of a trail that fail with an error of S3, when
// the error, or a key of the trail, tells more than that the bucket does not take them.
//
// S3 passes on what KMS says of the state of a key, after "KMS.". When the policy of the
// key refuses, it says AccessDenied, as it does when that of the bucket does.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
func Remedy(t trail.Settings, failure string) (remedy trail.Note, known bool) {
	fault, ofKey := strings.CutPrefix(failure, "KMS.")
	switch {
	case failure == "NoSuchBucket":
		return trail.Say("remedy.no-bucket", "bucket", t.Bucket), true
	case ofKey && t.KMSKeyID == "":
		return trail.Say("remedy.key-of-bucket", "bucket", t.Bucket), true
	case ofKey && fault == "NotFoundException":
		return trail.Say("remedy.no-key", "key", t.KMSKeyID, "bucket", t.Bucket), true
	case ofKey:
		return trail.Say("remedy.key", "key", t.KMSKeyID), true
	case failure == "AccessDenied" && t.KMSKeyID != "":
		return trail.Say("remedy.bucket-or-key", "key", t.KMSKeyID, "bucket", t.Bucket), true
	default:
		return trail.Note{}, false
	}
}

// remedied gives f the hint that fits the error, if there is a better one than its own.
func remedied(f trail.Finding, t trail.Trail, failure string) trail.Finding {
	if remedy, known := Remedy(t.Settings, failure); known {
		f.Hint = remedy
	}
	return f
}

// failingFinding is one of a Region whose log files do not arrive: its hint is that of
// the first trail that fails there.
func failingFinding(s trail.Snapshot, f trail.Finding) trail.Finding {
	for _, t := range s.Trails {
		if failure := t.Status[f.Region].DeliveryError; failure != "" {
			return remedied(f, t, failure)
		}
	}
	return f
}

// deliveryFindings tells of trails that cannot deliver from a Region.
func deliveryFindings(s trail.Snapshot, t trail.Trail) []trail.Finding {
	var out []trail.Finding
	for _, v := range s.Regions {
		if e := t.Status[v.Region].DeliveryError; e != "" {
			f := finding("delivery-error", trail.High, v.Region, t.ARN,
				"trail", t.Name, "region", string(v.Region), "bucket", t.Bucket, "error", e)
			out = append(out, remedied(f, t, e))
		}
	}
	return out
}

// digestFindings tells of trails that deliver log files from a Region, but not the
// digests that prove them. Where log files fail too, that is all there is to say.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
func digestFindings(s trail.Snapshot, t trail.Trail) []trail.Finding {
	var out []trail.Finding
	for _, v := range s.Regions {
		st := t.Status[v.Region]
		if t.LogFileValidation && st.Logging && st.DeliveryError == "" && st.DigestError != "" {
			f := finding("digest-delivery-error", trail.Medium, v.Region, t.ARN,
				"trail", t.Name, "region", string(v.Region), "bucket", t.Bucket, "error", st.DigestError)
			if st.DigestError != "AccessDenied" { // the same key serves the log files, which arrive
				f = remedied(f, t, st.DigestError)
			}
			out = append(out, f)
		}
	}
	return out
}
