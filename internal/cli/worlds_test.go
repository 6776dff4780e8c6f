package cli_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

var updateWorlds = flag.Bool("update-worlds", false, "write the gates and exit codes that the worlds have now")

// A world is a trap, with what convert says of it. Its file begins with what the trap is,
// then come
//
//	world.yaml  what is in AWS
//	flags       of convert, besides those of the test
//	gates       every gate: its ID, its status, and a part of its evidence
//	becomes     parts of what is said of the bill and of other trails
//	plan        the exit code of convert --plan: 3 changes to make, 6 blocked, 0 nothing to do
//	convert     the exit code of convert --yes
//	sandbox     what comes of UpdateTrail, sent past the gates: see verdicts
//
// The sandbox shares no code with the gates, so that what it answers is a witness.
type world struct {
	name string
	txtar.Archive
}

func (w world) section(name string) (string, bool) {
	i := slices.IndexFunc(w.Files, func(f txtar.File) bool { return f.Name == name })
	if i < 0 {
		return "", false
	}
	return string(w.Files[i].Data), true
}

func (w world) lines(name string) []string {
	text, _ := w.section(name)
	return strings.FieldsFunc(text, func(r rune) bool { return r == '\n' })
}

// convertReport is the part of the plan report that worlds are about.
type convertReport struct {
	Trail   string
	Gates   []struct{ ID, Status, Message, Evidence, Hint string }
	Becomes []struct{ Note string }
	Expect  []string
}

func worlds(t *testing.T) []world {
	t.Helper()
	files, err := filepath.Glob("testdata/worlds/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("%d worlds, %v", len(files), err)
	}
	var out []world
	for _, name := range files {
		a, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, world{name, *a})
	}
	return out
}

// TestWorlds converts in every world.
func TestWorlds(t *testing.T) {
	for _, w := range worlds(t) {
		t.Run(strings.TrimSuffix(filepath.Base(w.name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			if len(strings.TrimSpace(string(w.Comment))) == 0 {
				t.Error("it does not say which trap it is")
			}
			yaml, _ := w.section("world.yaml")
			path := file(t, "world.yaml", yaml)
			r := w.plans(t, path)
			w.converts(t, path)
			w.witness(t, yaml, r)
		})
	}
}

// plans holds the plan against the file.
func (w world) plans(t *testing.T, path string) convertReport {
	t.Helper()
	o := trailspan(t, w.command(path, "--plan", "--format", "json")...)
	var r convertReport
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("exit %d, no plan: %v\n%s%s", o.code, err, o.stdout, o.stderr)
	}
	if *updateWorlds {
		w.update(t, r, o.code)
		return r
	}
	want := w.lines("gates")
	if len(want) != len(r.Gates) {
		t.Errorf("%d gates, want %d", len(r.Gates), len(want))
	}
	for i, g := range r.Gates {
		if i >= len(want) || !fits(want[i], g.ID, g.Status, g.Evidence) {
			t.Errorf("gate %s %s: %s (%s)", g.ID, g.Status, g.Evidence, g.Message)
		}
		if (g.Status == string(plan.Block) || g.Status == string(plan.UnknownGate)) && g.Hint == "" {
			t.Errorf("gate %s %s says not what to do", g.ID, g.Status)
		}
	}
	for _, part := range w.lines("becomes") {
		if !slices.ContainsFunc(r.Becomes, func(c struct{ Note string }) bool { return strings.Contains(c.Note, part) }) {
			t.Errorf("nothing becomes %q: %v", part, r.Becomes)
		}
	}
	if code := strings.Join(w.lines("plan"), ""); code != fmt.Sprint(o.code) {
		t.Errorf("convert --plan ends with %d, want %s", o.code, code)
	}
	return r
}

// fits compares a line of the gates with one that was evaluated.
func fits(line, id, status, evidence string) bool {
	f := strings.SplitN(line, " ", 3)
	return len(f) > 1 && f[0] == id && f[1] == status && (len(f) == 2 || strings.Contains(evidence, f[2]))
}

func (w world) command(path string, more ...string) []string {
	args := append([]string{"convert", "--sandbox", "--world", path}, more...)
	flags, _ := w.section("flags")
	return append(args, strings.Fields(flags)...)
}

func (w world) converts(t *testing.T, path string) {
	t.Helper()
	want, ok := w.section("convert")
	if !ok {
		return
	}
	o := trailspan(t, w.command(path, "--yes", "--wait", "5s", "--journal", t.TempDir())...)
	if strings.TrimSpace(want) != fmt.Sprint(o.code) {
		t.Errorf("convert --yes ends with %d, want %s%s%s", o.code, want, o.stdout, o.stderr)
	}
}

// witness sends the UpdateTrail of the plan to the sandbox, whatever the gates say.
func (w world) witness(t *testing.T, yaml string, r convertReport) {
	t.Helper()
	if len(r.Gates) == 0 {
		return // nothing to change
	}
	box, err := sandbox.New(sandbox.Options{World: []byte(yaml)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box)
	t.Cleanup(server.Close)
	t.Cleanup(func() { _ = box.Close() })
	s, err := cloud.Open(t.Context(), cloud.Options{
		EndpointURL: server.URL, Timeout: 5 * time.Second,
		Credentials: &cloud.Static{AccessKeyID: "sandbox", SecretAccessKey: "sandbox"},
	})
	if err != nil {
		t.Fatal(err)
	}
	arn, yes := trail.ARN(r.Trail), true
	refusal := s.ForChange().Do(t.Context(), plan.Call{Action: plan.UpdateTrail, Region: arn.Region(), Request: plan.Request{
		Name: r.Trail, IsMultiRegionTrail: &yes, IncludeGlobalServiceEvents: &yes,
	}})
	for _, line := range w.lines("sandbox") {
		if got := verdict(t, s, arn, refusal, strings.Fields(line)); got != line {
			t.Errorf("the sandbox: %s; want %s", got, line)
		}
	}
	if foretold, sure := r.foretold(); sure && !strings.Contains(yaml, "faults:") {
		came := refusal != nil
		for _, region := range r.Expect {
			came = came || verdict(t, s, arn, nil, []string{"records", region}) != "records "+region
		}
		if came != foretold {
			t.Errorf("the gates foretell trouble: %t; the sandbox has it: %t", foretold, came)
		}
	}
}

// foretold says whether a gate blocks for what the sandbox would feel too. It is not sure
// where a gate of them warns or does not know.
func (r convertReport) foretold() (trouble, sure bool) {
	sure = true
	for _, g := range r.Gates {
		if !slices.Contains([]string{"organization", "quota", "same-name", "bucket-policy", "kms-key", "sns-topic", "log-group", "logging"}, g.ID) {
			continue
		}
		trouble = trouble || g.Status == string(plan.Block)
		sure = sure && (g.Status == string(plan.Pass) || g.Status == string(plan.Block) || g.ID == "organization")
	}
	return trouble, sure || trouble
}

// verdict says, in the words of a line of the file, what came of the update:
//
//	refuses CODE          the update was refused
//	records REGION        the trail is there, logging, without any error
//	dark REGION ERROR     its log files are not delivered
//	silent REGION ERROR   its notifications are not
//	mute REGION ERROR     its events do not reach CloudWatch Logs
func verdict(t *testing.T, s *cloud.Session, arn trail.ARN, refusal error, words []string) string {
	t.Helper()
	if words[0] == "refuses" || refusal != nil {
		return "refuses " + cloud.Explain(refusal).Code
	}
	there, st, err := s.Sight(t.Context(), trail.Region(words[1]), arn)
	switch {
	case err != nil:
		return err.Error()
	case !there || !st.Logging:
		return fmt.Sprintf("there %t, logging %t", there, st.Logging)
	case words[0] == "dark":
		return "dark " + words[1] + " " + st.DeliveryError
	case words[0] == "silent":
		return "silent " + words[1] + " " + st.NotificationError
	case words[0] == "mute":
		return "mute " + words[1] + " " + st.LogsError
	case st.DeliveryError+st.NotificationError+st.LogsError != "":
		return fmt.Sprintf("%+v", st)
	default:
		return "records " + words[1]
	}
}

// update writes the gates and the exit code of the plan, and keeps the evidence of what
// stays as it was.
func (w world) update(t *testing.T, r convertReport, code int) {
	t.Helper()
	var gates strings.Builder
	old := w.lines("gates")
	for _, g := range r.Gates {
		line := g.ID + " " + g.Status
		if i := slices.IndexFunc(old, func(l string) bool { return fits(l, g.ID, g.Status, g.Evidence) }); i >= 0 {
			line = old[i]
		}
		fmt.Fprintln(&gates, line)
	}
	w.set("gates", gates.String())
	w.set("plan", fmt.Sprintln(code))
	if err := os.WriteFile(w.name, txtar.Format(&w.Archive), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (w *world) set(name, text string) {
	for i := range w.Files {
		if w.Files[i].Name == name {
			w.Files[i].Data = []byte(text)
			return
		}
	}
	w.Files = append(w.Files, txtar.File{Name: name, Data: []byte(text)})
}

// TestWorldsCoverTheGates: every gate of a conversion is met in every status that it can
// have in a world.
func TestWorldsCoverTheGates(t *testing.T) {
	met := map[string]bool{}
	for _, w := range worlds(t) {
		for _, line := range w.lines("gates") {
			f := strings.Fields(line)
			met[f[0]+" "+f[1]] = true
		}
	}
	for _, want := range []string{
		"home-region pass", "home-region warn", // where it is disabled or left out, the trail is not seen
		"owner pass", "owner warn", "owner block", "owner unknown",
		"organization pass", "organization warn", "organization block",
		"quota pass", "quota block", "quota unknown",
		"same-name pass", "same-name warn", "same-name unknown",
		"global-service-events pass", "global-service-events warn",
		"bucket-policy pass", "bucket-policy warn", "bucket-policy block", "bucket-policy unknown",
		"logging pass", "logging warn", "logging block", "logging unknown",
		"result pass", "result warn",
		"kms-key pass", "kms-key warn", "kms-key block", "kms-key unknown",
		"sns-topic pass", "sns-topic warn", "sns-topic block", "sns-topic unknown",
		"log-group pass", "log-group warn", "log-group block", "log-group unknown",
		"alarms pass", "alarms unknown", // a warning takes a metric filter, which no world file has
		"control-tower unknown", "security-lake warn",
	} {
		if !met[want] {
			t.Errorf("no world has %s", want)
		}
	}
}
