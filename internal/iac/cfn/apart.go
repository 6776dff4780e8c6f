package cfn

import (
	"bytes"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// extent is a part of a text that can be read apart from the rest, and comes to the same there.
type extent struct{ from, to int }

// apart says whether a fix is seen to be right without the rest of the text: no edit reaches
// out of the resource, and what is read of that alone then is what the whole text had there, but
// for what the fix is for. Where it says no, the whole text has to be read again.
func (c check) apart(i int) bool {
	f := c.all[i]
	if f.inside != nil || len(c.docs) != 1 || c.page.templated {
		return false
	}
	at, ok := c.page.extent(c.docs[0], f.resource)
	if !ok {
		return false
	}
	edits := make([]iac.Edit, len(f.Fix))
	for n, e := range f.Fix {
		if e.Start < at.from || e.End > at.to {
			return false
		}
		edits[n] = iac.Edit{Start: e.Start - at.from, End: e.End - at.from, Text: e.Text}
	}
	after, ok := apply(c.page.text[at.from:at.to], edits)
	if !ok || at.to < len(c.page.text) && !f.resource.body.flow && !bytes.HasSuffix(after, []byte("\n")) {
		return false
	}
	now := f.resource.alone(after)
	s := sameness{bodies: map[*node]bool{f.resource.body: true}, seen: map[*node]*node{}}
	return now != nil && s.same(f.resource.body, now) && f.template.isMultiAs(resource{f.resource.key, now, f.resource.loops})
}

// isMultiAs says whether a trail would be multi-Region, with global service events, if it was
// written so.
func (t *template) isMultiAs(r resource) bool {
	return t.property(r, multiRegion).all.verdict() == iac.Multi && !t.property(r, globalEvents).all.certain(false)
}

// alone reads the text of a resource; nil when that does not hold just this resource.
func (r resource) alone(text []byte) *node {
	if r.body.flow {
		return parseJSON(text)
	}
	docs, unreadable := parseYAML(text)
	if unreadable != "" || len(docs) != 1 || docs[0].shape != mapping || len(docs[0].keys) != 1 || docs[0].keys[0].value != r.key.value {
		return nil
	}
	return docs[0].vals[0]
}

// extent finds the text of a resource: in JSON that of its value; in YAML its lines, from its
// name to the line of what comes next. Not ok where what is in it depends on what is outside,
// or the other way round.
func (p page) extent(document *node, r resource) (e extent, ok bool) {
	if document.end > 0 {
		return extent{r.body.at, r.body.end}, r.body.end > 0
	}
	f := fixer{t: &template{page: p}, r: r}
	start, _, alone := f.indent(r.key)
	next, found := following(document, r.body)
	if !alone || !found || r.body.shape != mapping || r.body.flow || r.body.ties() {
		return e, false
	}
	if next == nil {
		return extent{start, len(p.text)}, !bytes.Contains(p.text[start:], []byte("\n...")) && !bytes.Contains(p.text[start:], []byte("\n---"))
	}
	end, blank, alone := f.indent(next)
	return extent{start, end}, alone && next.line > r.key.line && !strings.Contains(blank, "\t") && bytes.HasSuffix(p.text[:end], []byte("\n"))
}

// following returns the key behind the value that is looked for; found says whether the value
// was met, among values of mappings.
func following(n, value *node) (next *node, found bool) {
	if n.shape != mapping || n.flow || n.alias > 0 {
		return nil, false
	}
	for i, v := range n.vals {
		if v != value {
			if next, found = following(v, value); !found {
				continue
			}
		}
		if next == nil && i+1 < len(n.keys) {
			next = n.keys[i+1]
		}
		return next, true
	}
	return nil, false
}

// ties says whether anchors or aliases tie a value to others.
func (n *node) ties() bool {
	if n.anchor || n.alias > 0 {
		return true
	}
	for i := range n.vals {
		if n.vals[i].ties() || n.shape == mapping && n.keys[i].ties() {
			return true
		}
	}
	return false
}
