package cli

import (
	"cmp"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// Names of roles in the accounts of an organization: the one that AWS makes, and the one
// that is made for trailspan alone.
const (
	awsRole = "OrganizationAccountAccessRole"
	ownRole = "TrailspanCheck"
)

type policyFlags struct {
	template, role string
	push           bool
}

func (a *app) policyCommand() *cobra.Command {
	var f policyFlags
	c := a.command("policy", "policy check|convert|create|organization|prove")
	c.Args = oneArg(trail.Say("fail.no-task"))
	c.RunE = func(_ *cobra.Command, args []string) error { return a.policy(args[0], f) }
	c.Flags().StringVar(&f.template, "template", "", a.flagText("role-template"))
	c.Flags().BoolVar(&f.push, "push-securityhub", false, a.flagText("policy-push"))
	c.Flags().StringVar(&f.role, "role-name", "", a.flagText("policy-role"))
	return c
}

// policy prints the least an identity has to be allowed for a task, as an IAM policy, or
// the role in a member account as code.
func (a *app) policy(task string, f policyFlags) error {
	if task == "org" {
		task = "organization"
	}
	switch {
	case !slices.Contains(cloud.Tasks(), task):
		return fail(exitUsage, trail.Say("fail.task", "task", task, "offered", strings.Join(cloud.Tasks(), ", "))).meant(task, cloud.Tasks())
	case f.push && task != "check" && task != "organization":
		return fail(exitUsage, trail.Say("fail.push-task", "task", task))
	case task != "organization" && (f.template != "" || f.role != ""):
		return fail(exitUsage, trail.Say("fail.role-task", "task", task))
	case f.role != "" && !roleName.MatchString(f.role):
		return fail(exitUsage, trail.Say("fail.role-name", "role", f.role))
	case f.template != "":
		return a.memberRole(f)
	}
	if _, err := a.formatOf(report.Text, report.JSON); err != nil {
		return err
	}
	p := cloud.PolicyFor(task)
	p.Statement = append(p.Statement, f.extras()...)
	if f.role != "" {
		for i := range p.Statement {
			p.Statement[i].Resource = strings.Replace(p.Statement[i].Resource, awsRole, f.role, 1)
		}
	}
	return a.show(func(w io.Writer, _ report.Options) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(p)
	})
}

// extras are what the flags want beyond the task.
func (f policyFlags) extras() []cloud.Statement {
	if !f.push {
		return nil
	}
	return []cloud.Statement{cloud.AllowFindings()}
}

// https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
var roleName = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)

func (a *app) memberRole(f policyFlags) error {
	if _, err := a.formatOf(report.Text); err != nil {
		return err
	}
	if !slices.Contains(cloud.RoleTemplateKinds(), f.template) {
		return fail(exitUsage, trail.Say("fail.template", "kind", f.template, "offered", strings.Join(cloud.RoleTemplateKinds(), ", "))).meant(f.template, cloud.RoleTemplateKinds())
	}
	role := cmp.Or(f.role, ownRole)
	a.note("cli.policy.role", "role", role)
	return a.show(func(w io.Writer, _ report.Options) error { return cloud.MemberRole(w, f.template, role, f.extras()...) })
}
