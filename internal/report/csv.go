package report

import (
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/say"
)

func csvHeader() []string {
	return []string{"account", "name", "partition", "region", "opt_in", "verdict", "missing", "recorded_by", "reasons"}
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
