package terraform

import (
	"bytes"
	"io/fs"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/trailspan/trailspan/internal/trail"
)

// What depends on where a trail is made stands in documents by these, until they are asked
// for a place.
const (
	hereRegion  = "\ue000region\ue000"
	hereAccount = "\ue000account\ue000"
	hereLegacy  = "\ue000legacy\ue000"
)

// at is a text for a trail that is made in a Region and an account.
func at(text string, home trail.Region, account trail.AccountID) string {
	return strings.NewReplacer(hereRegion, string(home), hereAccount, string(account),
		hereLegacy, string(trail.LegacyAccount(home))).Replace(text)
}

// survey is a directory with all blocks in it, as a trail sees them that is in it, or in a
// directory which calls it.
type survey struct {
	trail  *declaration
	scope  *scope
	blocks map[string]*block // by address
	all    []*block          // resources, in order
	call   *block            // of the directory, if the trail is not in it
	from   *survey           // likewise: what calls it
	called map[*block]*survey
}

// survey reads the directory of a trail; ok is false when files override what it says,
// or say it twice, which is not followed.
func (d *declaration) survey() (s *survey, ok bool) {
	dir := d.world.near.around(d.world.src)
	s = &survey{trail: d, scope: newScope(dir, givenTo(dir, d.world.in.Parameters), false), blocks: map[string]*block{}}
	return s, s.read()
}

// inside is the survey of a local module that a directory calls, once.
func (s *survey) inside(call *block) (*survey, bool) {
	if in, known := s.called[call]; known {
		return in, in != nil
	}
	if s.called == nil {
		s.called = map[*block]*survey{}
	}
	s.called[call] = nil
	near, dir := s.trail.world.near, target(call)
	if dir == "" || call.attrs["count"] != nil || call.attrs["for_each"] != nil || !near.givesPolicy(dir) {
		return nil, false
	}
	callee := near.directory(dir)
	with := s.scope.call(call, callee)
	in := &survey{trail: s.trail, scope: newScope(callee, with.vars, true), blocks: map[string]*block{}, call: call, from: s}
	if !in.read() {
		return nil, false
	}
	s.called[call] = in
	return in, true
}

// read takes in the blocks of all files, also of those that are passed over otherwise.
func (s *survey) read() bool {
	near, dir := s.trail.world.near, s.scope.dir
	sources := dir.sources
	for _, name := range dir.passed {
		text, err := fs.ReadFile(near.tree, name)
		if err != nil || !mattersToBuckets(text) {
			continue
		}
		if src, why := near.memory.source(name, text); why == "" {
			sources = append(sources[:len(sources):len(sources)], src)
		}
	}
	for _, src := range sources {
		if isOverride(src.path) && mentionsBuckets(src.text) {
			return false
		}
		for _, b := range src.blocks {
			if !s.add(b) {
				return false
			}
		}
	}
	return true
}

func mattersToBuckets(text []byte) bool {
	for _, word := range []string{"s3_bucket", "data", "module", "output"} {
		if bytes.Contains(text, []byte(word)) {
			return true
		}
	}
	return false
}

func mentionsBuckets(text []byte) bool {
	return bytes.Contains(text, []byte("s3_bucket")) || bytes.Contains(text, []byte("policy_document"))
}

// add takes in a block; false when there is another one of its address, as where files stand
// each alone: which one is meant is not known.
func (s *survey) add(b *block) bool {
	var address string
	switch b.kind {
	case "resource":
		address = b.address()
		s.all = append(s.all, b)
	case "data":
		address = "data." + b.address()
	case "module", "output":
		address = b.kind + "." + b.label(0)
	default:
		return true
	}
	twice := s.blocks[address] != nil
	s.blocks[address] = b
	return !twice
}

// address is how a resource is referred to.
func (b *block) address() string { return b.label(0) + "." + b.label(1) }

// address is how a block of the directory is referred to where the trail is.
func (s *survey) address(b *block) string {
	if s.call != nil {
		return "module." + s.call.label(0) + "." + b.address()
	}
	return b.address()
}

// sight is how all of the directory is read.
func (s *survey) sight() sight {
	steps := mostSteps
	return sight{scope: s.scope, survey: s, steps: &steps}
}

// beside says whether a block is of the provider, and the Region, of the trail.
func (s *survey) beside(b *block) bool {
	name := func(a *attribute) string {
		if a == nil {
			return ""
		}
		return a.text()
	}
	if s.call != nil && (s.call.attrs["providers"] != nil || s.trail.attrs["provider"] != nil || b.attrs["provider"] != nil) {
		return false
	}
	return name(b.attrs["provider"]) == name(s.trail.attrs["provider"]) && b.attrs["region"] == nil && s.trail.attrs["region"] == nil
}

// attribute is what a resource, or a data source, says of itself.
func (s sight) attribute(t hcl.Traversal, from, depth int) (any, bool) {
	kind, ok := step(t, from)
	if from == 0 {
		kind, ok = t.RootName(), true
	}
	name, also := step(t, from+1)
	member := from + 2
	if _, indexed := step(t, member); !indexed {
		member++
	}
	what, last := step(t, member)
	if !ok || !also || !last || len(t) != member+1 {
		return s.symbol(t)
	}
	id := kind + "." + name
	if from > 0 {
		id = "data." + id
	}
	if b := s.survey.blocks[id]; b != nil {
		if v, ok := s.outside().of(b, t[:member], what, depth); ok {
			return v, true
		}
	}
	return s.symbol(t)
}

// output is what a local module says of itself.
func (s sight) output(t hcl.Traversal, depth int) (any, bool) {
	name, _ := step(t, 1)
	out, ok := step(t, 2)
	call := s.survey.blocks["module."+name]
	if !ok || len(t) != 3 || call == nil || s.survey.from != nil {
		return s.symbol(t)
	}
	in, ok := s.survey.inside(call)
	if !ok || in.blocks["output."+out] == nil {
		return s.symbol(t)
	}
	said := in.blocks["output."+out].attrs["value"]
	if said == nil || said.long() {
		return s.symbol(t)
	}
	if v, ok := (sight{scope: in.scope, survey: in, steps: s.steps}).plain(said.expr, depth+5); ok {
		return v, true
	}
	return s.symbol(t)
}

// given is what the call of a module gives to a variable of it.
func (s sight) given(name string, depth int) (any, bool) {
	a := s.survey.call.attrs[name]
	if a == nil || a.long() {
		return nil, false
	}
	from := sight{scope: s.survey.from.scope, survey: s.survey.from, steps: s.steps}
	return from.plain(a.expr, depth+5)
}

// of is an attribute of a block, if that is one which can be told.
func (s sight) of(b *block, self hcl.Traversal, what string, depth int) (any, bool) {
	beside := s.survey.beside(b)
	is := func(names ...string) bool {
		for _, n := range names {
			if n == what {
				return true
			}
		}
		return false
	}
	switch kind := b.label(0); {
	case bucketNames[kind] != "" && is("id", "bucket", "bucket_name"):
		return s.named(b, self, bucketNames[kind], depth)
	case bucketNames[kind] != "" && is("arn"):
		v, ok := s.named(b, self, bucketNames[kind], depth)
		name, ok := word(v, ok)
		return "arn:aws:s3:::" + name, ok
	case kind == bucketPolicy && is("id"), strings.HasPrefix(kind, "aws_s3_bucket_") && is("bucket"):
		if a := b.attrs["bucket"]; a != nil && !a.long() {
			return s.plain(a.expr, depth)
		}
	case trailNames[kind] != "" && b.kind == "resource" && is("arn"):
		v, ok := s.named(b, self, trailNames[kind], depth)
		name, ok := word(v, ok)
		return "arn:aws:cloudtrail:" + hereRegion + ":" + hereAccount + ":trail/" + name, ok && beside
	case trailNames[kind] != "" && b.kind == "resource" && is(trailNames[kind]):
		return s.named(b, self, trailNames[kind], depth)
	case kind == aws && is("home_region") && beside:
		return hereRegion, true
	case b.kind == "data":
		return s.source(b, what, beside, depth)
	}
	return nil, false
}

// The attributes that name buckets and trails.
var (
	bucketNames = map[string]string{"aws_s3_bucket": "bucket", "awscc_s3_bucket": "bucket_name"}
	trailNames  = map[string]string{aws: "name", awscc: "trail_name"}
)

// named is the name that a block gives to a resource, or a symbol for the one it gets.
func (s sight) named(b *block, self hcl.Traversal, attribute string, depth int) (any, bool) {
	if name, ok := s.text(b.attrs[attribute], depth); ok && name != "" {
		return name, true
	}
	return s.symbol(self)
}

// source is an attribute of a data source.
func (s sight) source(b *block, what string, beside bool, depth int) (any, bool) {
	switch b.label(0) + "." + what {
	case "aws_caller_identity.account_id", "aws_caller_identity.id":
		return hereAccount, beside
	case "aws_region.name", "aws_region.id", "aws_region.region":
		return s.region(b, beside, depth)
	case "aws_partition.partition", "aws_partition.id":
		return "aws", true
	case "aws_partition.dns_suffix":
		return "amazonaws.com", true
	case "aws_cloudtrail_service_account.arn":
		return "arn:aws:iam::" + hereLegacy + ":root", beside
	case "aws_cloudtrail_service_account.id":
		return hereLegacy, beside
	case "aws_iam_policy_document.json", "aws_iam_policy_document.minified_json":
		return s.document(b, depth)
	case "template_file.rendered":
		return s.rendered(b, depth)
	}
	return nil, false
}

// region is the one that a data source aws_region is about: where the trail is made, unless
// it names another.
func (s sight) region(b *block, beside bool, depth int) (any, bool) {
	for _, name := range []string{"name", "region"} {
		if a := b.attrs[name]; a != nil {
			text, ok := s.text(a, depth)
			return text, ok && text != ""
		}
	}
	return hereRegion, beside && b.attrs["endpoint"] == nil
}
