package cloudformation

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation/template"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// An errand is one operation on a stack, from its first event to its last.
type errand struct {
	*service
	c  *wire.Call
	st *Stack
	p  *proposal // nil when the stack is deleted

	steps     []step      // what was done, to be undone in reverse
	displaced []*Resource // that a replacement took the place of
	failures  map[string][]string
	refusal   string // why the stack fails though its resources did not
}

// A step is what was done to one resource.
type step struct {
	now    *Resource
	before *Resource // nil: there was none
	moved  bool      // now is another resource than before
}

// errStopped is that of an errand that failed: what failed is in its failures.
var errStopped = errors.New("the stack operation failed")

// build makes the stack what the proposal says, but for what is to be removed.
func (e *errand) build() error {
	e.failures = map[string][]string{}
	if len(e.p.missing) > 0 {
		return e.refuse("%s.", e.p.lack())
	}
	for i, r := range e.p.planned {
		if err := e.settle(r); err != nil {
			e.cancel(e.p.planned[i+1:])
			return err
		}
	}
	return e.publish()
}

// settle brings one resource about.
func (e *errand) settle(r template.Planned) error {
	have := e.st.resource(r.LogicalID)
	if have != nil && !have.exists() {
		e.st.drop(have)
		have = nil
	}
	want, wrong, err := e.p.wish(r.Resource, e.st)
	if err != nil {
		wrong = []string{err.Error()}
	} else if len(wrong) > 0 {
		wrong = []string{"Properties validation failed for resource " + r.LogicalID + " with message:\n" + strings.Join(wrong, "\n")}
	}
	if have == nil {
		made := e.newResource(r, want)
		e.st.Resources = append(e.st.Resources, made)
		e.steps = append(e.steps, step{now: made})
		e.st.enterResource(e.c, made, "CREATE_IN_PROGRESS", "")
		return e.create(made, "CREATE", wrong)
	}
	return e.adapt(r, have, want, wrong)
}

// newResource is a resource that is yet to be made. One that will not be has no properties.
func (e *errand) newResource(r template.Planned, want map[string]any) *Resource {
	made := &Resource{
		LogicalID: r.LogicalID, Type: r.Type, DeletionPolicy: r.DeletionPolicy, UpdateReplacePolicy: r.UpdateReplacePolicy,
		DependsOn: r.DependsOn, Properties: want,
	}
	if want != nil {
		made.Shown = e.p.shown(r.Resource, e.st)
	}
	return made
}

// adapt updates or replaces a resource that there is, when it has to.
func (e *errand) adapt(r template.Planned, have *Resource, want map[string]any, wrong []string) error {
	names := differences(have.Properties, want)
	k := kindOf(r.Type)
	before := *have
	switch {
	case have.Type != r.Type, len(wrong) == 0 && k.replaces(names):
		return e.replace(r, have, want, wrong)
	case len(names) == 0 && len(wrong) == 0:
		e.steps = append(e.steps, step{now: have, before: &before})
		have.DeletionPolicy, have.UpdateReplacePolicy, have.DependsOn = r.DeletionPolicy, r.UpdateReplacePolicy, r.DependsOn
		return nil
	}
	e.steps = append(e.steps, step{now: have, before: &before})
	e.st.enterResource(e.c, have, "UPDATE_IN_PROGRESS", "")
	if len(wrong) > 0 {
		return e.fail(have, "UPDATE", wrong[0])
	}
	have.DeletionPolicy, have.UpdateReplacePolicy, have.DependsOn = r.DeletionPolicy, r.UpdateReplacePolicy, r.DependsOn
	if err := e.change(have, want, e.p.shown(r.Resource, e.st)); err != nil {
		return e.fail(have, "UPDATE", k.explain(have.Type, have.PhysicalID, err))
	}
	e.st.enterResource(e.c, have, "UPDATE_COMPLETE", "")
	return nil
}

// change has a resource take other properties, which are told as shown says.
func (e *errand) change(r *Resource, want, shown map[string]any) error {
	d := e.deed(r)
	d.properties, d.old = want, r.Properties
	err := kindOf(r.Type).update(d)
	r.Properties, r.Shown, r.Attributes = want, shown, d.attributes
	return err
}

// replace makes a new resource in the place of one, which is removed when all else has
// been done.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html
func (e *errand) replace(r template.Planned, have *Resource, want map[string]any, wrong []string) error {
	before := *have
	made := e.newResource(r, want)
	made.PhysicalID = have.PhysicalID
	e.st.Resources[slices.Index(e.st.Resources, have)] = made
	e.st.enterResource(e.c, made, "UPDATE_IN_PROGRESS", "Requested update requires the creation of a new physical resource; hence creating one.")
	made.PhysicalID = ""
	e.steps = append(e.steps, step{now: made, before: &before, moved: true})
	property := kindOf(r.Type).name
	if name := textOf(want, property); name != "" && have.Type == r.Type && name == textOf(have.Properties, property) {
		return e.fail(made, "UPDATE", "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename "+name+" and update the stack again.")
	}
	if err := e.create(made, "UPDATE", wrong); err != nil {
		return err
	}
	e.displaced = append(e.displaced, &before)
	return nil
}

// create makes what stands behind a resource. verb is that of its status.
func (e *errand) create(r *Resource, verb string, wrong []string) error {
	if len(wrong) > 0 {
		return e.fail(r, verb, wrong[0])
	}
	k := kindOf(r.Type)
	name := textOf(r.Properties, k.name)
	if owner := e.ownerOf(r.Type, name); owner != nil {
		return e.fail(r, verb, name+" already exists in stack "+owner.ID)
	}
	d := e.deed(r)
	err := k.create(d)
	r.PhysicalID, r.Attributes = d.id, d.attributes
	if r.PhysicalID != "" {
		e.st.enterResource(e.c, r, verb+"_IN_PROGRESS", "Resource creation Initiated")
	}
	if err != nil {
		return e.fail(r, verb, k.explain(r.Type, name, err))
	}
	e.st.enterResource(e.c, r, verb+"_COMPLETE", "")
	return nil
}

// ownerOf finds the stack that has a resource of that name already, or nil.
func (e *errand) ownerOf(typeName, name string) *Stack {
	if name == "" {
		return nil
	}
	for _, st := range e.store().of(e.c) {
		if st.live() && slices.ContainsFunc(st.Resources, func(r *Resource) bool { return r.exists() && r.Type == typeName && r.PhysicalID == name }) {
			return st
		}
	}
	return nil
}

func (e *errand) deed(r *Resource) *deed {
	return &deed{call: e.c, aws: e.aws, stack: e.st, logicalID: r.LogicalID, id: r.PhysicalID, properties: r.Properties, attributes: r.Attributes}
}

func (e *errand) fail(r *Resource, verb, reason string) error {
	e.st.enterResource(e.c, r, verb+"_FAILED", reason)
	e.note(verb, r)
	return errStopped
}

func (e *errand) note(verb string, r *Resource) {
	e.failures[verb] = append(e.failures[verb], r.LogicalID)
}

// cancel tells of resources that would have been made at the same time as one that failed.
func (e *errand) cancel(rest []template.Planned) {
	for _, r := range rest {
		waiting := slices.ContainsFunc(r.DependsOn, func(id string) bool {
			other := e.st.resource(id)
			return !other.exists() || strings.HasSuffix(other.Status, "_FAILED")
		})
		if waiting || e.st.resource(r.LogicalID).exists() {
			continue
		}
		made := e.newResource(r, nil)
		e.st.Resources = append(e.st.Resources, made)
		e.steps = append(e.steps, step{now: made})
		e.st.enterResource(e.c, made, "CREATE_IN_PROGRESS", "")
		e.st.enterResource(e.c, made, "CREATE_FAILED", "Resource creation cancelled")
		e.note("CREATE", made)
	}
}

// publish evaluates the outputs, and watches over names that other stacks rely on.
func (e *errand) publish() error {
	outputs, err := e.p.bound.Outputs(e.st)
	if err != nil {
		return e.refuse("%s", err)
	}
	list := outputsOf(outputs)
	if err := e.checkExports(list); err != nil {
		return err
	}
	e.st.Outputs, e.st.Imports = list, e.p.imports
	return nil
}

// checkExports refuses a name that another stack exports, and to take or change one that
// another stack imports.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
func (e *errand) checkExports(list []Output) error {
	for _, other := range e.store().exports(e.c) {
		i := slices.IndexFunc(list, func(o Output) bool { return o.Export == other.Name })
		users := strings.Join(e.store().importers(e.c, other.Name), ", ")
		switch {
		case other.ExportingStackID != e.st.ID && i >= 0:
			owner := e.store().known(e.c, other.ExportingStackID)
			return e.refuse("Export with name %s is already exported by stack %s.", other.Name, owner.Name)
		case other.ExportingStackID != e.st.ID || users == "":
		case i < 0:
			return e.refuse("Cannot delete export %s as it is in use by %s.", other.Name, users)
		case list[i].Value != other.Value:
			return e.refuse("Cannot update export %s as it is in use by %s.", other.Name, users)
		}
	}
	return nil
}

func (e *errand) refuse(format string, args ...any) error {
	e.refusal = fmt.Sprintf(format, args...)
	return errStopped
}

// blame names what failed: "The following resource(s) failed to create: [A, B]. ".
func (e *errand) blame() string {
	if e.refusal != "" {
		return e.refusal + " "
	}
	var b strings.Builder
	for _, verb := range []string{"CREATE", "UPDATE", "DELETE"} {
		if ids := e.failures[verb]; len(ids) > 0 {
			fmt.Fprintf(&b, "The following resource(s) failed to %s: [%s]. ", strings.ToLower(verb), strings.Join(ids, ", "))
		}
	}
	return b.String()
}
