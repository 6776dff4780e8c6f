package control

import (
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// Aspect is something of a trail that decides whether events are recorded.
type Aspect string

// The aspects. Each has a sentence in the catalog for a check that does not look at it,
// as control.blind.ASPECT.
const (
	Reach      Aspect = "reach"      // whether a trail reaches the Region
	Presence   Aspect = "presence"   // whether a Region shows the trail that should reach it
	Logging    Aspect = "logging"    // whether it is logging
	Delivery   Aspect = "delivery"   // whether its log files arrive
	Management Aspect = "management" // whether it selects management events at all
	Access     Aspect = "access"     // whether it selects reads and writes
	Sources    Aspect = "sources"    // whether it leaves out KMS or the RDS Data API
	Narrowing  Aspect = "narrowing"  // whether other conditions narrow what it selects
	Globals    Aspect = "globals"    // whether it includes global service events
	Later      Aspect = "later"      // whether it takes in Regions that are enabled later
	Beyond     Aspect = "beyond"     // what changes nothing of what is recorded: encryption, validation
)

// A scene is a Snapshot, seen from a Region; "" is the home Region of each trail.
type scene struct {
	trail.Snapshot
	at trail.Region
}

// demand is one thing that a check asks of a trail.
type demand struct {
	aspects []Aspect // what it looks at
	ask     func(scene, trail.Trail) reply
	// short is what the check says when a trail has all but this and what follows;
	// "" is Fail.
	short Status
}

// answer is that of a trail to a demand, worst first.
type answer int

const (
	no answer = iota
	unclear
	yes
)

// reply is the answer of a trail, and why it is not yes.
type reply struct {
	answer answer
	why    trail.Note
	denied bool // it is unclear because AWS denied to tell
}

// standing is how far a trail comes with the demands of a check.
type standing struct {
	reply
	met   int    // demands it met before the first that it did not
	short Status // what falling short there is worth
}

// stand puts all demands to a trail. What is certainly not met decides, whatever is
// unclear before it.
func (c Control) stand(x scene, t trail.Trail) standing {
	out := standing{reply: reply{answer: yes}, met: len(c.demands)}
	for i, d := range c.demands {
		r := d.ask(x, t)
		if r.answer < out.answer {
			out = standing{reply: r, met: i, short: d.short}
		}
		if r.answer == no {
			break
		}
	}
	return out
}

// judge gives the answer of c in a scene.
func (c Control) judge(x scene) verdict {
	best, found := standing{}, false
	name := ""
	for _, t := range x.Trails {
		if !x.shows(t) {
			continue
		}
		if s := c.stand(x, t); !found || c.decides(s, best) {
			best, found, name = s, true, t.Name
		}
	}
	if !found || c.together == one && best.answer == no {
		if note, hides := c.trailsHidden(x); hides {
			return verdict{Unknown, note}
		}
	}
	if !found {
		return verdict{Fail, c.noTrail(x)}
	}
	return c.conclude(best, name)
}

// decides says whether one standing counts rather than another: the better where one
// trail is enough, the worse where each counts.
func (c Control) decides(s, than standing) bool {
	if c.together == every {
		return s.answer < than.answer
	}
	return s.answer > than.answer || s.answer == than.answer && s.met > than.met
}

// conclude makes a verdict of the standing that decides.
func (c Control) conclude(s standing, name string) verdict {
	switch {
	case s.answer == yes:
		return verdict{Pass, trail.Say("control.pass", "trail", name)}
	case s.answer == unclear && s.denied && c.refused.note != "":
		return verdict{c.refused.status, trail.Say(c.refused.note, "trail", name)}
	case s.answer == unclear:
		return verdict{Unknown, s.why}
	case s.short != "":
		return verdict{s.short, s.why}
	default:
		return verdict{Fail, s.why}
	}
}

// Aspects returns what a check looks at, in the order in which it asks, each once.
func (c Control) Aspects() []Aspect {
	var out []Aspect
	if c.PerRegion() {
		out = append(out, Reach)
	}
	for _, d := range c.demands {
		for _, a := range d.aspects {
			if !slices.Contains(out, a) {
				out = append(out, a)
			}
		}
	}
	return out
}

// PerRegion says whether a check answers for each enabled Region.
func (c Control) PerRegion() bool { return c.scope == regions }

func (c Control) looksAt(a Aspect) bool { return slices.Contains(c.Aspects(), a) }
