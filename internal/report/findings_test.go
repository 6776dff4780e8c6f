package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/trail"
)

// TestHiddenTrails holds that nobody is advised to change anything where trails may be
// hidden, neither in text nor in JSON; and that everybody is where they are not.
func TestHiddenTrails(t *testing.T) {
	half := empty(account, "")
	for _, v := range half.Regions[:8] {
		half.Gaps = append(half.Gaps, trail.Gap{Region: v.Region, Action: trail.DescribeTrails, Kind: trail.Denied})
	}
	for name, tt := range map[string]struct {
		s       trail.Snapshot
		advised bool
	}{
		"no trail at all":             {empty(account, ""), true},
		"half of the account was not": {half, false},
		"one trail that can be seen":  {classic(), true},
	} {
		for _, f := range []Format{Text, JSON} {
			var out bytes.Buffer
			if err := Check(&out, f, check(tt.s), Options{Width: 200}); err != nil {
				t.Fatal(err)
			}
			text := out.String()
			if got := strings.Contains(text, "trailspan convert") || strings.Contains(text, "trailspan create"); got != tt.advised {
				t.Errorf("%s, %s: a change is advised %v, want %v", name, f, got, tt.advised)
			}
		}
	}
}
