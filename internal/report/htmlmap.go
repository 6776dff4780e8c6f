package report

import (
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// spot is where a Region is on the map: one tile for each, as north, south, east and
// west of each other as tiles allow.
type spot struct {
	region      trail.Region
	area        string
	column, row int
}

// spots are the Regions of all partitions. One that is not here is put below them.
// https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
func spots() []spot {
	const (
		america = "america"
		europe  = "europe"
		middle  = "middle"
		asia    = "asia"
	)
	return []spot{
		{"ca-west-1", america, 1, 0},
		{"ca-central-1", america, 2, 0},
		{"us-west-2", america, 0, 1},
		{"us-east-2", america, 1, 1},
		{"us-east-1", america, 2, 1},
		{"us-west-1", america, 0, 2},
		{"us-gov-west-1", america, 1, 2},
		{"us-gov-east-1", america, 2, 2},
		{"mx-central-1", america, 1, 3},
		{"sa-east-1", america, 2, 5},
		{"eu-west-1", europe, 3, 0},
		{"eu-west-2", europe, 4, 0},
		{"eu-north-1", europe, 5, 0},
		{"eu-west-3", europe, 3, 1},
		{"eu-central-1", europe, 4, 1},
		{"eusc-de-east-1", europe, 5, 1},
		{"eu-south-2", europe, 3, 2},
		{"eu-central-2", europe, 4, 2},
		{"eu-south-1", europe, 5, 2},
		{"il-central-1", middle, 5, 3},
		{"me-south-1", middle, 6, 3},
		{"me-central-1", middle, 6, 4},
		{"af-south-1", middle, 4, 5},
		{"ap-south-1", asia, 7, 3},
		{"ap-south-2", asia, 7, 4},
		{"cn-northwest-1", asia, 8, 1},
		{"cn-north-1", asia, 9, 1},
		{"ap-northeast-2", asia, 10, 1},
		{"ap-northeast-1", asia, 11, 1},
		{"ap-northeast-3", asia, 11, 2},
		{"ap-east-1", asia, 9, 3},
		{"ap-east-2", asia, 10, 3},
		{"ap-southeast-7", asia, 8, 4},
		{"ap-southeast-5", asia, 8, 5},
		{"ap-southeast-1", asia, 9, 5},
		{"ap-southeast-3", asia, 9, 6},
		{"ap-southeast-2", asia, 11, 5},
		{"ap-southeast-4", asia, 10, 6},
		{"ap-southeast-6", asia, 11, 6},
	}
}

// The tiles of the map, in the units of its drawing.
const (
	tileWidth, tileHeight = 110, 52
	tileGap               = 4
	letter                = 6.5 // the width of a letter: fonts differ, and drawings must not
	areaHeight            = 26  // the heading of an area
	areaGap               = 24  // the oceans
	narrowColumns         = 3
)

// mapView is a drawing of Regions; ID tells it from the other one in the page.
type mapView struct {
	ID            string
	Width, Height int
	Tiles         []tile
	Areas         []areaLabel
	Lines         []mapLine
}

type tile struct {
	X, Y, W, H               int
	Class, Sign, Word, Title string
	Region                   string
	CodeWidth, WordWidth     int
}

type areaLabel struct {
	X, Y int
	Text string
}

type mapLine struct{ X1, Y1, X2, Y2 int }

// regionSum is what accounts have in common in one Region.
type regionSum struct {
	region trail.Region
	count  map[coverage.Verdict]int // accounts
}

// worst is the verdict that counts: that of any account in which the Region is enabled.
func (s regionSum) worst() coverage.Verdict {
	for _, v := range coverage.WorstFirst() {
		if s.count[v] > 0 {
			return v
		}
	}
	return coverage.Disabled
}

// enabled is the number of accounts in which the Region is enabled.
func (s regionSum) enabled() int {
	n := 0
	for v, count := range s.count {
		if v != coverage.Disabled {
			n += count
		}
	}
	return n
}

// maps draws the Regions for wide windows and for narrow ones.
func (p *page) maps(all []regionSum) []mapView {
	if len(all) == 0 {
		return nil
	}
	return []mapView{p.wideMap(all), p.narrowMap(all)}
}

// wideMap places Regions as the earth does, on a grid.
func (p *page) wideMap(all []regionSum) mapView {
	m := mapView{ID: "wide"}
	columns, rows := 12, 7
	unplaced := 0
	shift := map[string]int{"europe": areaGap, "middle": areaGap, "asia": 2 * areaGap}
	for _, s := range all {
		place := spot{column: unplaced % columns, row: rows + unplaced/columns}
		if i := slices.IndexFunc(spots(), func(x spot) bool { return x.region == s.region }); i >= 0 {
			place = spots()[i]
		} else {
			unplaced++
		}
		m.Tiles = append(m.Tiles, p.tile(s, place.column*tileWidth+shift[place.area], areaHeight+place.row*tileHeight))
	}
	rows += (unplaced + columns - 1) / columns
	m.Width, m.Height = columns*tileWidth+2*areaGap, areaHeight+rows*tileHeight
	for row := range rows + 1 {
		m.Lines = append(m.Lines, mapLine{0, areaHeight + row*tileHeight, m.Width, areaHeight + row*tileHeight})
	}
	for _, area := range []struct {
		name        string
		column, row int
	}{{"america", 0, 0}, {"europe", 3, 0}, {"middle", 3, 4}, {"asia", 8, 0}} {
		if len(p.inArea(all, area.name)) > 0 {
			m.Areas = append(m.Areas, areaLabel{area.column*tileWidth + shift[area.name] + 2, areaHeight - 8 + area.row*tileHeight, p.say("html.area." + area.name)})
		}
	}
	return m
}

// narrowMap places Regions area by area.
func (p *page) narrowMap(all []regionSum) mapView {
	m := mapView{ID: "narrow", Width: narrowColumns * (tileWidth + 4)}
	for _, area := range []string{"america", "europe", "middle", "asia", ""} {
		n := 0
		for _, s := range p.inArea(all, area) {
			if n == 0 {
				m.Areas = append(m.Areas, areaLabel{0, m.Height + areaHeight - 8, p.say("html.area." + orOther(area))})
				m.Height += areaHeight
			}
			t := p.tile(s, n%narrowColumns*(tileWidth+4), m.Height+n/narrowColumns*tileHeight)
			t.W += 4
			m.Tiles = append(m.Tiles, t)
			n++
		}
		m.Height += (n + narrowColumns - 1) / narrowColumns * tileHeight
	}
	return m
}

func orOther(area string) string {
	if area == "" {
		return "other"
	}
	return area
}

// inArea returns the Regions of an area, in the order of spots.
func (p *page) inArea(all []regionSum, area string) []regionSum {
	place := func(s regionSum) int {
		return slices.IndexFunc(spots(), func(x spot) bool { return x.region == s.region })
	}
	var out []regionSum
	for _, s := range all {
		if i := place(s); i < 0 && area == "" || i >= 0 && spots()[i].area == area {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b regionSum) int { return place(a) - place(b) })
	return out
}

// tile draws a Region: its verdict, or in how many of several accounts it is recorded.
func (p *page) tile(s regionSum, x, y int) tile {
	v := s.worst()
	word, all := p.verdictWord(v), s.enabled()
	if all > 1 {
		word = strconv.Itoa(s.count[coverage.Recorded]) + " / " + strconv.Itoa(all)
	}
	return tile{
		X: x, Y: y, W: tileWidth - tileGap, H: tileHeight - tileGap, Region: string(s.region),
		Class: verdictClass(v), Sign: verdictMark(v).sign, Word: word, Title: p.regionTitle(s),
		CodeWidth: textWidth(string(s.region)), WordWidth: min(textWidth(word), tileWidth-tileGap-32),
	}
}

// textWidth is how wide a text is drawn: no wider than its place.
func textWidth(text string) int {
	return min(int(float64(columnsOf(text))*letter), tileWidth-tileGap-20)
}

// regionTitle tells of a Region what its tile has no room for.
func (p *page) regionTitle(s regionSum) string {
	text := ""
	for _, v := range append(coverage.WorstFirst(), coverage.Disabled) {
		n := s.count[v]
		switch {
		case n == 0:
		case n == 1 && s.enabled() <= 1 && text == "":
			text = p.verdictWord(v)
		default:
			text = join(text, p.say("html.tile", "verdict", p.verdictWord(v), "count", strconv.Itoa(n)))
		}
	}
	return p.say("html.tile.title", "region", p.placeOf(s.region), "verdicts", text)
}

// placeOf is a Region with its place, where that is known.
func (p *page) placeOf(r trail.Region) string {
	key := "html.place." + string(r)
	if name := p.say(key); name != key {
		return p.say("html.place", "region", string(r), "name", name)
	}
	return string(r)
}
