package policy

import "fmt"

// ParseIdentity reads the policies of a role, by name, as one Document. They have no
// principals: they speak of whoever has the role. In an Answer a statement is called by
// the name of its policy and its Sid.
func ParseIdentity(byName map[string]string) (Document, error) {
	var all Document
	for _, name := range sortedKeys(byName) {
		d, err := Parse(byName[name])
		if err != nil {
			return Document{}, fmt.Errorf("%s: %w", name, err)
		}
		for i, s := range d.Statements {
			s.Principal, s.NotPrincipal = map[string][]string{"AWS": {"*"}}, nil
			s.Sid = name + "/" + s.label(i)
			all.Statements = append(all.Statements, s)
		}
	}
	return all, nil
}

// ParseTrust reads the trust policy of a role, which has no resources: it speaks of its
// role.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func ParseTrust(text string) (Document, error) {
	d, err := Parse(text)
	for i := range d.Statements {
		d.Statements[i].Resource, d.Statements[i].NotResource = []string{"*"}, nil
	}
	return d, err
}
