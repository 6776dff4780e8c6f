package terraform

import (
	"strings"

	"github.com/tailscale/hujson"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// policies returns the policies of buckets in a module, and in those that it calls.
func policies(m *hujson.Object) (all []*hujson.Object) {
	for _, r := range array(get(m, "resources")) {
		if o := object(r); o != nil && written(get(o, "type")) == bucketPolicy && written(get(o, "mode")) != "data" {
			all = append(all, o)
		}
	}
	for _, child := range array(get(m, "child_modules")) {
		if o := object(child); o != nil {
			all = append(all, policies(o)...)
		}
	}
	return all
}

// delivers asks the planned policy of the bucket of a trail, and returns its address. What
// is known only after apply says nothing.
func (p *plan) delivers(values *hujson.Object, kind string) (address string, out iac.Delivery) {
	bucket, name := written(get(values, "s3_bucket_name")), written(get(values, trailNames[kind]))
	if bucket == "" || name == "" {
		return "", out
	}
	text := ""
	for _, b := range policies(p.root) {
		of := object(get(b, "values"))
		switch on := written(get(of, "bucket")); {
		case on == "", on == bucket && address != "":
			return "", out
		case on == bucket:
			address, text = written(get(b, "address")), written(get(of, "policy"))
		}
	}
	if text == "" {
		return "", out
	}
	to := iac.Destination{
		Bucket: bucket, Prefix: strings.TrimSuffix(prefixOf(values), "/"), Name: name,
		Organization: written(get(values, "is_organization_trail")) != "false",
	}
	return address, iac.Deliver(func(trail.Region, trail.AccountID) (iac.Destination, string, bool) { return to, text, true })
}

// prefixOf is the prefix that a trail has; none is null, or "".
func prefixOf(values *hujson.Object) string {
	if prefix := written(get(values, "s3_key_prefix")); prefix != "null" {
		return prefix
	}
	return ""
}

// notDelivered is what is said of a policy that keeps Regions out.
func notDelivered(policy string, out iac.Delivery) trail.Note {
	switch {
	case out.Whole:
		return trail.Say("iac.terraform.rule.bucket-policy-none", "policy", policy)
	case len(out.Dark) == 0:
		return trail.Say("iac.terraform.rule.bucket-policy-home", "policy", policy)
	}
	return trail.Say("iac.terraform.rule.bucket-policy-some", "policy", policy, "regions", out.Few())
}
