package report

import (
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/plan"
)

type sourceJSON struct {
	Kind     plan.SourceKind `json:"kind"`
	File     string          `json:"file"` // "" when it was not given
	Line     int             `json:"line"` // 0 when it is not known
	Resource string          `json:"resource"`
	Set      []string        `json:"set"`
	Remains  bool            `json:"remains"`
	Patch    string          `json:"patch"`            // a unified diff; "" when there is none
	Remark   string          `json:"remark,omitempty"` // why there is none, or what it counts on
}

func sourceDocument(s voice, x *plan.Source) *sourceJSON {
	if x == nil {
		return nil
	}
	return &sourceJSON{x.Kind, x.File, x.Line, x.Resource, append([]string{}, x.Set...), x.Remains, x.Patch, s.Note(x.Remark)}
}

// source shows what has to stand in the code that makes the trail:
//
//	To be set in its source
//	  CloudFormation: trail.yaml:12, AuditTrail
//	    IsMultiRegionTrail: true
//	    IncludeGlobalServiceEvents: true
//
// Where there is a patch it takes the place of the lines:
//
//	diff --git a/trail.yaml b/trail.yaml
//	--- a/trail.yaml
//	+++ b/trail.yaml
//	@@ -12,6 +12,7 @@
//	…
//	  git apply takes it as it is; in --format json it is source.patch
func (p *page) source(x *plan.Source) {
	if x == nil {
		return
	}
	title := p.say("report.source.instead")
	if x.Remains {
		title = p.say("report.source.remains")
	}
	p.title(title)
	p.text(tableIndent, para{p.say("report.source."+string(x.Kind)) + p.place(x), plainInk})
	if x.Patch != "" {
		p.patch(x)
		return
	}
	for _, line := range x.Set {
		p.literally(stackIndent, para{line, green})
	}
	if why := p.note(x.Remark); why != "" && x.File != "" && x.Kind != plan.AcceleratorSource {
		p.text(tableIndent, para{p.say("report.source.no-patch", "reason", why), plainInk})
	} else if why != "" {
		p.text(tableIndent, para{why, plainInk})
	}
}

// patch shows a diff as it is to be copied: from the first column, with its tabs.
func (p *page) patch(x *plan.Source) {
	for line := range strings.Lines(x.Patch) {
		p.line(0, para{verbatim(line), patchInk(line)})
	}
	p.text(tableIndent, para{p.say("report.source.patch"), plainInk})
	if remark := p.note(x.Remark); remark != "" {
		p.text(tableIndent, para{remark, plainInk})
	}
}

// verbatim is a line that is safe for a terminal and has its tabs and spaces yet.
func verbatim(line string) string {
	parts := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
	for i := range parts {
		parts[i] = clean(parts[i])
	}
	return strings.Join(parts, "\t")
}

func patchInk(line string) ink {
	switch {
	case strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "---"), strings.HasPrefix(line, "diff "):
		return bold
	case strings.HasPrefix(line, "+"):
		return green
	case strings.HasPrefix(line, "-"):
		return red
	case strings.HasPrefix(line, "@@"):
		return cyan
	default:
		return plainInk
	}
}

// place says where in the code the trail is.
func (p *page) place(x *plan.Source) string {
	var where []string
	switch {
	case x.File != "" && x.Line > 0:
		where = append(where, x.File+":"+strconv.Itoa(x.Line))
	case x.File != "":
		where = append(where, x.File)
	}
	if x.Resource != "" {
		where = append(where, x.Resource)
	}
	if len(where) == 0 {
		return ""
	}
	return ": " + p.list(where)
}
