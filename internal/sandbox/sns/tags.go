package sns

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostTags is how many tags a topic can have.
//
// https://docs.aws.amazon.com/sns/latest/dg/sns-tags.html
const mostTags = 50

type tagInput struct {
	ResourceArn string
	Tags        []Tag
	TagKeys     []string
}

type tagAnswer struct {
	Tags []Tag `json:",omitempty"`
}

// tagResource adds tags to a topic, or changes those that it has.
//
// https://docs.aws.amazon.com/sns/latest/api/API_TagResource.html
func (s *Service) tagResource(c *wire.Call, in tagInput) (nothing, error) {
	t, err := s.tagged(c, in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nothing{}, err
	}
	tags := slices.DeleteFunc(slices.Clone(t.Tags), func(old Tag) bool {
		return slices.ContainsFunc(in.Tags, func(tag Tag) bool { return tag.Key == old.Key })
	})
	tags = append(tags, in.Tags...)
	if len(tags) > mostTags {
		return nothing{}, tooManyTags()
	}
	t.Tags = tags
	return nothing{}, nil
}

// untagResource takes tags away; those that the topic does not have are passed over.
//
// https://docs.aws.amazon.com/sns/latest/api/API_UntagResource.html
func (s *Service) untagResource(c *wire.Call, in tagInput) (nothing, error) {
	t, err := s.tagged(c, in.ResourceArn)
	if err != nil {
		return nothing{}, err
	}
	t.Tags = slices.DeleteFunc(t.Tags, func(tag Tag) bool { return slices.Contains(in.TagKeys, tag.Key) })
	return nothing{}, nil
}

// listTagsForResource lists the tags of a topic.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListTagsForResource.html
func (s *Service) listTagsForResource(c *wire.Call, in tagInput) (tagAnswer, error) {
	t, err := s.tagged(c, in.ResourceArn)
	if err != nil {
		return tagAnswer{}, err
	}
	return tagAnswer{t.Tags}, nil
}

// tagged finds the topic of a call about tags, which is for its owner.
func (s *Service) tagged(c *wire.Call, text string) (*Topic, error) {
	a, err := parseARN(text, "ResourceArn")
	if err != nil {
		return nil, err
	}
	t := s.Store().Topics[text]
	if t == nil || a.region != c.Region || a.account != c.Account {
		return nil, wire.Errorf("ResourceNotFoundException", "Resource does not exist")
	}
	return t, nil
}

func checkTags(tags []Tag) error {
	if len(tags) > mostTags {
		return tooManyTags()
	}
	for i, tag := range tags {
		if slices.ContainsFunc(tags[:i], func(other Tag) bool { return other.Key == tag.Key }) {
			return invalid("Duplicated keys are not allowed.")
		}
	}
	return nil
}

func tooManyTags() error {
	return wire.Errorf("TagLimitExceededException", "Could not complete request: tag quota of per resource exceeded")
}
