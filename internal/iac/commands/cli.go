package commands

import (
	"encoding/json"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// A field is one word of a command, after expansion.
type field struct {
	text     string // a zero byte stands for what is not known
	known    bool
	many     bool   // any number of words may stand here
	name     string // of what is not known
	from, to int    // the bytes of the script that are text; -1 when it does not stand there
	end      int    // behind the word, with its quotes
	given    bool   // it came through "$@"
}

const (
	multiFlag  = "--is-multi-region-trail"
	globalFlag = "--include-global-service-events"
)

// valued are the options that take a value.
func valued() []string {
	return []string{
		"--name", "--s3-bucket-name", "--s3-key-prefix", "--sns-topic-name", "--cloud-watch-logs-log-group-arn",
		"--cloud-watch-logs-role-arn", "--kms-key-id", "--tags-list", "--cli-input-json", "--cli-input-yaml",
		"--region", "--profile", "--output", "--query", "--endpoint-url", "--color", "--ca-bundle",
		"--cli-read-timeout", "--cli-connect-timeout", "--cli-binary-format", "--cli-error-format",
	}
}

// switches are the options that take none.
func switches() []string {
	return []string{
		multiFlag, "--no-is-multi-region-trail", globalFlag, "--no-include-global-service-events",
		"--enable-log-file-validation", "--no-enable-log-file-validation", "--is-organization-trail", "--no-is-organization-trail",
		"--debug", "--no-verify-ssl", "--no-paginate", "--no-sign-request", "--version", "--no-cli-pager",
		"--cli-auto-prompt", "--no-cli-auto-prompt", "--generate-cli-skeleton",
	}
}

// option returns the full name of an option, which may be abbreviated as far as no other
// begins so, and whether it takes a value.
func option(word string) (name string, takes bool) {
	word, _, _ = strings.Cut(word, "=")
	if slices.Contains(valued(), word) {
		return word, true
	}
	if slices.Contains(switches(), word) {
		return word, false
	}
	var found []string
	for _, o := range append(valued(), switches()...) {
		if strings.HasPrefix(o, word) && len(word) > 2 {
			found = append(found, o)
		}
	}
	if len(found) != 1 {
		return word, false
	}
	return found[0], slices.Contains(valued(), found[0])
}

// A command is a call of the CLI that makes or changes a trail.
type command struct {
	verb          field
	multi, global *field // the flags that decide; the last one counts
	multiOn       bool
	globalOn      bool
	input         *field // of --cli-input-json or -yaml
	unknown       string // what may hold flags and is not in sight
	refused       bool
}

// printers write what follows them, or look for it.
func printers() []string {
	return []string{
		"echo", "printf", "print", "cat", "grep", "egrep", "man", "log", "info", "warn", "error", "die", "usage", ":", "alias",
		"write-host", "write-output", "rem", "say", "which", "type", "sed", "awk", "log_info", "log_warn", "log_error", "#", "help",
	}
}

// parseCommand understands the fields of a call of the CLI.
func parseCommand(fields []field) (c command, ok bool) {
	i := slices.IndexFunc(fields, func(f field) bool { return f.known && f.text == "cloudtrail" })
	if i < 1 || !calls(fields[:i]) {
		return c, false
	}
	rest := fields[i+1:]
	for k := 0; k < len(rest); k++ {
		f := rest[k]
		if strings.HasPrefix(f.text, "-") {
			if _, takes := option(f.text); takes && !strings.Contains(f.text, "=") {
				k++
			}
			continue
		}
		if !f.known || f.given || !slices.Contains([]string{"create-trail", "update-trail", "create-subscription"}, f.text) {
			return c, false
		}
		c.verb = f
		return c, c.options(fields[:i], nil) && c.options(rest[:k], nil) && c.options(rest[k+1:], &f)
	}
	return c, false
}

// calls says whether the words before `cloudtrail` are a call of the CLI.
func calls(before []field) bool {
	head := strings.ToLower(path.Base(strings.ReplaceAll(before[0].text, `\`, "/")))
	if before[0].known && slices.Contains(printers(), head) {
		return false
	}
	for _, f := range before {
		base := strings.ToLower(path.Base(strings.ReplaceAll(f.text, `\`, "/")))
		switch base {
		case "aws", "aws.exe", "aws.cmd", "aws2", "awslocal", "awscli", "aws_cli", "aws-cli", "amazon/aws-cli", "aws.sh":
			return true
		}
		if strings.HasPrefix(base, "aws-cli:") || strings.HasPrefix(base, "aws-cli@") {
			return true
		}
	}
	return !before[0].known
}

// options notes what decides; after says that the operation has been said. False: the
// command makes nothing.
func (c *command) options(fields []field, after *field) bool {
	for i := 0; i < len(fields); i++ {
		f := &fields[i]
		switch {
		case after == nil && !strings.HasPrefix(f.text, "-"):
			continue
		case strings.HasPrefix(f.text, "[") || f.text == "help" && i == 0:
			return false // a synopsis, or a question
		case !strings.HasPrefix(f.text, "-"):
			if !f.known {
				c.unknown = f.name
			}
			continue
		}
		name, takes := option(f.text)
		if !c.option(name, f, fields[i+1:]) {
			return false
		}
		if takes && !strings.Contains(f.text, "=") && i+1 < len(fields) {
			i++
			for name == "--tags-list" && i+1 < len(fields) && !strings.HasPrefix(fields[i+1].text, "-") && !(fields[i+1].many && !fields[i+1].known) {
				i++
			}
		}
	}
	return true
}

func (c *command) option(name string, f *field, next []field) bool {
	switch name {
	case multiFlag, "--no-is-multi-region-trail":
		c.multi, c.multiOn = f, name == multiFlag
		if strings.Contains(f.text, "=") || len(next) > 0 && strings.EqualFold(next[0].text, "false") {
			c.refused = true
		}
	case globalFlag, "--no-include-global-service-events":
		c.global, c.globalOn = f, name == globalFlag
	case "--cli-input-json", "--cli-input-yaml":
		if _, value, ok := strings.Cut(f.text, "="); ok {
			g := *f
			g.text, g.from = value, -1
			c.input = &g
		} else if len(next) > 0 {
			c.input = &next[0]
		}
	case "--generate-cli-skeleton", "--version":
		return false
	}
	return true
}

// settings are what a file of --cli-input-json says; nil is nothing.
type settings struct {
	IsMultiRegionTrail         *bool `json:"IsMultiRegionTrail" yaml:"IsMultiRegionTrail"`
	IncludeGlobalServiceEvents *bool `json:"IncludeGlobalServiceEvents" yaml:"IncludeGlobalServiceEvents"`
}

// settings reads the input of a command; why is what could not be read.
func (h *hunt) settings(f *field) (s settings, why string) {
	if f == nil {
		return s, ""
	}
	text := f.text
	if !f.known {
		return s, cmpName(f.name, "--cli-input-json")
	}
	if name, ok := strings.CutPrefix(text, "file://"); ok {
		content, ok := h.beside(name)
		if !ok {
			return s, name
		}
		text = content
	}
	if json.Unmarshal([]byte(text), &s) == nil {
		return s, ""
	}
	s = settings{}
	if len(text) > 1<<16 || yaml.Unmarshal([]byte(text), &s) != nil {
		return settings{}, "--cli-input-json"
	}
	return s, ""
}

// beside reads a file of the tree: beside this one, or from its root.
func (h *hunt) beside(name string) (string, bool) {
	if h.in.Tree == nil {
		return "", false
	}
	for _, candidate := range []string{path.Join(path.Dir(h.in.Path), name), path.Clean(name)} {
		if !fs.ValidPath(candidate) {
			continue
		}
		if text, err := fs.ReadFile(h.in.Tree, candidate); err == nil {
			return string(text), true
		}
	}
	return "", false
}

func cmpName(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}

// judge says what a command makes; not ok when it leaves the scope of a trail as it is.
func (h *hunt) judge(s script, c command) (f finding, ok bool) {
	f = finding{name: "aws cloudtrail " + c.verb.text, globalAt: -1}
	update := c.verb.text == "update-trail"
	set, why := h.settings(c.input)
	f.excludesGlobal = set.IncludeGlobalServiceEvents != nil && !*set.IncludeGlobalServiceEvents
	if c.global != nil {
		f.excludesGlobal = !c.globalOn
	}
	f.byDefault = iac.Single
	if set.IsMultiRegionTrail != nil && *set.IsMultiRegionTrail {
		f.byDefault = iac.Multi
	}
	switch {
	case c.verb.text == "create-subscription":
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.subscription")
		return f, true
	case c.refused:
		f.verdict, f.reason, f.byDefault = iac.Unknown, trail.Say("iac.commands.refused"), iac.Single
		return f, true
	case c.multi != nil && c.multiOn:
		f.verdict, f.reason, f.byDefault = iac.Multi, trail.Say("iac.commands.flag", "flag", multiFlag), iac.Multi
	case c.multi != nil:
		f.verdict, f.reason, f.byDefault = iac.Single, trail.Say("iac.commands.flag-off", "flag", c.multi.text), iac.Single
	case why != "":
		f.verdict, f.reason = iac.Unknown, trail.Say("iac.commands.input-unknown", "name", why)
		return f, !update
	case c.unknown != "":
		f.verdict, f.reason = iac.Unknown, trail.Say("iac.commands.flags-unknown", "name", c.unknown)
		return f, !update
	case set.IsMultiRegionTrail != nil && *set.IsMultiRegionTrail:
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.input-on")
	case set.IsMultiRegionTrail != nil:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.input-off")
	case update:
		return f, false
	default:
		f.verdict, f.reason = iac.Single, trail.Say("iac.commands.flag-missing", "flag", multiFlag)
	}
	if update && f.verdict == iac.Multi && !f.excludesGlobal {
		return f, true
	}
	f.edits = c.fix(s, f)
	return f, true
}

// fix makes the command multi-Region, with global service events.
func (c command) fix(s script, f finding) []iac.Edit {
	var edits []iac.Edit
	add := ""
	whole := true
	flip := func(flag *field) {
		e, ok := withoutNo(s, flag)
		whole = whole && ok
		edits = append(edits, e)
	}
	if f.verdict == iac.Single {
		if c.multi != nil {
			flip(c.multi)
		} else {
			add = " " + multiFlag
		}
	}
	if f.excludesGlobal {
		if c.global != nil {
			flip(c.global)
		} else {
			add += " " + globalFlag
		}
	}
	if add != "" {
		if c.verb.from < 0 {
			return nil
		}
		e, ok := s.edit(c.verb.end, c.verb.end, add)
		whole = whole && ok
		edits = append(edits, e)
	}
	if !whole {
		return nil
	}
	return edits
}

// withoutNo takes the no- out of a flag.
func withoutNo(s script, flag *field) (iac.Edit, bool) {
	if flag.from < 0 || !strings.HasPrefix(flag.text, "--no-") {
		return iac.Edit{}, false
	}
	return s.edit(flag.from+2, flag.from+5, "")
}
