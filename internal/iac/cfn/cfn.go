// Package cfn reads CloudFormation templates: YAML and JSON, SAM, what CDK writes,
// templates inside of StackSets, and the resources of a serverless.yml.
//
// It judges a trail over every value that its parameters may have. It never fetches what
// a template includes or imports: that is unknown, and named.
//
// Its nouns: a node is a value with its place in the text; a template is a document with
// Resources; a world is one choice of a value for each parameter.
package cfn

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trailspan/trailspan/internal/iac"
)

// The kinds of files.
const (
	CloudFormation iac.Kind = "cloudformation"
	Serverless     iac.Kind = "serverless"
)

// largest is the size of a text that is still read, and of one that is broken: those are
// read piece by piece. CloudFormation takes 1 MB.
const (
	largest       = 8 << 20
	largestBroken = 1 << 20
)

const trailType = "AWS::CloudTrail::Trail"

type reader struct{}

// New returns the Reader of CloudFormation.
func New() iac.Reader { return reader{} }

// Kind recognizes templates by their name and by the keys at their root.
func (reader) Kind(name string, text []byte) iac.Kind {
	base := strings.ToLower(path.Base(name))
	ext := path.Ext(base)
	if strings.HasPrefix(base, "serverless") && slices.Contains([]string{".yml", ".yaml", ".json"}, ext) {
		return Serverless
	}
	exts := []string{"", ".yaml", ".yml", ".json", ".template", ".cfn", ".cft", ".cform", ".tpl", ".tmpl", ".j2", ".jinja", ".erb", ".tftpl", ".txt"}
	if !slices.Contains(exts, ext) && base != "-" || !bytes.Contains(text, []byte("AWS")) {
		return ""
	}
	if looksLikeTemplate(text) {
		return CloudFormation
	}
	return ""
}

// Read finds the trails of a template. A text that does not speak of CloudTrail is not parsed.
func (reader) Read(in iac.Input) iac.File {
	f := iac.File{Kind: reader{}.Kind(in.Path, in.Text)}
	if f.Kind == "" {
		f.Kind = CloudFormation
	}
	if !bytes.Contains(in.Text, []byte("CloudTrail")) {
		return f
	}
	p := page{kind: f.Kind, text: in.Text, parameters: in.Parameters}
	f.Trails, f.Unreadable = p.trails()
	if !bytes.Contains(in.Text, []byte(trailType)) {
		f.Unreadable = "" // whatever it says, it declares no trail
	}
	if f.Unreadable != "" && len(f.Trails) == 0 && f.Kind == CloudFormation && !looksLikeTemplate(in.Text) {
		f.Unreadable = ""
	}
	return f
}

// page is a text that holds templates: a file, or a template within a template.
type page struct {
	kind       iac.Kind
	text       []byte
	parameters map[string]string
	depth      int               // of pages around it
	templated  bool              // another program fills it
	controls   []iac.ControlLine // lines of that program
	bare       []byte            // the text without what that program fills
	rows       [][]byte          // its lines
	content    []int             // below each, the first line from 1 that is more than a comment
}

func (p page) trails() (out []iac.Trail, unreadable string) {
	docs, unreadable := p.parse()
	if unreadable != "" {
		docs = p.mended(docs)
	}
	all := p.find(docs)
	if unreadable == "" {
		p.verify(docs, all)
	}
	for _, f := range all {
		if unreadable != "" {
			f.Fix, f.Elsewhere, f.Start = nil, nil, nil
		}
		out = append(out, f.Trail)
	}
	slices.SortStableFunc(out, func(a, b iac.Trail) int { return a.Line - b.Line })
	return out, unreadable
}

// mended are the documents of a broken template without what breaks it, or those that
// could be read before.
func (p page) mended(had []*node) []*node {
	if len(p.text) > largestBroken || !utf8.Valid(p.text) {
		return had
	}
	if text := mend(p.text); text != nil {
		if docs, unreadable := parseYAML(text); unreadable == "" {
			return docs
		}
	}
	return had
}

// find returns the trails with edits that nobody has tried.
func (p page) find(docs []*node) (out []found) {
	for _, d := range docs {
		t := newTemplate(p, d)
		for _, r := range t.resources() {
			out = append(out, t.trail(r))
		}
		out = append(out, t.embedded()...)
	}
	return out
}
