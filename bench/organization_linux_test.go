package bench

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// BenchmarkOrganization runs `trailspan check --org` as a process of its own against the
// sandbox in this one, and tells how long it takes, how many calls a second that is and
// how much memory the process had at most. Beside it stands the bare SDK, which does
// nothing but call the same sandbox, with as many calls at a time; x-of-bare-SDK is the
// part of its rate that check comes to, while both processes share the processors.
//
//	go test ./bench -run '^$' -bench Organization -benchtime 1x
func BenchmarkOrganization(b *testing.B) {
	program := filepath.Join(b.TempDir(), "trailspan")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/trailspan").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) { benchmarkOrganization(b, program, n) })
	}
}

func benchmarkOrganization(b *testing.B, program string, n int) {
	box, err := sandbox.New(sandbox.Options{World: organizationOf(n)})
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(box)
	b.Cleanup(func() {
		server.Close()
		if err := box.Close(); err != nil {
			b.Error(err)
		}
	})
	peak := int64(0)
	for b.Loop() {
		peak = max(peak, checkOrganization(b, program, server.URL))
	}
	took := b.Elapsed().Seconds() / float64(b.N)
	calls := float64(ledger(b, server.URL)) / float64(b.N)
	bare := bareSDK(b, server.URL)
	b.ReportMetric(took, "s")
	b.ReportMetric(calls/float64(n), "calls/account")
	b.ReportMetric(calls/took, "calls/s")
	b.ReportMetric(bare, "calls/s-bare-SDK")
	b.ReportMetric(calls/took/bare, "x-of-bare-SDK")
	b.ReportMetric(float64(peak)/1024, "MiB-peak")
}

// checkOrganization returns the most memory that the process had, in KiB, as
// /proc/PID/status calls VmHWM.
func checkOrganization(b *testing.B, program, url string) int64 {
	c := exec.CommandContext(b.Context(), program, "check", "--org", "--format", "json", "--output", os.DevNull)
	c.Env = []string{"AWS_ENDPOINT_URL=" + url, "AWS_ACCESS_KEY_ID=" + accountID(0), "AWS_SECRET_ACCESS_KEY=any", "AWS_REGION=us-east-1"}
	if out, err := c.CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	return c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss
}

// organizationOf is an organization with a healthy organization trail.
func organizationOf(n int) []byte {
	var members strings.Builder
	for i := 1; i < n; i++ {
		fmt.Fprintf(&members, "  - {id: %q}\n", accountID(i))
	}
	const policy = `{Version: "2012-10-17", Statement: [{Effect: Allow, Principal: {Service: cloudtrail.amazonaws.com}, Action: ["s3:GetBucketAcl", "s3:PutObject"], Resource: ["arn:aws:s3:::logs", "arn:aws:s3:::logs/*"]}]}`
	return fmt.Appendf(nil, `
defaultAccount: %[1]q
organization: {managementAccount: %[1]q}
accounts:
  - {id: %[1]q, trails: [{name: audit, homeRegion: us-east-1, bucket: logs, multiRegion: true, organization: true}]}
%[2]sbuckets: [{name: logs, account: %[1]q, policy: %[3]s}]
`, accountID(0), members.String(), policy)
}

// bareSDK is how many calls a second the SDK makes when nothing holds it back, as many
// at a time as check makes of eight accounts with seventeen Regions.
func bareSDK(b *testing.B, url string) float64 {
	client := cloudtrail.New(cloudtrail.Options{
		BaseEndpoint: &url, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider(accountID(0), "any", ""),
	})
	const workers, each = 8 * 17, 40
	var all sync.WaitGroup
	began := time.Now()
	for range workers {
		all.Go(func() {
			for range each {
				if _, err := client.DescribeTrails(b.Context(), &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)}); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return workers * each / time.Since(began).Seconds()
}
