package sandbox

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
)

// While a query runs, other calls are answered.
func TestQueryRunsOutsideOfTheLock(t *testing.T) {
	s, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := &dataStore{ARN: "arn:aws:cloudtrail:ap-northeast-1:123456789012:eventdatastore/x", Region: "ap-northeast-1", Status: storeEnabled, RetentionPeriod: 90}
	d.Queries = []*lakeQuery{{ID: "11111111-2222-4333-8444-555555555555", Statement: "SELECT count(*) FROM x", Created: s.now()}}
	s.mu.Lock()
	s.accountOf("123456789012", "aws").DataStores[d.ARN] = d
	s.mu.Unlock()

	for _, operation := range []string{"GetQueryResults", "DescribeQuery"} {
		s.results.clear()
		s.results.running.Lock() // as if another one were under way
		body := `{"QueryId":"11111111-2222-4333-8444-555555555555"}`
		x := s.newExchange(httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(body)))
		x.body, x.r.Header = []byte(body), http.Header{"Content-Type": {"application/x-amz-json-1.1"}}
		x.call.Account, x.call.Partition, x.call.Region, x.call.Service, x.call.Operation = "123456789012", "aws", "ap-northeast-1", "cloudtrail", operation
		answered := make(chan error, 1)
		go func() {
			_, err := s.look(s.services["cloudtrail"], x)
			answered <- err
		}()
		time.Sleep(20 * time.Millisecond)
		free := false
		for range 200 {
			if free = s.mu.TryLock(); free {
				s.mu.Unlock()
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		s.results.running.Unlock()
		if err := <-answered; err != nil || !free {
			t.Errorf("%s: %v; others could go on: %v", operation, err, free)
		}
	}
	if err := s.reset(); err != nil || len(s.results.kept) != 0 {
		t.Errorf("%v; %d results are kept after a reset", err, len(s.results.kept))
	}
}

// A resultCache has the last results, as long as they are not too large.
func TestResultCacheIsBounded(t *testing.T) {
	var c resultCache
	runs := 0
	ask := func(id string, places int) {
		c.of(id, func() lake.Result {
			runs++
			return lake.Result{Places: make([]lake.Place, places)}
		})
	}
	half := cachedBytes / 2 / 40
	for _, id := range []string{"a", "b", "a", "b", "c", "b", "c"} {
		ask(id, half)
	}
	if runs != 3 || len(c.kept) != 2 {
		t.Errorf("%d runs, %d kept", runs, len(c.kept))
	}
	ask("large", 3*half)
	ask("large", 3*half)
	if runs != 4 || len(c.kept) != 1 || c.size != c.kept[0].found.Size() {
		t.Errorf("%d runs, %d kept, %d bytes", runs, len(c.kept), c.size)
	}
}

// Events that a crash took are forgotten by all that counts them.
func TestClamp(t *testing.T) {
	f := &feed{Cursor: 9, Group: groupFeed{Cursor: 8}, Ended: &ending{Last: 7}}
	f.clamp(5)
	d := &dataStore{Intakes: []intake{{After: 6, Until: 7}, {After: 2, Until: 3}}, Queries: []*lakeQuery{{Until: 9}}}
	(&world{Accounts: map[string]*account{"": {DataStores: map[string]*dataStore{"": d}}}}).clampStores(5)
	got := []uint64{f.Cursor, f.Group.Cursor, f.Ended.Last, d.Intakes[0].After, d.Intakes[0].Until, d.Intakes[1].After, d.Intakes[1].Until, d.Queries[0].Until}
	for i, want := range []uint64{5, 5, 5, 5, 5, 2, 3, 5} {
		if got[i] != want {
			t.Errorf("%d: %d, want %d", i, got[i], want)
		}
	}
}
