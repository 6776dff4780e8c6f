package sandbox

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// event makes an entry whose record tells which one it is.
func event(account, region string, at time.Time, n int) entry {
	return entry{
		Account: account, Region: region, Time: at, EventID: strconv.Itoa(n), EventSource: "ec2.amazonaws.com",
		EventName: fmt.Sprintf("Name%d", n%7), Username: fmt.Sprintf("user%d", n%3), Management: n%5 != 0, ReadOnly: n%2 == 0,
		Resources: []resource{{"AWS::EC2::Instance", fmt.Sprintf("i-%d", n%11)}},
		Text:      fmt.Appendf(nil, `{"n":%d,"padding":"%0*d"}`, n, 200+n%300, n),
	}
}

// The history gives what a plain list of entries would give, across blocks, whatever
// the order of event times.
func TestHistoryIsAList(t *testing.T) {
	start := time.Unix(1_700_000_000, 0).UTC()
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		var all []entry
		for n := range rapid.IntRange(0, 600).Draw(t, "count") {
			at := start.Add(time.Duration(rand.IntN(300)) * time.Second)
			e := event("111111111111", []string{"eu-west-1", "eu-west-2"}[n%2], at, n)
			e.Seq = h.append(e)
			all = append(all, e)
		}
		here := slices.DeleteFunc(slices.Clone(all), func(e entry) bool { return e.Region != "eu-west-1" })
		seq, limit := rapid.Uint64Range(0, 610).Draw(t, "seq"), rapid.IntRange(1, 100).Draw(t, "limit")
		want := slices.DeleteFunc(slices.Clone(here), func(e entry) bool { return e.Seq <= seq })
		same(t, "after", h.after("111111111111", "eu-west-1", seq, limit), want[:min(limit, len(want))])

		l := lookup{from: origin{"111111111111", "eu-west-1"}, begin: start.Unix() + 20, end: start.Unix() + 250, until: 500, before: newest(), limit: limit}
		l.key = rapid.SampledFrom([]string{"", "EventName", "ResourceName", "ReadOnly"}).Draw(t, "key")
		l.value = map[string]string{"EventName": "Name3", "ResourceName": "i-4", "ReadOnly": "true"}[l.key]
		want = slices.DeleteFunc(here, func(e entry) bool {
			return !e.Management || e.Time.Unix() < l.begin || e.Time.Unix() > l.end || e.Seq > l.until || !has(e, l.key, l.value)
		})
		slices.SortFunc(want, func(a, b entry) int { return cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.Seq, a.Seq)) })
		var got []entry
		for more := true; more; {
			var page []entry
			page, more = h.find(l)
			if got = append(got, page...); more {
				last := page[len(page)-1]
				l.before = position{last.Time.Unix(), last.Seq}
			}
		}
		same(t, "find", got, want)
	})
}

func has(e entry, key, value string) bool {
	switch key {
	case "EventName":
		return e.EventName == value
	case "ResourceName":
		return e.Resources[0].Name == value
	case "ReadOnly":
		return strconv.FormatBool(e.ReadOnly) == value
	}
	return true
}

func same(t *rapid.T, what string, got, want []entry) {
	if !slices.EqualFunc(got, want, func(a, b entry) bool {
		return a.Seq == b.Seq && a.EventID == b.EventID && a.Time.Equal(b.Time) && bytes.Equal(a.Text, b.Text) && a.Username == b.Username && a.Management == b.Management
	}) {
		t.Fatalf("%s: got %d entries, want %d, or others", what, len(got), len(want))
	}
}

// What is older goes, block by block; what is not stays.
func TestHistoryPrune(t *testing.T) {
	h, start := newHistory(), time.Unix(1_700_000_000, 0)
	for n := range 1000 {
		h.append(event("111111111111", "eu-west-1", start.Add(time.Duration(n)*time.Hour), n))
	}
	h.append(event("111111111111", "eu-west-2", start, 0))
	h.prune(start.Add(500 * time.Hour))
	left := h.after("111111111111", "eu-west-1", 0, 1000)
	if n := len(left); n < 500 || n > 600 || left[n-1].Seq != 1000 {
		t.Errorf("%d entries left, want 500 and a block at most", n)
	}
	if got := h.streams; len(got) != 1 {
		t.Errorf("the history still has %v", got)
	}
}

// Readers see whole entries while writers add some.
func TestHistoryConcurrently(t *testing.T) {
	h, now := newHistory(), time.Unix(1_700_000_000, 0)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for n := range 500 {
				h.append(event("111111111111", "eu-west-1", now, n))
			}
		})
		wg.Go(func() {
			for seen := uint64(0); seen < 2000; {
				for _, e := range h.after("111111111111", "eu-west-1", seen, 100) {
					if e.Seq != seen+1 || !bytes.Contains(e.Text, fmt.Appendf(nil, `{"n":%s,`, e.EventID)) {
						t.Errorf("after %d came %d: %s", seen, e.Seq, e.Text)
						return
					}
					seen = e.Seq
				}
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
}

// BenchmarkHistory records made-up activity, and prints the bytes that an event takes
// in memory for good.
func BenchmarkHistory(b *testing.B) {
	h := newHistory()
	g := newGenerator(activityOrder{Seed: 1, Count: b.N, Days: 30, Account: "111111111111", Regions: regionsOf("aws")}, time.Unix(1_700_000_000, 0))
	before := inUse()
	for n := range b.N {
		e, err := g.event(n).entry()
		if err != nil {
			b.Fatal(err)
		}
		h.append(e)
	}
	b.ReportMetric(float64(inUse()-before)/float64(b.N), "B/event")
	runtime.KeepAlive(h)
}

func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse
}

// Whoever waits for the disk holds up no entries: a history that is written anew has the
// disk, and waits for calls that append.
func TestHistoryWaitsForDiskAlone(t *testing.T) {
	for why, wait := range map[string]func(*history){
		"close":    func(h *history) { _ = h.close() },
		"sync":     func(h *history) { _ = h.sync(1) },
		"wasteful": func(h *history) { h.wasteful() },
	} {
		log, err := createLog(filepath.Join(t.TempDir(), newLogName()))
		if err != nil {
			t.Fatal(err)
		}
		h := newHistory()
		h.restart(log)
		log.disk.Lock()
		var waiting sync.WaitGroup
		waiting.Go(func() { wait(h) })
		time.Sleep(50 * time.Millisecond)
		appended := make(chan uint64, 1)
		go func() { appended <- h.append(event("111111111111", "eu-west-1", time.Unix(1_700_000_000, 0), 1)) }()
		select {
		case <-appended:
		case <-time.After(5 * time.Second):
			t.Errorf("%s holds up entries while it waits for the disk", why)
		}
		log.disk.Unlock()
		waiting.Wait()
		_ = log.close() // close may have
	}
}

// What the disk did not take is told to everybody who waited for it, and goes there with
// the next write, whoever asks for that.
func TestLogGoesOnAfterError(t *testing.T) {
	path := filepath.Join(t.TempDir(), newLogName())
	log, err := createLog(path)
	if err != nil {
		t.Fatal(err)
	}
	good := log.file
	t.Cleanup(func() { _ = good.Close() })
	bad, err := os.Open(path) // which cannot be written
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = bad.Close() })
	log.file = bad
	h := newHistory()
	h.restart(log)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			if h.sync(h.append(event("111111111111", "eu-west-1", time.Unix(1_700_000_000, 0), n))) == nil {
				t.Error("what is not on the disk is said to be")
			}
		})
	}
	all.Wait()
	log.file = good
	if err := h.sync(1); err != nil {
		t.Error(err)
	}
	again := newHistory()
	if err := again.load(path, time.Time{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.close() })
	if n := len(again.after("111111111111", "eu-west-1", 0, 100)); n != 8 {
		t.Errorf("%d of 8 entries are on the disk", n)
	}
}
