package cfn_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/iac/cfn"
)

// TestCorpus holds the judgement against that of others, on files of others.
func TestCorpus(t *testing.T) {
	root := os.Getenv("TRAILSPAN_CORPUS")
	if root == "" {
		t.Skip("TRAILSPAN_CORPUS is not set")
	}
	in, err := os.Open(filepath.Join(root, "INDEX.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	r := csv.NewReader(in)
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	right := 0
	for _, row := range rows {
		if strings.HasPrefix(row[4], "cfn-") && corpusRow(t, root, row) {
			right++
		}
	}
	t.Logf("%d rows right", right)
}

// corpusRow checks one row: file, trail and line, verdict, and what the fix gives.
func corpusRow(t *testing.T, root string, row []string) bool {
	text, err := os.ReadFile(filepath.Join(root, row[0]))
	if err != nil {
		t.Fatal(err)
	}
	f := read(row[0], text)
	if strings.Contains(row[13], "unparseable") {
		return f.Unreadable != ""
	}
	if row[7] == "none" {
		if len(f.Trails) > 0 || f.Unreadable != "" {
			t.Errorf("%s: found %v in a decoy", row[0], f)
		}
		return len(f.Trails) == 0
	}
	for _, one := range f.Trails {
		if one.Name != row[5] || strconv.Itoa(one.Line) != row[6] {
			continue
		}
		if string(one.Verdict) != row[7] || one.Verdict == iac.Single && one.Fix == nil {
			t.Errorf("%s: %s is %s (%s), want %s; fix %v", row[0], one.Name, one.Verdict, one.Reason.Key, row[7], one.Fix)
			return false
		}
		if out := os.Getenv("TRAILSPAN_FIXED"); out != "" {
			write(t, filepath.Join(out, row[0]), fixed(row[0], text))
		}
		return true
	}
	t.Errorf("%s: no trail %s at line %s: %v %s", row[0], row[5], row[6], f.Trails, f.Unreadable)
	return false
}

func write(t *testing.T, name string, text []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(name string, text []byte) iac.File {
	r := cfn.New()
	return r.Read(iac.Input{Path: name, Text: text})
}
