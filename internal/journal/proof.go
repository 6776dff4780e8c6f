package journal

import "github.com/trailspan/trailspan/internal/apply"

// LockRun keeps other processes from going on with a run that changes nothing, which
// does not need the lock of its account. It fails with ErrLocked when another does.
func (d Dir) LockRun(run string) (release func() error, err error) {
	if _, err := d.path(run); err != nil {
		return nil, err
	}
	return d.lock(run)
}

// proves says whether the run was begun to prove, and changes nothing.
func (r Run) proves() bool {
	return len(r.Records) > 0 && r.Records[0].Intent != nil && r.Records[0].Intent.Command == "prove"
}

// proof says whether a run that proves has done so in every Region.
func (r Run) proof() State {
	proven := 0
	for _, rec := range r.Records {
		if rec.Kind == apply.Proven {
			proven++
		}
	}
	if proven < len(r.Records[0].Intent.Expect) {
		return Waiting
	}
	return Proven
}
