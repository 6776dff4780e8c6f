package journal

import (
	"errors"
	"os"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
)

// fullDisk is a file on a disk that is full for a while, or that cannot sync.
type fullDisk struct {
	*os.File
	full, unsynced bool
	syncs          int
}

var errFull = errors.New("no space left on device")

func (d *fullDisk) Write(b []byte) (int, error) {
	if d.full {
		n, _ := d.File.Write(b[:len(b)/2])
		return n, errFull
	}
	return d.File.Write(b)
}

func (d *fullDisk) Sync() error {
	d.syncs++
	if d.unsynced {
		return errFull
	}
	return d.File.Sync()
}

func onFullDisk(t *testing.T) (Dir, *File, *fullDisk) {
	t.Helper()
	dir := Dir(t.TempDir())
	j, err := dir.Create("run")
	if err != nil {
		t.Fatal(err)
	}
	d := &fullDisk{File: j.f.(*os.File)}
	j.f = d
	t.Cleanup(func() { j.Close() })
	return dir, j, d
}

// A disk that is full for a moment costs the line, and not the journal.
func TestFullDisk(t *testing.T) {
	dir, j, d := onFullDisk(t)
	if err := j.Append(apply.Record{Kind: apply.Planned}); err != nil {
		t.Fatal(err)
	}
	d.full = true
	if err := j.Append(apply.Record{Kind: apply.Intended, Step: 1}); !errors.Is(err, errFull) {
		t.Fatalf("Append on a full disk = %v", err)
	}
	d.full = false
	if err := j.Append(apply.Record{Kind: apply.Done, Step: 1}); err != nil {
		t.Fatal(err)
	}
	again, err := dir.Open("run")
	if err != nil {
		t.Fatalf("the journal cannot be read any more: %v", err)
	}
	defer again.Close()
	if records, _ := again.Records(); len(records) != 2 || records[1].Kind != apply.Done {
		t.Errorf("the journal has %+v", records)
	}
}

// A line is safe only when the disk says so, and after a doubt nothing more is written.
func TestEveryLineIsSynced(t *testing.T) {
	_, j, d := onFullDisk(t)
	for range 3 {
		if err := j.Append(apply.Record{Kind: apply.Planned}); err != nil {
			t.Fatal(err)
		}
	}
	if d.syncs != 3 {
		t.Errorf("3 lines were synced %d times", d.syncs)
	}
	d.unsynced = true
	if err := j.Append(apply.Record{Kind: apply.Intended}); err == nil {
		t.Error("a line that was not synced passes as safe")
	}
	d.unsynced = false
	if err := j.Append(apply.Record{Kind: apply.Done}); err == nil {
		t.Error("a line was written behind one that may not be there")
	}
}
