package cli_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cli"
	"github.com/trailspan/trailspan/internal/sandbox"
)

// writes hands over each write as it comes.
type writes chan string

func (w writes) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// served is `trailspan sandbox` while it runs.
type served struct {
	first, stderr string // when it was ready
	end           func()
}

// serving runs `trailspan sandbox` until it is ready.
func serving(t *testing.T, args ...string) served {
	t.Helper()
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, stderr, ended := make(writes, 9), make(writes, 9), make(chan int, 1)
	go func() {
		ended <- cli.Main(ctx, cli.Env{
			Args: append([]string{"sandbox", "--listen", "127.0.0.1:0"}, args...), Getenv: func(string) string { return "" }, Stdout: stdout, Stderr: stderr,
		})
	}()
	s := served{end: func() { interrupt(); <-ended }}
	for {
		select {
		case s.first = <-stdout:
		case line := <-stderr:
			s.stderr += line
			if strings.Contains(line, "until it is interrupted") {
				s.first += drained(stdout)
				return s
			}
		case code := <-ended:
			t.Fatalf("it ends with %d and says %s", code, s.stderr)
		}
	}
}

// drained is what was written and not read yet.
func drained(w writes) (text string) {
	for len(w) > 0 {
		text += <-w
	}
	return text
}

// Where all addresses are served, the lines name one that can be called.
func TestSandboxOnAllAddresses(t *testing.T) {
	s := serving(t, "--listen", "0.0.0.0:0")
	defer s.end()
	if !strings.Contains(s.first, "AWS_ENDPOINT_URL=http://127.0.0.1:") || !strings.Contains(s.stderr, "is not a loopback address") {
		t.Errorf("it writes\n%s%s", s.first, s.stderr)
	}
}

// A state that has a world says that --world is not used, and one that takes its time
// says what it does.
func TestSandboxWithState(t *testing.T) {
	dir, world := t.TempDir(), filepath.Join(t.TempDir(), "world.yaml")
	if err := os.WriteFile(world, []byte(sandbox.DefaultWorld), 0o600); err != nil {
		t.Fatal(err)
	}
	s := serving(t, "--state", dir, "--world", world)
	s.end()
	if strings.Contains(s.stderr, "world") || strings.Contains(s.stderr, "reading") {
		t.Errorf("at first it says %s", s.stderr)
	}
	box, err := sandbox.New(sandbox.Options{StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(1200*time.Millisecond, func() { _ = box.Close() })
	s = serving(t, "--state", dir, "--world", world)
	s.end()
	for _, want := range []string{dir + " holds a world already: " + world + " waits", "reading the event history in " + dir} {
		if !strings.Contains(s.stderr, want) {
			t.Errorf("it does not say %q but %s", want, s.stderr)
		}
	}
}

// Scripts wait for the first byte that `trailspan sandbox` writes, and then set what it
// wrote and call: it must all be there by then, and somebody must answer.
func TestSandboxIsReadyWhenItWrites(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, ended := make(writes), make(chan int)
	go func() {
		ended <- cli.Main(ctx, cli.Env{
			Args: []string{"sandbox", "--listen", "127.0.0.1:0"}, Getenv: func(string) string { return "" }, Stdout: stdout, Stderr: io.Discard,
		})
	}()
	first := <-stdout
	lines := regexp.MustCompile(`^export AWS_ENDPOINT_URL=(http://127\.0\.0\.1:\d+)
export AWS_ACCESS_KEY_ID=123456789012
export AWS_SECRET_ACCESS_KEY=sandbox
export AWS_REGION=ap-northeast-1
export AWS_DEFAULT_REGION=ap-northeast-1
$`).FindStringSubmatch(first)
	if lines == nil {
		t.Fatalf("it writes\n%s", first)
	}
	resp, err := http.Get(lines[1] + "/_sandbox/health")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusOK {
		t.Errorf("health: %s", resp.Status)
	}
	interrupt()
	<-ended
}
