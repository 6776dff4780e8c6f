package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"
)

// BenchmarkRecording makes calls of which each is recorded as an event, 64 callers at a
// time. With --state, a call is answered when its event is on the disk; calls that come
// together share a write.
func BenchmarkRecording(b *testing.B) {
	for _, kept := range []bool{false, true} {
		name, flags := "memory", []string(nil)
		if kept {
			name, flags = "state", []string{"--state", b.TempDir()}
		}
		b.Run(name, func(b *testing.B) {
			s, _ := sandboxWith(b, worldOf(scaleAccounts), flags...)
			r := rate(b, manyCallers, func(i int) error {
				_, err := s.call(i%scaleAccounts, "cloudtrail", standardRegions[i%len(standardRegions)], http.MethodPost, "/", "ListTrails", "{}")
				return err
			})
			fmt.Printf("recording (%s): %.0f events a second; 5000 are the least that it should be\n", name, r)
		})
	}
}

// BenchmarkMillionEvents records a million events of all Regions and has a multi-Region
// trail deliver them: how long that takes, and the most memory that the process had.
func BenchmarkMillionEvents(b *testing.B) {
	const count = 1_000_000
	for b.Loop() {
		s, pid := sandboxWith(b, worldOf(1))
		began := time.Now()
		s.admin(b, "events", fmt.Sprintf(`{"seed":1,"count":%d,"days":30,"account":%q}`, count, accountID(0)))
		injected := time.Since(began)
		began = time.Now()
		s.admin(b, "clock?advance=10m", "")
		delivered := time.Since(began)
		megabytes := peak(b, pid)
		b.ReportMetric(megabytes, "MB-peak")
		b.ReportMetric(count/delivered.Seconds(), "delivered/s")
		fmt.Printf("a million events: recorded in %.1f s, delivered in %.1f s, with %.0f MB at most; more than 1000 are too many\n", injected.Seconds(), delivered.Seconds(), megabytes)
	}
}

// admin posts to an endpoint for tests.
func (s server) admin(b *testing.B, what, body string) {
	b.Helper()
	resp, err := http.Post(s.url+"/_sandbox/"+what, "application/json", bytes.NewReader([]byte(body)))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	var answer json.RawMessage
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s %v\n%s", what, resp.Status, err, answer)
	}
}

// peak is the most memory that a process ever had, in MB; 0 where there is no /proc.
func peak(b *testing.B, pid int) float64 {
	b.Helper()
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		b.Log(err)
		return 0
	}
	_, after, _ := bytes.Cut(text, []byte("VmHWM:"))
	fields := bytes.Fields(after)
	if len(fields) == 0 {
		return 0
	}
	kB, err := strconv.ParseFloat(string(fields[0]), 64)
	if err != nil {
		b.Fatal(err)
	}
	return kB * 1024 / 1e6
}
