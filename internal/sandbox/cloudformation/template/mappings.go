package template

// findInMap looks a value up in the section Mappings. With AWS::LanguageExtensions there
// may be a value for what is not found.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-findinmap.html
func (e evaluator) findInMap(given []any) (any, error) {
	var keys [3]string
	for i := range keys {
		v, err := e.value(given[i])
		if err != nil {
			return nil, err
		}
		s, ok := text(v)
		if !ok {
			return nil, errFindInMap()
		}
		keys[i] = s
	}
	if v, ok := e.b.t.cell(keys); ok {
		return v, nil
	}
	if len(given) == 4 {
		otherwise, _ := given[3].(*object)
		if v, ok := otherwise.get("DefaultValue"); ok {
			return e.value(v)
		}
	}
	if !e.b.t.tree.mappings.has(keys[0]) {
		return nil, errNoMapping(keys[0])
	}
	return nil, templateErrorf("Unable to get mapping for %s::%s::%s", keys[0], keys[1], keys[2])
}

// cell is one value of a mapping.
func (t *Template) cell(keys [3]string) (any, bool) {
	v, _ := t.tree.mappings.get(keys[0])
	rows, _ := v.(*object)
	v, _ = rows.get(keys[1])
	cells, _ := v.(*object)
	return cells.get(keys[2])
}
