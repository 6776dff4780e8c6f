package commands

import (
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// judge says what a command makes; not ok when it leaves the scope of a trail as it is.
func (h *hunt) judge(s script, c command) (f finding, ok bool) {
	f = finding{name: "aws cloudtrail " + c.verb.text, globalAt: -1}
	update := c.verb.text == "update-trail"
	set, why := h.settings(c.input)
	why, c.unknown = h.spelled(why), h.spelled(c.unknown)
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
