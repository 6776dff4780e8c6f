package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sync"
)

// bodies keeps the contents of objects, and log events, as files, named by their SHA-256. A file is on
// the disk for good at the next sync, and one that nothing needs any longer goes only
// after a state that does not name it was saved: until then the old state must find it.
type bodies struct {
	dir string

	mu       sync.Mutex
	unsynced map[string]bool // sums
	doomed   map[string]bool // sums
}

func newBodies(dir string) *bodies {
	return &bodies{dir: dir, unsynced: map[string]bool{}, doomed: map[string]bool{}}
}

func (b *bodies) path(sum string) string { return filepath.Join(b.dir, sum) }

// Write keeps a content.
func (b *bodies) Write(sum string, body []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.doomed, sum)
	temporary := b.path(sum) + ".new"
	if err := os.WriteFile(temporary, body, 0o600); err != nil {
		return err
	}
	b.unsynced[sum] = true
	return os.Rename(temporary, b.path(sum))
}

// Read returns a content. One that the disk has changed is an error.
func (b *bodies) Read(sum string) ([]byte, error) {
	body, err := os.ReadFile(b.path(sum))
	if err != nil {
		return nil, err
	}
	if got := sha256.Sum256(body); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("the file %s is damaged", b.path(sum))
	}
	return body, nil
}

// Remove says that no object has the content any longer.
func (b *bodies) Remove(sum string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doomed[sum] = true
	return nil
}

// doom removes, after the next save, what the parts of an encoded state name and what was
// written since, but for what is written again until then.
func (b *bodies) doom(state ...[]byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	maps.Copy(b.doomed, b.unsynced)
	for _, part := range state {
		for _, sum := range bodySum.FindAll(part, -1) {
			b.doomed[string(sum)] = true
		}
	}
}

// sync puts on the disk what was written since the last time.
func (b *bodies) sync() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.unsynced) == 0 {
		return nil
	}
	for sum := range b.unsynced {
		if err := syncFile(b.path(sum)); err != nil {
			return err
		}
	}
	clear(b.unsynced)
	return syncFolder(b.dir)
}

// unneeded lists what nothing needs any longer: a state that is encoded after this does
// not name it.
func (b *bodies) unneeded() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Keys(b.doomed))
}

// forget removes what the state that was just saved does not name, but for what was
// written again meanwhile. A file that cannot be removed costs space only.
func (b *bodies) forget(unneeded []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, sum := range unneeded {
		if b.doomed[sum] {
			_ = os.Remove(b.path(sum))
			delete(b.unsynced, sum)
			delete(b.doomed, sum)
		}
	}
}

var bodySum = regexp.MustCompile(`[0-9a-f]{64}`)

// sweep removes files that no part of the state names: those of calls that a crash cut
// short. Other files are nobody's business here, and stay.
func (b *bodies) sweep(state ...[]byte) {
	named := map[string]bool{}
	for _, part := range state {
		for _, sum := range bodySum.FindAll(part, -1) {
			named[string(sum)] = true
		}
	}
	entries, _ := os.ReadDir(b.dir) // what cannot be listed costs space only
	for _, e := range entries {
		if sum := bodySum.FindString(e.Name()); sum != "" && !named[sum] {
			_ = os.Remove(filepath.Join(b.dir, e.Name()))
		}
	}
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
