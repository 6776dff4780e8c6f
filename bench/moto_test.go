package bench

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// BenchmarkDescribeTrails asks both servers, each a process of its own, for the trails
// of an account that has one, over one connection; the last line is the ratio.
func BenchmarkDescribeTrails(b *testing.B) {
	var ours, moto float64
	b.Run("sandbox", func(b *testing.B) {
		program := filepath.Join(b.TempDir(), "trailspan")
		if out, err := exec.Command("go", "build", "-o", program, "../cmd/trailspan").CombinedOutput(); err != nil {
			b.Fatalf("%v\n%s", err, out)
		}
		url := serve(b, exec.Command(program, "sandbox", "--listen", "127.0.0.1:0"), `AWS_ENDPOINT_URL="?'?(http://[\d.:]+)`)
		ours = describe(b, url)
	})
	b.Run("moto", func(b *testing.B) {
		if _, err := exec.LookPath("moto_server"); err != nil {
			b.Skip("moto_server is not on PATH")
		}
		url := serve(b, exec.Command("moto_server", "-H", "127.0.0.1", "-p", "0"), `Running on (http://[\d.:]+)`)
		ask(b, url, "s3", http.MethodPut, "/your-bucket-name", "", `<CreateBucketConfiguration xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><LocationConstraint>ap-northeast-1</LocationConstraint></CreateBucketConfiguration>`)
		ask(b, url, "cloudtrail", http.MethodPost, "/", "CreateTrail", `{"Name":"your-trail-name","S3BucketName":"your-bucket-name"}`)
		moto = describe(b, url)
	})
	if ours > 0 && moto > 0 {
		fmt.Printf("the sandbox answers %.0f DescribeTrails a second, moto's server %.0f: %.1f times as many\n", ours, moto, ours/moto)
	}
}

// describe returns how many calls a second are answered.
func describe(b *testing.B, url string) float64 {
	for b.Loop() {
		ask(b, url, "cloudtrail", http.MethodPost, "/", "DescribeTrails", `{}`)
	}
	rate := float64(b.N) / b.Elapsed().Seconds()
	b.ReportMetric(rate, "calls/s")
	return rate
}

// ask sends one signed request, which must succeed.
func ask(b *testing.B, url, service, method, path, operation, body string) {
	b.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, url+path, bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	if operation != "" {
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."+operation)
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	keys := aws.Credentials{AccessKeyID: "123456789012", SecretAccessKey: "any"}
	if err := v4.NewSigner().SignHTTP(context.Background(), keys, req, hash, service, "ap-northeast-1", time.Now()); err != nil {
		b.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || operation == "DescribeTrails" && !bytes.Contains(answer, []byte("your-trail-name")) {
		b.Fatalf("%s: %s %v\n%s", operation, resp.Status, err, answer)
	}
}

// serve runs a server until the benchmark ends, and returns where it says it listens.
func serve(b *testing.B, cmd *exec.Cmd, line string) string {
	b.Helper()
	r, w := io.Pipe()
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		_ = w.Close()
	})
	listening := regexp.MustCompile(line)
	said := bufio.NewScanner(r)
	for said.Scan() {
		if m := listening.FindStringSubmatch(said.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, r) }() // the rest is a line per request
			return m[1]
		}
	}
	b.Fatalf("%v does not say where it listens: %v", cmd.Args, said.Err())
	return ""
}
