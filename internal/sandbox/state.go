package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation"
	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/kms"
	"github.com/trailspan/trailspan/internal/sandbox/logs"
	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/securityhub"
	"github.com/trailspan/trailspan/internal/sandbox/sns"
)

// A keeper keeps a Sandbox in a folder, so that it survives kill -9:
//
//	lock         held as long as the sandbox runs; a second one is refused
//	state.json   a line that has the sum of the rest, then the rest
//	bodies/      the contents of objects, and log events, each named by its SHA-256
//	events-….jsonl   the event history
//
// Every state.json is written whole, beside the old one, and then takes its name:
// there is never half of one.
type keeper struct {
	dir    string
	lock   *os.File
	bodies *bodies

	mu       sync.Mutex // one save at a time; guards all below
	closed   bool
	version  uint64 // of the world that was saved last
	world    []byte // that world, encoded
	revision uint64 // of the store that was saved last
	buckets  []byte // that store, encoded
	found    []byte // the world that was loaded, until one is saved
}

// stateSchema is the schema of state.json.
const stateSchema = "trailspan/sandbox-state/v1"

// stateHeader is the first line of state.json.
type stateHeader struct {
	Schema string `json:"schema"`
	SHA256 string `json:"sha256"` // of all that follows the line
}

// stateBody is the rest of state.json.
type stateBody struct {
	World   json.RawMessage `json:"world"`
	Buckets json.RawMessage `json:"buckets"`
}

var errInUse = errors.New("another sandbox is using it")

// openKeeper makes the folder when there is none, and locks it.
func openKeeper(dir string) (*keeper, error) {
	if err := os.MkdirAll(filepath.Join(dir, "bodies"), 0o700); err != nil {
		return nil, fmt.Errorf("opening the state folder: %w", err)
	}
	lock, err := lockPatiently(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, fmt.Errorf("locking the state folder %s: %w", dir, err)
	}
	return &keeper{dir: dir, lock: lock, bodies: newBodies(filepath.Join(dir, "bodies"))}, nil
}

// lockPatiently gives a sandbox that was killed two seconds to let go: the lock goes with
// the process, and a large one takes a while to end.
func lockPatiently(path string) (*os.File, error) {
	const tries, pause = 40, 50 * time.Millisecond
	for n := 1; ; n++ {
		lock, err := lockFile(path)
		if n == tries || !errors.Is(err, errInUse) {
			return lock, err
		}
		time.Sleep(pause)
	}
}

func (k *keeper) close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.closed = true
	return k.lock.Close()
}

func (k *keeper) path() string { return filepath.Join(k.dir, "state.json") }

// load returns what was kept, or nil when nothing was. A file that is not whole is an
// error, and stays as it is.
func (k *keeper) load() (*stateBody, error) {
	text, err := os.ReadFile(k.path())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the state: %w", err)
	}
	body, err := parseState(text)
	if err != nil {
		return nil, fmt.Errorf("the state file %s is damaged (%w); it was left as it is: restore it, or move it away to begin anew", k.path(), err)
	}
	k.bodies.sweep(body.World, body.Buckets)
	k.found, k.buckets = body.World, body.Buckets
	return body, nil
}

func parseState(text []byte) (*stateBody, error) {
	first, rest, _ := bytes.Cut(text, []byte("\n"))
	var h stateHeader
	if err := json.Unmarshal(first, &h); err != nil {
		return nil, errors.New("its first line is not a header")
	}
	if h.Schema != stateSchema {
		return nil, fmt.Errorf("its schema is %q, not %q", h.Schema, stateSchema)
	}
	if sum := sha256.Sum256(rest); h.SHA256 != hex.EncodeToString(sum[:]) {
		return nil, errors.New("its content does not have the sum of its header")
	}
	body := &stateBody{}
	if err := json.Unmarshal(rest, body); err != nil {
		return nil, err
	}
	return body, nil
}

// restoreWorld brings back a world that was kept.
func (s *Sandbox) restoreWorld(kept *stateBody) error {
	w := &world{}
	if err := json.Unmarshal(kept.World, w); err != nil {
		return fmt.Errorf("the world in the state file %s: %w", s.state.path(), err)
	}
	store := s.newStore(s.state.bodies)
	if err := json.Unmarshal(kept.Buckets, store); err != nil {
		return fmt.Errorf("the buckets in the state file %s: %w", s.state.path(), err)
	}
	w.mend()
	named := w.History != ""
	if err := s.openHistory(w); err != nil {
		return err
	}
	s.place(w, store)
	if named {
		return s.compact()
	}
	return s.save()
}

// mend makes the maps that JSON leaves out when they are empty.
func (w *world) mend() {
	if w.Accounts == nil {
		w.Accounts = map[string]*account{}
	}
	if w.Sessions == nil {
		w.Sessions = map[string]*session{}
	}
	if w.Feeds == nil {
		w.Feeds = map[string]*feed{}
	}
	if w.Keys == nil {
		w.Keys = newKeyring()
	}
	if w.SNS == nil {
		w.SNS = sns.New()
	}
	if w.CloudFormation == nil {
		w.CloudFormation = &cloudformation.Store{}
	}
	if w.IAM == nil {
		w.IAM = &iam.Store{}
	}
	if w.Logs == nil {
		w.Logs = &logs.Store{}
	}
	if w.SecurityHub == nil {
		w.SecurityHub = &securityhub.Store{}
	}
	if w.KMS == nil {
		w.KMS = kms.New()
	}
	for _, a := range w.Accounts {
		if a.OptStatus == nil {
			a.OptStatus = map[string]optStatus{}
		}
		if a.Trails == nil {
			a.Trails = map[string]*trailRecord{}
		}
		if a.DataStores == nil {
			a.DataStores = map[string]*dataStore{}
		}
	}
}

// save keeps the world and the buckets as they are now, and sends the letters that tell
// of them. It returns when they are on the disk; calls that come together share one
// write. Without a StateDir there is nothing to keep.
func (s *Sandbox) save() error {
	s.mu.RLock()
	version, revision := s.version, s.buckets.Revision()
	s.mu.RUnlock()
	if s.state != nil {
		if err := s.state.save(s, version, revision); err != nil {
			return err
		}
	}
	s.outbox.release(version)
	return nil
}

// save writes the state unless one of that version and revision, or later, has been
// written since the caller looked.
func (k *keeper) save(s *Sandbox, version, revision uint64) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.world != nil && k.version >= version && k.revision >= revision {
		return nil
	}
	return k.saveNow(s)
}

// replace saves the world that place puts in the place of the one before. The
// contents that the old one had go as soon as the new one is on the disk.
func (k *keeper) replace(s *Sandbox, place func()) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.bodies.doom(k.found, k.world, k.buckets)
	place()
	k.world, k.buckets = nil, nil
	return k.saveNow(s)
}

// saveNow needs k.mu.
func (k *keeper) saveNow(s *Sandbox) error {
	if k.closed { // the folder may be another sandbox's by now
		return errors.New("the sandbox is closed")
	}
	unneeded := k.bodies.unneeded() // by any state from now on
	if err := k.encode(s); err != nil {
		return fmt.Errorf("encoding the state: %w", err)
	}
	if err := k.write(); err != nil {
		k.world = nil // so that the next call tries again
		return fmt.Errorf("writing the state: %w", err)
	}
	k.bodies.forget(unneeded)
	k.found = nil
	return nil
}

// encode takes the state as of one moment. Of the world and the buckets only what
// changed is encoded anew.
func (k *keeper) encode(s *Sandbox) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if k.world == nil || k.version != s.version {
		text, err := json.Marshal(s.w)
		if err != nil {
			return err
		}
		k.world, k.version = text, s.version
	}
	revision := s.buckets.Revision()
	if k.buckets == nil || k.revision != revision {
		text, err := json.Marshal(s.buckets)
		if err != nil {
			return err
		}
		k.buckets, k.revision = text, revision
	}
	return nil
}

func (k *keeper) write() error {
	if err := k.bodies.sync(); err != nil {
		return err
	}
	var rest bytes.Buffer
	rest.Grow(len(k.world) + len(k.buckets) + 32)
	rest.WriteString(`{"world":`)
	rest.Write(k.world)
	rest.WriteString(`,"buckets":`)
	rest.Write(k.buckets)
	rest.WriteString("}\n")
	sum := sha256.Sum256(rest.Bytes())
	header, err := json.Marshal(stateHeader{Schema: stateSchema, SHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	return replaceFile(k.path(), append(header, '\n'), rest.Bytes())
}

// replaceFile puts a file of those parts in the place of the old one, in one step.
func replaceFile(path string, parts ...[]byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for _, p := range parts {
		if _, err := f.Write(p); err != nil {
			return err
		}
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	if err := os.Rename(path+".new", path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

var _ s3.Bodies = (*bodies)(nil)
