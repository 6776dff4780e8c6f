package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// eventsView is a search of event history, and what it found.
type eventsView struct {
	Account trail.AccountID `json:"account"`
	Search  searchForm      `json:"search"`
	Asked   bool            `json:"asked"`
	Regions []trail.Region  `json:"-"` // to choose from
	Events  []Event         `json:"events"`
	Places  []placeRow      `json:"regions"`
}

// searchForm is the form as it was filled in.
type searchForm struct {
	Region    string `json:"region"` // "" means all
	Name      string `json:"name"`
	User      string `json:"user"`
	AccessKey string `json:"accessKeyId"`
	Source    string `json:"source"`
	Start     string `json:"start"` // 2026-11-22T10:15, UTC
	End       string `json:"end"`
	Pages     int    `json:"pages"`
}

// placeRow is how far the history of a Region was read.
type placeRow struct {
	Region trail.Region `json:"region"`
	Found  int          `json:"found"`
	Read   int          `json:"read"`
	Whole  bool         `json:"whole"`
	Error  string       `json:"error"`
}

// morePages is what AWS's limit of two calls a second makes bearable.
func morePages() []int { return []int{1, 2, 5, 10} }

func (c *Console) events(r *request) (answer, error) {
	s, err := c.looks.of(r.Context(), r.account.ID)
	if err != nil {
		return answer{}, err
	}
	form := formOf(r)
	v := eventsView{Account: r.account.ID, Search: form, Regions: s.EnabledRegions(), Events: []Event{}, Places: []placeRow{}}
	a := answer{page: "events", title: r.Say("console.events.title"), tab: "events", view: &v}
	if r.URL.RawQuery == "" {
		return a, nil
	}
	search, regions, err := form.read(v.Regions)
	if err != nil {
		return answer{}, err
	}
	next, err := c.turns.take(r.Context(), "events "+string(r.account.ID))
	if err != nil {
		return answer{}, err
	}
	defer next()
	found, err := c.options.Eyes.Search(r.Context(), r.account.ID, regions, search)
	if err != nil {
		return answer{}, err
	}
	v.Asked = true
	v.fill(found)
	return a, nil
}

func formOf(r *request) searchForm {
	q := r.URL.Query()
	get := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	pages, err := strconv.Atoi(get("pages"))
	if err != nil || !slices.Contains(morePages(), pages) {
		pages = morePages()[0]
	}
	return searchForm{
		Region: get("region"), Name: get("name"), User: get("user"), AccessKey: get("key"), Source: get("source"),
		Start: get("start"), End: get("end"), Pages: pages,
	}
}

// read makes a search of the form, or says what it cannot mean.
func (f searchForm) read(enabled []trail.Region) (Search, []trail.Region, error) {
	out := Search{Name: f.Name, User: f.User, AccessKey: f.AccessKey, Source: f.Source, Pages: f.Pages}
	var err error
	if out.Start, err = moment(f.Start); err != nil {
		return out, nil, err
	}
	if out.End, err = moment(f.End); err != nil {
		return out, nil, err
	}
	if !out.Start.IsZero() && !out.End.IsZero() && out.End.Before(out.Start) {
		return out, nil, invalid("console.invalid.order", "start", f.Start, "end", f.End)
	}
	if f.Region == "" {
		return out, enabled, nil
	}
	if !slices.Contains(enabled, trail.Region(f.Region)) {
		return out, nil, invalid("console.invalid.region", "region", f.Region)
	}
	return out, []trail.Region{trail.Region(f.Region)}, nil
}

// moment reads a time as a browser's form has it.
func moment(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", time.RFC3339} {
		if t, err := time.Parse(form, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, invalid("console.invalid.time", "time", s)
}

// fill puts the events of all Regions in one list, the latest first.
func (v *eventsView) fill(found []Found) {
	for _, f := range found {
		p := placeRow{Region: f.Region, Found: len(f.Events), Read: f.Read, Whole: f.Whole}
		if f.Gap != nil {
			p.Error = f.Gap.Error
		}
		v.Places = append(v.Places, p)
		v.Events = append(v.Events, f.Events...)
	}
	slices.SortStableFunc(v.Events, func(a, b Event) int { return b.Time.Compare(a.Time) })
}

// Unfinished are the Regions whose history goes on, or could not be read.
func (v *eventsView) Unfinished() []placeRow {
	var out []placeRow
	for _, p := range v.Places {
		if p.Error != "" || !p.Whole {
			out = append(out, p)
		}
	}
	return out
}

// Depths are the choices of how far to read.
func (v *eventsView) Depths() []int { return morePages() }
