package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// answer is what a policy says of one of the calls of a delivery.
type answer struct {
	policy.Answer
	action string
}

// blame says what is missing: the statement that refuses, or what the one that comes
// nearest allows instead.
func (a answer) blame() trail.Note {
	switch {
	case a.Statement == "":
		return trail.Say("evidence.no-statement", "action", a.action)
	case a.Only != nil:
		return trail.Say("evidence.only-on", "statement", a.Statement, "action", a.action, "resources", strings.Join(a.Only, ", "))
	default:
		return trail.Note{Key: a.condition()}
	}
}

// condition is the statement, with the condition that it fails by or that is unclear.
func (a answer) condition() string {
	if a.Key == "" {
		return a.Statement
	}
	return a.Statement + " (" + a.Key + ")"
}

// blames are the blames of several answers, each once.
type blames map[string]trail.Note

func (b blames) add(a answer) { b[fmt.Sprintf("%v", a.blame())] = a.blame() }

func (b blames) list() []trail.Note {
	var out []trail.Note
	for _, k := range slices.Sorted(maps.Keys(b)) {
		out = append(out, b[k])
	}
	return out
}

// by gives g sentences for its evidence.
func (g Gate) by(details ...trail.Note) Gate {
	g.Details = details
	return g
}

// also puts a Gap among the evidence.
func (g Gate) also(gap trail.Gap) Gate {
	text := strings.TrimSuffix(gap.Action+": "+gap.Error, ": ")
	g.Evidence = strings.TrimPrefix(g.Evidence+"; "+text, "; ")
	return g
}
