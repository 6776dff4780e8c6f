package iam

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostTags is how many tags a role or policy can have.
const mostTags = 50

// checkTags refuses a list that names a tag twice. Keys differ in more than case.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html
func checkTags(tags []Tag) error {
	for i, t := range tags {
		if slices.ContainsFunc(tags[:i], func(u Tag) bool { return strings.EqualFold(t.Key, u.Key) }) {
			return wire.Errorf("InvalidInputException", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
	}
	if len(tags) > mostTags {
		return wire.Errorf("LimitExceededException", "The number of tags has reached the maximum limit.")
	}
	return nil
}

// tagged returns tags with more of them; a key that was there has the new value.
func tagged(tags, more []Tag) ([]Tag, error) {
	if err := checkTags(more); err != nil {
		return nil, err
	}
	tags = slices.Clone(tags)
	for _, t := range more {
		i := slices.IndexFunc(tags, func(u Tag) bool { return strings.EqualFold(t.Key, u.Key) })
		if i < 0 {
			tags = append(tags, t)
		} else {
			tags[i] = t
		}
	}
	return tags, checkTags(tags)
}

// untagged returns tags without those of the keys.
func untagged(tags []Tag, keys []string) []Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t Tag) bool {
		return slices.ContainsFunc(keys, func(k string) bool { return strings.EqualFold(k, t.Key) })
	})
}

type tagsOutput struct {
	Tags        []Tag
	IsTruncated bool
	Marker      string `json:",omitempty"`
}

func listTags(tags []Tag, q paging) (tagsOutput, error) {
	list, next, err := page(q, tags)
	return tagsOutput{list, next != "", next}, err
}
