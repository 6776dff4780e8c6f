package cloud

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates/*.tmpl
var templates embed.FS

// RoleTemplateKinds are the forms in which MemberRole is written.
func RoleTemplateKinds() []string { return []string{"cloudformation", "terraform"} }

// MemberRole writes, as code, the role with which the accounts of an organization are
// entered: it may check, and convert when whoever deploys it says so. The account that
// may enter, and an external ID, are said there, too. It may do the extras besides.
func MemberRole(out io.Writer, kind, name string, extras ...Statement) error {
	if !slices.Contains(RoleTemplateKinds(), kind) {
		return fmt.Errorf("unknown kind of template %q: one of %s", kind, strings.Join(RoleTemplateKinds(), ", "))
	}
	t, err := template.ParseFS(templates, "templates/"+kind+".tmpl")
	if err != nil {
		return err
	}
	// JSON is YAML, and in an expression of Terraform it is an object
	check, err := json.Marshal(PolicyFor("check").with(extras))
	if err != nil {
		return err
	}
	convert, err := json.Marshal(PolicyFor("convert").with(extras))
	if err != nil {
		return err
	}
	return t.Execute(out, struct{ Name, Check, Convert string }{name, string(check), string(convert)})
}

func (p Policy) with(extras []Statement) Policy {
	p.Statement = append(p.Statement, extras...)
	return p
}
