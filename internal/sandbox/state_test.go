package sandbox_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// childDir tells the test binary to be a sandbox with that StateDir.
const childDir = "TRAILSPAN_TEST_SANDBOX_STATE"

// child runs a sandbox in a process of its own, which can be killed.
func child(t *testing.T, dir string) (*lab, *exec.Cmd) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestStateChild$", "-test.count=1")
	cmd.Env = append(os.Environ(), childDir+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the sandbox did not start: %v", err)
	}
	return &lab{t: t, url: strings.TrimSpace(line)}, cmd
}

// TestStateChild is not a test but the process that child starts.
func TestStateChild(t *testing.T) {
	dir := os.Getenv(childDir)
	if dir == "" {
		return
	}
	s, err := sandbox.New(sandbox.Options{World: []byte(alone), StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println(httptest.NewServer(s).URL)
	select {}
}

// Whatever was answered is there after kill -9: trails, objects, sessions, Regions,
// time.
func TestStateSurvivesKill(t *testing.T) {
	dir := t.TempDir()
	l, cmd := child(t, dir)
	arn := l.create(self, "us-east-1", "kept")
	l.start(self, "us-east-1", arn)
	l.must(l.widen(self, "us-east-1", arn))
	l.must(l.enable("me-south-1"))
	_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("one")})
	l.must(err)
	_, err = l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("two")})
	l.must(err)
	session, err := l.sts(self, "us-east-1").GetSessionToken(t.Context(), nil)
	l.must(err)
	l.advance(time.Hour)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed

	l, s := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	if got := l.names(self, "me-south-1"); got != "kept" {
		t.Errorf("trails: %s", got)
	}
	if !*l.status(self, "us-east-1", arn).IsLogging {
		t.Error("the trail does not log")
	}
	object, err := l.s3(self).GetObject(t.Context(), &s3.GetObjectInput{Bucket: ptr("logs"), Key: ptr("k")})
	l.must(err)
	if b, err := io.ReadAll(object.Body); err != nil || string(b) != "two" {
		t.Errorf("the object is %q, %v", b, err)
	}
	who, err := sts.NewFromConfig(l.as(session.Credentials, "us-east-1")).GetCallerIdentity(t.Context(), nil)
	if err != nil || *who.Account != self {
		t.Errorf("the session is %+v, %v", who, err)
	}
	if _, text := l.admin("GET", "clock", ""); !strings.Contains(text, `"offset":"1h0m0s"`) {
		t.Errorf("the clock is %s", text)
	}
	if n := len(bodiesIn(t, dir)); n != 2 { // the object, and the log file of that hour
		t.Errorf("%d contents are kept, want 2", n)
	}
	l.post("reset")
	if n := len(bodiesIn(t, dir)); n != 0 {
		t.Errorf("%d contents are kept after a reset", n)
	}
	l.must(s.Close())
	l, _ = serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	if got := l.names(self, "us-east-1"); got != "" {
		t.Errorf("trails after a reset and a restart: %s", got)
	}
}

func bodiesIn(t *testing.T, dir string) []os.DirEntry {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(dir, "bodies"))
	if err != nil {
		t.Fatal(err)
	}
	return entries
}

func TestStateIsForOne(t *testing.T) {
	dir := t.TempDir()
	_, s := serve(t, sandbox.Options{StateDir: dir})
	_, err := sandbox.New(sandbox.Options{StateDir: dir})
	if want := "locking the state folder " + dir + ": another sandbox is using it"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	serve(t, sandbox.Options{StateDir: dir}) // now it is free
}

// A sandbox that was killed may need a moment to let go.
func TestStateIsWaitedFor(t *testing.T) {
	dir := t.TempDir()
	s, err := sandbox.New(sandbox.Options{StateDir: dir})
	if err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(300*time.Millisecond, func() { _ = s.Close() })
	serve(t, sandbox.Options{StateDir: dir})
}

// An error says which of the Options is to blame, and a sandbox where its world is from.
func TestOptionErrors(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "file")
	serveAndClose := func(o sandbox.Options) bool {
		s, err := sandbox.New(o)
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		return s.Restored()
	}
	if serveAndClose(sandbox.Options{StateDir: dir}) || !serveAndClose(sandbox.Options{StateDir: dir}) {
		t.Error("Restored is not of the second start")
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		why  string
		o    sandbox.Options
		want sandbox.Option
	}{
		{"no YAML", sandbox.Options{World: []byte("{")}, sandbox.OptionWorld},
		{"a fault in the world", sandbox.Options{World: []byte("faults: [{}]")}, sandbox.OptionWorld},
		{"a Region that is none", sandbox.Options{World: []byte("buckets: [{name: logs, region: mars-east-1}]")}, sandbox.OptionWorld},
		{"a fault", sandbox.Options{Faults: []byte("[{}]")}, sandbox.OptionFaults},
		{"a folder that is a file", sandbox.Options{StateDir: file}, sandbox.OptionStateDir},
	} {
		_, err := sandbox.New(tt.o)
		var got *sandbox.OptionError
		if !errors.As(err, &got) || got.Option != tt.want {
			t.Errorf("%s: got %v, want one of %s", tt.why, err, tt.want)
		}
	}
}

// A mistake in the world file is found at once, even where a state goes before it.
func TestStateDoesNotHideWorld(t *testing.T) {
	dir := t.TempDir()
	_, s := serve(t, sandbox.Options{StateDir: dir})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := sandbox.New(sandbox.Options{StateDir: dir, World: []byte("buckets: [{name: NO}]")})
	if err == nil || !strings.Contains(err.Error(), "line 1: the bucket NO") {
		t.Errorf("got %v", err)
	}
}

// A damaged state is refused and stays as it is.
func TestStateDamaged(t *testing.T) {
	for _, tt := range []struct {
		why    string
		damage func([]byte) []byte
		want   string
	}{
		{"empty", func([]byte) []byte { return nil }, "its first line is not a header"},
		{"cut short", func(b []byte) []byte { return b[:len(b)-10] }, "its content does not have the sum of its header"},
		{"a flipped bit", func(b []byte) []byte { b[len(b)-20] ^= 1; return b }, "its content does not have the sum of its header"},
		{"of another version", func(b []byte) []byte { return bytes.Replace(b, []byte("state/v1"), []byte("state/v2"), 1) }, `its schema is "trailspan/sandbox-state/v2", not "trailspan/sandbox-state/v1"`},
	} {
		dir := t.TempDir()
		_, s := serve(t, sandbox.Options{StateDir: dir})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "state.json")
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		damaged := tt.damage(whole)
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = sandbox.New(sandbox.Options{StateDir: dir})
		if want := "the state file " + path + " is damaged (" + tt.want + "); it was left as it is: restore it, or move it away to begin anew"; err == nil || err.Error() != want {
			t.Errorf("%s: got %v\nwant %s", tt.why, err, want)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(after, damaged) {
			t.Errorf("%s: the file was changed", tt.why)
		}
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		serve(t, sandbox.Options{StateDir: dir}) // it let go of the lock
	}
}

// A change that cannot be kept is not answered as if it had been.
func TestStateNotWritable(t *testing.T) {
	dir := t.TempDir()
	l, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	obstacle := filepath.Join(dir, "state.json.new") // a folder where the new state is to be written
	if err := os.Mkdir(obstacle, 0o700); err != nil {
		t.Fatal(err)
	}
	err := l.enable("me-south-1")
	l.refused(err, "InternalFailure", "")
	if !strings.Contains(err.Error(), "writing the state") {
		t.Errorf("got %v", err)
	}
	_, err = l.s3(self).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: ptr("another-bucket")})
	l.refused(err, "InternalFailure", "")
	if status, text := l.admin("POST", "clock?advance=1h", ""); status != 500 || !strings.Contains(text, "writing the state") {
		t.Errorf("the clock: %d %s", status, text)
	}
	if err := os.Remove(obstacle); err != nil {
		t.Fatal(err)
	}
	l.must(l.enable("me-central-1")) // the next change is kept again, and with it the last
	l.must(l.enable("me-south-1"))
}

// A content that the disk changed is not given out.
func TestStateBodyDamaged(t *testing.T) {
	dir := t.TempDir()
	l, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k"), Body: strings.NewReader("one")})
	l.must(err)
	path := filepath.Join(dir, "bodies", bodiesIn(t, dir)[0].Name())
	if err := os.WriteFile(path, []byte("two"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = l.s3(self).GetObject(t.Context(), &s3.GetObjectInput{Bucket: ptr("logs"), Key: ptr("k")})
	l.refused(err, "InternalError", "")
}

// Contents that no state names, left by a crash, go at the next start; what is nobody's
// business stays.
func TestStateSweeps(t *testing.T) {
	dir := t.TempDir()
	_, s := serve(t, sandbox.Options{StateDir: dir})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{strings.Repeat("a", 64), strings.Repeat("b", 64) + ".new", "notes.txt"} {
		if err := os.WriteFile(filepath.Join(dir, "bodies", name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	serve(t, sandbox.Options{StateDir: dir})
	if left := bodiesIn(t, dir); len(left) != 1 || left[0].Name() != "notes.txt" {
		t.Errorf("left: %v", left)
	}
}
