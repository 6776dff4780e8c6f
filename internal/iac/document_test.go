package iac_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
	"github.com/trailspan/trailspan/internal/iac/commands"
	"github.com/trailspan/trailspan/internal/iac/terraform"
)

func everything() iac.Several {
	files := iac.Several{cfn.New(), terraform.New(), commands.New()}
	return append(files, iac.Documents{Blocks: files})
}

// fence keeps the blocks of these tests apart from those of the file.
const fence = "```"

func TestDocuments(t *testing.T) {
	for _, tt := range []struct {
		why, text, want, fixed string // fixed: the lines that a fix adds or changes, in order
	}{
		{
			"a template in an item of a list keeps its indentation",
			"1. Deploy\n\n   ~yaml\n   Resources:\n     Audit:\n       Type: AWS::CloudTrail::Trail\n       Properties:\n         S3BucketName: logs\n         IsLogging: true\n   ~\n",
			"Audit 5:6 single",
			"         IsMultiRegionTrail: true\n         IncludeGlobalServiceEvents: true",
		},
		{
			"a configuration, and a module out of sight that is told; one that is not told is not spoken of",
			"CloudTrail\n~hcl\nresource \"aws_cloudtrail\" \"a\" {\n  name           = \"a\"\n  s3_bucket_name = \"b\"\n}\nmodule \"cloudtrail\" {\n  source = \"cloudposse/cloudtrail/aws\"\n}\nmodule \"told\" {\n  source                = \"cloudposse/cloudtrail/aws\"\n  is_multi_region_trail = false\n}\n~\n",
			"aws_cloudtrail.a 3:1 single; module.told 10:1 single",
			"  is_multi_region_trail = true\n  is_multi_region_trail = true",
		},
		{
			"a block with parts left out is passed by",
			"~hcl\nresource \"aws_cloudtrail\" \"a\" {\n  ...\n}\n~\n",
			"", "",
		},
		{
			"a program, in a file that ends its lines as DOS does",
			"~python\r\nimport boto3\r\nc = boto3.client('cloudtrail')\r\nc.create_trail(\r\n    Name='x',\r\n    S3BucketName='b',\r\n)\r\n~\r\n",
			"create_trail 4:2 single",
			"    IsMultiRegionTrail=True,\r",
		},
		{
			"programs of other languages, PHP without its opening tag",
			"~java\nimport software.amazon.awssdk.services.cloudtrail.model.*;\nvar r = CreateTrailRequest.builder()\n    .name(\"a\")\n    .build();\n~\n~csharp\nusing Amazon.CloudTrail.Model;\nvar r = new CreateTrailRequest { Name = \"a\", IsMultiRegionTrail = true };\n~\n~php\n$c = new Aws\\CloudTrail\\CloudTrailClient([]);\n$c->createTrail(['Name' => 'a', 'S3BucketName' => 'b', 'IsMultiRegionTrail' => true]);\n~\n",
			"CreateTrailRequest 3:9 single; CreateTrailRequest 9:9 multi; createTrail 13:5 multi",
			"    .isMultiRegionTrail(true)",
		},
		{
			"a block without a language is known by what it says; output is none",
			"~\nresource \"aws_cloudtrail\" \"a\" {\n  is_multi_region_trail = true\n}\n~\n~json\n{\"trailList\": [{\"IsMultiRegionTrail\": false, \"TrailARN\": \"arn:aws:cloudtrail:…\"}]}\n~\n",
			"aws_cloudtrail.a 2:1 multi",
			"",
		},
	} {
		t.Run(tt.why, func(t *testing.T) {
			text := strings.ReplaceAll(tt.text, "~", fence)
			in := iac.Input{Path: "docs/README.md", Text: []byte(text)}
			f := everything().Read(in)
			var got []string
			var edits []iac.Edit
			for _, found := range f.Trails {
				got = append(got, fmt.Sprintf("%s %d:%d %s", found.Name, found.Line, found.Column, found.Verdict))
				edits = append(edits, found.Fix...)
			}
			if strings.Join(got, "; ") != tt.want {
				t.Errorf("got %s, want %s", strings.Join(got, "; "), tt.want)
			}
			fixed, ok := iac.Apply(in.Text, edits)
			if added := addedLines(text, string(fixed)); !ok || added != tt.fixed {
				t.Errorf("added %q, want %q", added, tt.fixed)
			}
			in.Text = fixed
			for _, after := range everything().Read(in).Trails {
				if after.Verdict != iac.Multi {
					t.Errorf("%s is %s after its fix", after.Name, after.Verdict)
				}
			}
		})
	}
}

// addedLines are those that were not there.
func addedLines(before, after string) string {
	old := map[string]bool{}
	for _, line := range strings.Split(before, "\n") {
		old[line] = true
	}
	var added []string
	for _, line := range strings.Split(after, "\n") {
		if !old[line] {
			added = append(added, line)
		}
	}
	return strings.Join(added, "\n")
}

// TestWide: what PowerShell redirects is in UTF-16; it is read, and not edited.
func TestWide(t *testing.T) {
	plan := `{"format_version": "1.2", "terraform_version": "1.11.0", "planned_values": {"root_module": {"resources": [
		{"address": "aws_cloudtrail.a", "mode": "managed", "type": "aws_cloudtrail", "name": "a", "values": {"is_multi_region_trail": false}}]}}}`
	template := "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  A:\n    Type: AWS::CloudTrail::Trail\n    Properties: {S3BucketName: b, IsLogging: true}\n"
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for name, text := range map[string]string{"plan.json": plan, "a.yaml": template} {
			wide := order.AppendUint16(nil, 0xfeff)
			for _, unit := range utf16.Encode([]rune(text)) {
				wide = order.AppendUint16(wide, unit)
			}
			f := everything().Read(iac.Input{Path: name, Text: wide})
			if len(f.Trails) != 1 || f.Trails[0].Verdict != iac.Single || len(f.Trails[0].Fix) > 0 {
				t.Errorf("%v %s: %+v", order, name, f)
			}
		}
	}
}
