package terraform

import (
	"bytes"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

const bucketPolicy = "aws_s3_bucket_policy"

// policyNames are the attributes that hold a policy and its bucket, by the resources that
// have them. A bucket itself could have one before version 4 of the provider.
var policyNames = map[string]struct{ policy, bucket string }{
	bucketPolicy:             {"policy", "bucket"},
	"awscc_s3_bucket_policy": {"policy_document", "bucket"},
	"aws_s3_bucket":          {"policy", ""},
}

// bucketProblem is that the policy of the bucket keeps Regions out: said where the policy is,
// or, of one in another file, where the trail names the bucket.
func (d *declaration) bucketProblem(t iac.Trail) (p iac.Problem, broken bool) {
	by, address, out := d.delivers()
	if by == nil {
		return p, false
	}
	p = iac.Problem{Rule: iac.BucketPolicy, Line: t.Line, Column: t.Column, Message: notDelivered(address, out)}
	if bucket := d.attrs["s3_bucket_name"]; by.file == d.file {
		p.Line, p.Column = by.head.Line, column(by.file.text, by.head.Byte)
	} else if bucket.file == d.file {
		p.Line, p.Column = bucket.key.Start.Line, column(d.file.text, bucket.key.Start.Byte)
	}
	return p, true
}

// delivers asks the policy that the directory gives to the bucket of a trail, and returns
// the block with that policy, and what it is called. A directory without one, or with several, says nothing.
func (d *declaration) delivers() (by *block, address string, out iac.Delivery) {
	bucket := d.attrs["s3_bucket_name"]
	if bucket == nil || d.overrides || ignores(d.attrs, d.nested, "s3_") || !d.world.hasPolicy(bucket) {
		return nil, "", out
	}
	survey, ok := d.survey()
	if !ok {
		return nil, "", out
	}
	var found []string
	for _, s := range survey.scope.instances(d.block) {
		to, ok := d.destination(survey.sight(), s)
		if !ok {
			return nil, "", iac.Delivery{}
		}
		policy, in, text, ok := survey.policy(to.Bucket)
		if !ok {
			return nil, "", iac.Delivery{}
		}
		one := iac.Deliver(func(home trail.Region, account trail.AccountID) (iac.Destination, string, bool) {
			there := iac.Destination{
				Bucket: at(to.Bucket, home, account), Prefix: at(to.Prefix, home, account), Name: at(to.Name, home, account),
				Organization: to.Organization,
			}
			return there, at(text, home, account), true
		})
		by, address, out = policy, in.address(policy), one
		found = append(found, one.Few())
		if !one.Refused || found[0] != one.Few() {
			return nil, "", iac.Delivery{}
		}
	}
	return by, address, out
}

// destination is where an instance of a trail writes. A prefix that is not known may be none
// at all.
func (d *declaration) destination(in sight, instance *scope) (to iac.Destination, ok bool) {
	in.scope = instance
	bucket, known := in.text(d.attrs["s3_bucket_name"], 0)
	prefix, also := in.text(d.attrs["s3_key_prefix"], 0)
	name, named := in.text(d.attrs[trailNames[d.label(0)]], 0)
	if !known || !also || bucket == "" || strings.Contains(prefix, iac.Mark) {
		return to, false
	}
	if !named || name == "" {
		name = iac.Mark + d.address() + iac.Mark
	}
	to = iac.Destination{Bucket: bucket, Prefix: strings.TrimSuffix(prefix, "/"), Name: name, Organization: true}
	if a := d.attrs["is_organization_trail"]; a == nil || !a.long() && instance.ask(a.expr, 0).or(no) == no {
		to.Organization = false
	}
	return to, true
}

// policy is the one policy that the directory gives to a bucket, or that a module gives
// which it calls for that bucket: the block, where it is, and the policy as JSON.
func (s *survey) policy(bucket string) (by *block, of *survey, text string, ok bool) {
	places := []*survey{s}
	if call := s.makerOf(s.trail.attrs["s3_bucket_name"]); call != nil {
		in, ok := s.inside(call)
		if !ok {
			return nil, nil, "", false
		}
		places = append(places, in)
	}
	for _, in := range places {
		for _, b := range in.all {
			names, is := policyNames[b.label(0)]
			if !is || b.attrs[names.policy] == nil {
				continue
			}
			on, known := in.bucketOf(b, names.bucket)
			switch {
			case !known:
				return nil, nil, "", false
			case on != bucket:
				continue
			case by != nil || !in.together(b) || ignores(b.attrs, b.blocks, "policy"):
				return nil, nil, "", false
			}
			by, of = b, in
			text, ok = in.document(b.attrs[names.policy])
		}
	}
	return by, of, text, ok
}

// makerOf is the call of the local module that an attribute takes its value from.
func (s *survey) makerOf(a *attribute) *block {
	for _, t := range a.expr.Variables() {
		name, _ := step(t, 1)
		if call := s.blocks["module."+name]; t.RootName() == "module" && call != nil && target(call) != "" {
			return call
		}
	}
	return nil
}

// bucketOf is the bucket that a block gives a policy to.
func (s *survey) bucketOf(b *block, attribute string) (string, bool) {
	in := s.sight()
	if attribute != "" {
		return in.text(b.attrs[attribute], 0)
	}
	v, ok := in.named(b, hcl.Traversal{hcl.TraverseRoot{Name: b.label(0)}, hcl.TraverseAttr{Name: b.label(1)}}, bucketNames[b.label(0)], 0)
	return word(v, ok)
}

// together says whether a block is there whenever the trail is.
func (s *survey) together(b *block) bool {
	count, same := b.attrs["count"], s.trail.attrs["count"]
	switch {
	case b.attrs["for_each"] != nil:
		return false
	case count == nil, same != nil && s.call == nil && count.text() == same.text():
		return true
	case count.long():
		return false
	}
	v, ok := plainly(s.scope.value(count.expr))
	n, known := word(v, ok)
	return known && n != "0"
}

// document is a policy, with what marks symbols spelled as JSON has it.
func (s *survey) document(a *attribute) (string, bool) {
	text, ok := s.sight().text(a, 0)
	return strings.ReplaceAll(text, iac.Mark, `\u0000`), ok && text != ""
}

// hasPolicy says whether there is any policy of a bucket in the directory of a file, or can
// be one where the bucket comes from: mostly there is none, and the directory need not be read.
func (w *world) hasPolicy(bucket *attribute) bool {
	return givesPolicy(w.in.Text) || w.near.givesPolicy(path.Dir(w.in.Path)) || strings.Contains(bucket.text(), "module.")
}

func givesPolicy(text []byte) bool {
	return bytes.Contains(text, []byte("s3_bucket_policy")) ||
		bytes.Contains(text, []byte(`"aws_s3_bucket"`)) && bytes.Contains(text, []byte("policy"))
}
