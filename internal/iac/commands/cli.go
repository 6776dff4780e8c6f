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
	file     string // of which it is the content, as $(cat file)
	// What stands before and after a word that is put behind this one; "" and "" is a blank before it.
	before, after string
}

const (
	multiFlag  = "--is-multi-region-trail"
	globalFlag = "--include-global-service-events"

	validationFlag = "--enable-log-file-validation"
)

// switched says what a flag was given as; the zero value is not given.
type switched int

const (
	turnedOn switched = iota + 1
	turnedOff
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
	put           field  // behind which a flag can be put; its end is 0 when there is no such place
	multi, global *field // the flags that decide; the last one counts
	multiOn       bool
	globalOn      bool
	validation    switched
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
	i := serviceOf(fields)
	if i < 1 {
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
		c.put = placed(rest[k:])
		return c, c.options(fields[:i], nil) && c.options(rest[:k], nil) && c.options(rest[k+1:], &f)
	}
	return c, false
}

// serviceOf returns where the words say `cloudtrail` as the service of a call of the CLI:
// nothing but options stands between the program and it. -1: they do not.
func serviceOf(fields []field) int {
	if fields[0].known && slices.Contains(printers(), program(fields[0])) {
		return -1
	}
	from := slices.IndexFunc(fields, isCLI)
	if from < 0 && !fields[0].known {
		from = 0
	}
	for ; from >= 0; from = nextCLI(fields, from) {
		if i := firstOperand(fields, from+1); i > 0 && fields[i].known && fields[i].text == "cloudtrail" {
			return i
		}
	}
	return -1
}

// nextCLI returns where the next word is the CLI; -1 if none is.
func nextCLI(fields []field, after int) int {
	next := slices.IndexFunc(fields[after+1:], isCLI)
	if next < 0 {
		return -1
	}
	return after + 1 + next
}

// firstOperand returns the first word that is no option, nor the value of one; -1 if there is none.
func firstOperand(fields []field, from int) int {
	for i := from; i < len(fields); i++ {
		switch f := fields[i]; {
		case strings.HasPrefix(f.text, "-"):
			if _, takes := option(f.text); takes && !strings.Contains(f.text, "=") {
				i++
			}
		case f.known || !f.many:
			return i
		}
	}
	return -1
}

// program is the name of the program that a word calls.
func program(f field) string {
	return strings.ToLower(path.Base(strings.ReplaceAll(f.text, `\`, "/")))
}

// isCLI says whether a word calls the AWS CLI.
func isCLI(f field) bool {
	switch base := program(f); base {
	case "aws", "aws.exe", "aws.cmd", "aws2", "awslocal", "awscli", "aws_cli", "aws-cli", "aws.sh":
		return true
	default:
		return strings.HasPrefix(base, "aws-cli:") || strings.HasPrefix(base, "aws-cli@")
	}
}

// placed returns the first word that ends in the script.
func placed(fields []field) field {
	for _, f := range fields {
		if f.end > 0 {
			return f
		}
	}
	return field{}
}

// options notes what decides; after says that the operation has been said. False: the
// command makes nothing.
func (c *command) options(fields []field, after *field) bool {
	for i := 0; i < len(fields); i++ {
		f := &fields[i]
		switch {
		case after == nil && !strings.HasPrefix(f.text, "-"):
			continue
		case after != nil && f.text == "--":
			return true // the CLI takes no flag behind it
		case strings.HasPrefix(f.text, "[") || f.text == "help" && i == 0:
			return false // a synopsis, or a question
		case !strings.HasPrefix(f.text, "-"):
			if !f.known {
				c.unknown = f.name
			}
			continue
		}
		if word, _, _ := strings.Cut(f.text, "="); strings.Contains(word, "\x00") { // as of --${NO}is-multi-region-trail
			c.unknown = cmpName(f.name, f.text)
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
	case validationFlag, "--no-enable-log-file-validation":
		c.validation = turnedOff
		if name == validationFlag {
			c.validation = turnedOn
		}
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
	EnableLogFileValidation    *bool `json:"EnableLogFileValidation" yaml:"EnableLogFileValidation"`
}

// settings reads the input of a command; why is what could not be read.
func (h *hunt) settings(f *field) (s settings, why string) {
	if f == nil {
		return s, ""
	}
	text := f.text
	name, isFile := strings.CutPrefix(text, "file://")
	if text == "\x00" && f.file != "" {
		name, isFile = f.file, true
	}
	switch {
	case isFile && strings.Contains(name, "\x00"):
		return s, cmpName(f.name, "--cli-input-json")
	case isFile:
		content, ok := h.beside(name)
		if !ok {
			return s, name
		}
		text = content
	case !f.known:
		// What a variable holds inside of a string decides nothing; anywhere else it is no JSON.
		inner := strings.ReplaceAll(text, "\x00", "x")
		if json.Unmarshal([]byte(inner), &s) != nil {
			return settings{}, cmpName(f.name, "--cli-input-json")
		}
		return s, ""
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

// beside reads a file that the script writes, or one of the tree: beside this one, or from its root.
func (h *hunt) beside(name string) (string, bool) {
	if text, ok := h.written[path.Clean(name)]; ok {
		return text, text != "" // else another program has written it
	}
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
	h.offByCommand(&f, c, set, why)
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
	var add []string
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
			add = append(add, multiFlag)
		}
	}
	if f.excludesGlobal {
		if c.global != nil {
			flip(c.global)
		} else {
			add = append(add, globalFlag)
		}
	}
	if len(add) > 0 {
		if c.put.end == 0 {
			return nil
		}
		e, ok := s.edit(c.put.end, c.put.end, c.put.followedBy(add))
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

// followedBy is the text of words that are put behind this one.
func (f field) followedBy(words []string) string {
	before := f.before
	if before == "" {
		before = " "
	}
	var b strings.Builder
	for _, word := range words {
		b.WriteString(before + word + f.after)
	}
	return b.String()
}
