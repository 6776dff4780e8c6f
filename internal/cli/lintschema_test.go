package cli

import (
	"compress/gzip"
	"os"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// What lint writes as SARIF is what the whole schema of OASIS asks for: with findings, fixes,
// suppressions, unknown trails and files that cannot be read, and with nothing at all.
// https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json
func TestLintSARIFSchema(t *testing.T) {
	schema := sarifSchema(t)
	for name, files := range map[string]map[string]string{
		"every kind of result": {
			"dir with space/a,b.fake": "cloudtrail t one\ncloudtrail u who\ncloudtrail v one # trailspan:ignore single-region x",
			"c.fake":                  "cloudtrail ???", "d.fake": "cloudtrail w all", "é.fake": "cloudtrail é one",
			".trailspan.yaml": "rules: {log-file-validation: on}\nseverities: {log-file-validation: info}\n",
		},
		"nothing": {"a.txt": "nothing"},
	} {
		plant(t, files)
		out := lintWith(t, "", "sarif", lintFlags{}, ".").out
		if err := validate(schema, out); err != nil {
			t.Errorf("%s: %v\n%s", name, err, out)
		}
		// The schema would see a mistake.
		if broken := strings.Replace(out, `"version": "2.1.0"`, `"version": "2"`, 1); broken == out || validate(schema, broken) == nil {
			t.Errorf("%s: a wrong version passes", name)
		}
	}
}

func validate(s *jsonschema.Schema, text string) error {
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return err
	}
	return s.Validate(v)
}

func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	const name = "../report/testdata/sarif-schema-2.1.0.json.gz"
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(z)
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
