package cloudformation

import "slices"

// create makes all resources of a stack, or does what is asked for when it cannot.
func (e *errand) createAll() {
	st := e.st
	st.Settings = e.p.settings
	st.enter(e.c, "CREATE_IN_PROGRESS", "User Initiated")
	if e.build() == nil {
		st.enter(e.c, "CREATE_COMPLETE", "")
		return
	}
	blame := e.blame()
	st.Outputs = nil
	switch {
	case st.OnFailure == "DO_NOTHING" || st.OnFailure == "" && st.DisableRollback:
		st.enter(e.c, "CREATE_FAILED", blame)
	case st.OnFailure == "DELETE":
		st.enter(e.c, "DELETE_IN_PROGRESS", blame+". Delete requested by user.")
		e.undoCreation("DELETE")
	default:
		st.enter(e.c, "ROLLBACK_IN_PROGRESS", blame+"Rollback requested by user.")
		e.undoCreation("ROLLBACK")
	}
}

// undoCreation removes what was made. verb is that of the status of the stack.
func (e *errand) undoCreation(verb string) {
	e.failures = nil
	e.refusal = ""
	e.remove(e.st.Resources, retainedOnCreate)
	e.st.Imports = nil
	if len(e.failures) > 0 {
		e.st.enter(e.c, verb+"_FAILED", e.blame())
		return
	}
	t := e.st.enter(e.c, verb+"_COMPLETE", "")
	if verb == "DELETE" {
		e.st.bury(t)
	}
}

// delete removes a stack. keep names resources that are to stay.
func (e *errand) deleteAll(keeps func(*Resource) bool, force bool) {
	st := e.st
	st.enter(e.c, "DELETE_IN_PROGRESS", "User Initiated")
	e.remove(slices.Concat(st.Resources, st.Displaced), keeps)
	if len(e.failures) > 0 && !force {
		st.enter(e.c, "DELETE_FAILED", e.blame())
		return
	}
	st.bury(st.enter(e.c, "DELETE_COMPLETE", ""))
}
