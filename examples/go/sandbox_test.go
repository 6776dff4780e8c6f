// Package example_test shows how a Go project tests its own code on trailspan's sandbox.
// It uses nothing of trailspan but its program, so that it can be copied as it is:
//
//	go get -tool github.com/trailspan/trailspan/cmd/trailspan
//
// puts the version that the tests use into go.mod.
package example_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// program is the path of the trailspan that TestMain built.
var program string

func TestMain(m *testing.M) {
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	dir, err := os.MkdirTemp("", "trailspan-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "trailspan")
	build := exec.Command("go", "build", "-o", program, "github.com/trailspan/trailspan/cmd/trailspan")
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building trailspan:", err)
		return 1
	}
	return m.Run()
}

// startSandbox runs an AWS until the test ends, and returns the configuration of its
// clients: who calls is the access key ID.
func startSandbox(t *testing.T, flags ...string) aws.Config {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, append([]string{"sandbox", "--listen", "127.0.0.1:0"}, flags...)...)
	cmd.Stderr = t.Output()
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Wait() }) // t.Context has ended, and with it the sandbox

	// The first line is written when it listens: export AWS_ENDPOINT_URL=http://127.0.0.1:40123
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal("the sandbox does not start: ", err)
	}
	_, url, _ := strings.Cut(strings.TrimSpace(line), "=")
	return aws.Config{
		BaseEndpoint: &url,
		Region:       "ap-northeast-1",
		Credentials:  credentials.NewStaticCredentialsProvider("123456789012", "any", ""),
	}
}
