// Package iam is AWS Identity and Access Management as far as roles go: roles with
// their trust policies, the policies written into them, and managed policies that are
// attached to them.
//
// It answers whether a role may be assumed, and what it may do. It never authorizes the
// callers of the sandbox: users, groups, permission boundaries and service control
// policies are not here.
//
// Its nouns: the store is IAM of all accounts; a role is assumed; a managed policy has
// versions, one of them the default; an inline policy is written into one role.
package iam

import (
	"crypto/rand"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store has the roles and policies of all accounts. The zero Store has none.
type Store struct {
	Accounts map[string]*Account // by ID
}

// An Account has what IAM knows of an account.
type Account struct {
	Roles    map[string]*Role   // by name in lower case: names differ in more than case
	Policies map[string]*Policy // by ARN: those that the account made
}

// A Role is somebody to be for a while.
type Role struct {
	Name        string
	Path        string
	ID          string // AROA…
	ARN         string
	Created     time.Time
	Description string
	MaxSession  int // seconds
	Boundary    string
	Trust       string            // the policy that says who may assume it
	Inline      map[string]string // policies by name
	Attached    []string          // ARNs of managed policies, in the order in which they came
	Tags        []Tag
}

// A Policy is a managed policy.
type Policy struct {
	Name        string
	Path        string
	ID          string // ANPA…
	ARN         string
	Created     time.Time
	Updated     time.Time
	Description string
	Default     string // version ID
	Latest      int    // number of the newest version there ever was
	Versions    []Version
	Tags        []Tag
}

// A Version is one text of a managed policy.
type Version struct {
	ID       string // v1, v2 …
	Document string
	Created  time.Time
}

// A Tag of a role or a policy.
type Tag struct{ Key, Value string }

// look returns an account to read; one that has nothing is empty.
func (s *Store) look(account string) *Account {
	if a := s.Accounts[account]; a != nil {
		return a
	}
	return &Account{}
}

// account returns an account to change.
func (s *Store) account(id string) *Account {
	if s.Accounts == nil {
		s.Accounts = map[string]*Account{}
	}
	a := s.Accounts[id]
	if a == nil {
		a = &Account{}
		s.Accounts[id] = a
	}
	if a.Roles == nil {
		a.Roles = map[string]*Role{}
	}
	if a.Policies == nil {
		a.Policies = map[string]*Policy{}
	}
	return a
}

// Role returns the role of an ARN, or nil.
func (s *Store) Role(arn string) *Role {
	account, name := splitRole(arn)
	r := s.look(account).Roles[strings.ToLower(name)]
	if r == nil || r.ARN != arn {
		return nil
	}
	return r
}

// splitRole takes the account and the name out of the ARN of a role.
func splitRole(arn string) (account, name string) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 || parts[2] != "iam" || !strings.HasPrefix(parts[5], "role/") {
		return "", ""
	}
	return parts[4], parts[5][strings.LastIndex(parts[5], "/")+1:]
}

// AddRole makes a role without checking its policies, for worlds that are broken on
// purpose. Inline policies are by name. It does nothing if there is a role of the name.
func (s *Store) AddRole(arn, trust string, inline map[string]string, at time.Time) {
	account, name := splitRole(arn)
	a := s.account(account)
	if name == "" || a.Roles[strings.ToLower(name)] != nil {
		return
	}
	path := strings.TrimSuffix(arn[strings.Index(arn, ":role/")+len(":role"):], name)
	a.Roles[strings.ToLower(name)] = &Role{
		Name: name, Path: path, ID: newID("AROA"), ARN: arn, Created: at, MaxSession: defaultSession, Trust: trust, Inline: inline,
	}
}

// newID returns the unique ID of something new.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func newID(prefix string) string { return prefix + rand.Text()[:17] }

// caller returns the account of a call, to read it.
func (s *Store) caller(c *wire.Call) *Account { return s.look(c.Account) }

func arn(c *wire.Call, kind, path, name string) string {
	return "arn:" + c.Partition + ":iam::" + c.Account + ":" + kind + path + name
}

// whole is a time as IAM keeps it, to the second.
func whole(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }
