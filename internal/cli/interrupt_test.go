package cli_test

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
)

// interrupter ends the context as soon as what it is written has a mark in it.
type interrupter struct {
	bytes.Buffer
	mark      string
	interrupt context.CancelFunc
}

func (i *interrupter) Write(b []byte) (int, error) {
	n, err := i.Buffer.Write(b)
	if strings.Contains(i.String(), i.mark) {
		i.interrupt()
	}
	return n, err
}

// interrupted runs a command line until standard error has a mark in it.
func interrupted(t *testing.T, mark string, stdin io.Reader, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var out bytes.Buffer
	errs := &interrupter{mark: mark, interrupt: cancel}
	code := cli.Main(ctx, cli.Env{
		Args: args, Getenv: func(string) string { return "" }, Stdin: stdin, Stdout: &out, Stderr: errs,
	})
	return outcome{code, out.String(), errs.String()}
}

// A question that nobody answers does not hold up who interrupts it, and nothing was begun.
func TestInterruptedAtTheQuestion(t *testing.T) {
	terminal, err := os.Open("/dev/ptmx") // a terminal at which nobody types
	if err != nil {
		t.Skip(err)
	}
	defer terminal.Close()
	runs := filepath.Join(t.TempDir(), "runs")
	o := interrupted(t, "[y/N]", terminal, "convert", "--sandbox", "--journal", runs)
	if o.code != 130 || !strings.Contains(o.stderr, "interrupted") {
		t.Errorf("exit %d: %s", o.code, o.stderr)
	}
	if _, err := os.Stat(runs); err == nil {
		t.Error("a journal was begun before the answer")
	}
}

// Who interrupts a change is told how to go on.
func TestInterruptedRun(t *testing.T) {
	runs := t.TempDir()
	o := interrupted(t, "sending cloudtrail:StartLogging", strings.NewReader(""), "convert", "--yes", "--verbose", "--sandbox", "--journal", runs,
		"--world", file(t, "world.yaml", trails(strings.Replace(single("abc", "us-east-1", ""), "logging: true", "logging: false", 1))))
	if o.code != 130 || !strings.Contains(o.stderr, "trailspan convert --resume ") || !strings.Contains(o.stderr, "trailspan rollback ") {
		t.Errorf("exit %d: %s", o.code, o.stderr)
	}
}

// What is interrupted before it begins begins nothing.
func TestInterruptedBefore(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, command := range []string{"check", "convert --yes", "convert --plan", "create --yes", "prove", "tour"} {
		runs := filepath.Join(t.TempDir(), "runs")
		var out, errs bytes.Buffer
		code := cli.Main(ctx, cli.Env{
			Args: append(strings.Fields(command), "--sandbox"), Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
			Getenv: func(name string) string { return map[string]string{"TRAILSPAN_JOURNAL": runs}[name] },
		})
		if code != 130 {
			t.Errorf("%s: exit %d: %s", command, code, errs.String())
		}
		if _, err := os.Stat(runs); err == nil {
			t.Errorf("%s began a journal", command)
		}
	}
}

// hangUp interrupts when a text comes by.
type hangUp struct {
	bytes.Buffer
	at     string
	cancel context.CancelFunc
}

func (h *hangUp) Write(b []byte) (int, error) {
	if bytes.Contains(b, []byte(h.at)) {
		h.cancel()
	}
	return h.Buffer.Write(b)
}

// A tour that is interrupted within a command says so once: it did not break off.
func TestInterruptedTour(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var errs bytes.Buffer
	code := cli.Main(ctx, cli.Env{
		Args: []string{"tour"}, Stdin: strings.NewReader(""), Stdout: &hangUp{at: "$ trailspan convert --plan", cancel: cancel}, Stderr: &errs,
		Getenv: func(string) string { return "" },
	})
	if code != 130 || strings.Count(errs.String(), "trailspan: ") != 1 {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

// The sandbox warns when others can reach it, and ends well when it is told to end.
func TestSandboxEnds(t *testing.T) {
	for listen, warns := range map[string]bool{"127.0.0.1:0": false, "[::1]:0": false, "0.0.0.0:0": true} {
		o := interrupted(t, "serves until", strings.NewReader(""), "sandbox", "--listen", listen)
		if o.code == 1 && strings.Contains(o.stderr, "cannot serve on [::1]") {
			continue // a machine without IPv6
		}
		if o.code != 0 || strings.Contains(o.stderr, "anybody who reaches it") != warns {
			t.Errorf("%s: exit %d, want a warning %v: %s", listen, o.code, warns, o.stderr)
		}
	}
}
