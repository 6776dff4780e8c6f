package sandbox

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// tagQuota is how many tags a resource may have.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
const tagQuota = 50

type tagsInput struct {
	ResourceID string `json:"ResourceId"`
	TagsList   []tag
}

// addTags adds tags to a trail or event data store; a key that is there gets the new
// value.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
func (s *Sandbox) addTags(c *wire.Call, in tagsInput) (nothing, error) {
	r, err := s.resolveTagged(c, in.ResourceID)
	if err != nil {
		return nothing{}, err
	}
	if err := checkTags(in.TagsList); err != nil {
		return nothing{}, err
	}
	merged := append(withoutTags(*r.tags, in.TagsList), in.TagsList...)
	if len(merged) > tagQuota {
		return nothing{}, tooManyTags()
	}
	return nothing{}, r.change(merged)
}

// removeTags removes tags by their keys; keys that are not there are no error.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html
func (s *Sandbox) removeTags(c *wire.Call, in tagsInput) (nothing, error) {
	r, err := s.resolveTagged(c, in.ResourceID)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, r.change(withoutTags(*r.tags, in.TagsList))
}

type listTagsInput struct {
	ResourceIDList []string `json:"ResourceIdList"`
	NextToken      string
}

type listTagsOutput struct{ ResourceTagList []resourceTags }

type resourceTags struct {
	ResourceID string `json:"ResourceId"`
	TagsList   []tag
}

// listTags lists the tags of up to 20 resources, all of one owner.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html
func (s *Sandbox) listTags(c *wire.Call, in listTagsInput) (listTagsOutput, error) {
	if in.NextToken != "" {
		return listTagsOutput{}, wire.Errorf("InvalidTokenException", "The token is not valid.")
	}
	if n := len(in.ResourceIDList); n < 1 || n > 20 {
		return listTagsOutput{}, wire.Errorf("InvalidParameterException", "Specify between 1 and 20 resources, not %d.", n)
	}
	out := listTagsOutput{ResourceTagList: []resourceTags{}}
	for _, id := range in.ResourceIDList {
		r, err := s.resolveTagged(c, id)
		if err != nil {
			return listTagsOutput{}, err
		}
		if first, _ := parseARN(in.ResourceIDList[0]); first.Account != r.arn.Account {
			return listTagsOutput{}, wrongAccount(c)
		}
		out.ResourceTagList = append(out.ResourceTagList, resourceTags{id, append([]tag{}, *r.tags...)})
	}
	return out, nil
}

// tagged is a resource that can have tags.
type tagged struct {
	arn    resourceARN
	tags   *[]tag
	change func([]tag) error
}

// resolveTagged finds a resource by its ARN. Unlike other operations, those on tags
// tell what is wrong with the ARN before they say whether the resource exists: Region
// and account must be those of the call.
func (s *Sandbox) resolveTagged(c *wire.Call, id string) (tagged, error) {
	arn, ok := parseARN(id)
	switch {
	case !ok:
		return tagged{}, wire.Errorf("CloudTrailARNInvalidException", "The ARN %s is not valid.", id)
	case arn.Service != "cloudtrail":
		return tagged{}, wire.Errorf("ResourceTypeNotSupportedException", "The resource type of %s is not supported.", id)
	}
	switch arn.Type {
	case "trail":
		return s.taggedTrail(c, id)
	case "eventdatastore":
		return s.taggedDataStore(c, id)
	}
	return tagged{}, wire.Errorf("ResourceTypeNotSupportedException", "The resource type %s is not supported.", arn.Type)
}

// taggedTrail finds a trail of the caller, or, for a delegated administrator, of its
// organization.
func (s *Sandbox) taggedTrail(c *wire.Call, id string) (tagged, error) {
	arn, err := parseTrailARN(id)
	if err != nil {
		return tagged{}, err
	}
	owner, err := s.trailOwner(c, arn)
	foreign := owner != nil && owner.ID != c.Account
	switch {
	case err != nil:
		return tagged{}, err
	case foreign && !s.isDelegatedAdmin(c.Account):
		return tagged{}, wrongAccount(c)
	case arn.Region != c.Region:
		return tagged{}, wrongRegion(c)
	}
	t := owner.Trails[id]
	if t == nil || foreign && !t.IsOrganizationTrail {
		return tagged{}, unknownResource(id)
	}
	change := func(tags []tag) error {
		if err := s.checkPropagated(c, owner, id); err != nil {
			return err
		}
		s.remember(owner, id)
		t.Tags = tags
		return nil
	}
	return tagged{arn, &t.Tags, change}, nil
}

func (s *Sandbox) taggedDataStore(c *wire.Call, id string) (tagged, error) {
	d, err := s.dataStore(c, id)
	if err != nil {
		return tagged{}, err
	}
	arn, _ := parseARN(d.ARN)
	return tagged{arn, &d.Tags, func(tags []tag) error { d.Tags = tags; return nil }}, nil
}

func unknownResource(id string) error {
	return wire.Errorf("ResourceNotFoundException", "The resource %s was not found.", id)
}

// withoutTags returns the tags whose keys are not among those of others.
func withoutTags(tags, others []tag) []tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t tag) bool {
		return slices.ContainsFunc(others, func(o tag) bool { return o.Key == t.Key })
	})
}

// checkTags checks the tags of one request.
//
// https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
func checkTags(tags []tag) error {
	const code = "InvalidTagParameterException"
	if len(tags) > tagQuota {
		return tooManyTags()
	}
	seen := map[string]bool{}
	for _, t := range tags {
		switch n := utf8.RuneCountInString(t.Key); {
		case n < 1 || n > 128:
			return wire.Errorf(code, "The tag key %q must have between 1 and 128 characters.", t.Key)
		case utf8.RuneCountInString(value(t.Value)) > 256:
			return wire.Errorf(code, "The value of the tag %s must not have more than 256 characters.", t.Key)
		case strings.HasPrefix(strings.ToLower(t.Key), "aws:"):
			return wire.Errorf(code, "The tag key %s has the reserved prefix aws:.", t.Key)
		case seen[t.Key]:
			return wire.Errorf(code, "The tag key %s is specified more than once.", t.Key)
		}
		seen[t.Key] = true
	}
	return nil
}

func tooManyTags() error {
	return wire.Errorf("TagsLimitExceededException", "The number of tags has exceeded the limit of %d.", tagQuota)
}
