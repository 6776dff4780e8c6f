// Package bench measures: how long check takes and what it costs, and how fast the
// sandbox answers beside moto's server, records and delivers. Nothing here passes or
// fails by time; run it with `make bench`, or one of it with
// `go test -run '^$' -bench MillionEvents ./bench`, and compare runs of one machine with
// each other.
package bench

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

// BenchmarkCheck looks at accounts that have one multi-Region trail each, eight
// accounts at a time by an assumed role as `check --org` does, and judges them. The sandbox is in the same
// process: its work and its memory are part of what is measured.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("accounts=%d", n), func(b *testing.B) { benchmarkCheck(b, n, "") })
	}
	// What a real AWS adds: a tenth of a second per call, in three rounds of calls.
	b.Run("accounts=1/latency=100ms", func(b *testing.B) {
		benchmarkCheck(b, 1, `[{"action": "*", "latency": "100ms"}]`)
	})
}

func benchmarkCheck(b *testing.B, n int, faults string) {
	b.ReportAllocs()
	box, err := sandbox.New(sandbox.Options{World: worldOf(n), Faults: []byte(faults)})
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
	for b.Loop() { // each round begins like a new process: no connections, no budget spent
		checkAll(b, session(b, server.URL), n)
		b.StopTimer()
		server.CloseClientConnections()
		b.StartTimer()
	}
	calls := float64(ledger(b, server.URL))
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	b.ReportMetric(float64(memory.Sys)/1e6, "MB-of-system")
	b.ReportMetric(calls/float64(b.N*n), "calls/account")
	b.ReportMetric(calls/b.Elapsed().Seconds(), "calls/s")
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "accounts/s")
}

// worldOf returns a world with n accounts, each with a healthy multi-Region trail.
func worldOf(n int) []byte {
	var accounts, buckets strings.Builder
	for i := range n {
		fmt.Fprintf(&accounts, "  - {id: %q, trails: [{name: audit, homeRegion: eu-west-1, bucket: logs-%d, multiRegion: true, logging: true}]}\n", accountID(i), i)
		fmt.Fprintf(&buckets, "  - {name: logs-%d, account: %q, region: eu-west-1, policy: documented}\n", i, accountID(i))
	}
	return []byte("accounts:\n" + accounts.String() + "buckets:\n" + buckets.String())
}

func accountID(i int) string { return fmt.Sprintf("%012d", 100000000000+i) }

// session is that of the first account, from which the roles of the others are assumed.
func session(b *testing.B, url string) *cloud.Session {
	s, err := cloud.Open(b.Context(), cloud.Options{
		EndpointURL: url, Region: "us-east-1",
		Credentials: &cloud.Static{AccessKeyID: accountID(0), SecretAccessKey: "any"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// checkAll collects and judges every account, eight at a time.
func checkAll(b *testing.B, s *cloud.Session, n int) {
	var all sync.WaitGroup
	places := make(chan struct{}, 8)
	for i := range n {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			checkOne(b, s, trail.AccountID(accountID(i)))
		})
	}
	all.Wait()
}

func checkOne(b *testing.B, s *cloud.Session, account trail.AccountID) {
	member, err := s.Assume(b.Context(), account, "Audit", "", "bench")
	if err != nil {
		b.Error(err)
		return
	}
	a := coverage.Assess(member.Collect(b.Context(), cloud.CollectOptions{}))
	if a.Snapshot.Account != account || a.Verdict != coverage.Recorded {
		b.Errorf("account %s: %s, %v", account, a.Verdict, a.Snapshot.Gaps)
	}
}

// ledger returns how many calls the sandbox has answered.
func ledger(b *testing.B, url string) int {
	resp, err := http.Get(url + "/_sandbox/calls")
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	var entries []struct{ Count int }
	if err := json.NewDecoder(resp.Body).Decode(&entries); err != nil {
		b.Fatal(err)
	}
	n := 0
	for _, e := range entries {
		n += e.Count
	}
	return n
}
