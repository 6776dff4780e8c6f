// Package kms is as much of AWS Key Management Service as CloudTrail and its tools need:
// symmetric encryption keys with their policies, aliases, tags, rotation and deletion, and
// data encrypted under them.
//
// It never authorizes by IAM policies, which it does not know: a key policy that lets an
// account in lets everyone of the account in. It never makes keys that sign, and never
// gives the secret of a key away.
//
// Its nouns: the store is all keys of all accounts; a key is named by ID, ARN, alias or
// the ARN of an alias; a blob is what Encrypt answers, and names its key.
package kms

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store holds the keys of all accounts and Regions. Its zero value is usable by one
// that only looks; New makes one to write to. It has no lock of its own.
type Store struct {
	Keys    map[string]*Key   // by ARN
	Aliases map[string]*Alias // by ARN
	// Now is the clock by which keys that are pending deletion go; nil is the machine's.
	Now func() time.Time `json:"-"`
}

// A Key is a symmetric encryption key that customers manage.
type Key struct {
	ARN         string
	ID          string
	Account     string
	Region      string
	Description string    `json:",omitempty"`
	State       State     // as of the last change; see Store.find
	Policy      string    // JSON
	Tags        []Tag     `json:",omitempty"`
	MultiRegion bool      `json:",omitempty"` // the primary key; it has no replicas
	Rotation    int       `json:",omitempty"` // days from one to the next; 0: not enabled
	RotatedFrom time.Time `json:",omitzero"`  // when rotation was enabled
	Deletion    time.Time `json:",omitzero"`  // when it goes, if it is pending deletion
	Window      int       `json:",omitempty"` // days that were given for it
	Created     time.Time
	Secret      []byte // AES-256
}

// An Alias is another name of a key.
type Alias struct {
	ARN     string
	Name    string // alias/logs
	Account string
	Region  string
	Target  string // ARN of the key
	Created time.Time
	Updated time.Time
}

// A Tag is a tag of a key, with the member names of the API.
type Tag struct{ TagKey, TagValue string }

// A State is a KeyState of the API.
type State string

// The states that the sandbox knows.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
const (
	Enabled         State = "Enabled"
	Disabled        State = "Disabled"
	PendingDeletion State = "PendingDeletion"
)

// Info is what other services may know of a key.
type Info struct {
	ARN         string
	ID          string
	Account     string
	Region      string
	State       State
	MultiRegion bool
	Policy      string // JSON
}

// New returns a Store without keys.
func New() *Store {
	return &Store{Keys: map[string]*Key{}, Aliases: map[string]*Alias{}}
}

// Find tells of the key with that name: an ID, an ARN, alias/NAME or the ARN of an alias.
// What is not an ARN is completed with partition, account and Region. A key whose
// waiting period is over is gone.
func (s *Store) Find(partition, account, region, name string) (Info, bool) {
	k := s.find(home{partition, account, region}.arn(name))
	if k == nil {
		return Info{}, false
	}
	return Info{ARN: k.ARN, ID: k.ID, Account: k.Account, Region: k.Region, State: k.State, MultiRegion: k.MultiRegion, Policy: k.Policy}, true
}

// Permit says whether the key of that ARN may be used as r asks, by its policy and its
// state: nil, or the *wire.Error that KMS would answer. An r without a Resource asks for
// the key. What a service does on behalf of somebody is asked in the name of the service.
func (s *Store) Permit(arn string, r policy.Request) error {
	k := s.find(arn)
	if k == nil {
		return noSuchKey(arn)
	}
	r.Resource = cmp.Or(r.Resource, k.ARN)
	if err := k.allows(r); err != nil {
		return err
	}
	if changesNothing(r.Action) {
		return nil
	}
	return k.usable()
}

// find returns the key that an ARN names, of itself or of an alias; nil: there is none.
func (s *Store) find(arn string) *Key {
	if a := s.Aliases[arn]; a != nil {
		arn = a.Target
	}
	k := s.Keys[arn]
	if k == nil || k.State == PendingDeletion && !s.now().Before(k.Deletion) {
		return nil
	}
	return k
}

// alias returns the alias of an ARN; nil: there is none. Aliases go with their key.
func (s *Store) alias(arn string) *Alias {
	a := s.Aliases[arn]
	if a == nil || s.find(a.Target) == nil {
		return nil
	}
	return a
}

// sweep forgets the keys whose waiting period is over, and what belongs to them.
func (s *Store) sweep() {
	maps.DeleteFunc(s.Aliases, func(arn string, _ *Alias) bool { return s.alias(arn) == nil })
	maps.DeleteFunc(s.Keys, func(arn string, _ *Key) bool { return s.find(arn) == nil })
}

// keysOf lists the keys of an account in a Region, by ID.
func (s *Store) keysOf(c *wire.Call) []*Key {
	list := slices.DeleteFunc(slices.Collect(maps.Values(s.Keys)), func(k *Key) bool {
		return k.Account != c.Account || k.Region != c.Region || s.find(k.ARN) == nil
	})
	slices.SortFunc(list, func(a, b *Key) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (s *Store) now() time.Time {
	if s.Now == nil {
		return time.Now().UTC()
	}
	return s.Now()
}
