package template

// Gives says whether a resource has a property of the name, whatever it will come to.
func (t *Template) Gives(logicalID, property string) bool {
	r, _ := t.tree.resources.get(logicalID)
	o, _ := r.(*object)
	p, _ := o.get("Properties")
	properties, _ := p.(*object)
	return properties.has(property)
}
