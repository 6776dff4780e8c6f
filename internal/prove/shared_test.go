package prove_test

import (
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	otherARN = trail.ARN("arn:aws:cloudtrail:us-east-1:123456789012:trail/other")
	thirdARN = trail.ARN("arn:aws:cloudtrail:us-east-1:123456789012:trail/third")
)

// sharing are goals whose places others write to as well.
func sharing(others ...trail.ARN) []prove.Goal {
	all := goals(tokyo)
	for i := range all {
		for _, arn := range append(others, theARN) {
			all[i].Writers = append(all[i].Writers, prove.Writer{Trail: arn, Place: all[i].Place})
		}
	}
	return all
}

// A log file in a folder that trails share proves a trail when there are as many copies
// as trails, and its status does not say otherwise.
func TestSharedFolder(t *testing.T) {
	never := func() trail.Status { return trail.Status{Logging: true} }
	failing := func() trail.Status { return trail.Status{Logging: true, DeliveryError: "AccessDenied"} }
	failsNow := func() trail.Status {
		return trail.Status{Logging: true, DeliveryError: "AccessDenied", LatestDelivery: start.Add(time.Hour)}
	}
	before := func() trail.Status { return trail.Status{Logging: true, LatestDelivery: start.Add(3 * time.Minute)} }
	barely := func() trail.Status { return trail.Status{Logging: true, LatestDelivery: start.Add(270 * time.Second)} }
	for name, c := range map[string]struct {
		delivers string
		others   []trail.ARN
		status   map[trail.ARN]func() trail.Status
		deny     string
		want     string
	}{
		"only the other delivers, as the key of this one is disabled": {"b", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{theARN: never}, "", "ap-northeast-1 seen prove.shared-undelivered"},
		"this one fails now":                         {"a b", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{theARN: failsNow}, "", "ap-northeast-1 seen prove.shared-undelivered"},
		"this one delivered last before the file":    {"a b", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{theARN: before}, "", "ap-northeast-1 seen prove.shared-undelivered"},
		"the clocks differ by less than the skew":    {"a b", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{theARN: barely}, "", "ap-northeast-1 proven 300 s"},
		"one copy of two":                            {"b", []trail.ARN{otherARN}, nil, "", "ap-northeast-1 seen prove.shared"},
		"two copies of two":                          {"a b", []trail.ARN{otherARN}, nil, "", "ap-northeast-1 proven 300 s"},
		"two copies of three":                        {"a b", []trail.ARN{otherARN, thirdARN}, nil, "", "ap-northeast-1 seen prove.shared"},
		"three copies of three":                      {"a b c", []trail.ARN{otherARN, thirdARN}, nil, "", "ap-northeast-1 proven 300 s"},
		"the other has failed since before the file": {"a", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{otherARN: failing}, "", "ap-northeast-1 proven 300 s"},
		"the other failed after the file":            {"a", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{otherARN: failsNow}, "", "ap-northeast-1 seen prove.shared"},
		"the other does not tell":                    {"a", []trail.ARN{otherARN}, map[trail.ARN]func() trail.Status{otherARN: failing}, "status other", "ap-northeast-1 seen prove.shared"},
		"this one does not tell":                     {"a b", []trail.ARN{otherARN}, nil, "status abc", "ap-northeast-1 seen prove.shared-status"},
		"nobody else writes there":                   {"a", nil, map[trail.ARN]func() trail.Status{theARN: never}, "", "ap-northeast-1 proven 300 s"},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake()
			f.delivers, f.status = strings.Fields(c.delivers), c.status
			if c.deny != "" {
				f.deny[c.deny] = hidden(c.deny)
			}
			res := run(t, f, &memory{}, 15*time.Minute, sharing(c.others...))
			want(t, res, c.want)
			if g := res.Regions[0].Gap; (g != nil) != (c.deny == "status abc") {
				t.Errorf("the gap is %v", g)
			}
		})
	}
}

// Who could write there when the call was sent is remembered, whatever is there later; a
// Region that did not show its trails may have more.
func TestSharersAreRemembered(t *testing.T) {
	f, j := newFake(), &memory{}
	want(t, run(t, f, j, time.Second, sharing(otherARN)), "ap-northeast-1 pending prove.pending")
	want(t, run(t, f, j, 15*time.Minute, goals(tokyo)), "ap-northeast-1 seen prove.shared")
	f = newFake()
	unseen := goals(tokyo)
	unseen[0].Unseen = true
	want(t, run(t, f, &memory{}, 15*time.Minute, unseen), "ap-northeast-1 seen prove.shared-unseen")
}

// An object that is no log file keeps nobody from reading those after it, and is tried
// again as long as nothing is found.
func TestUnreadableObject(t *testing.T) {
	f := newFake()
	junk := "AWSLogs/123456789012/CloudTrail/ap-northeast-1/2026/11/22/123456789012_CloudTrail_ap-northeast-1_20261122T2358Z_y.json.gz"
	f.junk = map[string]bool{junk: true}
	f.files[junk], f.modified[junk] = nil, start
	want(t, run(t, f, &memory{}, 15*time.Minute, goals(tokyo)), "ap-northeast-1 proven 300 s")
	f.delay, f.modified[junk] = time.Hour, f.now
	f.files = map[string][]byte{junk: nil}
	want(t, run(t, f, &memory{}, 2*time.Minute, goals(tokyo)), "ap-northeast-1 pending prove.failed")
}

// The clocks of S3 and CloudTrail may differ: a file that is a little older than the call
// is read, one that is much older is not.
func TestClocksDiffer(t *testing.T) {
	f := newFake()
	f.delay = -30 * time.Second
	want(t, run(t, f, &memory{}, time.Minute, goals(tokyo)), "ap-northeast-1 proven 0 s")
	f = newFake()
	f.delay = -2 * time.Minute
	want(t, run(t, f, &memory{}, time.Minute, goals(tokyo)), "ap-northeast-1 pending prove.pending")
}

// Log files need not come in the order of their names: one that comes late, with the name
// of a minute that others have passed by far, is found all the same.
func TestLateFile(t *testing.T) {
	f, j := newFake(), &memory{}
	f.delay = 50 * time.Minute
	for i := range 9 { // others come every five minutes
		at := start.Add(time.Duration(i+1) * 5 * time.Minute)
		key := "AWSLogs/123456789012/CloudTrail/ap-northeast-1/" + at.Format("2006/01/02") + "/123456789012_CloudTrail_ap-northeast-1_" + at.Format("20060102T1504Z") + "_z.json.gz"
		f.files[key], f.modified[key] = logFile(record("DescribeTrails", "other", "", string(tokyo))), at
	}
	f.named = 25 * time.Minute
	want(t, run(t, f, j, time.Hour, goals(tokyo)), "ap-northeast-1 proven 3000 s")
}
