package cfn

import "github.com/trailspan/trailspan/internal/iac"

// start turns IsLogging where the trail itself says no.
func (f fixer) start() []iac.Edit {
	logging := f.t.property(f.r, "IsLogging")
	props := f.r.body.of("Properties")
	if !logging.own || logging.twice || !logging.all.certain(false) {
		return nil
	}
	if f.r.body.own("Properties") != 1 || f.r.body.alias > 0 || props.fn != "" || props.alias > 0 {
		return nil
	}
	e, ok := f.turn(logging.key, logging.value)
	return one(ok, e)
}
