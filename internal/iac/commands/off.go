package commands

import (
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/trail"
)

// starts finds what starts the logging of a trail. A trail that the API makes does not log
// until somebody does: https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
var starts = regexp.MustCompile(`(?i)start[-_]?logging|start-CTLogging`)

// unstarted says that nothing in the file starts what the API makes.
func (h *hunt) unstarted() trail.Note {
	if h.started == nil {
		found := starts.Match(h.in.Text)
		h.started = &found
	}
	if *h.started {
		return trail.Note{}
	}
	return trail.Say("iac.commands.unstarted")
}

// offByCommand notes what a command leaves off. create-subscription starts the trail itself.
func (h *hunt) offByCommand(f *finding, c command, set settings, why string) {
	if c.verb.text == "create-trail" {
		f.silent = h.unstarted()
	}
	on := set.EnableLogFileValidation
	switch {
	case c.validation == turnedOn:
	case c.validation == turnedOff:
		f.unvalidated = trail.Say("iac.commands.validation-off")
	case c.verb.text == "update-trail" && on == nil, why != "", c.unknown != "", on != nil && *on:
	default:
		f.unvalidated = trail.Say("iac.commands.unvalidated", "name", validationFlag)
	}
}

// offByCall notes what a call leaves off.
func (h *hunt) offByCall(f *finding, src source, mk *maker, args []argument, rest *argument) {
	_, off := truths(src.kind)
	if sdkCall := len(mk.proof) > 0 && mk.proof[0] == "Name"; sdkCall && mk.byDefault != "" {
		f.silent = h.unstarted()
	}
	said := false
	for _, a := range args {
		switch strings.ToLower(strings.ReplaceAll(a.name, "_", "")) {
		case "enablelogfilevalidation", "enablefilevalidation":
			said = true
			f.unvalidated = trail.Note{}
			if src.evaluated(a.value) == off {
				f.unvalidated = trail.Say("iac.commands.validation-off")
			}
		case "islogging", "enablelogging":
			if src.evaluated(a.value) == off {
				f.silent = trail.Say("iac.commands.property-off", "name", a.name)
			}
		}
	}
	if l2 := mk.name == "Trail" && mk.multiByDefault(); !said && !l2 && rest == nil && mk.byDefault != "" {
		f.unvalidated = trail.Say("iac.commands.unvalidated", "name", mk.validation())
	}
}

// validation is the name of the property that turns log file validation on, spelled as the
// others are.
func (mk *maker) validation() string {
	switch {
	case strings.Contains(mk.multi, "_"):
		return "enable_log_file_validation"
	case strings.HasPrefix(mk.multi, "I"):
		return "EnableLogFileValidation"
	default:
		return "enableLogFileValidation"
	}
}

// offByDeclaration notes what a task or an object leaves off.
func (f *finding) offByDeclaration(arguments *yaml.Node, d dialect) {
	validation := "enableLogFileValidation"
	if strings.Contains(d.multi, "_") {
		validation = "enable_log_file_validation"
	} else if strings.HasPrefix(d.multi, "I") {
		validation = "EnableLogFileValidation"
	}
	valid := d.property(arguments, validation, "log_file_validation_enabled") // the other name that Ansible has for it
	if on, known := truth(valid); valid == nil && !d.update || valid != nil && known && !on {
		f.unvalidated = trail.Say("iac.commands.unvalidated", "name", validation)
	}
	for _, name := range []string{"enableLogging", "isLogging", "enable_logging"} {
		if n := d.property(arguments, name); n != nil {
			if on, known := truth(n); known && !on {
				f.silent = trail.Say("iac.commands.property-off", "name", name)
			}
		}
	}
}
