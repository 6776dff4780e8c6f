package report

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestProgressLine(t *testing.T) {
	for name, tt := range map[string]struct {
		done, total int
		what        string
		width       int
		want        string
	}{
		"the start":                    {0, 17, "", 80, "[>                   ]  0/17  "},
		"the middle":                   {8, 17, "ap-northeast-1", 80, "[=========>          ]  8/17  ap-northeast-1"},
		"the end":                      {17, 17, "us-west-2", 80, "[====================] 17/17  us-west-2"},
		"nothing to do is done":        {0, 0, "", 80, "[====================] 0/0  "},
		"more than all is all":         {9, 3, "", 80, "[====================] 3/3  "},
		"less than nothing is nothing": {-1, 3, "", 80, "[>                   ] 0/3  "},
		"a narrow terminal has no bar": {8, 17, "ap-northeast-1", 20, " 8/17  ap-northeast"},
		"Japanese is cut by columns":   {1, 2, "証跡を確認中です", 14, "1/2  証跡を確"},
		"a name can not steer":         {1, 2, "\x1b[2J\r", 30, "1/2  �[2J "},
	} {
		t.Run(name, func(t *testing.T) {
			if got := progressLine(tt.done, tt.total, tt.what, tt.width); got != tt.want {
				t.Errorf("progressLine = %q, want %q", got, tt.want)
			}
		})
	}
}

// TestProgress shows what is sent to a terminal: a line in place of the one before,
// nothing when nothing has changed, and an empty line at last.
func TestProgress(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, 30)
	p.Show(1, 2, "a")
	p.Show(1, 2, "a")
	p.Show(2, 2, "b")
	p.Clear()
	p.Clear()
	if got, want := out.String(), "\r1/2  a\x1b[K\r2/2  b\x1b[K\r\x1b[K"; got != want {
		t.Errorf("drawn %q, want %q", got, want)
	}
}

// TestProgressElsewhere holds that what is no terminal is left alone.
func TestProgressElsewhere(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, 0)
	p.Show(1, 2, "a")
	p.Clear()
	if out.Len() > 0 {
		t.Errorf("drawn %q on what is no terminal", out.String())
	}
}

// TestProgressTogether lets many draw at once; the race detector looks on, and no
// line may be torn.
func TestProgressTogether(t *testing.T) {
	var out bytes.Buffer
	p := NewProgress(&out, 30)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() { p.Show(i, 20, fmt.Sprint("region-", i)) })
	}
	all.Wait()
	for _, line := range strings.Split(out.String(), "\r")[1:] {
		var done, total, n int
		if _, err := fmt.Sscanf(line, "%d/%d  region-%d\x1b[K", &done, &total, &n); err != nil || done != n || total != 20 {
			t.Errorf("a torn line: %q", line)
		}
	}
}
