package report

import (
	"bytes"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// What a gate rests on is told in the language of the reader, in JSON in English, and not
// at all when the message has it already.
func TestEvidence(t *testing.T) {
	g := plan.Gate{
		ID: "quota", Status: plan.Block, Message: trail.Say("gate.quota.block", "count", "1"), Evidence: "s3:X: AccessDenied",
		Details: []trail.Note{trail.Say("evidence.no-statement", "action", "s3:PutObject"), {Key: "No"}},
	}
	said := g
	said.Details, said.Evidence = nil, "1"
	passed := g
	passed.Status = plan.Pass
	for name, c := range map[string]struct {
		gate plan.Gate
		lang say.Lang
		want string // a line, or with a ! none like it
	}{
		"in English":                {g, say.English, "no statement allows s3:PutObject, No; s3:X: AccessDenied"},
		"in Japanese":               {g, say.Japanese, "s3:PutObject を許可するステートメントがありません, No; s3:X: AccessDenied"},
		"what the message has":      {said, say.English, "!1"},
		"nothing of what is passed": {passed, say.English, "!no statement allows s3:PutObject, No; s3:X: AccessDenied"},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPage(Options{Speaker: say.New(c.lang), Width: 120})
			p.gateLines([]plan.Gate{c.gate})
			var out bytes.Buffer
			if err := p.writeTo(&out); err != nil {
				t.Fatal(err)
			}
			line, none := strings.CutPrefix(c.want, "!")
			has := false
			for l := range strings.Lines(out.String()) {
				has = has || strings.TrimSpace(l) == line
			}
			if has == none {
				t.Errorf("%q: want %q\n%s", name, c.want, out.String())
			}
		})
	}
	if got := gateDocument(english(), g).Evidence; got != "no statement allows s3:PutObject, No; s3:X: AccessDenied" {
		t.Errorf("JSON has %q", got)
	}
}
