package kms

import (
	"cmp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// tagQuota is how many tags a key can have.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
const tagQuota = 50

// tag gives the key tags, all or none; one of the same key is replaced.
func (k *Key) tag(tags []Tag) error {
	after := slices.Clone(k.Tags)
	for i, t := range tags {
		if strings.HasPrefix(strings.ToLower(t.TagKey), "aws:") {
			return wire.Errorf("TagException", "aws: prefixed tag key names are not allowed for external use.")
		}
		if slices.ContainsFunc(tags[:i], func(u Tag) bool { return u.TagKey == t.TagKey }) {
			return wire.Errorf("TagException", "Duplicate tag keys")
		}
		after = append(slices.DeleteFunc(after, func(u Tag) bool { return u.TagKey == t.TagKey }), t)
	}
	if len(after) > tagQuota {
		return wire.Errorf("TagException", "Too many tags")
	}
	slices.SortFunc(after, func(a, b Tag) int { return cmp.Compare(a.TagKey, b.TagKey) })
	k.Tags = after
	return nil
}

type tagInput struct {
	keyName
	Tags    []Tag
	TagKeys []string
}

// tagResource gives a key tags.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_TagResource.html
func (s service) tagResource(c *wire.Call, in tagInput) (nothing, error) {
	k, err := s.lastingKey(c, in.KeyID)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, k.tag(in.Tags)
}

// untagResource takes tags away; those that are not there do not matter.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_UntagResource.html
func (s service) untagResource(c *wire.Call, in tagInput) (nothing, error) {
	k, err := s.lastingKey(c, in.KeyID)
	if err != nil {
		return nothing{}, err
	}
	k.Tags = slices.DeleteFunc(k.Tags, func(t Tag) bool { return slices.Contains(in.TagKeys, t.TagKey) })
	return nothing{}, nil
}

// lastingKey finds a key that is not about to be deleted.
func (s service) lastingKey(c *wire.Call, name string) (*Key, error) {
	k, err := s.current().ownKey(c, name)
	if err != nil {
		return nil, err
	}
	return k, k.lasting()
}

type tagsOutput struct {
	Tags []Tag
	more
}

// listResourceTags lists the tags of a key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListResourceTags.html
func (s service) listResourceTags(c *wire.Call, in listOfKeyInput) (tagsOutput, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return tagsOutput{}, err
	}
	list, rest, err := cut(k.Tags, in.page, 50, func(t Tag) string { return t.TagKey })
	return tagsOutput{append([]Tag{}, list...), rest}, err
}
