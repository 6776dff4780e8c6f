package bench

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

const (
	reportedAccounts = 10_000
	reportMegabytes  = 200 // the most that rendering may take
)

// BenchmarkReport renders a saved check of 10,000 accounts, each with the classic mistake,
// into every format, as a process of its own, and tells how long that takes and how much
// memory the process had at most. More than 200 MB fails.
//
//	go test ./bench -run '^$' -bench Report -benchtime 1x
func BenchmarkReport(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "trailspan")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/trailspan").CombinedOutput(); err != nil {
		b.Fatalf("%v: %s", err, out)
	}
	saved := filepath.Join(dir, "check.json")
	saveMany(b, program, saved)
	for _, format := range []string{"text", "json", "csv", "md", "html", "sarif", "junit", "ocsf", "asff"} {
		b.Run(format, func(b *testing.B) {
			most := 0.0
			for b.Loop() {
				c := exec.CommandContext(b.Context(), program, "report", saved, "--format", format, "--output", os.DevNull)
				if out, err := c.CombinedOutput(); err != nil {
					b.Fatalf("%v: %s", err, out)
				}
				most = max(most, float64(c.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)*1024/1e6)
			}
			took := time.Duration(float64(b.Elapsed()) / float64(b.N))
			b.ReportMetric(most, "MB-peak")
			fmt.Printf("%d accounts as %s: %.1f s, %.0f MB at most\n", reportedAccounts, format, took.Seconds(), most)
			if most > reportMegabytes {
				b.Errorf("%.0f MB are more than %d", most, reportMegabytes)
			}
		})
	}
}

// saveMany writes the report of one account many times over, with other IDs.
func saveMany(b *testing.B, program, file string) {
	b.Helper()
	out, err := exec.Command(program, "check", "--sandbox", "--format", "json").Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		b.Fatal(err)
	}
	var report struct{ Accounts []json.RawMessage }
	if err := json.Unmarshal(out, &report); err != nil {
		b.Fatal(err)
	}
	f, err := os.Create(file)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprint(w, `{"schema":"trailspan/check/v1","generatedAt":"2026-11-22T12:00:00Z","accounts":[`)
	for i := range reportedAccounts {
		if i > 0 {
			fmt.Fprint(w, ",\n")
		}
		_, _ = w.Write(bytes.ReplaceAll(report.Accounts[0], []byte("123456789012"), []byte(accountID(i)))) // Flush tells
	}
	fmt.Fprintf(w, `],"summary":{"accounts":%d}}`, reportedAccounts)
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}
