package template

// checkLiveOutputs checks that the outputs refer to resources that the stack has.
func (b *Bound) checkLiveOutputs() error {
	for _, m := range b.t.tree.outputs.each() {
		o := b.member(b.t.tree.outputs, m.key)
		live, err := b.lives(o)
		if err != nil {
			return err
		}
		if !live {
			continue
		}
		if _, err := b.mentioned(o, "Outputs"); err != nil {
			return err
		}
	}
	return nil
}

// Outputs are those whose condition holds, in the order of the template.
func (b *Bound) Outputs(l Lookup) ([]Output, error) {
	var outputs []Output
	for _, m := range b.t.tree.outputs.each() {
		o := b.member(b.t.tree.outputs, m.key)
		live, err := b.lives(o)
		if err != nil {
			return nil, err
		}
		if !live {
			continue
		}
		output, err := evaluator{b: b, l: l}.output(m.key, o)
		if err != nil {
			return nil, err
		}
		outputs = append(outputs, output)
	}
	return outputs, nil
}

func (e evaluator) output(key string, o *object) (Output, error) {
	output := Output{Key: key}
	description, _ := o.get("Description")
	output.Description, _ = text(description)
	value, _ := o.get("Value")
	var err error
	if output.Value, err = e.outputText(key, "Value", value); err != nil {
		return output, err
	}
	if v, ok := o.get("Export"); ok {
		export, _ := v.(*object)
		name, _ := export.get("Name")
		output.ExportName, err = e.outputText(key, "Name", name)
	}
	return output, err
}

// outputText evaluates what has to be text in an output.
func (e evaluator) outputText(key, field string, v any) (string, error) {
	v, err := e.value(v)
	if err != nil {
		return "", err
	}
	s, ok := text(v)
	if !ok {
		return "", formatErrorf("Output %s is malformed. The %s field of every Outputs member must evaluate to a String.", key, field)
	}
	return s, nil
}
