package bench

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
)

// BenchmarkLint runs the program over a repository of cases of our own, and over a large
// one in which a file of twenty has a trail. The start of the program is part of it.
func BenchmarkLint(b *testing.B) {
	program := built(b)
	for _, n := range []int{350, 10_000} {
		b.Run(fmt.Sprintf("files=%d", n), func(b *testing.B) {
			dir := b.TempDir()
			cases := lintCases(b, "cfn", "terraform", "commands")
			for i := range n {
				if n > 1000 && i%20 > 0 {
					put(b, filepath.Join(dir, fmt.Sprint("dir", i/40), fmt.Sprint("file", i, bystanders[i%len(bystanders)].name)), bystanders[i%len(bystanders)].text)
					continue
				}
				c := cases[i%len(cases)]
				put(b, filepath.Join(dir, fmt.Sprint("case", i), c.name), c.text)
			}
			for b.Loop() {
				finish(b, exec.Command(program, "lint", dir))
			}
			b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "files/s")
		})
	}
}

// BenchmarkLintBeside runs other linters over the same files after each run of ours, and
// prints how many times as long they take. None of them looks for the same things.
func BenchmarkLintBeside(b *testing.B) {
	program := built(b)
	for _, other := range []struct {
		name, of string
		command  func(dir string, files []string) *exec.Cmd
	}{
		{"cfn-lint", "cfn", func(_ string, files []string) *exec.Cmd { return exec.Command("cfn-lint", files...) }},
		{"checkov", "cfn", func(dir string, _ []string) *exec.Cmd {
			return exec.Command("checkov", "-d", dir, "--framework", "cloudformation", "--check", "CKV_AWS_67", "--quiet", "--compact")
		}},
		{"checkov", "terraform", func(dir string, _ []string) *exec.Cmd {
			return exec.Command("checkov", "-d", dir, "--framework", "terraform", "--check", "CKV_AWS_67", "--quiet", "--compact")
		}},
		{"trivy", "cfn", func(dir string, _ []string) *exec.Cmd {
			return exec.Command("trivy", "config", "--skip-check-update", "--quiet", dir)
		}},
		{"trivy", "terraform", func(dir string, _ []string) *exec.Cmd {
			return exec.Command("trivy", "config", "--skip-check-update", "--quiet", dir)
		}},
		{"tflint", "terraform", func(dir string, _ []string) *exec.Cmd { return exec.Command("tflint", "--recursive", "--chdir", dir) }},
	} {
		b.Run(other.name+"/"+other.of, func(b *testing.B) {
			if _, err := exec.LookPath(other.name); err != nil {
				b.Skip(other.name + " is not on PATH")
			}
			dir := b.TempDir()
			var files []string
			for i, c := range lintCases(b, other.of) {
				files = append(files, filepath.Join(dir, fmt.Sprint("case", i), c.name))
				put(b, files[i], c.text)
			}
			var ours, theirs time.Duration
			for b.Loop() {
				ours += finish(b, exec.Command(program, append([]string{"lint"}, files...)...))
				theirs += finish(b, other.command(dir, files))
			}
			rate := func(d time.Duration) float64 { return float64(len(files)*b.N) / d.Seconds() }
			b.ReportMetric(rate(ours), "files/s")
			b.ReportMetric(rate(theirs), "their-files/s")
			fmt.Printf("lint reads %.0f files of %s a second, %s %.1f: %.0f times as many\n", rate(ours), other.of, other.name, rate(theirs), rate(ours)/rate(theirs))
		})
	}
}

// built is the program, built for this run.
func built(b *testing.B) string {
	b.Helper()
	program := filepath.Join(b.TempDir(), "trailspan")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/trailspan").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	return program
}

// lintCase is a file to lint.
type lintCase struct {
	name string
	text []byte
}

// lintCases are the inputs of the cases of some readers, those that can be read.
func lintCases(b *testing.B, readers ...string) []lintCase {
	b.Helper()
	var all []lintCase
	for _, reader := range readers {
		names, err := filepath.Glob("../internal/iac/" + reader + "/testdata/cases/*.txtar")
		if err != nil || len(names) == 0 {
			b.Fatal("there are no cases", err)
		}
		for _, name := range names {
			a, err := txtar.ParseFile(name)
			if err != nil {
				b.Fatal(err)
			}
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return strings.HasPrefix(filepath.Base(f.Name), "input") })
			broken := slices.ContainsFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" && bytes.Contains(f.Data, []byte("unreadable")) })
			if i >= 0 && !broken {
				all = append(all, lintCase{filepath.Base(a.Files[i].Name), a.Files[i].Data})
			}
		}
	}
	return all
}

// bystanders are files without a trail.
var bystanders = []lintCase{
	{".tf", []byte("module \"network\" {\n  source = \"../network\"\n}\n" + strings.Repeat("resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x\"\n  tags   = { team = \"a\" }\n}\n", 20))},
	{".yaml", []byte("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n" + strings.Repeat("  Bucket:\n    Type: AWS::S3::Bucket\n", 50))},
	{".json", []byte("[" + strings.Repeat("{\"a\": 1},\n", 300) + "{}]")},
	{".py", []byte("import os\n" + strings.Repeat("def f():\n    return 1\n", 100))},
	{".md", []byte("# Title\n" + strings.Repeat("Some words about something.\n", 100))},
	{".sh", []byte("#!/bin/sh\n" + strings.Repeat("echo hello\n", 100))},
}

func put(b *testing.B, name string, text []byte) {
	b.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		b.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		b.Fatal(err)
	}
}

// finish runs a linter, which may find something, and returns how long it took.
func finish(b *testing.B, c *exec.Cmd) time.Duration {
	b.Helper()
	start := time.Now()
	out, err := c.CombinedOutput()
	took := time.Since(start)
	var found *exec.ExitError
	if err != nil && !errors.As(err, &found) || len(out) == 0 {
		b.Fatalf("%v: %v\n%s", c.Args, err, out)
	}
	return took
}
