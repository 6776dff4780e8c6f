package commands

import (
	"path"
	"slices"
	"strings"
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
		case strings.HasPrefix(f.text, "[") || f.text == "help" && i == 0 || f.text == "--help":
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
