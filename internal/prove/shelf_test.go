package prove_test

import (
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

// locks puts objects into the folder of a Region that may not be read.
func (f *fake) locks(r trail.Region, names ...string) {
	if f.locked == nil {
		f.locked = map[string]bool{}
	}
	for _, name := range names {
		key := "AWSLogs/123456789012/CloudTrail/" + string(r) + "/2026/11/22/123456789012_CloudTrail_" + string(r) + "_20261122T2359Z_" + name + ".json.gz"
		f.locked[key], f.modified[key] = true, start
	}
}

// One object that may not be read keeps nobody from reading those that come later.
func TestLockedObject(t *testing.T) {
	for name, c := range map[string]struct {
		locks  func(*fake)
		others []trail.ARN
		want   string
	}{
		"none is":               {func(*fake) {}, nil, "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s"},
		"one of one Region":     {func(f *fake) { f.locks(tokyo, "a") }, nil, "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s"},
		"several of one Region": {func(f *fake) { f.locks(tokyo, "a", "b", "c") }, nil, "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s"},
		"of all Regions, and nothing else is there":   {func(f *fake) { f.locks(tokyo, "a"); f.locks(ireland, "a") }, nil, "ap-northeast-1 seen prove.seen, eu-west-1 seen prove.seen"},
		"of all Regions, by another trail with a key": {func(f *fake) { f.locks(tokyo, "a"); f.locks(ireland, "a") }, []trail.ARN{otherARN}, "ap-northeast-1 seen prove.shared, eu-west-1 seen prove.shared"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			c.locks(f)
			all := goals(tokyo, ireland)
			for i := range all {
				for _, arn := range c.others {
					all[i].Writers = append(all[i].Writers, prove.Writer{Trail: arn, Place: all[i].Place})
				}
			}
			want(t, run(t, f, &memory{}, 15*time.Minute, all), c.want)
		})
	}
}

// A file that may not be read, and may be the one: event history tells what is known when
// the others do not have the call, and more is waited for until the wait is over.
func TestOwnFileIsLocked(t *testing.T) {
	f := newFake()
	f.lockOwn = tokyo
	res := run(t, f, &memory{}, 15*time.Minute, goals(tokyo, ireland))
	want(t, res, "ap-northeast-1 seen prove.seen-some-locked, eu-west-1 proven 300 s")
	if g := res.Regions[0].Gap; g == nil || g.Action != "s3:GetObject" {
		t.Errorf("the gap is %v", g)
	}
	if f.now.Sub(start) < 15*time.Minute {
		t.Errorf("it gave up after %s", f.now.Sub(start))
	}
	for _, key := range f.tried {
		if n := strings.Count(strings.Join(f.tried, " "), key); f.locked[key] && n > 1 {
			t.Errorf("%s was tried %d times", key, n)
		}
	}
}
