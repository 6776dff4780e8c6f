package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/say"
)

// texts are all texts that there are, by name.
func texts(t *testing.T) map[string]func(io.Writer, Options) error {
	t.Helper()
	creating, err := made()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]func(io.Writer, Options) error{}
	for name, r := range map[string]CheckReport{
		"classic": check(classic()), "empty": check(empty(account, "")), "troubled": check(troubled()),
		"many": check(troubled(), classic(), healthy("111111111111", "audit")), "none": check(),
	} {
		out["check "+name] = func(w io.Writer, o Options) error { return Check(w, Text, r, o) }
	}
	for name, r := range map[string]PlanReport{"widen": widened(), "blocked": blocked(), "create": creating, "nothing": nothing()} {
		out["plan "+name] = func(w io.Writer, o Options) error { return Plan(w, Text, r, o) }
	}
	for _, s := range []apply.Status{apply.Converted, apply.PartialDone, apply.Failed, apply.BlockedRun} {
		out["result "+string(s)] = func(w io.Writer, o Options) error { return Result(w, Text, ended(s), o) }
	}
	return out
}

// literal lines are there to be copied or compared, and so are never broken.
var literalLine = regexp.MustCompile(`^ +(trailspan |arn:aws:|\{"|[+~-] [A-Z]|[ +@-] )`)

// widths are those at which tables give way to rows, and some that people use.
func widths() []int {
	out := []int{79, 80, 81, 100, 120, 132}
	for w := smallestWidth; w < 70; w += 3 {
		out = append(out, w)
	}
	return out
}

// TestWidth holds that no line is wider than the page, whatever the page.
func TestWidth(t *testing.T) {
	for name, show := range texts(t) {
		for _, speaker := range []*say.Speaker{say.New(say.English), say.New(say.Japanese)} {
			for _, width := range widths() {
				var out bytes.Buffer
				if err := show(&out, Options{Speaker: speaker, Width: width, Explain: true}); err != nil {
					t.Fatal(err)
				}
				for line := range strings.Lines(out.String()) {
					line = strings.TrimSuffix(line, "\n")
					if columnsOf(line) > width && !literalLine.MatchString(line) {
						t.Fatalf("%s in %s at %d columns: %q takes %d", name, speaker.Lang(), width, line, columnsOf(line))
					}
					if strings.TrimRight(line, " ") != line {
						t.Fatalf("%s in %s at %d columns: %q has space at its end", name, speaker.Lang(), width, line)
					}
				}
			}
		}
	}
}

var sgr = regexp.MustCompile("\x1b\\[[0-9]+m")

// TestColor holds that color adds color and nothing else, that a page without color
// has no escape sequence, and that no color runs over the end of a line.
func TestColor(t *testing.T) {
	for name, show := range texts(t) {
		var plain, colored bytes.Buffer
		if err := errors.Join(show(&plain, Options{}), show(&colored, Options{Color: true})); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(plain.String(), "\x1b") {
			t.Errorf("%s has escape sequences without color", name)
		}
		if got := sgr.ReplaceAllString(colored.String(), ""); got != plain.String() {
			t.Errorf("%s: without its colors it is\n%s\nwant\n%s", name, got, plain.String())
		}
		for line := range strings.Lines(colored.String()) {
			if codes := sgr.FindAllString(line, -1); len(codes) > 0 && codes[len(codes)-1] != "\x1b[0m" {
				t.Errorf("%s: a color runs over the end of %q", name, line)
			}
		}
	}
}

// TestDefaults holds that zero Options speak English at 80 columns, and that a page is
// never narrower than 20.
func TestDefaults(t *testing.T) {
	for name, tt := range map[string]struct{ given, same Options }{
		"zero":       {Options{}, Options{Speaker: say.New(say.English), Width: 80}},
		"negative":   {Options{Width: -1}, Options{Width: 80}},
		"too narrow": {Options{Width: 3}, Options{Width: 20}},
	} {
		var got, want bytes.Buffer
		if err := errors.Join(Check(&got, Text, check(classic()), tt.given), Check(&want, Text, check(classic()), tt.same)); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("%s: %+v shows\n%s\nwant\n%s", name, tt.given, got.String(), want.String())
		}
	}
}

// broken is a disk that is full.
type broken struct{}

var errFull = errors.New("no space left on device")

func (broken) Write([]byte) (int, error) { return 0, errFull }

// TestErrors holds that what could not be written is said, and that a format that is
// not offered is refused before anything is written.
func TestErrors(t *testing.T) {
	windows := map[string]func(io.Writer, Format) error{
		"check":  func(w io.Writer, f Format) error { return Check(w, f, check(classic()), Options{}) },
		"plan":   func(w io.Writer, f Format) error { return Plan(w, f, widened(), Options{}) },
		"result": func(w io.Writer, f Format) error { return Result(w, f, ended(apply.Converted), Options{}) },
	}
	for name, show := range windows {
		for _, f := range append(CheckFormats(), GitHub) {
			err := show(broken{}, f)
			if name == "check" && f == GitHub || name != "check" && !slices.Contains(planFormats(), f) {
				if want := `format "` + string(f) + `" is not offered here`; fmt.Sprint(err) != want {
					t.Errorf("%s as %s: %v, want %s", name, f, err, want)
				}
			} else if !errors.Is(err, errFull) {
				t.Errorf("%s as %s to a full disk: %v", name, f, err)
			}
		}
		var out bytes.Buffer
		if err := show(&out, GitHub); err == nil || out.Len() > 0 {
			t.Errorf("%s as github: %v, %d bytes", name, err, out.Len())
		}
	}
}

func TestParseFormat(t *testing.T) {
	for name, want := range map[string]Format{"text": Text, "json": JSON, "csv": CSV, "": "", "JSON": "", "xml": ""} {
		got, err := ParseFormat(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("ParseFormat(%q) = %q, %v", name, got, err)
		}
	}
}
