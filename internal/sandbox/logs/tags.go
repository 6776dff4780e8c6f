package logs

import (
	"maps"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostTags is how many tags a log group can have.
const mostTags = 50

func checkTags(tags map[string]string) error {
	for key := range tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			return invalid("Tag keys starting with aws: are reserved for internal use.")
		}
	}
	if len(tags) > mostTags {
		return wire.Errorf("TooManyTagsException", "The resource has more than %d tags.", mostTags)
	}
	return nil
}

// tag gives a group more tags; a key that was there has the new value.
func (g *Group) tag(tags map[string]string) error {
	all := maps.Clone(g.Tags)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, tags)
	if err := checkTags(all); err != nil {
		return err
	}
	g.Tags = all
	return nil
}

func (g *Group) untag(keys []string) {
	for _, key := range keys {
		delete(g.Tags, key)
	}
}

// resource finds the group of an ARN, which must be the caller's.
func (s *Store) resource(c *wire.Call, arn string) (*Group, error) {
	name, ok := strings.CutPrefix(strings.TrimSuffix(arn, ":*"), groupARN(c, ""))
	if !ok {
		return nil, wire.Errorf("ResourceNotFoundException", "The specified resource does not exist.")
	}
	return s.group(c, name)
}

type tagsOutput struct {
	Tags map[string]string `json:"tags"`
}

func (g *Group) tags() tagsOutput {
	if g.Tags == nil {
		return tagsOutput{map[string]string{}}
	}
	return tagsOutput{g.Tags}
}

type tagResourceInput struct {
	ARN  string            `json:"resourceArn"`
	Tags map[string]string `json:"tags"`
	Keys []string          `json:"tagKeys"`
}

func (o operations) tagResource(c *wire.Call, in tagResourceInput) (nothing, error) {
	g, err := o.store().resource(c, in.ARN)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, g.tag(in.Tags)
}

func (o operations) untagResource(c *wire.Call, in tagResourceInput) (nothing, error) {
	g, err := o.store().resource(c, in.ARN)
	if err == nil {
		g.untag(in.Keys)
	}
	return nothing{}, err
}

func (o operations) listTagsForResource(c *wire.Call, in tagResourceInput) (tagsOutput, error) {
	g, err := o.store().resource(c, in.ARN)
	if err != nil {
		return tagsOutput{}, err
	}
	return g.tags(), nil
}

type tagGroupInput struct {
	groupName
	Tags map[string]string `json:"tags"`
}

func (o operations) tagLogGroup(c *wire.Call, in tagGroupInput) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	return nothing{}, g.tag(in.Tags)
}

type untagGroupInput struct {
	groupName
	Keys []string `json:"tags"`
}

func (o operations) untagLogGroup(c *wire.Call, in untagGroupInput) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err == nil {
		g.untag(in.Keys)
	}
	return nothing{}, err
}

func (o operations) listTagsLogGroup(c *wire.Call, in groupName) (tagsOutput, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return tagsOutput{}, err
	}
	return g.tags(), nil
}
