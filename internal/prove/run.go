package prove

import (
	"cmp"
	"context"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/trail"
)

// CloudTrail delivers about every five minutes and names no bound, so that looking
// again starts soon and slows down.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/how-cloudtrail-works.html
const (
	firstPause   = time.Second
	longestPause = 20 * time.Second
)

// Clocks of AWS may differ by skew among each other; leeway is how far apart the minute
// in the name of a log file and its delivery may be.
const (
	skew   = time.Minute
	leeway = 15 * time.Minute
)

// kept is how long event history keeps events; log files may be gone as well.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
const kept = 90 * 24 * time.Hour

// Run sends a mark to every Region of the goals that the Journal has none of, and looks
// for all of them until they are found or the wait is over. Running it again goes on
// looking. The Result says how far it came, whatever the error: that of ctx, or of the
// Journal.
func (e Engine) Run(ctx context.Context, run string, goals []Goal) (Result, error) {
	searches, err := e.begin(run, goals)
	if err != nil {
		return Result{}, err
	}
	err = e.mark(ctx, searches)
	if err == nil {
		err = e.find(ctx, searches)
	}
	res := Result{Run: run}
	for _, s := range searches {
		res.Regions = append(res.Regions, s.result)
	}
	return res, err
}

// search is the mark of one Region and what is known of it.
type search struct {
	goal   Goal
	mark   *apply.Mark
	result RegionResult
	over   bool // nothing is left to do
	told   bool // the listener knows
	// hidden says why the log files cannot be read; then event history is asked.
	hidden *trail.Gap
	others []trail.ARN // other trails that could write where it is looked for
	copies []File      // log files that have the mark, and may be of others
	since  time.Time   // log files that were delivered before it were looked into
	looked map[string]bool

	shelf      *shelf     // the bucket
	locked     *trail.Gap // why an object could not be read, the first of them
	unreadable int        // how many could not
}

// end says what is known for good.
func (s *search) end(st Status, reason trail.Note, gap *trail.Gap) {
	s.over = true
	s.result.Status, s.result.Reason, s.result.Gap = st, reason, gap
}

// begin takes up what the Journal knows of the goals.
func (e Engine) begin(run string, goals []Goal) ([]*search, error) {
	records, err := e.Journal.Records()
	if err != nil {
		return nil, err
	}
	var out []*search
	buckets := shelves{}
	for _, g := range goals {
		s := &search{goal: g, hidden: g.Hidden, looked: map[string]bool{}}
		s.result = RegionResult{Region: g.Region, Trail: g.Trail, Status: Pending, Reason: trail.Say("prove.pending")}
		for _, r := range records {
			if r.Region == g.Region {
				s.remember(r)
			}
		}
		s.others = s.othersOf(g)
		switch {
		case g.Gone:
			s.result.Took, s.result.File = 0, ""
			s.end(g.Status, g.Reason, g.Gap)
		case s.over:
		case s.mark == nil && g.Trail == "":
			s.end(g.Status, g.Reason, g.Gap)
		case s.mark == nil:
			s.mark = &apply.Mark{Name: markName(run, g.Region), Trail: g.Trail, Bucket: g.Place.Bucket, Folder: g.Place.Folder, Others: s.others}
		case e.Clock.Now().Sub(s.mark.At) > kept:
			s.end(Unknown, trail.Say("prove.too-old"), nil)
		}
		s.shelf = buckets.of(s.goal.Place, s.over)
		out = append(out, s)
	}
	return out, nil
}

// remember takes up a record of the Region.
func (s *search) remember(r apply.Record) {
	switch {
	case r.Kind == apply.Marked && r.Mark != nil:
		s.mark = r.Mark
		s.result.Trail, s.result.RequestID = r.Mark.Trail, r.Mark.RequestID
		if r.Mark.Folder != "" { // where it was to be found then, whatever the trail is now
			s.goal.Place = Place{r.Mark.Bucket, r.Mark.Trail.Region(), r.Mark.Folder}
			s.hidden = nil
		}
	case r.Kind == apply.Proven && r.Proof != nil:
		s.prove(r.Proof.File, time.Duration(r.Proof.Seconds*float64(time.Second)))
	}
}

func (s *search) prove(file string, took time.Duration) {
	s.end(Proven, trail.Note{}, nil)
	s.result.File, s.result.Took = file, took
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9]+`)

// markName is a name that a trail could have, and none has: at most 128 letters, digits
// and single dashes.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
func markName(run string, r trail.Region) string {
	tail := "-" + string(r)
	head := "trailspan-prove-" + strings.Trim(unfit.ReplaceAllString(run, "-"), "-")
	return strings.TrimRight(head[:min(len(head), 128-len(tail))], "-") + tail
}

// mark sends the marks that were not sent yet, to all Regions at once, and writes each
// down before it is looked for.
func (e Engine) mark(ctx context.Context, all []*search) error {
	var mu sync.Mutex
	var failed error
	each(all, func(s *search) bool { return !s.over && s.mark.At.IsZero() }, func(s *search) {
		err := e.markOne(ctx, s, &mu)
		mu.Lock()
		defer mu.Unlock()
		failed = errors.Join(failed, err)
	})
	return errors.Join(failed, ctx.Err())
}

// each does something with all searches that fit, at once.
func each(all []*search, fits func(*search) bool, do func(*search)) {
	var running sync.WaitGroup
	for _, s := range all {
		if fits(s) {
			running.Go(func() { do(s) })
		}
	}
	running.Wait()
}

func (e Engine) markOne(ctx context.Context, s *search, mu *sync.Mutex) error {
	id, at, err := e.Cloud.Mark(ctx, s.goal.Region, s.mark.Name)
	var hidden *HiddenError
	switch {
	case ctx.Err() != nil && err != nil:
		return nil // mark says so
	case errors.As(err, &hidden):
		s.end(Unknown, trail.Say("prove.not-called"), &hidden.Gap)
		return nil
	case err != nil:
		s.end(Unknown, trail.Say("prove.failed", "error", err.Error()), nil)
		return nil
	}
	s.mark.Sent = e.Clock.Now().UTC()
	if at.IsZero() {
		at = s.mark.Sent
	}
	s.mark.RequestID, s.mark.At, s.result.RequestID = id, at.UTC(), id
	mu.Lock()
	defer mu.Unlock()
	return e.write(apply.Record{Kind: apply.Marked, Region: s.goal.Region, Mark: s.mark})
}

// find looks for the marks, in all Regions at once, time and again.
func (e Engine) find(ctx context.Context, all []*search) error {
	open := func(s *search) bool { return !s.over }
	deadline := e.Clock.Now().Add(e.Wait)
	var mu sync.Mutex
	for _, s := range all {
		s.told = s.over
	}
	e.tell(all, "")
	for pause := firstPause; ; pause = min(pause*2, longestPause) {
		var failed error
		each(all, open, func(s *search) {
			e.look(ctx, s)
			mu.Lock()
			defer mu.Unlock()
			failed = errors.Join(failed, e.settle(s, all))
		})
		left := deadline.Sub(e.Clock.Now())
		switch {
		case failed != nil:
			return failed
		case ctx.Err() != nil:
			return ctx.Err()
		case count(all, open) == 0, left <= 0:
			return nil
		}
		if err := e.Clock.Sleep(ctx, min(pause, left)); err != nil {
			return err
		}
	}
}

// settle writes down what was proven, and tells whoever listens. One at a time.
func (e Engine) settle(s *search, all []*search) error {
	if !s.over {
		return nil
	}
	s.told = true
	e.tell(all, s.goal.Region)
	if s.result.Status != Proven {
		return nil
	}
	return e.write(apply.Record{
		Kind: apply.Proven, Region: s.goal.Region,
		Proof: &apply.Proof{File: s.result.File, Seconds: s.result.Took.Seconds()},
	})
}

func (e Engine) tell(all []*search, r trail.Region) {
	if e.Listen != nil {
		e.Listen(Event{Region: r, Done: count(all, func(s *search) bool { return s.told }), Total: len(all)})
	}
}

func count(all []*search, fits func(*search) bool) int {
	n := 0
	for _, s := range all {
		if fits(s) {
			n++
		}
	}
	return n
}

// look looks once, in the log files, or in event history where these cannot be read.
func (e Engine) look(ctx context.Context, s *search) {
	if s.hidden == nil {
		err := e.lookIntoFiles(ctx, s)
		if len(s.copies) > 0 && !s.over {
			e.attribute(ctx, s)
			return
		}
		var hidden *HiddenError
		switch {
		case s.over:
			return
		case errors.As(err, &hidden):
			s.hidden = &hidden.Gap
		case err != nil:
			s.result.Reason = trail.Say("prove.failed", "error", err.Error())
			return
		case s.locked == nil:
			s.result.Reason = trail.Say("prove.pending")
			return
		case !s.hopeless():
			e.glance(ctx, s)
			return
		default:
			s.hidden = s.locked
		}
	}
	s.result.Reason, s.result.Gap = trail.Say("prove.unseen"), s.hidden
	e.lookIntoHistory(ctx, s)
}

// lookIntoFiles reads the log files that were delivered since the last look. Those of
// the leeway are listed again, for they need not come in the order of their names, but
// no file is read twice. One that cannot be read keeps nobody from reading the others.
func (e Engine) lookIntoFiles(ctx context.Context, s *search) error {
	p, began := s.goal.Place, s.mark.At.Add(-leeway)
	if s.since.Before(began) {
		s.since = began
	}
	files, err := e.Cloud.Files(ctx, p, p.since(s.since))
	if err != nil {
		return err
	}
	latest, unread := s.since, error(nil)
	for _, f := range files {
		if f.Modified.After(latest) {
			latest = f.Modified
		}
		if s.looked[f.Key] || f.Modified.Before(s.mark.At.Add(-skew)) {
			continue
		}
		found, err := e.read(ctx, s, f)
		var hidden *HiddenError
		switch {
		case errors.As(err, &hidden):
			s.lock(f.Key, hidden.Gap)
			continue
		case err != nil:
			unread = cmp.Or(unread, err)
			continue
		}
		s.shelf.open()
		s.looked[f.Key] = true
		if found {
			s.copies = append(s.copies, f)
		}
		if found && len(s.others) == 0 && !s.goal.Unseen {
			s.prove(p.url(f.Key), e.took(s, f))
			return nil
		}
	}
	if latest = latest.Add(-2 * leeway); latest.After(s.since) && unread == nil {
		s.since = latest
	}
	return unread
}

// read says whether a file has the mark. What is no log file has none.
func (e Engine) read(ctx context.Context, s *search, f File) (found bool, err error) {
	err = e.Cloud.Read(ctx, s.goal.Place, f.Key, func(in io.Reader) error {
		var err error
		found, err = holds(in, *s.mark, string(s.goal.Region))
		return err
	})
	if errors.Is(err, errNoLog) {
		return false, nil
	}
	return found, err
}

// took is how long it was from the call, by the clock of CloudTrail, until the file was
// in the bucket, by that of S3: but no longer than it took here.
func (e Engine) took(s *search, f File) time.Duration {
	here := e.Clock.Now().Sub(s.mark.Sent)
	return max(0, min(f.Modified.Sub(s.mark.At), here))
}

func (e Engine) lookIntoHistory(ctx context.Context, s *search) {
	seen, err := e.inHistory(ctx, s)
	var hidden *HiddenError
	switch {
	case seen:
		s.end(Seen, trail.Say("prove.seen"), s.hidden)
	case errors.As(err, &hidden):
		s.end(Unknown, trail.Say("prove.blind"), s.hidden)
	case err != nil:
		s.result.Reason = trail.Say("prove.failed", "error", err.Error())
	}
}

// glance tells what is known while some log files cannot be read and others may have the
// mark yet.
func (e Engine) glance(ctx context.Context, s *search) {
	if s.result.Status == Seen {
		return
	}
	s.result.Reason, s.result.Gap = trail.Say("prove.some-locked", "count", strconv.Itoa(s.unreadable)), s.locked
	if seen, _ := e.inHistory(ctx, s); seen { // what it does not tell now it may tell later
		s.result.Status, s.result.Reason = Seen, trail.Say("prove.seen-some-locked", "count", strconv.Itoa(s.unreadable))
	}
}

// inHistory says whether event history has the mark.
func (e Engine) inHistory(ctx context.Context, s *search) (seen bool, err error) {
	err = e.Cloud.History(ctx, s.goal.Region, s.mark.At.Add(-leeway), s.mark.At.Add(leeway), func(record string) bool {
		seen = recordIs(record, *s.mark, string(s.goal.Region))
		return seen
	})
	return seen, err
}
