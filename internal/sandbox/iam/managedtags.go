package iam

import "github.com/trailspan/trailspan/internal/sandbox/wire"

type tagPolicyInput struct {
	PolicyArn string
	Tags      []Tag
}

func (o operations) tagPolicy(c *wire.Call, in tagPolicyInput) (nothing, error) {
	p, err := o.store().ownPolicy(c, in.PolicyArn)
	if err != nil {
		return nothing{}, err
	}
	tags, err := tagged(p.Tags, in.Tags)
	if err == nil {
		p.Tags = tags
	}
	return nothing{}, err
}

type untagPolicyInput struct {
	PolicyArn string
	TagKeys   []string
}

func (o operations) untagPolicy(c *wire.Call, in untagPolicyInput) (nothing, error) {
	p, err := o.store().ownPolicy(c, in.PolicyArn)
	if err != nil {
		return nothing{}, err
	}
	p.Tags = untagged(p.Tags, in.TagKeys)
	return nothing{}, nil
}

type policyList struct {
	policyARN
	paging
}

func (o operations) listPolicyTags(c *wire.Call, in policyList) (tagsOutput, error) {
	p, err := o.store().policyOf(c, in.PolicyArn)
	if err != nil {
		return tagsOutput{}, err
	}
	return listTags(p.Tags, in.paging)
}
