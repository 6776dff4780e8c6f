package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// startup is how long a server may take to say where it listens. It is no measurement:
// it ends a test that would hang.
const startup = 60 * time.Second

// An endpoint is a server on loopback that plays AWS.
type endpoint struct {
	t   *testing.T
	url string
}

// startSandbox runs `trailspan sandbox` with more flags, until the test ends.
func startSandbox(t *testing.T, flags ...string) endpoint {
	t.Helper()
	args := append([]string{"sandbox", "--listen", "127.0.0.1:0"}, flags...)
	url := listen(t, exec.Command(program, args...), regexp.MustCompile(`export AWS_ENDPOINT_URL="?'?(http://127\.0\.0\.1:\d+)`))
	return endpoint{t, url}
}

// worldFile writes a world for `trailspan sandbox --world`.
func worldFile(t *testing.T, world string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "world.yaml")
	write(t, name, []byte(world))
	return name
}

// startMoto runs moto's server until the test ends.
func startMoto(t *testing.T) endpoint {
	t.Helper()
	needModule(t, "moto")
	needCommand(t, "moto", "moto_server")
	url := listen(t, exec.Command("moto_server", "-H", "127.0.0.1", "-p", "0"), regexp.MustCompile(`Running on (http://127\.0\.0\.1:\d+)`))
	return endpoint{t, url}
}

// listen starts a server and waits for the line in which it says where it listens. The
// server ends with the test; the last that it said is logged when the test fails.
func listen(t *testing.T, cmd *exec.Cmd, line *regexp.Regexp) string {
	t.Helper()
	said := &lines{found: make(chan string, 1), line: line}
	cmd.Stdout, cmd.Stderr = said, said
	cmd.Env = cleanEnv()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	var end error
	go func() {
		end = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
		if t.Failed() {
			t.Logf("%s said:\n%s", cmd.Args[0], said)
		}
	})
	select {
	case url := <-said.found:
		return url
	case <-ended:
		t.Fatalf("%v ended before it listened: %v\n%s", cmd.Args, end, said)
	case <-time.After(startup):
		t.Fatalf("%v does not say where it listens:\n%s", cmd.Args, said)
	}
	return ""
}

// lines keeps what a process writes, and looks for one line.
type lines struct {
	mu    sync.Mutex
	text  bytes.Buffer
	line  *regexp.Regexp
	found chan string
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Write(p)
	s := bufio.NewScanner(bytes.NewReader(l.text.Bytes()[:bytes.LastIndexByte(l.text.Bytes(), '\n')+1]))
	for s.Scan() {
		if m := l.line.FindStringSubmatch(s.Text()); m != nil && cap(l.found) > len(l.found) {
			l.found <- m[1]
			l.line = regexp.MustCompile(`$^x`) // once is enough
		}
	}
	return len(p), nil
}

// String is the last that was written: moto says a page per unknown operation.
func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := l.text.String()
	return text[max(0, len(text)-2000):]
}

// get reads one of the sandbox's own paths into a value.
func (e endpoint) get(path string, into any) {
	e.t.Helper()
	e.send(http.MethodGet, path, nil, into)
}

// send sends a request to one of the sandbox's own paths and reads the answer, if
// somebody wants it.
func (e endpoint) send(method, path string, body io.Reader, into any) {
	e.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, e.url+path, body)
	if err != nil {
		e.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		e.t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode/100 != 2 {
		e.t.Fatalf("%s %s: %s %v\n%s", method, path, resp.Status, err, answer)
	}
	if into != nil {
		if err := json.Unmarshal(answer, into); err != nil {
			e.t.Fatalf("%s %s: %v\n%s", method, path, err, answer)
		}
	}
}

// cleanEnv is the environment without what a developer's own AWS, Terraform or
// trailspan set-up would add to it.
func cleanEnv(more ...string) []string {
	var env []string
	for _, kv := range os.Environ() {
		name, _, _ := strings.Cut(kv, "=")
		if !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "TRAILSPAN_") &&
			!strings.HasSuffix(strings.ToLower(name), "_proxy") {
			env = append(env, kv)
		}
	}
	env = append(env, "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
		"AWS_EC2_METADATA_DISABLED=true", "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=", "LC_ALL=C.UTF-8", "NO_COLOR=1")
	return append(env, more...)
}

// env is the environment of a caller: its account is its access key ID.
func (e endpoint) env(account, region string) []string {
	return cleanEnv("AWS_ENDPOINT_URL="+e.url, "AWS_ACCESS_KEY_ID="+account, "AWS_SECRET_ACCESS_KEY=any",
		"AWS_REGION="+region, "AWS_DEFAULT_REGION="+region)
}

// outcome is how a process ended.
type outcome struct {
	code           int
	stdout, stderr string
}

func (o outcome) String() string {
	return fmt.Sprintf("exit code %d\nstdout:\n%s\nstderr:\n%s", o.code, o.stdout, o.stderr)
}

// run runs a command to its end.
func run(t *testing.T, cmd *exec.Cmd) outcome {
	t.Helper()
	return start(t, cmd)()
}

// start starts a command; what it returns waits for its end.
func start(t *testing.T, cmd *exec.Cmd) (wait func() outcome) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Start(); err != nil {
		t.Fatalf("%v: %v", cmd.Args, err)
	}
	return func() outcome {
		_ = cmd.Wait() // the exit code tells more
		return outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	}
}

// trailspan runs our program against the endpoint.
func (e endpoint) trailspan(account, region string, args ...string) outcome {
	e.t.Helper()
	cmd := exec.Command(program, args...)
	cmd.Env = e.env(account, region)
	return run(e.t, cmd)
}

func write(t *testing.T, name string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
