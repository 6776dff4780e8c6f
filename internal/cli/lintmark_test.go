package cli

import (
	"strings"
	"testing"
)

// A byte order mark changes nothing: every kind of file is found and fixed behind it as it
// is without, at the same line and column, and the mark stays.
func TestLintByteOrderMark(t *testing.T) {
	const mark = "\ufeff"
	command := "aws cloudtrail create-trail --name a --s3-bucket-name b\n"
	files := map[string]string{
		"a.tf":      "resource \"aws_cloudtrail\" \"a\" { name = \"x\" }\n",
		"b.tf.json": `{"resource": {"aws_cloudtrail": {"b": {"name": "x"}}}}`,
		"c.yaml":    "Resources: {T: {Type: AWS::CloudTrail::Trail, Properties: {S3BucketName: b}}}\n",
		"d.json":    `{"Resources": {"T": {"Type": "AWS::CloudTrail::Trail", "Properties": {"S3BucketName": "b"}}}}`,
		"e.sh":      command,
		"f.ps1":     command,
		"g.yml":     "- community.aws.cloudtrail:\n    name: x\n    state: present\n",
		"h.md":      "```sh\n" + command + "```\n",
	}
	for name, text := range files {
		plant(t, map[string]string{name: text})
		bare := lintBy(t, readers(), "", "text", lintFlags{fix: fixTrails}, name)
		fixed := read(t, name)
		plant(t, map[string]string{name: mark + text})
		marked := lintBy(t, readers(), "", "text", lintFlags{fix: fixTrails}, name)
		if now := read(t, name); now != mark+fixed || fixed == text || marked != bare || !strings.Contains(marked.out, "fixed") {
			t.Errorf("%s: without a mark\n%s%s\nwith one\n%s%s", name, bare.out, fixed, marked.out, now)
		}
	}
}
