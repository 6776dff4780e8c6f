package cloudformation

import (
	"cmp"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store is all stacks of all accounts. It encodes to JSON; the zero Store has none. It
// is not safe for concurrent use.
type Store struct {
	Stacks []*Stack // in the order in which they were made, deleted ones among them
}

// A Stack is the resources that were made from one template.
type Stack struct {
	ID, Name, Account, Region string

	Status, Reason        string
	Created               time.Time
	Updated               time.Time // zero: never
	Deleted               time.Time // zero: not yet
	DisableRollback       bool
	TerminationProtection bool
	TimeoutInMinutes      int
	OnFailure             string
	Token                 string // ClientRequestToken of the operation that ran last
	CreationToken         string
	ChangeSet             string // ID of the one that was executed last

	Settings  // that the stack has, or is to have while it is in review
	Resources []*Resource
	Outputs   []Output
	Imports   []string // names of exports of other stacks that it uses
	Events    []Event  // oldest first
	// Superfluous are resources in whose place an older one stands again, but which the
	// rollback did not get to remove.
	Superfluous []*Resource
	// Displaced are resources that an update replaced which then failed and stayed so; the
	// next update that succeeds removes them.
	Displaced []*Resource `json:",omitempty"`

	ChangeSets []*ChangeSet
}

// Settings are what an update of a stack changes and a rollback brings back.
type Settings struct {
	Template         string // as it was sent
	Description      string
	Parameters       []Parameter
	Capabilities     []string
	Tags             []Tag
	RoleARN          string
	NotificationARNs []string
	Rollback         *rollbackConfiguration
}

// A Parameter of a stack has the value that it was given, or its default.
type Parameter struct {
	Key    string
	Value  string
	Hidden bool // NoEcho: its value is never shown
}

// A Tag is a tag of a stack, which its resources get too.
type Tag struct{ Key, Value string }

// An Output is what a stack tells about its resources. One with an Export can be imported
// by other stacks.
type Output struct{ Key, Value, Description, Export string }

// A Resource is a part of a stack.
type Resource struct {
	LogicalID, PhysicalID, Type string
	Status                      string
	Reason                      string         `json:",omitempty"`
	Time                        time.Time      // of the status
	DeletionPolicy              string         `json:",omitempty"`
	UpdateReplacePolicy         string         `json:",omitempty"`
	DependsOn                   []string       `json:",omitempty"` // logical IDs
	Properties                  map[string]any // as they were asked for last
	Shown                       map[string]any // what of them is told, where a parameter is NoEcho; or else nil
	Attributes                  map[string]any // for Fn::GetAtt
	Former                      *Resource      `json:",omitempty"` // what it was before, where a rollback did not get back to it
	Superfluous                 bool           `json:",omitempty"` // made by an update that is being rolled back
}

// An Event is one line in the story of a stack.
type Event struct {
	ID, LogicalID, PhysicalID, Type string
	Status                          string
	Reason                          string `json:",omitempty"`
	Token                           string `json:",omitempty"`
	Properties                      string `json:",omitempty"` // JSON; "" when the event does not tell
	Again                           bool   `json:",omitempty"` // the properties are those of the event before, of the same resource
	Time                            time.Time
}

// forgotten is how long after its deletion a stack is not known any longer.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
const forgotten = 90 * 24 * time.Hour

// forget drops the stacks that were deleted so long ago that nobody can ask for them.
func (s *Store) forget(now time.Time) {
	s.Stacks = slices.DeleteFunc(s.Stacks, func(st *Stack) bool { return st.forgotten(now) })
}

func (st *Stack) forgotten(now time.Time) bool { return !st.live() && now.Sub(st.Deleted) > forgotten }

// bury leaves of a deleted stack what can still be asked for: descriptions, events and the
// template.
func (st *Stack) bury(deleted time.Time) {
	st.Deleted, st.Outputs, st.Imports, st.ChangeSets, st.Superfluous, st.Displaced = deleted, nil, nil, nil, nil, nil
	for _, r := range st.Resources {
		r.Properties, r.Shown, r.Attributes, r.Former = nil, nil, nil, nil
	}
}

// live says whether the stack has not been deleted.
func (st *Stack) live() bool { return st.Status != "DELETE_COMPLETE" }

// resource returns the resource of a logical ID, or nil.
func (st *Stack) resource(logicalID string) *Resource {
	for _, r := range st.Resources {
		if r.LogicalID == logicalID {
			return r
		}
	}
	return nil
}

func (st *Stack) drop(r *Resource) {
	st.Resources = slices.DeleteFunc(st.Resources, func(other *Resource) bool { return other == r })
}

// of returns the stacks of the caller in the Region of the call, the newest first.
func (s *Store) of(c *wire.Call) []*Stack {
	var list []*Stack
	for _, st := range s.Stacks {
		if st.Account == c.Account && st.Region == c.Region {
			list = append(list, st)
		}
	}
	slices.SortStableFunc(list, func(a, b *Stack) int { return b.Created.Compare(a.Created) })
	return list
}

// named finds the stack that bears a name, or nil; deleted ones bear none any longer.
func (s *Store) named(c *wire.Call, name string) *Stack {
	for _, st := range s.of(c) {
		if st.Name == name && st.live() {
			return st
		}
	}
	return nil
}

// find finds a stack by its name, or by its ID even when it is deleted.
func (s *Store) find(c *wire.Call, nameOrID string) (*Stack, error) {
	if st := s.known(c, nameOrID); st != nil {
		return st, nil
	}
	return nil, invalid("Stack with id %s does not exist", nameOrID)
}

func (s *Store) known(c *wire.Call, nameOrID string) *Stack {
	for _, st := range s.of(c) {
		if st.ID == nameOrID {
			return st
		}
	}
	return s.named(c, nameOrID)
}

// exports lists what the stacks of the caller export, by name.
func (s *Store) exports(c *wire.Call) []export {
	var list []export
	for _, st := range s.of(c) {
		for _, o := range st.Outputs {
			if o.Export != "" && st.live() {
				list = append(list, export{st.ID, o.Export, o.Value})
			}
		}
	}
	slices.SortFunc(list, func(a, b export) int { return cmp.Compare(a.Name, b.Name) })
	return list
}

// importers lists the names of the stacks that import what has the name.
func (s *Store) importers(c *wire.Call, name string) []string {
	var list []string
	for _, st := range s.of(c) {
		if st.live() && slices.Contains(st.Imports, name) {
			list = append(list, st.Name)
		}
	}
	return list
}

type export struct {
	ExportingStackID string `json:"ExportingStackId"`
	Name             string
	Value            string
}
