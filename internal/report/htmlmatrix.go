package report

import (
	"slices"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
)

// checkView is the page of a check, but for the rows of its matrix.
type checkView struct {
	Title, Scope    string
	Sentences       []string
	Good            bool
	Numbers         []number
	Gaps            string
	Maps            []mapView
	MapText         string
	Skipped         []Skipped
	Findings        []findingRow
	Controls        []controlRow
	Columns         []matrixColumn
	Legend          []controlSays
	Verdicts        []legendOption
	Many, Packed    bool
	Accounts        int
	AccountsText    string
	Together        int // accounts in a parcel
	AccountsHeading string
}

// number is a figure of the summary.
type number struct {
	Value, Label, Class, Sign string
}

// matrixColumn is a Region as a column of the matrix.
type matrixColumn struct{ Region, Title string }

// legendOption is a verdict to filter by.
type legendOption struct{ Class, Word string }

// rowView is an account in the matrix.
type rowView struct {
	Index                        int
	ID, Account, Name            string
	Class, Sign, Word            string
	Share                        string
	FutureClass, FutureSign, Any string
	Cells                        []cellView
	Packed                       bool
}

type cellView struct{ Class, Word, Link, Why string }

func (s *htmlStream) end(skipped []Skipped) error {
	view := s.view(skipped)
	if err := s.page.head(s.w, view.Title+" · "+view.Scope, s.at.UTC().Format(time.RFC3339)); err != nil {
		return err
	}
	if err := s.page.write(s.w, "check", view); err != nil {
		return err
	}
	if err := s.matrix(view); err != nil {
		return err
	}
	if err := s.page.write(s.w, "afterMatrix", view); err != nil {
		return err
	}
	if _, err := s.w.Write(s.details.Bytes()); err != nil {
		return err
	}
	if err := s.page.write(s.w, "afterAccounts", view); err != nil {
		return err
	}
	if err := s.packed.writeTo(s.w); err != nil {
		return err
	}
	return s.page.foot(s.w)
}

func (s *htmlStream) view(skipped []Skipped) checkView {
	p, n := s.page, len(s.rows)
	v := checkView{
		Title: p.say("report.md.title"), Scope: p.say("html.scope", "count", strconv.Itoa(n)), Sentences: s.sentences(),
		Good: n > 0 && s.sums.settled == n, Numbers: p.numbers(s.sums), Skipped: skipped,
		Controls: p.controlRows(s.sums), Many: n > 1, Packed: s.packing, Accounts: n, AccountsText: strconv.Itoa(n), Together: packedTogether,
		Legend: p.legend(), Verdicts: p.verdictOptions(), AccountsHeading: p.say("html.accounts"),
	}
	if n == 1 {
		v.Scope = clean(s.who(0))
		v.AccountsHeading = p.say("html.account")
	}
	if s.sums.gaps > 0 {
		v.Gaps = p.say("html.gaps", "count", strconv.Itoa(s.sums.gaps), "accounts", strconv.Itoa(s.sums.gapped))
	}
	if n > 1 {
		v.Findings = p.findingRows(s.sums)
	}
	var all []regionSum
	for _, x := range s.regions.sorted() {
		all = append(all, x.regionSum)
		v.Columns = append(v.Columns, matrixColumn{string(x.region), p.placeOf(x.region)})
	}
	slices.SortFunc(all, func(a, b regionSum) int { return compareRegions(a.region, b.region) })
	v.Maps, v.MapText = p.maps(all), p.mapText(all)
	return v
}

func (s *htmlStream) who(i int) string {
	if s.rows[i].name == "" {
		return s.page.say("html.scope.one", "account", string(s.rows[i].id))
	}
	return s.page.say("html.scope.one", "account", string(s.rows[i].id)+" "+s.rows[i].name)
}

// sentences are the verdict in words.
func (s *htmlStream) sentences() []string {
	p := s.page
	if len(s.rows) != 1 {
		return []string{p.say("report.accounts", "count", strconv.Itoa(len(s.rows)), "done", strconv.Itoa(s.sums.settled))}
	}
	row := s.rows[0]
	key := "html.sum.some"
	switch {
	case row.all == 0:
		key = "html.sum.unseen"
	case row.recorded == row.all:
		key = "html.sum.all"
	case row.recorded == 0:
		key = "html.sum.none"
	}
	return []string{
		p.say(key, "recorded", strconv.Itoa(row.recorded), "all", strconv.Itoa(row.all)),
		p.say("html.sum.later." + string(row.future)),
	}
}

// numbers are the figures of the summary. Those that are zero are left out, but for the
// Regions that are recorded.
func (p *page) numbers(s sums) []number {
	var out []number
	if s.regions.Accounts != 1 {
		out = append(out, number{strconv.Itoa(s.regions.Accounts), p.say("html.number.accounts"), "", ""})
	}
	out = append(out, number{strconv.Itoa(s.regions.Regions), p.say("html.number.regions"), "", ""})
	for _, x := range []struct {
		v coverage.Verdict
		n int
	}{
		{coverage.Recorded, s.regions.Recorded},
		{coverage.Partial, s.regions.Partial},
		{coverage.Failing, s.regions.Failing},
		{coverage.Unrecorded, s.regions.Unrecorded},
		{coverage.Unknown, s.regions.Unknown},
		{coverage.Disabled, s.regions.Disabled},
	} {
		if x.n > 0 || x.v == coverage.Recorded {
			out = append(out, number{strconv.Itoa(x.n), p.verdictWord(x.v), para{"", verdictMark(x.v).ink}.Class(), verdictMark(x.v).sign})
		}
	}
	return out
}

func (p *page) legend() []controlSays {
	return each(append(coverage.WorstFirst(), coverage.Disabled), func(v coverage.Verdict) controlSays {
		return controlSays{verdictClass(v), verdictMark(v).sign, p.verdictWord(v)}
	})
}

func (p *page) verdictOptions() []legendOption {
	return each(append(coverage.WorstFirst(), coverage.Disabled), func(v coverage.Verdict) legendOption {
		return legendOption{verdictClass(v), p.verdictWord(v)}
	})
}

// mapText tells what the map shows to whoever does not see it.
func (p *page) mapText(all []regionSum) string {
	text := ""
	for _, x := range all {
		if x.enabled() > 0 {
			text = join(text, p.regionTitle(x))
		}
	}
	return text
}

// matrix writes the rows. Worst accounts come first.
func (s *htmlStream) matrix(v checkView) error {
	order := make([]int, len(s.rows))
	for i := range order {
		order[i] = i
	}
	rank := func(i int) int { return slices.Index(coverage.WorstFirst(), s.rows[i].verdict) }
	slices.SortStableFunc(order, func(a, b int) int { return rank(a) - rank(b) })
	sorted := s.regions.sorted()
	words := map[byte]string{}
	for _, x := range v.Verdicts {
		words[x.Class[0]] = x.Word
	}
	for _, i := range order {
		if err := s.page.write(s.w, "row", s.row(i, sorted, words)); err != nil {
			return err
		}
	}
	return nil
}

func (s *htmlStream) row(i int, columns []numberedSum, words map[byte]string) rowView {
	r, p := s.rows[i], s.page
	out := rowView{
		Index: i, ID: s.prefix(i), Account: string(r.id), Name: clean(r.name), Packed: s.packing,
		Class: verdictClass(r.verdict), Sign: verdictMark(r.verdict).sign, Word: p.verdictWord(r.verdict), Share: p.share(r.accountRow),
		FutureClass: verdictClass(r.future), FutureSign: verdictMark(r.future).sign, Any: p.verdictWord(r.future),
	}
	for _, c := range columns {
		if c.number >= len(r.cells) || r.cells[c.number].class == 0 {
			out.Cells = append(out.Cells, cellView{Class: "n", Word: p.say("html.absent")})
			continue
		}
		x := r.cells[c.number]
		out.Cells = append(out.Cells, cellView{
			Class: string(x.class), Word: words[x.class], Link: out.ID + "-" + strconv.Itoa(int(x.answer)), Why: clean(x.why),
		})
	}
	return out
}
