package cloudformation

import "slices"

// remove removes resources, each before those it depends on. What a resource that could
// not be removed depends on stays too. keeps says which are left alone.
func (e *errand) remove(list []*Resource, keeps func(*Resource) bool) {
	if e.failures == nil {
		e.failures = map[string][]string{}
	}
	var stuck []*Resource
	for _, r := range removalOrder(list) {
		needed := slices.ContainsFunc(stuck, func(other *Resource) bool { return slices.Contains(other.DependsOn, r.LogicalID) })
		switch {
		case r.Status == "DELETE_COMPLETE":
		case needed:
			stuck = append(stuck, r)
		case r.PhysicalID != "" && keeps(r):
			e.st.enterResource(e.c, r, "DELETE_SKIPPED", "")
		case !e.removeOne(r):
			stuck = append(stuck, r)
		}
	}
}

// removeOne says whether the resource is gone.
func (e *errand) removeOne(r *Resource) bool {
	if r.PhysicalID == "" {
		e.st.enterResource(e.c, r, "DELETE_COMPLETE", "")
		return true
	}
	e.st.enterResource(e.c, r, "DELETE_IN_PROGRESS", "")
	k := kindOf(r.Type)
	if err := k.remove(e.deed(r)); err != nil && !gone(err) {
		e.st.enterResource(e.c, r, "DELETE_FAILED", k.explain(r.Type, r.PhysicalID, err))
		e.note("DELETE", r)
		return false
	}
	e.st.enterResource(e.c, r, "DELETE_COMPLETE", "")
	return true
}

// removalOrder puts what depends on others before them, and what was made last first.
func removalOrder(list []*Resource) []*Resource {
	rest := slices.Clone(list)
	slices.Reverse(rest)
	var order []*Resource
	for len(rest) > 0 {
		i := slices.IndexFunc(rest, func(r *Resource) bool {
			return !slices.ContainsFunc(rest, func(other *Resource) bool {
				return other != r && slices.Contains(other.DependsOn, r.LogicalID)
			})
		})
		i = max(i, 0) // a circle cannot be, but would not end
		order = append(order, rest[i])
		rest = slices.Delete(rest, i, i+1)
	}
	return order
}

func retained(r *Resource) bool {
	return r.DeletionPolicy == "Retain" || r.DeletionPolicy == "RetainExceptOnCreate"
}

// retainedOnCreate is retained for a stack that could not be made.
func retainedOnCreate(r *Resource) bool { return r.DeletionPolicy == "Retain" }

func retainedOnReplace(r *Resource) bool { return r.UpdateReplacePolicy == "Retain" }

func never(*Resource) bool { return false }
