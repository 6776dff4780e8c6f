package report

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

func csvHeader() []string {
	return []string{"account", "name", "partition", "region", "opt_in", "verdict", "missing", "recorded_by", "reasons"}
}

// csvUnseen is the line of an account of which no Region was seen: its verdict is
// unknown, and the reasons are what AWS said.
func csvUnseen(account trail.AccountID, name string, p trail.Partition, reason string) []string {
	line := []string{string(account), name, string(p), "", "", string(coverage.Unknown), "", "", reason}
	for i := range line {
		line[i] = defuse(line[i])
	}
	return line
}

// gapText says what could not be looked at, each Gap once.
func gapText(s *say.Speaker, gaps []trail.Gap) string {
	var out []string
	for _, g := range gaps {
		text := s.Note(trail.Say("reason.gap-"+string(g.Kind), "action", g.Action)) + ": " + g.Error
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return strings.Join(out, "; ")
}

func csvLine(s *say.Speaker, a coverage.Assessment, r coverage.Region) []string {
	line := []string{
		string(a.Snapshot.Account), a.Snapshot.Name, string(a.Snapshot.Partition),
		string(r.Region), r.OptStatus.OptIn(), string(r.Verdict),
		strings.Join(strs(r.Missing()), " "),
		strings.Join(strs(r.RecordedBy()), " "),
		strings.Join(sentences(s, r.Reasons()), "; "),
	}
	for i := range line {
		line[i] = defuse(line[i])
	}
	return line
}

// defuse keeps a spreadsheet from taking a cell for a formula, also one behind space,
// and takes out control characters.
// https://owasp.org/www-community/attacks/CSV_Injection
func defuse(text string) string {
	text = clean(text)
	if first := strings.TrimLeft(text, " "); first != "" && strings.ContainsRune("=+-@", rune(first[0])) {
		return "'" + text
	}
	return text
}
