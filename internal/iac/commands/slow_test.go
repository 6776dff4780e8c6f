package commands

import (
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/iac"
)

// Files that are made to keep a reader busy do not.
func TestNothingHangs(t *testing.T) {
	line := "aws cloudtrail create-trail $X\n"
	for name, in := range map[string]iac.Input{
		"a variable of itself":   {Path: "a.sh", Text: []byte(strings.Repeat("X=$X$X$X$X$X$X$X$X\n", 9) + line)},
		"many functions":         {Path: "a.sh", Text: []byte("f() { f \"$@\"; " + line + "}\n" + strings.Repeat("f \"$@\"\n", 2000))},
		"many brackets":          {Path: "a.sh", Text: []byte(line + strings.Repeat("$((", 200000))},
		"many ifs":               {Path: "a.sh", Text: []byte(line + strings.Repeat("if ", 170000))},
		"many negations":         {Path: "a.sh", Text: []byte(line + strings.Repeat("! ", 250000))},
		"many braces of YAML":    {Path: "a.yml", Text: []byte("run: " + line + strings.Repeat("[{", 100000))},
		"many quotes":            {Path: "a.ts", Text: []byte("cloudtrail aws-cdk" + strings.Repeat("'`", 100000))},
		"many calls":             {Path: "a.ts", Text: []byte("aws-cdk" + strings.Repeat("new cloudtrail.CfnTrail(", 20000))},
		"many commands":          {Path: "a.sh", Text: []byte(strings.Repeat(line, 5000))},
		"much of everything":     {Path: "a.md", Text: []byte(strings.Repeat("```sh\n"+line+"```\n", 5000))},
		"a heredoc in a heredoc": {Path: "Dockerfile", Text: []byte(strings.Repeat("RUN <<EOF\n"+line+"EOF\n", 3000))},
		"many requests":          {Path: "a.java", Text: []byte("import software.amazon.awssdk.services.cloudtrail.model.*;" + strings.Repeat("var x = CreateTrailRequest.builder().isMultiRegionTrail(x)\n", 6000))},
		"many objects":           {Path: "a.cs", Text: []byte("using Amazon.CloudTrail.Model;" + strings.Repeat("var x = new CreateTrailRequest { IsMultiRegionTrail = y }; x.a();", 6000))},
		"many hashes":            {Path: "a.rb", Text: []byte("require 'aws-sdk-cloudtrail'\n" + strings.Repeat("x.create_trail(p)\n%w( <<A \\' / ", 6000))},
		"many arrays":            {Path: "a.php", Text: []byte("<?php use Aws\\CloudTrail\\CloudTrailClient;" + strings.Repeat("$p = [1]; $x->createTrail($p);", 8000))},
		"many lambdas":           {Path: "a.kt", Text: []byte("import aws.sdk.kotlin.services.cloudtrail.*\n" + strings.Repeat("c.createTrail { name = ", 8000))},
		"many provisioners":      {Path: "a.tf", Text: []byte(strings.Repeat("resource \"x\" \"y\" {\n  command = \"aws cloudtrail create-trail ${x}\"\n}\n", 3000))},
		"many sequences":         {Path: "a.tf", Text: []byte("command = \"" + line[:28] + strings.Repeat(`${"`, 20000))},
		"many parentheses":       {Path: "a.tf", Text: []byte("x = \"" + line[:28] + "\"\ny = " + strings.Repeat("(", 1_000_000))},
		"many directives":        {Path: "a.tf", Text: []byte("command = <<EOF\n" + strings.Repeat(line+" %{ if x }", 3000) + "\nEOF\n")},
		"many joins":             {Path: "a.json", Text: []byte(`{"Resources":{"Type":"AWS::X","UserData":` + strings.Repeat(`{"Fn::Join":["",["aws cloudtrail create-trail",`, 4000))},
		"many functions of code": {Path: "a.yml", Text: []byte(strings.Repeat("- Runtime: python3\n  ZipFile: |\n    import boto3\n    c.create_trail(Name='a', S3BucketName='b')\n", 3000))},
		"too large":              {Path: "a.sh", Text: []byte(strings.Repeat(line, 2_000_000))},
	} {
		begun := time.Now()
		New().Read(in)
		if took := time.Since(begun); took > 30*time.Second {
			t.Errorf("%s took %s", name, took)
		} else {
			t.Logf("%s took %s", name, took)
		}
	}
}
