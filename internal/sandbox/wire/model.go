package wire

import (
	"compress/gzip"
	"embed"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
)

// models holds the service models of botocore, cut down by models/trim.py.
//
//go:embed models/*.json.gz
var models embed.FS

// A model describes the operations of one service. Its JSON form is that of
// botocore: https://github.com/boto/botocore/tree/develop/botocore/data
type model struct {
	Metadata struct {
		APIVersion   string
		Protocol     string // json, query, ec2 or rest-json
		TargetPrefix string
		XMLNamespace string
	}
	Operations map[string]*operationModel
	Shapes     map[string]*shape
}

// An operationModel whose Input and Output are nil takes or gives nothing, or is one
// of which the model keeps only the name.
type operationModel struct {
	Name string
	HTTP struct {
		Method     string
		RequestURI string
	}
	Input  *member
	Output *member
}

// A member is a shape in its place.
type member struct {
	Shape         string
	Location      string // "" the body; uri, querystring or header
	LocationName  string
	QueryName     string
	Flattened     bool
	ResultWrapper string
}

type shape struct {
	Type      string // structure, list, map, string, boolean, integer, long, float, double, timestamp, blob
	Required  []string
	Members   map[string]*member
	Member    *member // of a list
	Key       *member // of a map
	Value     *member // of a map
	Enum      []string
	Min       *float64
	Max       *float64
	Pattern   string
	Flattened bool
	Exception bool
	Error     *struct {
		Code           string
		HTTPStatusCode int
	}

	expression func() *regexp.Regexp // of Pattern; nil where RE2 cannot say it
}

// load reads the model of a service.
func load(service string) (*model, error) {
	f, err := models.Open("models/" + service + ".json.gz")
	if err != nil {
		return nil, fmt.Errorf("opening the model of %s: %w", service, err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("unpacking the model of %s: %w", service, err)
	}
	m := &model{}
	if err := json.NewDecoder(z).Decode(m); err != nil {
		return nil, fmt.Errorf("decoding the model of %s: %w", service, err)
	}
	for _, s := range m.Shapes {
		s.expression = sync.OnceValue(func() *regexp.Regexp { return compilePattern(s.Pattern) })
	}
	return m, nil
}

// compilePattern translates a pattern from the dialect of Java, which must match
// the whole value, to RE2.
func compilePattern(p string) *regexp.Regexp {
	if p == "" {
		return nil
	}
	p = strings.ReplaceAll(p, `\uD800\uDC00-\uDBFF\uDFFF`, `\x{10000}-\x{10FFFF}`)
	p = javaEscape.ReplaceAllString(p, `\x{$1}`)
	p = strings.ReplaceAll(p, `0-9-_`, `0-9\-_`)
	p = strings.ReplaceAll(p, `(?!aws:)`, ``) // which RE2 cannot say
	re, err := regexp.Compile("^(?:" + p + ")$")
	if err != nil {
		return nil
	}
	return re
}

var javaEscape = regexp.MustCompile(`\\u([0-9A-Fa-f]{4})`)

// shapeOf returns the shape of a member; a model of ours always has it.
func (m *model) shapeOf(r *member) *shape { return m.Shapes[r.Shape] }
