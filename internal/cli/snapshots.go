package cli

import (
	"cmp"
	"encoding/json"
	"io"
	"os"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// snapshotSchema names the file of check --save.
const snapshotSchema = "trailspan/snapshot/v1"

type snapshotFile struct {
	Schema   string           `json:"schema"`
	Accounts []trail.Snapshot `json:"accounts"`
}

// saver writes the file of --save, account by account; without the flag it writes
// nothing.
type saver struct {
	path   string
	target target
	n      int
}

func newSaver(path string) (*saver, error) {
	if path == "" {
		return &saver{}, nil
	}
	t, err := openTarget(path)
	if err != nil {
		return nil, unwritable(path, err)
	}
	return &saver{path: path, target: t}, nil
}

func (s *saver) add(account trail.Snapshot) error {
	if s.path == "" {
		return nil
	}
	text, err := json.MarshalIndent(account, "  ", " ")
	if err != nil {
		return err
	}
	before := ",\n  "
	if s.n == 0 {
		before = "{\n \"schema\": \"" + snapshotSchema + "\",\n \"accounts\": [\n  "
	}
	s.n++
	return s.write(before + string(text))
}

func (s *saver) write(text string) error {
	if _, err := s.target.file.WriteString(text); err != nil {
		return unwritable(s.path, err)
	}
	return nil
}

// commit puts the file in its place.
func (s *saver) commit() error {
	if s.path == "" {
		return nil
	}
	if err := s.write("\n ]\n}\n"); err != nil {
		return err
	}
	if err := s.target.commit(); err != nil {
		return unwritable(s.path, err)
	}
	return nil
}

// drop leaves nothing behind that was not committed.
func (s *saver) drop() {
	if s.path != "" {
		s.target.drop()
	}
}

// loadSnapshots reads what --save wrote; "-" is standard input.
func (a *app) loadSnapshots(path string) ([]trail.Snapshot, error) {
	var text []byte
	var err error
	if path == "-" {
		text, err = io.ReadAll(a.env.Stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	all, note := parseSnapshots(path, text)
	if note.Key != "" {
		return nil, fail(exitUsage, note)
	}
	return all, nil
}

// parseSnapshots returns the accounts of a file, or what is wrong with it.
func parseSnapshots(file string, text []byte) ([]trail.Snapshot, trail.Note) {
	var f snapshotFile
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, malformed(file, text, err)
	}
	if f.Schema != snapshotSchema {
		return nil, trail.Say("fail.snapshot-schema", "file", file, "schema", f.Schema, "want", snapshotSchema)
	}
	if len(f.Accounts) == 0 {
		return nil, trail.Say("fail.snapshot-empty", "file", file)
	}
	for i := range f.Accounts {
		if err := f.Accounts[i].Check(); err != nil {
			return nil, trail.Say("fail.snapshot-contents", "file", file, "error", err.Error())
		}
		slices.SortFunc(f.Accounts[i].Regions, func(a, b trail.RegionView) int { return cmp.Compare(a.Region, b.Region) })
	}
	return f.Accounts, trail.Note{}
}

// malformed says where the file stops being a snapshot, when that is known.
func malformed(file string, text []byte, err error) trail.Note {
	line, column, ok := report.Place(text, err)
	if !ok {
		return trail.Say("fail.snapshot", "file", file)
	}
	return trail.Say("fail.snapshot-at", "file", file, "line", strconv.Itoa(line), "column", strconv.Itoa(column))
}
