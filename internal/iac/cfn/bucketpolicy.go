package cfn

import (
	"encoding/json"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// delivers asks the policy that the template gives to the bucket of a trail, and returns
// where that policy is. A template without one, or with several, says nothing.
func (t *template) delivers(r resource) (key *node, d iac.Delivery) {
	if t.loops != nil || r.loops != nil {
		return nil, d
	}
	w := t.symbols(r, "us-east-1", "210987654321")
	props := r.body.of("Properties")
	bucket, prefix, name := w.eval(props.of("S3BucketName"), 0), w.eval(props.of("S3KeyPrefix"), 0), w.values[r.key.value]
	if bucket.is != text || bucket.s == "" || prefix.is != text && prefix.is != nothing || name.is != text {
		return nil, d
	}
	var found []resource
	for _, p := range t.declared(t.root.of("Resources"), "AWS::S3::BucketPolicy", nil, 0) {
		switch b := w.eval(p.body.of("Properties").of("Bucket"), 0); {
		case b.is != text: // it may be this bucket's
			return nil, d
		case b.s == bucket.s:
			found = append(found, p)
		}
	}
	if len(found) != 1 || !together(found[0].body, r.body) {
		return nil, d
	}
	organization := t.property(r, "IsOrganizationTrail")
	document := found[0].body.of("Properties").of("PolicyDocument")
	return found[0].key, iac.Deliver(func(home trail.Region, account trail.AccountID) (iac.Destination, string, bool) {
		w := t.symbols(r, home, account)
		v, ok := w.plain(document, 0)
		out, err := json.Marshal(v)
		return iac.Destination{
			Bucket: w.eval(props.of("S3BucketName"), 0).s, Prefix: strings.TrimSuffix(w.eval(props.of("S3KeyPrefix"), 0).s, "/"),
			Name: w.values[r.key.value].s, Organization: !organization.all.certain(false),
		}, string(out), ok && err == nil
	})
}

// together says whether a resource is there whenever another is.
func together(a, b *node) bool {
	c := a.of("Condition")
	return c == nil || c.text() != "" && c.text() == b.of("Condition").text()
}

// symbols is a world in which what is not in sight stands for itself, for a trail that is
// made in a Region and an account.
func (t *template) symbols(r resource, home trail.Region, account trail.AccountID) world {
	steps := min(mostSteps, *t.steps)
	w := world{t, map[string]val{
		"AWS::Region": literal(string(home)), "AWS::AccountId": literal(string(account)),
		"AWS::Partition": literal("aws"), "AWS::URLSuffix": literal("amazonaws.com"),
	}, &steps}
	if parameters := t.root.of("Parameters"); parameters != nil {
		for _, k := range parameters.keys {
			w.values[k.value] = symbol(k.value)
			if given, ok := t.page.parameters[k.value]; ok {
				w.values[k.value] = literal(given)
			}
		}
	}
	for _, b := range t.declared(t.root.of("Resources"), "AWS::S3::Bucket", nil, 0) {
		w.values[b.key.value] = w.named(b, "BucketName")
		w.values[b.key.value+".Arn"] = literal("arn:aws:s3:::" + w.values[b.key.value].s)
	}
	w.values[r.key.value] = w.named(r, "TrailName")
	w.values[r.key.value+".Arn"] = literal("arn:aws:cloudtrail:" + string(home) + ":" + string(account) + ":trail/" + w.values[r.key.value].s)
	return w
}

func symbol(name string) val { return literal(other + name + other) }

// named is the name that a template gives to a resource, or a symbol for the one it gets.
func (w world) named(r resource, property string) val {
	if v := w.eval(r.body.of("Properties").of(property), 0); v.is == text {
		return v
	}
	return symbol(r.key.value)
}

// plain is a part of a policy as JSON has it; ok says whether all of it is in sight.
func (w world) plain(n *node, depth int) (v any, ok bool) {
	if *w.steps--; n == nil || *w.steps < 0 || depth > deepestCall {
		return nil, false
	}
	if fn, _ := n.call(); fn != "" || n.shape == scalar {
		return w.eval(n, depth).plain()
	}
	if n.shape == list {
		out := []any{}
		for _, item := range n.vals {
			v, ok := w.plain(item, depth+1)
			if !ok {
				return nil, false
			}
			out = append(out, v)
		}
		return out, true
	}
	out := map[string]any{}
	for i, k := range n.keys {
		v, ok := w.plain(n.vals[i], depth+1)
		if !ok || k.text() == "" || k.raw == "<<" || strings.Contains(k.value, "::") {
			return nil, false
		}
		out[k.value] = v
	}
	return out, true
}

func (v val) plain() (any, bool) {
	switch v.is {
	case text:
		return v.s, true
	case several:
		out := []any{}
		for _, item := range v.list {
			one, ok := item.plain()
			if !ok {
				return nil, false
			}
			out = append(out, one)
		}
		return out, true
	default:
		return nil, false
	}
}
