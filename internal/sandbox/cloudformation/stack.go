package cloudformation

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type createInput struct {
	request
	DisableRollback             bool
	TimeoutInMinutes            int
	OnFailure                   string
	ClientRequestToken          string
	EnableTerminationProtection bool
}

type stackID struct {
	StackID string `json:"StackId"`
}

// createStack makes a stack. When it answers, the stack has been made, or has failed.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
func (s *service) createStack(c *wire.Call, in createInput) (stackID, error) {
	if err := checkName("stackName", in.StackName); err != nil {
		return stackID{}, err
	}
	if in.OnFailure != "" && in.DisableRollback {
		return stackID{}, invalid("You cannot specify both DisableRollback and OnFailure.")
	}
	if old := s.store().named(c, in.StackName); old != nil {
		if in.ClientRequestToken != "" && old.CreationToken == in.ClientRequestToken {
			return stackID{old.ID}, nil
		}
		return stackID{}, wire.Errorf("AlreadyExistsException", "Stack [%s] already exists", in.StackName)
	}
	st := newStack(c, in.StackName)
	st.DisableRollback, st.OnFailure, st.TimeoutInMinutes = in.DisableRollback, in.OnFailure, in.TimeoutInMinutes
	st.TerminationProtection = in.EnableTerminationProtection
	st.Token, st.CreationToken = in.ClientRequestToken, in.ClientRequestToken
	p, err := s.propose(c, st, in.request)
	if err != nil {
		return stackID{}, err
	}
	s.store().Stacks = append(s.store().Stacks, st)
	s.errand(c, st, p).createAll()
	return stackID{st.ID}, nil
}

func newStack(c *wire.Call, name string) *Stack {
	return &Stack{ID: stackARN(c, "stack", name), Name: name, Account: c.Account, Region: c.Region, Created: c.Time.UTC()}
}

func (s *service) errand(c *wire.Call, st *Stack, p *proposal) *errand {
	s.store().forget(c.Time)
	return &errand{service: s, c: c, st: st, p: p}
}

type updateInput struct {
	request
	DisableRollback    bool
	ClientRequestToken string
}

// updateStack changes a stack. When it answers, the stack has been changed, or is what it
// was.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateStack.html
func (s *service) updateStack(c *wire.Call, in updateInput) (stackID, error) {
	st := s.store().known(c, in.StackName)
	if st == nil || !st.live() {
		return stackID{}, invalid("Stack [%s] does not exist", in.StackName)
	}
	if in.ClientRequestToken != "" && st.Token == in.ClientRequestToken {
		return stackID{st.ID}, nil
	}
	if err := st.checkUpdatable(); err != nil {
		return stackID{}, err
	}
	p, err := s.propose(c, st, in.request)
	if err != nil {
		return stackID{}, err
	}
	if idle, err := p.idle(st); err != nil || idle && st.settled() {
		return stackID{}, cmpOr(err, invalid("No updates are to be performed."))
	}
	st.Token, st.DisableRollback, st.ChangeSet = in.ClientRequestToken, in.DisableRollback, ""
	s.errand(c, st, p).updateAll()
	st.obsolete()
	return stackID{st.ID}, nil
}

// cmpOr returns the first error, or else the other.
func cmpOr(err error, otherwise *wire.Error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// settled says whether the stack is what its template says.
func (st *Stack) settled() bool {
	return st.Status != "CREATE_FAILED" && st.Status != "UPDATE_FAILED"
}

// checkUpdatable refuses a stack that only a deletion or a rollback can help.
func (st *Stack) checkUpdatable() error {
	updatable := []string{
		"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "CREATE_FAILED", "UPDATE_FAILED",
	}
	if !slices.Contains(updatable, st.Status) {
		return invalid("Stack:%s is in %s state and can not be updated.", st.ID, st.Status)
	}
	return nil
}

type deleteInput struct {
	StackName          string
	RetainResources    []string
	ClientRequestToken string
	DeletionMode       string
}

type nothing struct{}

// deleteStack removes a stack. One that does not exist is no mistake.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteStack.html
func (s *service) deleteStack(c *wire.Call, in deleteInput) (nothing, error) {
	st := s.store().known(c, in.StackName)
	if st == nil || !st.live() {
		return nothing{}, nil
	}
	if st.TerminationProtection {
		return nothing{}, invalid("Stack [%s] cannot be deleted while TerminationProtection is enabled", st.Name)
	}
	if len(in.RetainResources) > 0 && st.Status != "DELETE_FAILED" {
		return nothing{}, invalid("Invalid operation on stack [%s]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.", st.ID)
	}
	st.Token = in.ClientRequestToken
	if reason := s.exportsInUse(c, st); reason != "" {
		status := st.Status
		st.enter(c, "DELETE_IN_PROGRESS", "User Initiated")
		st.enter(c, status, reason)
		return nothing{}, nil
	}
	keeps := func(r *Resource) bool { return retained(r) || slices.Contains(in.RetainResources, r.LogicalID) }
	s.errand(c, st, nil).deleteAll(keeps, in.DeletionMode == "FORCE_DELETE_STACK" && st.Status == "DELETE_FAILED")
	return nothing{}, nil
}

// exportsInUse says why a stack must stay: others import what it exports.
func (s *service) exportsInUse(c *wire.Call, st *Stack) string {
	for _, o := range st.Outputs {
		if o.Export == "" {
			continue
		}
		if users := s.store().importers(c, o.Export); len(users) > 0 {
			return "Delete canceled. Cannot delete export " + o.Export + " as it is in use by " + strings.Join(users, ", ") + "."
		}
	}
	return ""
}

type protectionInput struct {
	StackName                   string
	EnableTerminationProtection bool
}

// updateTerminationProtection guards a stack against DeleteStack, or stops to.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_UpdateTerminationProtection.html
func (s *service) updateTerminationProtection(c *wire.Call, in protectionInput) (stackID, error) {
	st := s.store().known(c, in.StackName)
	if st == nil || !st.live() {
		return stackID{}, invalid("Stack [%s] does not exist", in.StackName)
	}
	st.TerminationProtection = in.EnableTerminationProtection
	return stackID{st.ID}, nil
}

type stackNameInput struct{ StackName string }

// cancelUpdateStack has nothing to cancel: an update has ended when it is answered.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CancelUpdateStack.html
func (s *service) cancelUpdateStack(c *wire.Call, in stackNameInput) (nothing, error) {
	if _, err := s.store().find(c, in.StackName); err != nil {
		return nothing{}, err
	}
	return nothing{}, invalid("CancelUpdateStack cannot be called from current stack status")
}

type continueInput struct {
	StackName          string
	ResourcesToSkip    []string
	ClientRequestToken string
}

// continueUpdateRollback tries again what a rollback could not bring back.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ContinueUpdateRollback.html
func (s *service) continueUpdateRollback(c *wire.Call, in continueInput) (nothing, error) {
	st, err := s.store().find(c, in.StackName)
	if err != nil {
		return nothing{}, err
	}
	if st.Status != "UPDATE_ROLLBACK_FAILED" {
		return nothing{}, invalid("Stack:%s is in %s state and can not continue rollback.", st.ID, st.Status)
	}
	st.Token = in.ClientRequestToken
	s.errand(c, st, nil).continueRollback(in.ResourcesToSkip)
	return nothing{}, nil
}
