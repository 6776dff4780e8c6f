package report

import (
	"strconv"

	"github.com/trailspan/trailspan/internal/plan"
)

type sourceJSON struct {
	Kind     plan.SourceKind `json:"kind"`
	File     string          `json:"file"` // "" when it was not given
	Line     int             `json:"line"` // 0 when it is not known
	Resource string          `json:"resource"`
	Set      []string        `json:"set"`
	Remains  bool            `json:"remains"`
}

func sourceDocument(x *plan.Source) *sourceJSON {
	if x == nil {
		return nil
	}
	return &sourceJSON{x.Kind, x.File, x.Line, x.Resource, x.Set, x.Remains}
}

// source shows what has to stand in the code that makes the trail:
//
//	To be set in its source
//	  CloudFormation: trail.yaml:12, AuditTrail
//	    IsMultiRegionTrail: true
//	    IncludeGlobalServiceEvents: true
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
	for _, line := range x.Set {
		p.literally(stackIndent, para{line, green})
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
