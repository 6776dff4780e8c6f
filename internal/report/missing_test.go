package report

import (
	"slices"
	"testing"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// TestMissing shows that as few names as possible say what a Region misses.
func TestMissing(t *testing.T) {
	for name, tt := range map[string]struct {
		missing []trail.Class
		want    string
	}{
		"nothing":                     {nil, ""},
		"everything":                  {trail.AccessClasses(), "all management events"},
		"everything, and global":      {trail.Classes("us-east-1"), "all management events, events of global services"},
		"a WriteOnly trail":           {[]trail.Class{trail.ReadKMS, trail.ReadRDSData, trail.ReadOther}, "read events"},
		"a trail that leaves KMS out": {[]trail.Class{trail.ReadKMS, trail.WriteKMS}, "events of KMS"},
		"both exclusions":             {[]trail.Class{trail.ReadKMS, trail.ReadRDSData, trail.WriteKMS, trail.WriteRDSData}, "events of KMS, events of the RDS Data API"},
		"reads, and writes of KMS": {
			[]trail.Class{trail.ReadKMS, trail.ReadRDSData, trail.ReadOther, trail.WriteKMS},
			"read events, write events of KMS",
		},
		"one class": {[]trail.Class{trail.WriteOther}, "write events of other services"},
	} {
		t.Run(name, func(t *testing.T) {
			r := coverage.Region{Region: "us-east-1", Verdict: coverage.Partial}
			for _, c := range trail.Classes("us-east-1") {
				state := coverage.Recorded
				if slices.Contains(tt.missing, c) {
					state = coverage.Unrecorded
				}
				r.Cells = append(r.Cells, coverage.Cell{Class: c, State: state})
			}
			if got := newPage(Options{}).missing(r); got != tt.want {
				t.Errorf("missing = %q, want %q", got, tt.want)
			}
		})
	}
}
