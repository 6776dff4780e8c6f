package plan

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// consequences lists what becomes of the other trails and of the bill when t is
// widened or started; t is as it was before.
func consequences(s trail.Snapshot, t trail.Trail) []Consequence {
	var out []Consequence
	for _, o := range s.Trails {
		if o.ARN != t.ARN && recordsManagementEvents(o) && selectsManagementEvents(t) {
			out = append(out, Consequence{o.ARN, secondCopy(o)})
		}
	}
	for _, c := range []struct {
		when bool
		key  string
	}{
		{allDataEvents(t.Selectors), "becomes.data-events"},
		{t.InsightSelectors, "becomes.insights"},
		{t.SNSTopicARN != "", "becomes.sns"},
		{t.LogGroupARN != "", "becomes.logs"},
	} {
		if c.when {
			out = append(out, Consequence{t.ARN, trail.Say(c.key, "trail", t.Name)})
		}
	}
	return append(out, Consequence{t.ARN, alarms(t)})
}

// secondCopy says where o and a multi-Region trail both record.
func secondCopy(o trail.Trail) trail.Note {
	if o.MultiRegion {
		return trail.Say("becomes.second-copy-everywhere")
	}
	return trail.Say("becomes.second-copy", "region", string(o.HomeRegion))
}

// recordsManagementEvents says whether a trail takes any management event in, so that
// a second one is a second, billed copy. Selectors that were not read may.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-manage-costs.html
func recordsManagementEvents(t trail.Trail) bool {
	if st, seen := t.Status[t.HomeRegion]; seen && !st.Logging {
		return false
	}
	return selectsManagementEvents(t)
}

func selectsManagementEvents(t trail.Trail) bool {
	return t.Selectors == nil || slices.ContainsFunc(trail.AccessClasses(), func(c trail.Class) bool {
		return t.Selectors.Selects(c) != trail.No
	})
}

// allDataEvents says whether the selectors take in data events of all resources of a
// kind. Of a single-Region trail that means those of one Region; of a multi-Region
// trail, of all.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html
func allDataEvents(s *trail.Selectors) bool {
	if s == nil {
		return false
	}
	for _, b := range s.Basic {
		for _, d := range b.DataResources {
			if slices.ContainsFunc(d.Values, everyResource) {
				return true
			}
		}
	}
	return slices.ContainsFunc(s.Advanced, func(a trail.AdvancedEventSelector) bool {
		return field(a, "eventCategory", "Data") && !slices.ContainsFunc(a.FieldSelectors, func(f trail.FieldSelector) bool {
			return f.Field == "resources.ARN"
		})
	})
}

// everyResource recognizes the values that stand for all buckets, functions or tables:
// an ARN that stops after the service, as in arn:aws:lambda, or arn:aws:s3:::.
func everyResource(v string) bool {
	return strings.Count(v, ":") == 2 || strings.HasSuffix(v, ":::")
}

func field(a trail.AdvancedEventSelector, name, value string) bool {
	return slices.ContainsFunc(a.FieldSelectors, func(f trail.FieldSelector) bool {
		return f.Field == name && slices.Contains(f.Equals, value)
	})
}
