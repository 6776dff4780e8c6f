package template

import (
	"maps"
	"slices"
)

// Bound is a template whose parameters have values. It does not change.
type Bound struct {
	t          *Template
	env        Env
	values     map[string]string // of parameters, as text
	resolved   map[string]any    // what Ref of a parameter gives: string or []any
	conditions map[string]bool
	deciding   map[string]bool // conditions that are being decided
	planned    []Planned
	made       *budget
}

// Bind gives the parameters their values; one that is missing takes its default. It then
// decides every condition and plans the resources. Values of names that the template
// does not have, references to resources that a condition leaves out, and resources that
// need each other are errors.
func (t *Template) Bind(env Env, values map[string]string) (*Bound, error) {
	b := newBound(t, env)
	if err := b.takeValues(values); err != nil {
		return nil, err
	}
	if t.root != nil {
		var err error
		if b.t, err = unroll(t.root, env, b.values); err != nil {
			return nil, err
		}
	}
	for _, step := range []func() error{b.obeyRules, b.decideConditions, b.plan, b.checkLiveOutputs} {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return b, nil
}

func newBound(t *Template, env Env) *Bound {
	return &Bound{t: t, env: env, values: map[string]string{}, resolved: map[string]any{}, conditions: map[string]bool{}, deciding: map[string]bool{}, made: &budget{mostMade}}
}

// Parameters are the values of all parameters, by name, as text; of one that names an SSM
// parameter it is that name. They are in the clear: NoEcho is for whoever shows them.
func (b *Bound) Parameters() map[string]string { return maps.Clone(b.values) }

// Resolved is the value behind a parameter that names an SSM parameter; ok is false for
// other parameters.
func (b *Bound) Resolved(name string) (value string, ok bool) {
	i := slices.IndexFunc(b.t.Parameters, func(p Parameter) bool { return p.Name == name })
	if i < 0 {
		return "", false
	}
	if _, ok := b.t.Parameters[i].stored(); !ok {
		return "", false
	}
	return b.env.SSM(b.values[name])
}

// Masked is the same template with other text in place of the values of parameters that are
// NoEcho, to be told. Conditions stay as they were decided.
func (b *Bound) Masked(with string) *Bound {
	masked := *b
	masked.resolved = maps.Clone(b.resolved)
	for _, p := range b.t.Parameters {
		if !p.NoEcho {
			continue
		}
		masked.resolved[p.Name] = with
		if _, several := b.resolved[p.Name].([]any); several {
			masked.resolved[p.Name] = []any{with}
		}
	}
	return &masked
}

// Conditions are the conditions of the template and whether they hold.
func (b *Bound) Conditions() map[string]bool { return maps.Clone(b.conditions) }

// takeValues gives every parameter its value, or says what is wrong.
func (b *Bound) takeValues(values map[string]string) error {
	var unknown, missing []string
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !b.t.tree.parameters.has(name) {
			unknown = append(unknown, name)
		}
	}
	if unknown != nil {
		return sentencef("Parameters: %s do not exist in the template", bracketed(unknown))
	}
	for _, p := range b.t.Parameters {
		value, ok := p.given(values)
		if !ok {
			missing = append(missing, p.Name)
		}
		b.values[p.Name] = value
	}
	if missing != nil {
		return sentencef("Parameters: %s must have values", bracketed(missing))
	}
	for _, p := range b.t.Parameters {
		if err := p.accept(b.values[p.Name]); err != nil {
			return err
		}
	}
	if missing = b.resolve(); missing != nil {
		return sentencef("Unable to fetch parameters %s from parameter store for this account.", bracketed(missing))
	}
	return nil
}

// given is the value that a parameter takes, which may be its default.
func (p Parameter) given(values map[string]string) (value string, ok bool) {
	value, ok = values[p.Name]
	if !ok && p.Default != nil {
		return *p.Default, true
	}
	return value, ok
}

// resolve says what Ref of each parameter gives, and returns the names of SSM parameters
// that are not there.
func (b *Bound) resolve() (missing []string) {
	for _, p := range b.t.Parameters {
		value, kind := b.values[p.Name], p.Type
		if stored, ok := p.stored(); ok {
			name := value
			kind, ok = stored, false
			if b.env.SSM != nil {
				value, ok = b.env.SSM(name)
			}
			if !ok {
				missing = append(missing, name)
			}
		}
		b.resolved[p.Name] = value
		if isList(kind) {
			items, _ := list(split(value))
			b.resolved[p.Name] = items
		}
	}
	return missing
}
