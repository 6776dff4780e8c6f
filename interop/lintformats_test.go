package interop_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// What lint writes as JUnit is read by a parser of others: a failure, an error, and counts
// that agree with the cases.
func TestLintJUnitIsRead(t *testing.T) {
	t.Parallel()
	needModule(t, "junitparser")
	dir := t.TempDir()
	trail := "Resources:\n  Trail:\n    Type: AWS::CloudTrail::Trail\n    Properties:\n      S3BucketName: logs\n"
	write(t, filepath.Join(dir, "single.yaml"), []byte(trail))
	write(t, filepath.Join(dir, "multi.yaml"), []byte(trail+"      IsMultiRegionTrail: true\n      IncludeGlobalServiceEvents: true\n"))
	write(t, filepath.Join(dir, "unknown.yaml"), []byte(trail+"      IsMultiRegionTrail: !ImportValue x\n"))
	lint := exec.Command(program, "lint", "--format", "junit", dir)
	lint.Env = cleanEnv()
	o := run(t, lint)
	if o.code != 3 {
		t.Fatal(o)
	}
	file := filepath.Join(t.TempDir(), "junit.xml")
	write(t, file, []byte(o.stdout))
	const script = `
import sys, junitparser
x = junitparser.JUnitXml.fromfile(sys.argv[1])
written = (x.tests, x.failures, x.errors, x.skipped)
x.update_statistics()
print(written == (x.tests, x.failures, x.errors, x.skipped), *written)
`
	read := exec.Command("python3", "-c", script, file)
	read.Env = cleanEnv()
	if got := run(t, read); strings.TrimSpace(got.stdout) != "True 3 1 1 0" {
		t.Errorf("%v\n%s", got, o.stdout)
	}
}
