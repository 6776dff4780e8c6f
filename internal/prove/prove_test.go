package prove_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	tokyo   = trail.Region("ap-northeast-1")
	ireland = trail.Region("eu-west-1")
	theARN  = trail.ARN("arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/abc")
)

// midnight is near, so that a log file lies in the folder of the next day.
var start = time.Date(2026, 11, 22, 23, 59, 30, 0, time.UTC)

// fake is AWS: what is marked is delivered some time later, unless something is hidden.
type fake struct {
	mu       sync.Mutex
	now      time.Time
	delay    time.Duration
	named    time.Duration           // how long before its delivery the minute in the name of a file is
	marks    map[trail.Region]string // records by Region
	sent     int
	at       map[trail.Region]time.Time
	files    map[string][]byte
	modified map[string]time.Time
	listed   []string // the keys after which was listed
	read     []string
	broken   int             // reads that fail yet
	junk     map[string]bool // objects that can never be read
	locked   map[string]bool // objects that may not be read
	lockOwn  trail.Region    // whose mark may not be read
	tried    []string        // keys that were asked for
	delivers []string        // names of the trails that deliver; none: the one
	status   map[trail.ARN]func() trail.Status
	deny     map[string]error
}

func newFake() *fake {
	return &fake{
		now: start, delay: 5 * time.Minute, marks: map[trail.Region]string{}, at: map[trail.Region]time.Time{},
		files: map[string][]byte{}, modified: map[string]time.Time{}, deny: map[string]error{}, delivers: []string{"x"},
	}
}

func hidden(action string) error {
	return &prove.HiddenError{Gap: trail.Gap{Action: action, Kind: trail.Denied, Error: "AccessDenied: no"}}
}

func (f *fake) Now() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now
}

func (f *fake) Sleep(ctx context.Context, d time.Duration) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.now = f.now.Add(d)
	return ctx.Err()
}

// Mark delivers the record of the call with others around it.
func (f *fake) Mark(_ context.Context, r trail.Region, name string) (string, time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.deny["mark "+string(r)]; err != nil {
		return "", time.Time{}, err
	}
	f.sent++
	id := fmt.Sprintf("request-%s-%d", r, f.sent)
	f.marks[r], f.at[r] = record("DescribeTrails", id, name, string(r)), f.now
	when := f.now.Add(f.delay)
	minute := when.Add(-f.named)
	for _, by := range f.delivers {
		key := fmt.Sprintf("AWSLogs/123456789012/CloudTrail/%s/%s/123456789012_CloudTrail_%s_%s_%s.json.gz",
			r, minute.Format("2006/01/02"), r, minute.Format("20060102T1504Z"), by)
		f.files[key], f.modified[key] = logFile(record("DescribeTrails", "other", "", string(r)), f.marks[r]), when
	}
	return id, f.now, nil
}

func (f *fake) Files(_ context.Context, p prove.Place, after string) ([]prove.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listed = append(f.listed, after)
	if err := f.deny["files"]; err != nil {
		return nil, err
	}
	var out []prove.File
	for key, at := range f.modified {
		if p.Bucket == "logs" && strings.HasPrefix(key, p.Folder) && key > after && !at.After(f.now) {
			out = append(out, prove.File{Key: key, Modified: at})
		}
	}
	slices.SortFunc(out, func(a, b prove.File) int { return strings.Compare(a.Key, b.Key) })
	return out, nil
}

func (f *fake) Read(_ context.Context, _ prove.Place, key string, use func(io.Reader) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.deny["read"]; err != nil {
		return err
	}
	f.tried = append(f.tried, key)
	if f.locked[key] || f.lockOwn != "" && strings.Contains(key, "_"+string(f.lockOwn)+"_") {
		return hidden("s3:GetObject")
	}
	if f.broken > 0 {
		f.broken--
		return errors.New("the line broke")
	}
	if f.junk[key] {
		return use(strings.NewReader(""))
	}
	f.read = append(f.read, key)
	return use(bytes.NewReader(f.files[key]))
}

func (f *fake) Status(_ context.Context, _ trail.Region, arn trail.ARN) (trail.Status, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.deny["status "+arn.Name()]; err != nil {
		return trail.Status{}, err
	}
	if tell := f.status[arn]; tell != nil {
		return tell(), nil
	}
	return trail.Status{Logging: true, LatestDelivery: f.now}, nil
}

func (f *fake) History(_ context.Context, r trail.Region, from, to time.Time, use func(string) bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.deny["history"]; err != nil {
		return err
	}
	if at := f.at[r]; !at.IsZero() && at.After(from) && at.Before(to) && f.now.Sub(at) > time.Minute {
		use(f.marks[r])
	}
	return nil
}

func record(name, id, asked, region string) string {
	return fmt.Sprintf(`{"eventSource":"cloudtrail.amazonaws.com","eventName":%q,"requestID":%q,"awsRegion":%q,"requestParameters":{"trailNameList":[%q]}}`, name, id, region, asked)
}

func logFile(records ...string) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write([]byte(`{"Records":[` + strings.Join(records, ",") + `]}`))
	_ = z.Close()
	return out.Bytes()
}

// memory is a journal that can be full.
type memory struct {
	records []apply.Record
	full    bool
}

func (m *memory) Append(r apply.Record) error {
	if m.full {
		return errors.New("no space left")
	}
	m.records = append(m.records, r)
	return nil
}

func (m *memory) Records() ([]apply.Record, error) { return slices.Clone(m.records), nil }

func goals(regions ...trail.Region) []prove.Goal {
	var out []prove.Goal
	t := trail.Trail{ARN: theARN, Name: "abc", HomeRegion: tokyo, Settings: trail.Settings{Bucket: "logs", MultiRegion: true}}
	for _, r := range regions {
		out = append(out, prove.Goal{Region: r, Trail: theARN, Place: prove.PlaceOf(t, "", "123456789012", r)})
	}
	return out
}

func run(t *testing.T, f *fake, j *memory, wait time.Duration, goals []prove.Goal) prove.Result {
	t.Helper()
	res, err := prove.Engine{Cloud: f, Journal: j, Clock: f, Wait: wait}.Run(t.Context(), "20261122T235930Z-7f3a10", goals)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// told is a result in one line: ap-northeast-1 proven 300 s, …
func told(r prove.Result) string {
	var out []string
	for _, x := range r.Regions {
		s := fmt.Sprintf("%s %s", x.Region, x.Status)
		if x.Status == prove.Proven {
			s += fmt.Sprintf(" %.0f s", x.Took.Seconds())
		} else {
			s += " " + x.Reason.Key
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func want(t *testing.T, r prove.Result, line string) {
	t.Helper()
	if got := told(r); got != line {
		t.Errorf("%s\nwant %s", got, line)
	}
}

// The mark of each Region is found in its log file, over midnight, and the file is named.
func TestProven(t *testing.T) {
	f, j := newFake(), &memory{}
	res := run(t, f, j, 15*time.Minute, goals(tokyo, ireland))
	want(t, res, "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s")
	if !res.Proven() {
		t.Error("that is no proof")
	}
	wantFile := "s3://logs/AWSLogs/123456789012/CloudTrail/eu-west-1/2026/11/23/123456789012_CloudTrail_eu-west-1_20261123T0004Z_x.json.gz"
	if res.Regions[1].File != wantFile {
		t.Errorf("found in %s, want %s", res.Regions[1].File, wantFile)
	}
	if first := f.listed[0]; !strings.Contains(first, "/2026/11/22/123456789012_CloudTrail_") || !strings.HasSuffix(first, "_20261122T2344") {
		t.Errorf("the first look lists all after %s", first)
	}
}

// A wait that is over leaves the marks to be found later, by the same requests.
func TestResumed(t *testing.T) {
	f, j := newFake(), &memory{}
	res := run(t, f, j, time.Minute, goals(tokyo, ireland))
	want(t, res, "ap-northeast-1 pending prove.pending, eu-west-1 pending prove.pending")
	if f.now.Sub(start) > time.Minute {
		t.Errorf("it waited for %s", f.now.Sub(start))
	}
	f.now = f.now.Add(time.Hour)
	again := run(t, f, j, time.Minute, goals(tokyo, ireland))
	want(t, again, "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s") // when it was delivered, not when it was found
	if f.sent != 2 || again.Regions[0].RequestID != res.Regions[0].RequestID {
		t.Errorf("%d marks were sent, want 2", f.sent)
	}
	reads := len(f.read)
	want(t, run(t, f, j, time.Minute, goals(tokyo, ireland)), "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s")
	if f.sent != 2 || len(f.read) != reads {
		t.Error("what was proven is looked for again")
	}
}

// Marks are kept for as long as event history keeps events.
func TestTooOld(t *testing.T) {
	f, j := newFake(), &memory{}
	run(t, f, j, time.Minute, goals(tokyo))
	f.now = f.now.Add(91 * 24 * time.Hour)
	want(t, run(t, f, j, time.Minute, goals(tokyo)), "ap-northeast-1 unknown prove.too-old")
}

// What cannot be read is at most seen in event history, and that is no proof.
func TestNotReadable(t *testing.T) {
	for name, c := range map[string]struct {
		deny []string
		want string
		gap  string
	}{
		"the bucket":               {[]string{"files"}, "ap-northeast-1 seen prove.seen", "files"},
		"the objects":              {[]string{"read"}, "ap-northeast-1 seen prove.seen", "read"},
		"nor event history":        {[]string{"files", "history"}, "ap-northeast-1 unknown prove.blind", "files"},
		"the Region is not called": {[]string{"mark ap-northeast-1"}, "ap-northeast-1 unknown prove.not-called", "mark ap-northeast-1"},
	} {
		t.Run(name, func(t *testing.T) {
			f, j := newFake(), &memory{}
			for _, d := range c.deny {
				f.deny[d] = hidden(d)
			}
			res := run(t, f, j, 15*time.Minute, goals(tokyo))
			want(t, res, c.want)
			if g := res.Regions[0].Gap; g == nil || g.Action != c.gap {
				t.Errorf("the gap is %v, want one of %s", g, c.gap)
			}
			if res.Proven() {
				t.Error("that is taken for a proof")
			}
			clear(f.deny) // what is allowed later is looked at later
			f.now = f.now.Add(10 * time.Minute)
			want(t, run(t, f, j, 15*time.Minute, goals(tokyo)), "ap-northeast-1 proven 300 s")
		})
	}
}

// A read that breaks is tried again, and nothing is read twice.
func TestBrokenRead(t *testing.T) {
	f, j := newFake(), &memory{}
	f.broken = 3
	other := "AWSLogs/123456789012/CloudTrail/ap-northeast-1/2026/11/22/123456789012_CloudTrail_ap-northeast-1_20261122T2358Z_y.json.gz"
	f.files[other], f.modified[other] = logFile(record("DescribeTrails", "other", "", string(tokyo))), start
	old := strings.Replace(other, "_y", "_older", 1)
	f.files[old], f.modified[old] = f.files[other], start.Add(-2*time.Minute) // before the call
	want(t, run(t, f, j, 15*time.Minute, goals(tokyo)), "ap-northeast-1 proven 300 s")
	if len(f.read) != 2 {
		t.Errorf("read %v, want two files once each", f.read)
	}
}

// A mark that cannot be written down is not waited for.
func TestFullJournal(t *testing.T) {
	f, j := newFake(), &memory{full: true}
	_, err := prove.Engine{Cloud: f, Journal: j, Clock: f, Wait: time.Minute}.Run(t.Context(), "r", goals(tokyo))
	if err == nil || len(f.listed) > 0 {
		t.Errorf("ended with %v after %d looks", err, len(f.listed))
	}
}

// Whoever interrupts has the marks in the journal.
func TestInterrupted(t *testing.T) {
	f, j := newFake(), &memory{}
	ctx, stop := context.WithCancel(t.Context())
	e := prove.Engine{Cloud: f, Journal: j, Clock: f, Wait: time.Hour, Listen: func(prove.Event) { stop() }}
	res, err := e.Run(ctx, "r", goals(tokyo, ireland))
	if !errors.Is(err, context.Canceled) || len(res.Regions) != 2 || len(j.records) != 2 {
		t.Errorf("ended with %v, %v and %d records", err, told(res), len(j.records))
	}
	want(t, run(t, f, j, 15*time.Minute, goals(tokyo, ireland)), "ap-northeast-1 proven 300 s, eu-west-1 proven 300 s")
}
