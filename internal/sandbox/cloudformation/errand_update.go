package cloudformation

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
)

// updateAll makes the stack what the proposal says, or brings back what it was.
func (e *errand) updateAll() {
	st := e.st
	before, outputs, imports := st.Settings, st.Outputs, st.Imports
	st.Settings, e.displaced = e.p.settings, slices.Clone(st.Displaced)
	st.Updated = st.enter(e.c, "UPDATE_IN_PROGRESS", "User Initiated")
	if e.build() == nil {
		st.enter(e.c, "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", "")
		e.cleanUp()
		st.Displaced = nil
		st.enter(e.c, "UPDATE_COMPLETE", e.leftOver())
		return
	}
	if st.DisableRollback {
		e.forgetAttempts()
		st.Displaced = e.displaced
		st.enter(e.c, "UPDATE_FAILED", e.blame())
		return
	}
	st.enter(e.c, "UPDATE_ROLLBACK_IN_PROGRESS", e.blame())
	st.Settings, st.Outputs, st.Imports = before, outputs, imports
	e.rollBack()
}

// leftOver says that an update left something behind which it could not remove.
func (e *errand) leftOver() string {
	if len(e.failures["DELETE"]) == 0 {
		return ""
	}
	return "Update successful. One or more resources could not be deleted."
}

// forgetAttempts lets the next update try again what failed.
func (e *errand) forgetAttempts() {
	for _, s := range e.steps {
		if s.before != nil && s.now.Status == "UPDATE_FAILED" {
			s.now.Properties, s.now.Shown = s.before.Properties, s.before.Shown
			if s.now.PhysicalID == "" {
				s.now.PhysicalID, s.now.Attributes = s.before.PhysicalID, s.before.Attributes
			}
		}
	}
}

// cleanUp removes what was replaced and what left the template. What cannot be removed is
// left to its owner, as an update does not fail any longer.
func (e *errand) cleanUp() {
	var removed []*Resource
	for _, r := range e.st.Resources {
		if !slices.ContainsFunc(e.p.planned, func(p template.Planned) bool { return p.LogicalID == r.LogicalID }) {
			removed = append(removed, r)
		}
	}
	e.remove(e.displaced, retainedOnReplace)
	e.remove(removed, retained)
	for _, r := range removed {
		e.st.drop(r)
	}
}

// rollBack undoes the steps, the last one first, and then removes what they made.
func (e *errand) rollBack() {
	e.failures, e.refusal = map[string][]string{}, ""
	var made []*Resource
	for _, s := range slices.Backward(e.steps) {
		switch {
		case s.before == nil:
			made = append(made, s.now)
		case s.moved:
			made = append(made, s.now)
			restored := *s.before
			e.st.Resources[slices.Index(e.st.Resources, s.now)] = &restored
			e.st.enterResource(e.c, &restored, "UPDATE_COMPLETE", "")
		case same(s.now.Properties, s.before.Properties) && s.now.Status == s.before.Status:
			*s.now = *s.before
		default:
			e.restore(s.now, s.before)
		}
	}
	slices.Reverse(made)
	e.finishRollback(made)
}

// restore gives a resource the properties back that it had.
func (e *errand) restore(r, before *Resource) {
	e.st.enterResource(e.c, r, "UPDATE_IN_PROGRESS", "")
	attempted, shown := r.Properties, r.Shown
	if err := e.change(r, before.Properties, before.Shown); err != nil {
		r.Properties, r.Shown, r.Former = attempted, shown, before
		e.st.enterResource(e.c, r, "UPDATE_FAILED", kindOf(r.Type).explain(r.Type, r.PhysicalID, err))
		e.note("UPDATE", r)
		return
	}
	r.DeletionPolicy, r.UpdateReplacePolicy, r.DependsOn, r.Former = before.DeletionPolicy, before.UpdateReplacePolicy, before.DependsOn, nil
	e.st.enterResource(e.c, r, "UPDATE_COMPLETE", "")
}

// finishRollback removes what the update made, unless something could not be brought back:
// then the stack waits for ContinueUpdateRollback.
func (e *errand) finishRollback(made []*Resource) {
	st := e.st
	if len(e.failures) > 0 {
		for _, r := range made {
			r.Superfluous = true
			if !slices.Contains(st.Resources, r) {
				st.Superfluous = append(st.Superfluous, r)
			}
		}
		st.enter(e.c, "UPDATE_ROLLBACK_FAILED", e.blame())
		return
	}
	st.enter(e.c, "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", "")
	e.remove(made, never)
	for _, r := range made {
		st.drop(r)
	}
	st.Superfluous = nil
	st.enter(e.c, "UPDATE_ROLLBACK_COMPLETE", "")
}

// continueRollback tries again what a rollback could not bring back, but for what is to be
// skipped.
func (e *errand) continueRollback(skip []string) {
	st := e.st
	e.failures = map[string][]string{}
	st.enter(e.c, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated")
	made := st.Superfluous
	for _, r := range st.Resources {
		switch {
		case r.Superfluous:
			made = append(made, r)
		case r.Former == nil:
		case slices.Contains(skip, r.LogicalID):
			r.Properties, r.Shown, r.Former = r.Former.Properties, r.Former.Shown, nil
			st.enterResource(e.c, r, "UPDATE_COMPLETE", "")
		default:
			e.restore(r, r.Former)
		}
	}
	e.finishRollback(made)
}
