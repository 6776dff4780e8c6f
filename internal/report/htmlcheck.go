package report

import (
	"bytes"
	"html/template"
	"io"
	"slices"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// laidOut is up to how many accounts all there is to say of each stands in the page. Of
// more, it is packed, and a script unpacks what somebody asks for: a browser would take
// minutes to lay out what nobody reads.
const laidOut = 100

// htmlStream writes one page about all accounts: what all of them come to first, so that
// it is written at the end. Until then it keeps a row of each account, and the rest packed.
type htmlStream struct {
	w       io.Writer
	at      time.Time
	page    htmlPage
	only    bool // there is one account
	packing bool
	packed  packer
	details bytes.Buffer // HTML
	rows    []matrixRow
	sums    sums
	regions regionSums
}

func newHTMLStream(w io.Writer, at time.Time, count int, o Options) *htmlStream {
	return &htmlStream{
		w: w, at: at, page: newHTMLPage(o), only: count == 1, packing: count > laidOut,
		sums: newSums(), regions: regionSums{},
	}
}

// matrixRow is an account as the matrix shows it. Cells are those of its Regions by the
// order in which Regions were met first.
type matrixRow struct {
	accountRow
	cells []matrixCell
}

// matrixCell is a Region of an account; the zero value is one that the account does not have.
type matrixCell struct {
	class  byte
	answer uint8  // number in the details of the account, from 1
	why    string // where details are laid out
}

func (s *htmlStream) add(a coverage.Assessment) error {
	row := matrixRow{accountRow: rowOf(a)}
	answers := s.page.answers(a, s.prefix(len(s.rows)))
	row.cells = s.cells(a, answers)
	s.rows = append(s.rows, row)
	s.sums.add(a)
	if err := s.detail(a, answers); err != nil {
		return err
	}
	return nil
}

func (s *htmlStream) prefix(i int) string { return "a" + strconv.Itoa(i+1) }

func (s *htmlStream) cells(a coverage.Assessment, answers []answer) []matrixCell {
	out := make([]matrixCell, len(s.regions), max(len(s.regions), len(a.Regions)))
	for _, r := range a.Regions {
		i := s.regions.add(r)
		for len(out) <= i {
			out = append(out, matrixCell{})
		}
		n := slices.IndexFunc(answers, func(x answer) bool { return slices.Contains(x.Regions, string(r.Region)) })
		out[i] = matrixCell{class: verdictClass(r.Verdict)[0], answer: uint8(n + 1)} //nolint:gosec // there are fewer Regions than 255
		if !s.packing {
			out[i].why = answers[n].Says.String()
		}
	}
	return out
}

// regionSums are Regions with what accounts have in common there, and the order in which
// they were met.
type regionSums map[trail.Region]*numberedSum

type numberedSum struct {
	regionSum
	number int
}

// add counts a Region of an account, and returns its number.
func (s regionSums) add(r coverage.Region) int {
	x, there := s[r.Region]
	if !there {
		x = &numberedSum{regionSum{r.Region, map[coverage.Verdict]int{}}, len(s)}
		s[r.Region] = x
	}
	x.count[r.Verdict]++
	return x.number
}

// sorted returns the Regions by name; those that are enabled in no account come last.
func (s regionSums) sorted() []numberedSum {
	var out []numberedSum
	for _, x := range s {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b numberedSum) int {
		if x, y := a.enabled() == 0, b.enabled() == 0; x != y {
			if x {
				return 1
			}
			return -1
		}
		return compareRegions(a.region, b.region)
	})
	return out
}

func compareRegions(a, b trail.Region) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

// accountView is all there is to say of an account.
type accountView struct {
	ID, Class, Sign, Title, Share string
	Open, Alone                   bool
	Body                          template.HTML
	Answers                       []answer
	After                         template.HTML
}

// detail writes an account, or packs it.
func (s *htmlStream) detail(a coverage.Assessment, answers []answer) error {
	before, err := s.page.accountBefore(a)
	if err != nil {
		return err
	}
	after, err := s.page.accountAfter(a)
	if err != nil {
		return err
	}
	row := s.rows[len(s.rows)-1]
	v := accountView{
		ID: s.prefix(len(s.rows) - 1), Class: verdictClass(a.Verdict), Sign: verdictMark(a.Verdict).sign,
		Title: s.page.accountTitle(a), Share: s.page.share(row.accountRow), Open: s.only, Alone: s.packing,
		Body: before, Answers: answers, After: after,
	}
	if !s.packing {
		return s.page.write(&s.details, "account", v)
	}
	var out bytes.Buffer
	if err := s.page.write(&out, "account", v); err != nil {
		return err
	}
	return s.packed.add(out.String())
}

func (p *page) accountTitle(a coverage.Assessment) string {
	who := string(a.Snapshot.Account)
	if a.Snapshot.Name != "" {
		who += " " + a.Snapshot.Name
	}
	return clean(p.say("report.account", "account", who, "partition", string(a.Snapshot.Partition), "verdict", p.verdictWord(a.Verdict)))
}

// section writes a part of an account.
func (p htmlPage) section(write func(p *page)) (template.HTML, error) {
	x := newPage(p.Options)
	x.headed, x.level = true, 4
	write(x)
	return p.rendered(x.blocks)
}

// accountBefore is what a reader needs first: what is wrong and what to do.
func (p htmlPage) accountBefore(a coverage.Assessment) (template.HTML, error) {
	return p.section(func(x *page) {
		x.regions(a)
		x.findings(sober(a))
		x.next(a)
		x.gaps(a.Snapshot.Gaps)
	})
}

// accountAfter is what it rests on, and what others say.
func (p htmlPage) accountAfter(a coverage.Assessment) (template.HTML, error) {
	return p.section(func(x *page) {
		x.trails(a.Snapshot.Trails)
		x.stores(a.Snapshot.EventDataStores)
		x.controls(a)
	})
}
