package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// answer is Regions with the same answer for every class of events.
type answer struct {
	ID      string // in the page
	Regions []string
	Class   string // of the verdict, for the style sheet
	Sign    string
	Word    string
	Says    cell // who records the Regions, or what is missing and why
	Classes []classAnswer
}

// classAnswer is classes of events with the same answer.
type classAnswer struct {
	Name, ID, Class, Sign, Word, Says string
}

// List names the Regions, as a selector finds them too.
func (a answer) List() string { return strings.Join(a.Regions, " ") }

// verdictClass is what style sheet and script call a verdict.
func verdictClass(v coverage.Verdict) string {
	switch v {
	case coverage.Recorded:
		return "r"
	case coverage.Partial:
		return "p"
	case coverage.Failing:
		return "f"
	case coverage.Unrecorded:
		return "u"
	case coverage.Disabled:
		return "d"
	default:
		return "k"
	}
}

// answers returns what there is to say of the Regions of an account, the worst first,
// and of those that are not enabled.
func (p *page) answers(a coverage.Assessment, prefix string) []answer {
	var out []answer
	for _, g := range grouped(a.Regions, func(r coverage.Region) string { return fmt.Sprint(r.LeftOut, r.Cells) }) {
		x := p.answerOf(g.answer)
		x.Regions, x.Says = g.names, p.answer(a, g.answer)
		x.Classes = p.classAnswers(a, g.answer.Cells)
		out = append(out, x)
	}
	var off []string
	for _, r := range a.Regions {
		if r.Verdict == coverage.Disabled {
			off = append(off, string(r.Region))
		}
	}
	if len(off) > 0 {
		x := p.answerOf(coverage.Region{Verdict: coverage.Disabled})
		x.Regions, x.Says = off, words(p.say("html.disabled"))
		out = append(out, x)
	}
	for i := range out {
		out[i].ID = fmt.Sprintf("%s-%d", prefix, i+1)
	}
	return out
}

func (p *page) answerOf(r coverage.Region) answer {
	if r.LeftOut {
		return answer{Class: "k", Sign: off.sign, Word: p.say("report.leftOut")}
	}
	return answer{Class: verdictClass(r.Verdict), Sign: verdictMark(r.Verdict).sign, Word: p.verdictWord(r.Verdict)}
}

// classAnswers puts together classes with the same answer.
func (p *page) classAnswers(a coverage.Assessment, cells []coverage.Cell) []classAnswer {
	var out []classAnswer
	var classes [][]trail.Class
	for _, c := range cells {
		x := classAnswer{
			Class: verdictClass(c.State), Sign: verdictMark(c.State).sign, Word: p.verdictWord(c.State), Says: clean(p.cellAnswer(a, c)),
		}
		i := slices.IndexFunc(out, func(y classAnswer) bool { return y.Class == x.Class && y.Says == x.Says })
		if i < 0 {
			i = len(out)
			out, classes = append(out, x), append(classes, nil)
		}
		classes[i] = append(classes[i], c.Class)
	}
	for i := range out {
		out[i].Name, out[i].ID = p.classes(classes[i]), strings.Join(strs(classes[i]), " ")
	}
	return out
}
