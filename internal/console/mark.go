package console

import (
	"fmt"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
)

// mark is a word with a sign that can be told apart without color, and the name of its
// color in the style sheet.
type mark struct{ Class, Sign, Word string }

// The colors.
const (
	good    = "good"
	bad     = "bad"
	warning = "warning"
	off     = "off"
)

// Verdict marks a verdict.
func (l *layout) Verdict(v coverage.Verdict) mark {
	m := mark{Class: warning, Sign: "?", Word: l.Say("verdict." + string(v))}
	switch v {
	case coverage.Recorded:
		m.Class, m.Sign = good, "✓"
	case coverage.Partial:
		m.Sign = "~"
	case coverage.Failing:
		m.Class, m.Sign = bad, "!"
	case coverage.Unrecorded:
		m.Class, m.Sign = bad, "✗"
	case coverage.Disabled:
		m.Class, m.Sign = off, "-"
	case coverage.Unknown:
	}
	return m
}

// Gate marks the status of a gate.
func (l *layout) Gate(s plan.GateStatus) mark {
	m := mark{Class: warning, Sign: "?", Word: l.Say("console.gate." + string(s))}
	switch s {
	case plan.Pass:
		m.Class, m.Sign = good, "✓"
	case plan.Warn:
		m.Sign = "!"
	case plan.Block:
		m.Class, m.Sign = bad, "✗"
	case plan.UnknownGate:
	}
	return m
}

// Control marks what a published check says.
func (l *layout) Control(status string) mark {
	m := mark{Class: warning, Sign: "?", Word: l.Say("control.status." + status)}
	switch status {
	case "pass":
		m.Class, m.Sign = good, "✓"
	case "warn":
		m.Sign = "!"
	case "fail":
		m.Class, m.Sign = bad, "✗"
	}
	return m
}

// State marks how far a run has come.
func (l *layout) State(state string) mark {
	m := mark{Class: warning, Sign: "~", Word: l.Say("console.state." + state)}
	switch state {
	case "verified", "proven":
		m.Class, m.Sign = good, "✓"
	case "rolled-back":
		m.Class, m.Sign = off, "↩"
	case "untouched":
		m.Class, m.Sign = off, "-"
	case "unreadable":
		m.Class, m.Sign = bad, "✗"
	}
	return m
}

// stepMark marks how far a step has come, by the last that the journal has of it.
func stepSign(k apply.Kind) (class, sign string) {
	switch k {
	case apply.Done, apply.Found:
		return good, "✓"
	case apply.Undone:
		return off, "↩"
	case apply.Refused:
		return bad, "✗"
	case apply.Intended, apply.Undoing, apply.Stays:
		return warning, "~"
	default:
		return off, "…"
	}
}

// text writes any value of a view.
func text(v any) string { return fmt.Sprint(v) }

// Legend explains the signs of the matrix.
func (l *layout) Legend() []mark {
	var out []mark
	for _, v := range []coverage.Verdict{coverage.Recorded, coverage.Partial, coverage.Failing, coverage.Unrecorded, coverage.Unknown} {
		out = append(out, l.Verdict(v))
	}
	return out
}
