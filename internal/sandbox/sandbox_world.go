package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// readOptions reads the world file and the faults of the Options, once.
func (s *Sandbox) readOptions() error {
	text := s.options.World
	if text == nil {
		text = []byte(DefaultWorld)
	}
	f, err := parseWorld(text)
	if err != nil {
		return &OptionError{OptionWorld, fmt.Errorf("reading the world file: %w", err)}
	}
	list, err := s.readFaults(f.Faults)
	if err != nil {
		return &OptionError{OptionWorld, fmt.Errorf("reading the world file: %w", err)}
	}
	more, err := s.parseFaults(s.options.Faults)
	if err != nil {
		return &OptionError{OptionFaults, fmt.Errorf("reading the faults: %w", err)}
	}
	s.file, s.firstFaults = f, slices.Concat(list, more)
	return nil
}

// readWorld makes the world of the world file, and its buckets. Its clock is that of
// the machine.
func (s *Sandbox) readWorld(kept s3.Bodies) (*world, *s3.Store, error) {
	w, err := s.file.build(s.options.Now().UTC().Round(0))
	if err != nil {
		return nil, nil, fmt.Errorf("reading the world file: %w", err)
	}
	store := s.newStore(kept)
	if err := s.file.fill(store, w); err != nil {
		return nil, nil, fmt.Errorf("reading the world file: %w", err)
	}
	if err := s.file.fillTopics(w); err != nil {
		return nil, nil, fmt.Errorf("reading the world file: %w", err)
	}
	return w, store, nil
}

// place puts a world where all calls see it.
func (s *Sandbox) place(w *world, store *s3.Store) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.w, s.buckets = w, store
	s.clock.set(w.ClockOffset)
	w.mend()
	s.keepLogs()
	w.KMS.Now = s.now
	for _, f := range w.Feeds {
		f.clamp(s.history.last())
	}
	w.clampStores(s.history.last())
	s.results.clear()
	s.tend("")
	s.changed()
}

func (s *Sandbox) newStore(bodies s3.Bodies) *s3.Store {
	store := s3.New(s.now)
	if bodies != nil {
		store.Bodies = bodies
	}
	store.KnownRegion = func(partition, region string) bool { return partitionOf(region) == partition && regionExists(region) }
	store.PolicyContext = func(c *wire.Call) map[string][]string {
		if c.Organization == "" {
			return nil
		}
		return map[string][]string{"aws:PrincipalOrgID": {c.Organization}}
	}
	return store
}

// store returns S3 as it is now; a reset puts another in its place.
func (s *Sandbox) store() *s3.Store {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.buckets
}

// steadyUUID makes an ID that looks like a UUID, always the same of the same seeds.
func steadyUUID(seeds ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(seeds, "\x00")))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	h := hex.EncodeToString(sum[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// jsonText encodes without escaping what only HTML wants escaped.
func jsonText(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return strings.TrimSuffix(b.String(), "\n"), err
}

// reset goes back to the world file. Objects that were kept go with their buckets.
func (s *Sandbox) reset() error {
	s.deliveries.one.Lock() // no delivery is under way into the world that goes
	defer s.deliveries.one.Unlock()
	w, store, err := s.readWorld(s.keptBodies())
	if err != nil {
		return err
	}
	log, err := s.newLog(w)
	if err != nil {
		return err
	}
	s.faults.replace(slices.Clone(s.firstFaults))
	s.ledger.clear()
	var before *eventLog
	place := func() {
		s.place(w, store)
		s.outbox.drop()
		s.courier.Drop()
		before = s.history.restart(log)
	}
	if s.state == nil {
		place()
		return nil
	}
	if err := s.state.replace(s, place); err != nil {
		return err
	}
	before.retire()
	return nil
}

// keptBodies is where S3 keeps contents; nil means in memory.
func (s *Sandbox) keptBodies() s3.Bodies {
	if s.state == nil {
		return nil
	}
	return s.state.bodies
}
