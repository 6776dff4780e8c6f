// Package journal keeps runs on disk: one append-only file of JSON lines a run, synced
// line by line, and one lock an account.
//
// It never rewrites a line and never deletes a file. What a crash left half-written at
// the end of a file is dropped when the run goes on; anything else that cannot be read
// is an error, for it may be the only record of a change.
package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/gofrs/flock"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/trail"
)

// Dir is a folder of runs.
type Dir string

// ErrLocked says that another process is changing the account.
var ErrLocked = errors.New("another run is changing this account")

// ErrNoRun says that the folder has no run of that name.
var ErrNoRun = errors.New("no such run")

var runName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Lock keeps other processes that use the same folder from changing the account until
// the returned function is called, or the process ends in whatever way. It fails with
// ErrLocked when another holds it.
func (d Dir) Lock(account trail.AccountID) (release func() error, err error) {
	return d.lock(string(account))
}

func (d Dir) lock(name string) (release func() error, err error) {
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, err
	}
	l := flock.New(filepath.Join(string(d), name+".lock"))
	ok, err := l.TryLock()
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, ErrLocked
	}
	return l.Unlock, nil
}

// File is the journal of one run.
type File struct {
	f       disk
	size    int64 // of the lines that are safe
	broken  error // why nothing more can be written
	records []apply.Record
}

var _ apply.Journal = (*File)(nil)

// disk is what a journal needs of an *os.File.
type disk interface {
	Write(b []byte) (int, error)
	Sync() error
	Truncate(size int64) error
	Close() error
}

// Create makes the journal of a new run. It fails when there is one already.
func (d Dir) Create(run string) (*File, error) {
	path, err := d.path(run)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(string(d), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syncDir(string(d)); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f: f}, nil
}

// Open opens the journal of a run to go on with it. It fails with ErrNoRun when there
// is none, and drops a last line that a crash left half-written.
func (d Dir) Open(run string) (*File, error) {
	path, err := d.path(run)
	if err != nil {
		return nil, err
	}
	records, whole, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w: %s in %s", ErrNoRun, run, d)
	}
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	if err := f.Truncate(whole); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &File{f: f, size: whole, records: records}, nil
}

func (d Dir) path(run string) (string, error) {
	if !runName.MatchString(run) {
		return "", fmt.Errorf("%w: %q is not the name of a run", ErrNoRun, run)
	}
	return filepath.Join(string(d), run+".jsonl"), nil
}

// Append writes r and waits until it is on disk. A line that could not be written whole
// is taken out again, so that the next one does not stand behind half of it; where that
// fails too, or the disk cannot say whether it has the line, nothing more is written.
func (j *File) Append(r apply.Record) error {
	if j.broken != nil {
		return j.broken
	}
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := j.write(line); err != nil {
		return err
	}
	j.records = append(j.records, r)
	return nil
}

// write appends a line, and syncs it.
func (j *File) write(line []byte) error {
	if j.broken != nil {
		return j.broken
	}
	if _, err := j.f.Write(append(line, '\n')); err != nil {
		j.broken = j.f.Truncate(j.size)
		return err
	}
	if err := j.f.Sync(); err != nil {
		j.broken = err
		return err
	}
	j.size += int64(len(line)) + 1
	return nil
}

// Records returns what was written, in order.
func (j *File) Records() ([]apply.Record, error) { return slices.Clone(j.records), nil }

// Close closes the file.
func (j *File) Close() error { return j.f.Close() }

// Intent returns what the run set out to do; it stands in the first record.
func (j *File) Intent() (apply.Intent, error) {
	if len(j.records) == 0 || j.records[0].Intent == nil {
		return apply.Intent{}, errors.New("the journal does not begin with a plan: nothing was changed")
	}
	return *j.records[0].Intent, nil
}

// Peek returns what a run set out to do, and leaves its file as it is.
func (d Dir) Peek(run string) (apply.Intent, error) {
	path, err := d.path(run)
	if err != nil {
		return apply.Intent{}, err
	}
	records, _, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return apply.Intent{}, fmt.Errorf("%w: %s in %s", ErrNoRun, run, d)
	}
	if err != nil {
		return apply.Intent{}, err
	}
	return (&File{records: records}).Intent()
}

// Run is a run as a list shows it.
type Run struct {
	Name    string
	Records []apply.Record
	Err     error // why the journal cannot be read
}

// State says how far a run has come.
type State string

// The states of a run.
const (
	Untouched   State = "untouched"    // nothing was changed
	Verified    State = "verified"     // done, and seen in every Region
	HalfWay     State = "half-way"     // --resume goes on, rollback goes back
	RollingBack State = "rolling-back" // rollback goes on
	RolledBack  State = "rolled-back"
	// PartlyBack is of a run of many accounts that is verified but where the runs of some
	// accounts were rolled back by their own names.
	PartlyBack State = "partly-rolled-back"
	Waiting    State = "waiting" // of a run that proves: prove --resume goes on
	Proven     State = "proven"
	Unreadable State = "unreadable"
)

// State reads the end of the journal.
func (r Run) State() State {
	if r.Err != nil {
		return Unreadable
	}
	if r.proves() {
		return r.proof()
	}
	state := Untouched
	steps := map[int]apply.Kind{}
	for _, rec := range r.Records {
		if rec.Step != 0 {
			steps[rec.Step] = rec.Kind
			state = stateOf(steps)
		}
		if rec.Kind == apply.Finished && rec.Status != apply.PartialDone {
			state = Verified
		}
		if rec.Kind == apply.Reverted {
			state = RolledBack
			if rec.Status == apply.PartialDone {
				state = RollingBack
			}
		}
	}
	return state
}

// stateOf is the state of a run that has come to no end, by the last of each step.
func stateOf(steps map[int]apply.Kind) State {
	state := Untouched
	for _, k := range steps {
		switch k {
		case apply.Undoing, apply.Undone, apply.Stays:
			return RollingBack
		case apply.Intended, apply.Done:
			state = HalfWay
		default:
		}
	}
	return state
}

// Runs lists the runs of the folder, oldest name first. A folder that is not there has none.
func (d Dir) Runs() ([]Run, error) {
	entries, err := os.ReadDir(string(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []Run
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), ".jsonl")
		if !ok {
			continue
		}
		r := Run{Name: name}
		r.Records, _, r.Err = read(filepath.Join(string(d), e.Name()))
		out = append(out, r)
	}
	return out, nil
}

// read returns the records of a file, and how many bytes of it are whole lines.
func read(path string) ([]apply.Record, int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, err
	}
	records, whole, err := parse(text)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", path, err)
	}
	return records, whole, nil
}

func parse(text []byte) ([]apply.Record, int64, error) {
	whole := bytes.LastIndexByte(text, '\n') + 1
	var out []apply.Record
	for n, line := range bytes.Split(text[:whole], []byte("\n")) {
		if len(line) == 0 {
			continue
		}
		var r apply.Record
		if err := json.Unmarshal(line, &r); err != nil {
			return nil, 0, fmt.Errorf("line %d cannot be read: %w", n+1, err)
		}
		out = append(out, r)
	}
	return out, int64(whole), nil
}

// syncDir makes the name of a new file safe. Systems that cannot sync a folder do so
// by themselves.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !errors.Is(err, os.ErrInvalid) && os.PathSeparator == '/' {
		return err
	}
	return nil
}
