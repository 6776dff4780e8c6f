package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// The world of these benchmarks: every Region of the partition aws, and in each account
// as many multi-Region trails as a Region can have.
const (
	scaleAccounts = 100
	scaleTrails   = 5
	callers       = 8  // at a time
	manyCallers   = 64 // likewise
)

// standardRegions and optInRegions are the 34 Regions of the partition aws.
var (
	standardRegions = strings.Fields("us-east-1 us-east-2 us-west-1 us-west-2 ca-central-1 sa-east-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 ap-south-1 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-southeast-1 ap-southeast-2")
	optInRegions    = strings.Fields("af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1 me-south-1 mx-central-1")
)

// scaleWorld is that world as a world file.
func scaleWorld() []byte {
	var accounts, buckets strings.Builder
	for i := range scaleAccounts {
		fmt.Fprintf(&accounts, "  - id: %q\n    optedIn: [%s]\n    trails:\n", accountID(i), strings.Join(optInRegions, ", "))
		for n := range scaleTrails {
			fmt.Fprintf(&accounts, "      - {name: trail-%d, homeRegion: us-east-1, bucket: logs-%d, multiRegion: true}\n", n, i)
		}
		fmt.Fprintf(&buckets, "  - {name: logs-%d, account: %q, region: us-east-1, policy: documented}\n", i, accountID(i))
	}
	return []byte("accounts:\n" + accounts.String() + "buckets:\n" + buckets.String())
}

// A server is one that calls are made to, as the accounts of the world.
type server struct {
	url  string
	keys []aws.Credentials // by account
}

// call makes one signed call, which must succeed, and returns the answer.
func (s server) call(account int, service, region, method, path, target, body string) ([]byte, error) {
	req, err := http.NewRequestWithContext(context.Background(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if target != "" {
		req.Header.Set("Content-Type", "application/x-amz-json-1.1")
		req.Header.Set("X-Amz-Target", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101."+target)
	} else if service == "sts" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	sum := sha256.Sum256([]byte(body))
	hash := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	if err := v4.NewSigner().SignHTTP(context.Background(), s.keys[account], req, hash, service, region, time.Now()); err != nil {
		return nil, err
	}
	resp, err := keptAlive.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s %s: %s\n%s", service, target, resp.Status, answer)
	}
	return answer, err
}

// keptAlive keeps a connection for every caller.
var keptAlive = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: manyCallers}}

// describe asks for the trails of one account in one Region after the other.
func (s server) describe(i int) error {
	account := i % scaleAccounts
	all := append(append([]string{}, standardRegions...), optInRegions...)
	answer, err := s.call(account, "cloudtrail", all[i/scaleAccounts%len(all)], http.MethodPost, "/", "DescribeTrails", "{}")
	if n := bytes.Count(answer, []byte(`"TrailARN"`)); err == nil && n != scaleTrails {
		err = fmt.Errorf("there are %d trails, want %d:\n%s", n, scaleTrails, answer)
	}
	return err
}

// rate returns how many calls a second are answered to callers that call all at once.
func rate(b *testing.B, callers int, call func(int) error) float64 {
	b.Helper()
	const batch = 640
	next := 0
	round := func() {
		var all sync.WaitGroup
		for caller := range callers {
			all.Go(func() {
				for i := caller; i < batch; i += callers {
					if err := call(next + i); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		all.Wait()
		next += batch
	}
	round() // warms it up
	for b.Loop() {
		round()
	}
	r := float64(b.N*batch) / b.Elapsed().Seconds()
	b.ReportMetric(r, "calls/s")
	return r
}

// BenchmarkManyAccounts asks both servers, which have the same 500 trails, with eight
// callers at a time; the last line is the ratio.
func BenchmarkManyAccounts(b *testing.B) {
	var ours, moto float64
	b.Run("sandbox", func(b *testing.B) {
		s, _ := sandboxWith(b, scaleWorld())
		ours = rate(b, callers, s.describe)
	})
	b.Run("moto", func(b *testing.B) {
		if _, err := exec.LookPath("moto_server"); err != nil {
			b.Skip("moto_server is not on PATH")
		}
		moto = rate(b, callers, motoWith(b).describe)
	})
	if ours > 0 && moto > 0 {
		fmt.Printf("with %d accounts, %d trails and %d callers the sandbox answers %.0f DescribeTrails a second, moto's server %.0f: %.1f times as many\n",
			scaleAccounts, scaleAccounts*scaleTrails, callers, ours, moto, ours/moto)
	}
}

// sandboxWith runs the sandbox with a world, and returns it and its process ID.
func sandboxWith(b *testing.B, world []byte, flags ...string) (server, int) {
	b.Helper()
	dir := b.TempDir()
	program, file := filepath.Join(dir, "trailspan"), filepath.Join(dir, "world.yaml")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/trailspan").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	if err := os.WriteFile(file, world, 0o600); err != nil {
		b.Fatal(err)
	}
	cmd := exec.Command(program, append([]string{"sandbox", "--listen", "127.0.0.1:0", "--world", file}, flags...)...)
	s := server{url: serve(b, cmd, `AWS_ENDPOINT_URL="?'?(http://[\d.:]+)`)}
	for i := range scaleAccounts {
		s.keys = append(s.keys, aws.Credentials{AccessKeyID: accountID(i), SecretAccessKey: "any"})
	}
	return s, cmd.Process.Pid
}

// motoWith runs moto's server and makes the trails of scaleWorld in it. An account is
// whose role is assumed.
func motoWith(b *testing.B) server {
	b.Helper()
	s := server{url: serve(b, exec.Command("moto_server", "-H", "127.0.0.1", "-p", "0"), `Running on (http://[\d.:]+)`)}
	anybody := server{s.url, []aws.Credentials{{AccessKeyID: "any", SecretAccessKey: "any"}}}
	for i := range scaleAccounts {
		answer, err := anybody.call(0, "sts", "us-east-1", http.MethodPost, "/", "", "Action=AssumeRole&Version=2011-06-15&RoleSessionName=bench&RoleArn=arn:aws:iam::"+accountID(i)+":role/Audit")
		if err != nil {
			b.Fatal(err)
		}
		var role struct {
			AssumeRoleResult struct {
				Credentials struct{ AccessKeyID, SecretAccessKey, SessionToken string }
			}
		}
		if err := xml.Unmarshal(bytes.ReplaceAll(answer, []byte("AccessKeyId"), []byte("AccessKeyID")), &role); err != nil {
			b.Fatal(err)
		}
		keys := role.AssumeRoleResult.Credentials
		s.keys = append(s.keys, aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey, SessionToken: keys.SessionToken})
		if _, err := s.call(i, "s3", "us-east-1", http.MethodPut, fmt.Sprintf("/logs-%d", i), "", ""); err != nil {
			b.Fatal(err)
		}
		for n := range scaleTrails {
			if _, err := s.call(i, "cloudtrail", "us-east-1", http.MethodPost, "/", "CreateTrail", fmt.Sprintf(`{"Name":"trail-%d","S3BucketName":"logs-%d","IsMultiRegionTrail":true}`, n, i)); err != nil {
				b.Fatal(err)
			}
		}
	}
	return s
}
