package cloudformation

import (
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A ChangeSet is what a stack could become. It is understood anew when it is executed.
type ChangeSet struct {
	ID, Name, Description, Type string
	Status, Reason, Execution   string
	OnStackFailure              string
	Created                     time.Time
	Settings
	Changes []Change
}

type changeSetInput struct {
	request
	ChangeSetName  string
	ChangeSetType  string
	Description    string
	OnStackFailure string
	ClientToken    string
}

type changeSetID struct {
	ID      string `json:"Id"`
	StackID string `json:"StackId"`
}

// createChangeSet works out what a request would change. That nothing would is told by the
// change set, which fails.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
func (s *service) createChangeSet(c *wire.Call, in changeSetInput) (changeSetID, error) {
	if err := checkName("changeSetName", in.ChangeSetName); err != nil {
		return changeSetID{}, err
	}
	st, err := s.stackToChange(c, in)
	if err != nil {
		return changeSetID{}, err
	}
	p, err := s.propose(c, st, in.request)
	if err != nil {
		return changeSetID{}, err
	}
	set := &ChangeSet{
		ID: stackARN(c, "changeSet", in.ChangeSetName), Name: in.ChangeSetName, Description: in.Description, Type: in.ChangeSetType,
		Status: "CREATE_COMPLETE", Execution: "AVAILABLE", OnStackFailure: in.OnStackFailure, Created: c.Time.UTC(), Settings: p.settings,
	}
	if err := set.compare(st, p); err != nil {
		return changeSetID{}, err
	}
	if st.Status == "" {
		s.store().forget(c.Time)
		s.store().Stacks = append(s.store().Stacks, st)
		st.enter(c, "REVIEW_IN_PROGRESS", "User Initiated")
	}
	st.ChangeSets = append(st.ChangeSets, set)
	return changeSetID{set.ID, st.ID}, nil
}

// compare works out the changes. A change set without any fails, and one that wants what is
// not exported.
func (set *ChangeSet) compare(st *Stack, p *proposal) error {
	if len(p.missing) > 0 {
		set.fail(p.lack() + ".")
		return nil
	}
	var err error
	if set.Changes, err = p.changes(st); err != nil {
		return err
	}
	idle, err := p.idle(st)
	if idle && st.settled() {
		set.fail("The submitted information didn't contain changes. Submit different information to create a change set.")
	}
	return err
}

func (set *ChangeSet) fail(reason string) {
	set.Status, set.Execution, set.Reason = "FAILED", "UNAVAILABLE", reason
}

// stackToChange returns the stack of a new change set: for one that creates, a stack that is
// not there yet.
func (s *service) stackToChange(c *wire.Call, in changeSetInput) (*Stack, error) {
	st := s.store().known(c, in.StackName)
	if st != nil && !st.live() {
		st = nil
	}
	switch in.ChangeSetType {
	case "CREATE":
		if err := checkName("stackName", in.StackName); st == nil && err != nil {
			return nil, err
		}
		if st != nil && st.Status != "REVIEW_IN_PROGRESS" {
			return nil, invalid("Stack [%s] already exists and cannot be created again with the changeSet [%s].", in.StackName, in.ChangeSetName)
		}
		if st == nil {
			return newStack(c, in.StackName), nil
		}
	case "", "UPDATE":
		if st == nil {
			return nil, invalid("Stack [%s] does not exist", in.StackName)
		}
		if err := st.checkUpdatable(); err != nil {
			return nil, err
		}
	default:
		return nil, invalid("The sandbox does not have change sets of the type %s.", in.ChangeSetType)
	}
	if i := st.indexOf(in.ChangeSetName); i >= 0 {
		if !st.ChangeSets[i].spent() {
			return nil, wire.Errorf("AlreadyExistsException", "ChangeSet %s cannot be created due to a mismatch with existing attribute Name", in.ChangeSetName)
		}
		st.ChangeSets = slices.Delete(st.ChangeSets, i, i+1)
	}
	return st, nil
}

// spent says whether a change set is of no use any longer, so that another may take its
// name: the AWS CLI names them by the second, and here nothing takes so long.
func (set *ChangeSet) spent() bool {
	return set.Status == "FAILED" || strings.HasPrefix(set.Execution, "EXECUTE_")
}

// indexOf finds a change set of the stack by its name or ID; -1 when there is none.
func (st *Stack) indexOf(nameOrID string) int {
	return slices.IndexFunc(st.ChangeSets, func(set *ChangeSet) bool { return set.Name == nameOrID || set.ID == nameOrID })
}

// changeSet finds a change set by its ID, or by its name and the stack's.
func (s *service) changeSet(c *wire.Call, stack, nameOrID string) (*Stack, *ChangeSet, error) {
	if stack == "" && !strings.HasPrefix(nameOrID, "arn:") {
		return nil, nil, invalid("StackName must be specified if ChangeSetName is not specified as an ARN.")
	}
	if stack != "" {
		st := s.store().known(c, stack)
		if st == nil {
			return nil, nil, invalid("Stack [%s] does not exist", stack)
		}
		if i := st.indexOf(nameOrID); i >= 0 {
			return st, st.ChangeSets[i], nil
		}
		return nil, nil, noChangeSet(nameOrID)
	}
	for _, st := range s.store().of(c) {
		if i := st.indexOf(nameOrID); i >= 0 {
			return st, st.ChangeSets[i], nil
		}
	}
	return nil, nil, noChangeSet(nameOrID)
}

func noChangeSet(nameOrID string) error {
	return wire.Errorf("ChangeSetNotFoundException", "ChangeSet [%s] does not exist", nameOrID)
}

type executeInput struct {
	ChangeSetName      string
	StackName          string
	ClientRequestToken string
	DisableRollback    bool
}

// executeChangeSet makes of the stack what the change set says. When it answers, that is
// done, or undone.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ExecuteChangeSet.html
func (s *service) executeChangeSet(c *wire.Call, in executeInput) (nothing, error) {
	st, set, err := s.changeSet(c, in.StackName, in.ChangeSetName)
	if err != nil {
		return nothing{}, err
	}
	if set.Execution != "AVAILABLE" {
		return nothing{}, wire.Errorf("InvalidChangeSetStatusException", "ChangeSet [%s] cannot be executed in its current execution status of [%s]", set.ID, set.Execution)
	}
	values := map[string]string{}
	for _, p := range set.Parameters {
		values[p.Key] = p.Value
	}
	p, err := s.understand(c, st, set.Settings, values)
	if err != nil {
		return nothing{}, err
	}
	st.Token, st.ChangeSet = in.ClientRequestToken, set.ID
	st.DisableRollback = in.DisableRollback || set.OnStackFailure == "DO_NOTHING"
	e := s.errand(c, st, p)
	if st.Status == "REVIEW_IN_PROGRESS" {
		st.OnFailure, st.CreationToken = set.OnStackFailure, in.ClientRequestToken
		e.createAll()
	} else {
		e.updateAll()
	}
	st.obsolete()
	set.Execution = "EXECUTE_COMPLETE"
	if strings.HasSuffix(st.Status, "FAILED") || strings.Contains(st.Status, "ROLLBACK") {
		set.Execution = "EXECUTE_FAILED"
	}
	return nothing{}, nil
}

// obsolete puts the change sets of a stack that has changed out of use.
func (st *Stack) obsolete() {
	for _, set := range st.ChangeSets {
		if set.Execution == "AVAILABLE" {
			set.Execution = "OBSOLETE"
		}
	}
}

type changeSetName struct{ ChangeSetName, StackName, NextToken string }

// deleteChangeSet forgets a change set. One that does not exist is no mistake.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
func (s *service) deleteChangeSet(c *wire.Call, in changeSetName) (nothing, error) {
	st, set, err := s.changeSet(c, in.StackName, in.ChangeSetName)
	if st == nil {
		if wire.CodeOf(err) == "ChangeSetNotFoundException" {
			return nothing{}, nil
		}
		return nothing{}, err
	}
	st.ChangeSets = slices.DeleteFunc(st.ChangeSets, func(other *ChangeSet) bool { return other == set })
	return nothing{}, nil
}
