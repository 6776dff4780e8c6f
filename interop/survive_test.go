package interop_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// smallWorld has two Regions, so that a run is short, and a plan of two steps with three
// calls on the way back.
const smallWorld = `
defaultAccount: "123456789012"
accounts:
  - id: "123456789012"
    partition: aws-cn
    trails: [{name: abc, homeRegion: cn-north-1, bucket: logs, globalServiceEvents: false, logging: false}]
buckets: [{name: logs, account: "123456789012", region: cn-north-1, policy: documented}]
`

const smallHome = "cn-north-1"

// line lies between trailspan and a sandbox of its own: something can happen when a
// number of requests has come by. Before a change reaches the sandbox, the journal has to
// announce it.
type line struct {
	endpoint
	journal string
	target  string

	mu      sync.Mutex
	count   int
	at      int // the request at which something happens; 0 is never
	happens func(forward func())
	changes int // that were forwarded
}

func newLine(t *testing.T) *line {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs signals and sh")
	}
	l := &line{journal: t.TempDir(), target: startSandbox(t, "--world", worldFile(t, smallWorld)).url}
	server := httptest.NewServer(l)
	t.Cleanup(server.Close)
	l.endpoint = endpoint{t, server.URL}
	return l
}

// expect has something happen at a request to come.
func (l *line) expect(at int, happens func(forward func())) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count, l.at, l.happens = 0, at, happens
}

func (l *line) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l.mu.Lock()
	l.count++
	var happens func(func())
	if l.count == l.at {
		happens = l.happens
	}
	l.mu.Unlock()
	forward := func() { l.forward(w, r) }
	if happens == nil {
		forward()
		return
	}
	happens(forward)
}

func (l *line) forward(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	operation := target[strings.LastIndexByte(target, '.')+1:]
	if operation == "UpdateTrail" || operation == "StartLogging" || operation == "StopLogging" {
		l.announced(operation)
	}
	out, err := http.NewRequestWithContext(r.Context(), r.Method, l.target+r.URL.RequestURI(), r.Body)
	if err != nil {
		l.t.Error(err)
		return
	}
	out.Header, out.Host, out.ContentLength = r.Header, r.Host, r.ContentLength
	resp, err := http.DefaultTransport.RoundTrip(out)
	if err != nil {
		return // whoever asked is dead
	}
	defer resp.Body.Close()
	for k, v := range resp.Header {
		w.Header()[k] = v
	}
	w.WriteHeader(resp.StatusCode)
	_, _ = io.Copy(w, resp.Body)
}

// announced makes sure that the last line on disk announces the change.
func (l *line) announced(operation string) {
	l.mu.Lock()
	l.changes++
	l.mu.Unlock()
	files, _ := filepath.Glob(filepath.Join(l.journal, "*.jsonl"))
	if len(files) != 1 {
		l.t.Errorf("%s is sent with the journals %v", operation, files)
		return
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		l.t.Error(err)
		return
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	var last struct {
		Kind string
		Call struct{ Action string }
	}
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &last); err != nil ||
		last.Kind != "intended" && last.Kind != "undoing" || last.Call.Action != "cloudtrail:"+operation {
		l.t.Errorf("%s is sent while the journal ends with %s", operation, lines[len(lines)-1])
	}
}

// command is trailspan on the line.
func (l *line) command(args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = append(l.env(theAccount, smallHome), "TRAILSPAN_JOURNAL="+l.journal)
	return cmd
}

func (l *line) run(args ...string) outcome {
	l.t.Helper()
	return run(l.t, l.command(args...))
}

// abc is the trail of the small world.
func (l *line) abc() (multi, global, logging bool) {
	l.t.Helper()
	l.expect(0, nil)
	t := reportOf[checkReport](l.t, l.run("check", "--format", "json")).Accounts[0].Trails[0]
	return t.MultiRegion, t.GlobalServiceEvents, t.Logging
}

func (l *line) state() string {
	l.t.Helper()
	o := l.run("runs", "--format", "json")
	for _, s := range []string{"rolled-back", "verified", "half-way", "rolling-back", "untouched", "unreadable"} {
		if strings.Contains(o.stdout, `"state": "`+s+`"`) {
			return s
		}
	}
	return "none"
}

// killed runs trailspan and kills it, as kill -9 does, around its n-th request: before it
// arrives, after it was carried out but before the answer, or a moment after the answer,
// while it writes its journal. It says whether the process was killed.
func (l *line) killed(c *rand.Rand, n int, args ...string) (outcome, bool) {
	l.t.Helper()
	cmd := l.command(args...)
	when, pause := c.IntN(3), time.Duration(c.IntN(4000))*time.Microsecond
	started := make(chan struct{})
	l.expect(n, func(forward func()) {
		<-started
		switch when {
		case 0:
			_ = cmd.Process.Kill()
		case 1:
			forward() // the answer waits in the buffer of the server until the handler returns
			_ = cmd.Process.Kill()
		default:
			forward()
			time.AfterFunc(pause, func() { _ = cmd.Process.Kill() })
		}
	})
	wait := start(l.t, cmd)
	close(started)
	o := wait()
	l.expect(0, nil)
	return o, o.code == -1
}

// Conversions, resumptions and rollbacks are killed at random moments, again and again.
// However often that happens, going on reaches the end or going back the beginning, and
// nothing was ever sent that the journal had not announced. TRAILSPAN_KILLS sets how
// many runs; make nightly has hundreds. TRAILSPAN_KILL has a single one.
func TestKilledAtRandom(t *testing.T) {
	t.Parallel()
	first, last := 1, number(t, "TRAILSPAN_KILLS", 24)
	if one := number(t, "TRAILSPAN_KILL", 0); one > 0 {
		first, last = one, one
	}
	places := make(chan struct{}, 8) // they wait for CloudTrail's one change a second
	var all sync.WaitGroup
	var mu sync.Mutex
	kills := 0
	for seed := first; seed <= last; seed++ {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			t.Run(strconv.Itoa(seed), func(t *testing.T) {
				n := killedAgainAndAgain(t, rand.New(rand.NewPCG(uint64(seed), 0)))
				if t.Failed() {
					t.Logf("this run alone: TRAILSPAN_KILL=%d go test -count=1 -run TestKilledAtRandom ./interop", seed)
				}
				mu.Lock()
				defer mu.Unlock()
				kills += n
			})
		})
	}
	all.Wait()
	if first != last && kills < last/2 {
		t.Errorf("%d runs were killed %d times: too seldom to show anything", last, kills)
	}
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

// killedAgainAndAgain returns how often the run was killed.
func killedAgainAndAgain(t *testing.T, c *rand.Rand) (kills int) {
	l := newLine(t)
	o, dead := l.killed(c, 1+c.IntN(45), "convert", "--yes")
	if !dead && o.code != 0 {
		t.Fatalf("converting: %v", o)
	}
	if state := l.state(); state == "none" || state == "unreadable" || state == "untouched" {
		l.isAsBefore(state)
		if l.changes > 0 {
			t.Errorf("%d changes were sent, and the run is %s", l.changes, state)
		}
		return 1
	}
	id, back := l.onlyRun(l.journal), !dead
	for dead || back {
		if dead {
			kills++
		}
		back = back || c.IntN(2) == 0
		args := []string{"convert", "--resume", id, "--yes"}
		if back {
			args = []string{"rollback", id, "--yes"}
		}
		n := 0 // never
		if kills < 5 && c.IntN(3) > 0 {
			n = 1 + c.IntN(25)
		}
		if o, dead = l.killed(c, n, args...); !dead {
			break
		}
	}
	if o.code != 0 {
		t.Fatalf("after %d kills: %v", kills, o)
	}
	if back {
		l.isAsBefore(l.state())
		return kills
	}
	if multi, global, logging := l.abc(); !multi || !global || !logging || l.state() != "verified" {
		t.Errorf("after going on the trail is multi-Region %v, with global events %v, logging %v; the run is %s", multi, global, logging, l.state())
	}
	return kills
}

func (l *line) isAsBefore(state string) {
	l.t.Helper()
	if state == "half-way" || state == "rolling-back" || state == "verified" {
		l.t.Errorf("the run is %s", state)
	}
	if multi, global, logging := l.abc(); multi || global || logging {
		l.t.Errorf("the trail is multi-Region %v, with global events %v, logging %v; it was nothing of this", multi, global, logging)
	}
}

// changeAt returns the number of the request that is the first change of a conversion.
func (l *line) changeAt() int {
	l.t.Helper()
	l.expect(0, nil)
	if o := l.run("convert", "--plan"); o.code != 3 {
		l.t.Fatal(o)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count + 2 // the engine looks once more
}

// Who is told to stop finishes the change that is under way, and says how to go on.
func TestSignalsFinishTheStep(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			l := newLine(t)
			cmd, started := l.command("convert", "--yes"), make(chan struct{})
			l.expect(l.changeAt(), func(forward func()) {
				<-started
				_ = cmd.Process.Signal(signal)
				forward()
			})
			wait := start(t, cmd)
			close(started)
			o := wait()
			if o.code != 130 || !strings.Contains(o.stderr, "trailspan convert --resume ") {
				t.Errorf("%v", o)
			}
			id := l.onlyRun(l.journal)
			journal := string(read(t, filepath.Join(l.journal, id+".jsonl")))
			if multi, _, logging := l.abc(); !multi || logging || !strings.Contains(journal, `"kind":"done","step":1`) {
				t.Errorf("multi-Region %v, logging %v; want the step done and no other\n%s", multi, logging, journal)
			}
			if o := l.run("check"); !strings.Contains(o.stderr, "run "+id+" of this account is half-way") {
				t.Errorf("check does not tell of the run: %v", o)
			}
			if o := l.run("convert", "--resume", id, "--yes"); o.code != 0 {
				t.Errorf("going on: %v", o)
			}
			if o := l.run("check"); o.code != 0 || o.stderr != "" {
				t.Errorf("afterwards: %v", o)
			}
		})
	}
}

// While one process changes an account, a second one refuses.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	there, goOn := make(chan struct{}), make(chan struct{})
	l.expect(l.changeAt(), func(forward func()) {
		close(there)
		<-goOn
		forward()
	})
	wait := start(t, l.command("convert", "--yes"))
	<-there
	id := l.onlyRun(l.journal)
	for _, args := range [][]string{{"convert", "--yes"}, {"convert", "--resume", id, "--yes"}, {"rollback", id, "--yes"}} {
		if o := l.run(args...); o.code != 6 || !strings.Contains(o.stderr, "another run is changing this account") {
			t.Errorf("%v beside another: %v", args, o)
		}
	}
	close(goOn)
	if o := wait(); o.code != 0 || l.changes != 2 {
		t.Errorf("the first, after %d changes: %v", l.changes, o)
	}
}

// A journal that must not grow any more stops a run: nothing that it does not announce is
// sent, and what was done is told. With room again, the run goes on or back.
func TestJournalThatCannotGrow(t *testing.T) {
	t.Parallel()
	for blocks := range 8 { // of 512 bytes
		t.Run(fmt.Sprint(blocks), func(t *testing.T) {
			t.Parallel()
			l := newLine(t)
			sh := exec.Command("sh", "-c", `ulimit -f "$1"; shift; exec "$@"`, "sh", strconv.Itoa(blocks), program, "convert", "--yes", "--journal", l.journal)
			sh.Env = l.env(theAccount, smallHome)
			o := run(t, sh)
			multi, _, _ := l.abc()
			switch o.code {
			case 1:
				if !strings.Contains(o.stderr, "nothing was changed in AWS") || l.changes > 0 || multi {
					t.Errorf("%d changes: %v", l.changes, o)
				}
				return
			case 5:
				if !strings.Contains(o.stderr, "the journal cannot be written any more") && !strings.Contains(o.stdout, "the journal could not be written") || !strings.Contains(o.String(), "trailspan ") {
					t.Errorf("no way on: %v", o)
				}
			case 0:
			default:
				t.Fatalf("%v", o)
			}
			if o := l.run("rollback", l.onlyRun(l.journal), "--yes"); o.code != 0 {
				t.Errorf("with room again: %v", o)
			}
			l.isAsBefore(l.state())
		})
	}
}

// temporary are credentials of the sandbox's own that can expire.
func (l *line) temporary() []string {
	l.t.Helper()
	client := sts.New(sts.Options{
		Region: smallHome, BaseEndpoint: &l.url,
		Credentials: credentials.NewStaticCredentialsProvider(theAccount, "any", ""),
	})
	out, err := client.GetSessionToken(l.t.Context(), &sts.GetSessionTokenInput{})
	if err != nil {
		l.t.Fatal(err)
	}
	c := out.Credentials
	return []string{"AWS_ACCESS_KEY_ID=" + *c.AccessKeyId, "AWS_SECRET_ACCESS_KEY=" + *c.SecretAccessKey, "AWS_SESSION_TOKEN=" + *c.SessionToken}
}

// Credentials that expire half-way stop a run at once, wherever that is; with fresh ones
// it goes on.
func TestCredentialsExpireHalfWay(t *testing.T) {
	t.Parallel()
	l := newLine(t)
	needed := l.changeAt()
	for _, after := range []int{needed - 2, needed, needed + 1, needed + 4, needed + 8} {
		t.Run(fmt.Sprint(after), func(t *testing.T) {
			t.Parallel()
			l := newLine(t)
			l.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(fmt.Sprintf(`[{"action": "cloudtrail:*", "expire": true, "after": %d}]`, after)), nil)
			cmd := l.command("convert", "--yes")
			cmd.Env = append(cmd.Env, l.temporary()...)
			began := time.Now()
			o := run(t, cmd)
			if took := time.Since(began); took > 2*time.Minute { // of the ten that it would wait
				t.Errorf("it took %s to see that credentials are over", took)
			}
			if l.changes == 0 {
				if o.code == 0 || o.code == 130 {
					t.Errorf("%v", o)
				}
				return
			}
			if o.code != 5 && o.code != 0 {
				t.Errorf("after %d changes: %v", l.changes, o)
			}
			again := l.command("convert", "--resume", l.onlyRun(l.journal), "--yes")
			again.Env = append(again.Env, l.temporary()...)
			l.send(http.MethodPost, "/_sandbox/faults", strings.NewReader(`[]`), nil)
			if o := run(t, again); o.code != 0 {
				t.Errorf("with fresh credentials: %v", o)
			}
		})
	}
}
