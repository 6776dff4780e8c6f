package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// snapshotSchema names the file of check --save.
const snapshotSchema = "trailspan/snapshot/v1"

type snapshotFile struct {
	Schema   string           `json:"schema"`
	Accounts []trail.Snapshot `json:"accounts"`
}

func (a *app) saveSnapshots(path string, all []trail.Snapshot) error {
	return a.save(path, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", " ")
		return e.Encode(snapshotFile{snapshotSchema, all})
	})
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
	all, err := parseSnapshots(text)
	if err != nil {
		return nil, unreadable(path, err)
	}
	return all, nil
}

func parseSnapshots(text []byte) ([]trail.Snapshot, error) {
	var f snapshotFile
	if err := json.Unmarshal(text, &f); err != nil {
		return nil, fmt.Errorf("it is not a saved snapshot: %w", err)
	}
	if f.Schema != snapshotSchema {
		return nil, fmt.Errorf("its schema is %q, not %s", f.Schema, snapshotSchema)
	}
	if len(f.Accounts) == 0 {
		return nil, fmt.Errorf("it has no account")
	}
	for i := range f.Accounts {
		if err := f.Accounts[i].Check(); err != nil {
			return nil, err
		}
		slices.SortFunc(f.Accounts[i].Regions, func(a, b trail.RegionView) int {
			if a.Region < b.Region {
				return -1
			}
			return 1
		})
	}
	return f.Accounts, nil
}
