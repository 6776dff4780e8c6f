package plan

import (
	"embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates/*.tmpl
var templates embed.FS

// TemplateKinds are the forms in which a trail can be written instead of made.
func TemplateKinds() []string { return []string{"cloudformation", "terraform", "cli"} }

// Template writes the trail as a CloudFormation template, as Terraform, or as commands
// of the AWS CLI. What it does not say (the account, the Region, the partition, a
// bucket that was not named) the result finds out where it is deployed.
func Template(out io.Writer, kind string, w Wanted) error {
	if !slices.Contains(TemplateKinds(), kind) {
		return fmt.Errorf("unknown kind of template %q: one of %s", kind, strings.Join(TemplateKinds(), ", "))
	}
	t, err := template.ParseFS(templates, "templates/"+kind+".tmpl")
	if err != nil {
		return err
	}
	return t.Execute(out, w)
}
