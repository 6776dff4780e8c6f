// Package sandbox is AWS in a box: an http.Handler that answers as AWS CloudTrail
// does, with as much of other services around it as a trail needs; those with much to
// remember are packages of their own below. One endpoint serves every service, account and
// Region: service and Region come from the credential scope of the signature, the
// account from the access key ID.
//
// It never calls AWS, and speaks first only to subscribers of SNS topics, on loopback
// and private addresses; it shares no code with the program that it tests, and what it
// does not implement it refuses by name.
//
// Its nouns: the world is what it remembers; a call is one signed request; an
// operation is the function that answers a call; a fault is a failure asked for by
// a test; the ledger counts the calls.
package sandbox

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/kms"
	"github.com/trailspan/trailspan/internal/sandbox/logs"
	"github.com/trailspan/trailspan/internal/sandbox/s3"
	"github.com/trailspan/trailspan/internal/sandbox/securityhub"
	"github.com/trailspan/trailspan/internal/sandbox/sns"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// Options say how a Sandbox begins. The zero Options begin with the default world,
// kept in memory.
type Options struct {
	// World is a world file in YAML; nil means the default world, the classic
	// mistake: one single-Region trail.
	World []byte
	// StateDir is a folder that outlives the process; "" keeps nothing. What it
	// holds goes before World.
	StateDir string
	// Faults is a list of faults in YAML or JSON, added to those of World.
	Faults []byte
	// Now is the clock of the machine; nil means time.Now.
	Now func() time.Time
	// DeliverEvery is how often trails deliver log files, by the clock of the sandbox;
	// 0 means every 5 minutes. Digests come every hour.
	DeliverEvery time.Duration
}

// An Option is the name of a field of Options that names something to read.
type Option string

// The Options of which something can be wrong.
const (
	OptionWorld    Option = "World"
	OptionStateDir Option = "StateDir"
	OptionFaults   Option = "Faults"
)

// An OptionError is why a Sandbox cannot begin.
type OptionError struct {
	Option Option // that is to blame
	err    error
}

func (e *OptionError) Error() string { return e.err.Error() }

// Unwrap is what went wrong.
func (e *OptionError) Unwrap() error { return e.err }

// A Sandbox serves one world. It is safe for concurrent use.
type Sandbox struct {
	options    Options
	clock      clock
	services   map[string]*wire.Service // by signing name; S3 is not among them
	admin      http.Handler
	faults     faults
	ledger     ledger
	history    *history
	lookups    lookupLimit
	results    resultCache
	deliveries deliveries
	outbox     outbox
	courier    *sns.Courier // brings the messages of SNS to their subscribers
	arrival    arrival
	state      *keeper       // nil without a StateDir
	closed     chan struct{} // closed by Close: no call hangs any longer
	closing    sync.Once

	file        *worldFile // to begin with, and for reset
	firstFaults []fault
	restored    bool // the world came from the StateDir

	// mu guards all below and what hangs from it. Who needs several locks takes them in
	// this order: deliveries.one, eventLog.disk, keeper.mu, mu, history.mu, eventLog.mu.
	// All others are held for a moment, and nobody who holds one waits for these.
	mu      sync.RWMutex
	w       *world
	buckets *s3.Store
	version uint64    // of w; grows with every change
	serving *exchange // that is changing w
}

// New returns a Sandbox. Its errors are OptionErrors: a world, fault or state file that
// cannot be understood, with the line, or a StateDir in use by another Sandbox, for which
// it waits two seconds. Close it after use.
func New(o Options) (*Sandbox, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	s := &Sandbox{options: o, clock: clock{machine: o.Now}, history: newHistory(), closed: make(chan struct{})}
	s.deliveries.every = cmp.Or(o.DeliverEvery, deliverEvery)
	s.courier = sns.NewCourier(s.snsKey)
	s.outbox.send = s.courier.Send
	s.services = s.newServices()
	s.admin = s.newAdmin()
	if err := s.begin(); err != nil {
		if s.state != nil {
			_, _ = s.history.close(), s.state.close() // the first error says more
		}
		return nil, err
	}
	s.deliveries.timer.Go(s.keepDelivering)
	return s, nil
}

// begin brings the world into being, from the StateDir or from the Options.
func (s *Sandbox) begin() error {
	if err := s.readOptions(); err != nil {
		return err
	}
	s.faults.replace(slices.Clone(s.firstFaults))
	kept, err := s.openState()
	if err != nil {
		return &OptionError{OptionStateDir, err}
	}
	w, store, err := s.readWorld(s.keptBodies()) // in any case: a mistake in it is not to wait for a reset
	if err != nil {
		return &OptionError{OptionWorld, err}
	}
	if s.restored = kept != nil; s.restored {
		err = s.restoreWorld(kept)
	} else {
		err = s.beginWorld(w, store)
	}
	if err != nil {
		return &OptionError{OptionStateDir, err}
	}
	return nil
}

// openState returns what the StateDir holds, nil when there is nothing.
func (s *Sandbox) openState() (*stateBody, error) {
	if s.options.StateDir == "" {
		return nil, nil
	}
	var err error
	if s.state, err = openKeeper(s.options.StateDir); err != nil {
		return nil, err
	}
	return s.state.load()
}

// beginWorld puts a new world in place, and keeps it.
func (s *Sandbox) beginWorld(w *world, store *s3.Store) error {
	if err := s.openHistory(w); err != nil {
		return err
	}
	s.place(w, store)
	return s.save()
}

// Restored says whether the world came from the StateDir, so that Options.World waits for
// a reset.
func (s *Sandbox) Restored() bool { return s.restored }

// Close lets go of calls that hang and of the StateDir. Calls after it are refused.
func (s *Sandbox) Close() error {
	var err error
	s.closing.Do(func() {
		close(s.closed)
		s.deliveries.timer.Wait()
		s.courier.Close()
		if s.state != nil {
			err = errors.Join(s.history.close(), s.state.close())
		}
	})
	return err
}

// operations lists what is implemented of every service that speaks a protocol of
// package wire; S3, which has one of its own, is not among them.
func (s *Sandbox) operations() map[string]map[string]wire.Operation {
	return map[string]map[string]wire.Operation{
		"account":        s.accountOperations(),
		"cloudformation": s.cloudFormationOperations(),
		"cloudtrail":     s.cloudTrailOperations(),
		"ec2":            s.ec2Operations(),
		"iam":            iam.Operations(func() *iam.Store { return s.w.IAM }),
		"kms":            kms.Operations(func() *kms.Store { return s.w.KMS }),
		"logs":           logs.Operations(func() *logs.Store { return s.w.Logs }),
		"organizations":  s.organizationsOperations(),
		"securityhub":    s.securityHubOperations(),
		"sns":            s.snsService().Operations(),
		"sts":            s.stsOperations(),
		"support":        s.supportOperations(),
	}
}

func (s *Sandbox) securityHubOperations() map[string]wire.Operation {
	return securityhub.Operations(
		func() *securityhub.Store { return s.w.SecurityHub },
		func() bool { return s.w.Switches.DisabledSecurityHub == "fail-findings" },
	)
}

func (s *Sandbox) newServices() map[string]*wire.Service {
	services := map[string]*wire.Service{}
	for name, operations := range s.operations() {
		services[name] = wire.NewService(name, operations)
	}
	return services
}

// changed says that w is another than it was. It needs the write lock.
func (s *Sandbox) changed() { s.version++ }

// accountOf returns the account of the ID, and brings it into being, empty and of
// that partition, when the world does not have it. It needs the write lock unless
// the account is known to exist; that of the caller always does.
func (s *Sandbox) accountOf(id, partition string) *account {
	if a := s.w.Accounts[id]; a != nil {
		return a
	}
	a := newAccount(id, partition)
	s.w.Accounts[id] = a
	s.changed()
	return a
}

func newAccount(id, partition string) *account {
	return &account{
		ID:         id,
		Name:       "account-" + id,
		Email:      fmt.Sprintf("aws+%s@example.com", id),
		Partition:  partition,
		State:      "ACTIVE",
		OptStatus:  map[string]optStatus{},
		Trails:     map[string]*trailRecord{},
		DataStores: map[string]*dataStore{},
	}
}
