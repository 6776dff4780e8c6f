package cli

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/report"
)

// completing says whether a shell asks what could come next, rather than a person.
func completing(args []string) bool {
	return len(args) > 0 && (args[0] == cobra.ShellCompRequestCmd || args[0] == cobra.ShellCompNoDescRequestCmd)
}

// offerAll lets a shell complete all that can be known: arguments, and values of flags. A
// flag that is not here is completed with names of files, as the shell does by itself.
func (a *app) offerAll(root *cobra.Command) {
	for _, c := range append(root.Commands(), root) {
		if c.HasParent() {
			c.ValidArgsFunction = a.arguments(c.Name())
		}
		for _, f := range all(c.LocalFlags()) {
			_, f.Usage = pflag.UnquoteUsage(f) // shells show it as it is
			if offer := a.values(c.Name(), f.Name); offer != nil {
				_ = c.RegisterFlagCompletionFunc(f.Name, offer) // the flag is there, and offered once
			}
		}
	}
}

// arguments completes what stands after the name of a command.
func (a *app) arguments(command string) cobra.CompletionFunc {
	switch command {
	case "lint":
		return nil // files of any kind
	case "report":
		return files("json")
	case "policy":
		return first(one(cloud.Tasks()...))
	case "completion":
		return first(one(shells()...))
	case "help", "man":
		return first(commandNames)
	case "rollback":
		return first(a.runNames(func(r journal.Run) bool { return !onlyProves(r) }))
	default:
		return cobra.NoFileCompletions
	}
}

// values completes what stands after a flag; nil leaves it to the shell.
func (a *app) values(command, flag string) cobra.CompletionFunc {
	switch command + "/" + flag {
	case "lint/fail-on":
		return several(lintFailOnAll())
	case "check/fail-on":
		return several(append(failOnAll(), "none"))
	case "lint/fix":
		return one(fixTrails, fixDeclarations)
	case "create/template":
		return one(plan.TemplateKinds()...)
	case "policy/template":
		return one(cloud.RoleTemplateKinds()...)
	case "convert/resume":
		return a.runNames(func(r journal.Run) bool { return !onlyProves(r) })
	case "prove/resume":
		return a.runNames(func(journal.Run) bool { return true })
	}
	switch flag {
	case "region":
		return one(regionNames()...)
	case "regions", "exclude-regions":
		return several(regionNames())
	case "format":
		return offeredFormats
	case "lang":
		return one(langs()...)
	case "profile":
		return one(profiles(a.env.Getenv)...)
	case "trail":
		return a.trailNames
	case "world":
		return files("yaml", "yml", "json")
	case "from", "plan-file", "faults":
		return files("json")
	case "terraform-state":
		return files("tfstate", "json")
	case "journal", "state", "dir":
		return directories
	case "accounts", "exclude-accounts", "bucket", "concurrency", "deliver-every", "endpoint-url", "external-id",
		"kms-key", "listen", "name", "ous", "role-name", "timeout", "wait":
		return cobra.NoFileCompletions
	}
	return nil
}

// formatsOf are the formats that a command offers.
func formatsOf(command string) []report.Format {
	switch command {
	case "check":
		return report.CheckFormats()
	case "report":
		return append(report.CheckFormats(), report.GitHub)
	case "lint":
		return report.LintFormats()
	case "sandbox", "console", "tour", "completion", "man":
		return []report.Format{report.Text}
	default:
		return []report.Format{report.Text, report.JSON}
	}
}

func offeredFormats(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	return beginning(begun, textsOf(formatsOf(c.Name()))), cobra.ShellCompDirectiveNoFileComp
}

// one offers a choice.
func one(choices ...string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		return beginning(begun, choices), cobra.ShellCompDirectiveNoFileComp
	}
}

// several offers choices that stand in a list with commas, each once.
func several(choices []string) cobra.CompletionFunc {
	return func(_ *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		before, last := "", begun
		if i := strings.LastIndexByte(begun, ','); i >= 0 {
			before, last = begun[:i+1], begun[i+1:]
		}
		var out []string
		for _, c := range beginning(last, choices) {
			if !slices.Contains(strings.Split(before, ","), c) {
				out = append(out, before+c)
			}
		}
		return out, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveNoSpace
	}
}

// first offers something for the first argument, and nothing for others.
func first(offer cobra.CompletionFunc) cobra.CompletionFunc {
	return func(c *cobra.Command, args []string, begun string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return offer(c, args, begun)
	}
}

// files offers the files with these extensions.
func files(extensions ...string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return extensions, cobra.ShellCompDirectiveFilterFileExt
	}
}

func directories(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return nil, cobra.ShellCompDirectiveFilterDirs
}

func beginning(begun string, choices []string) []string {
	var out []string
	for _, c := range choices {
		if strings.HasPrefix(c, begun) {
			out = append(out, c)
		}
	}
	return out
}

func commandNames(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	var out []string
	for _, x := range c.Root().Commands() {
		if x.IsAvailableCommand() {
			out = append(out, cobra.CompletionWithDesc(x.Name(), x.Short))
		}
	}
	return beginning(begun, out), cobra.ShellCompDirectiveNoFileComp
}

// runNames offers runs of the journals that have not been rolled back, the last first.
func (a *app) runNames(fit func(journal.Run) bool) cobra.CompletionFunc {
	return func(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
		dir, _ := c.Flags().GetString("journal") // every command that is about a run has it
		where, err := changeFlags{journal: dir}.dir(a.env.Getenv)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		runs, _ := where.Runs() // what cannot be read cannot be offered
		var out []string
		for _, r := range slices.Backward(runs) {
			if row := rowOf(r); row.Error == "" && r.State() != journal.RolledBack && fit(r) {
				out = append(out, cobra.CompletionWithDesc(r.Name, strings.TrimSpace(row.Command+" "+row.State+" "+row.Trail)))
			}
		}
		return beginning(begun, out), cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
	}
}

// onlyProves says whether a run was begun to prove, so that there is nothing to take back.
func onlyProves(r journal.Run) bool {
	return len(r.Records) > 0 && r.Records[0].Intent != nil && r.Records[0].Intent.Command == prove.Command
}

// completionPatience is how long somebody who has pressed the tabulator waits for AWS.
const completionPatience = 3 * time.Second

// trailNames offers the trails of the account, by whatever the flags before it say. What
// cannot be asked offers nothing.
func (a *app) trailNames(c *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	ctx, cancel := context.WithTimeout(c.Context(), completionPatience)
	defer cancel()
	s, done, err := a.stage(ctx, completionPatience)
	if err != nil {
		return nil, cobra.ShellCompDirectiveNoFileComp
	}
	defer done()
	var out []string
	for _, t := range s.Collect(ctx, cloud.CollectOptions{}).Trails {
		name := t.Name
		if strings.HasPrefix(begun, "arn:") {
			name = string(t.ARN)
		}
		out = append(out, cobra.CompletionWithDesc(name, string(t.HomeRegion)))
	}
	slices.Sort(out)
	return beginning(begun, slices.Compact(out)), cobra.ShellCompDirectiveNoFileComp
}

// lintFailOnAll are all values of lint --fail-on.
func lintFailOnAll() []string {
	all := append(lintFailOn(), "none", string(iac.Single))
	for _, r := range iac.Rules() {
		all = append(all, r.ID)
	}
	return all
}
