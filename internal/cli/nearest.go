package cli

import (
	"slices"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// meant lets a failure ask whether something near to what was typed was meant. Where
// nothing is near, its hint stays.
func (f *failure) meant(typed string, offered []string) *failure {
	if near := nearest(typed, offered); near != "" {
		f.hint = trail.Say("fail.meant", "name", near)
	}
	return f
}

// nearest is the offer that is fewest slips away from what was typed, the first of several;
// "" when all are so far that it would be a guess: more than a third of it, or two slips.
func nearest(typed string, offered []string) string {
	best, least := "", min(2, (len(typed)+2)/3)+1
	for _, o := range offered {
		if n := slips(typed, o); n < least && n < len(o) {
			best, least = o, n
		}
	}
	return best
}

// slips counts the letters that are missing, too many, wrong, or in the place of the one
// beside them (the optimal string alignment distance).
func slips(a, b string) int {
	before, last := []int(nil), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row := make([]int, len(b)+1)
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j+1]+1, row[j]+1, last[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last = last, row
	}
	return last[len(b)]
}

// textsOf are the names that a user would type.
func textsOf[T ~string](choices []T) []string {
	var out []string
	for _, c := range choices {
		out = append(out, string(c))
	}
	return out
}

// langs are the values of --lang.
func langs() []string { return textsOf(say.Langs()) }

// regionNames are the Regions that were public when this was written, of all partitions.
func regionNames() []string {
	var out []string
	for _, p := range []trail.Partition{trail.AWS, trail.China, trail.GovCloud} {
		out = append(out, textsOf(trail.KnownRegions(p))...)
	}
	slices.Sort(out)
	return out
}
