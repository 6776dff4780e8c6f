package report

import (
	"bytes"
	"compress/flate"
	"io"
	"strconv"
)

// organizationHTML writes one page about the plans of many accounts, or about what came
// of them: the table of all first, so that it is written at the end. Until then it keeps
// the rest packed.
type organizationHTML struct {
	w       io.Writer
	head    OrganizationHead
	page    htmlPage
	counted organizationText
	details spool
}

func newOrganizationHTML(w io.Writer, head OrganizationHead, o Options) *organizationHTML {
	return &organizationHTML{w: w, head: head, page: newHTMLPage(o)}
}

func (s *organizationHTML) add(r AccountReport) error {
	if !s.counted.count(r) {
		return nil
	}
	x := newPage(s.page.Options)
	x.level = 4
	if r.Result != nil {
		x.accountResult(r)
	} else {
		x.accountPlan(r)
	}
	return s.page.write(&s.details, "change", x.blocks)
}

func (s *organizationHTML) end(skipped []Skipped) error {
	x := newPage(s.page.Options)
	if s.counted.results {
		x.organizationResult(s.head, s.counted.summary)
	} else {
		x.organizationPlan(s.head, s.counted.summary, s.counted.rows)
	}
	x.skipped(skipped)
	title, all := s.page.split(x.blocks)
	body, err := s.page.rendered(all)
	if err != nil {
		return err
	}
	v := planView{Title: title, Body: body, Facts: []fact{{s.page.say("html.number.accounts"), strconv.Itoa(s.counted.summary.Accounts)}}}
	if s.head.Run != "" {
		v.Facts = append(v.Facts, fact{s.page.say("report.head.run"), clean(s.head.Run)})
	}
	if err := s.page.head(s.w, title, ""); err != nil {
		return err
	}
	if err := s.page.write(s.w, "plan", v); err != nil {
		return err
	}
	if !s.details.empty() {
		if err := s.page.write(s.w, "changes", nil); err != nil {
			return err
		}
	}
	if err := s.details.writeTo(s.w); err != nil {
		return err
	}
	return s.page.foot(s.w)
}

// spool keeps what is written, compressed, until it is copied.
type spool struct {
	kept bytes.Buffer
	z    *flate.Writer
}

func (s *spool) Write(b []byte) (int, error) {
	if s.z == nil {
		var err error
		if s.z, err = flate.NewWriter(&s.kept, flate.BestSpeed); err != nil {
			return 0, err
		}
	}
	return s.z.Write(b)
}

func (s *spool) empty() bool { return s.z == nil }

func (s *spool) writeTo(w io.Writer) error {
	if s.z == nil {
		return nil
	}
	if err := s.z.Close(); err != nil {
		return err
	}
	_, err := io.Copy(w, flate.NewReader(&s.kept)) //nolint:gosec // it is our own
	return err
}
