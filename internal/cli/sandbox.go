package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/sandbox"
	"github.com/trailspan/trailspan/internal/trail"
)

type sandboxFlags struct {
	listen, state, faults string
	deliverEvery          time.Duration
}

func (a *app) sandboxCommand() *cobra.Command {
	var f sandboxFlags
	c := a.command("sandbox", "sandbox")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error { return a.sandbox(c.Context(), f) }
	fs := c.Flags()
	fs.StringVar(&f.listen, "listen", "127.0.0.1:4599", a.flagText("listen"))
	fs.StringVar(&f.state, "state", "", a.flagText("state"))
	fs.StringVar(&f.faults, "faults", "", a.flagText("faults"))
	fs.DurationVar(&f.deliverEvery, "deliver-every", 5*time.Minute, a.flagText("deliver-every"))
	return c
}

func (a *app) sandbox(ctx context.Context, f sandboxFlags) error {
	if err := a.spoken("sandbox"); err != nil {
		return err
	}
	if err := positive("deliver-every", int(f.deliverEvery), f.deliverEvery.String()); err != nil {
		return err
	}
	if _, _, err := net.SplitHostPort(f.listen); err != nil {
		return fail(exitUsage, trail.Say("fail.console-listen", "address", f.listen)).advise("fail.listen.hint")
	}
	box, err := a.openSandbox(f)
	if err != nil {
		return err
	}
	defer box.Close()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return fail(exitFailed, trail.Say("fail.listen", "address", f.listen, "error", err.Error()))
	}
	if t, ok := l.Addr().(*net.TCPAddr); ok && !t.IP.IsLoopback() {
		a.tell("cli.sandbox.open", "address", l.Addr().String())
	}
	a.printExports(box, l.Addr())
	server := &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second}
	stopped := context.AfterFunc(ctx, func() {
		_ = box.Close() // lets go of calls that hang
		_ = server.Close()
	})
	defer stopped()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fail(exitFailed, trail.Say("fail.listen", "address", f.listen, "error", err.Error()))
	}
	return nil
}

func (a *app) openSandbox(f sandboxFlags) (*sandbox.Sandbox, error) {
	world, err := a.worldFile()
	if err != nil {
		return nil, err
	}
	o := sandbox.Options{World: world, StateDir: f.state, DeliverEvery: f.deliverEvery}
	if f.faults != "" {
		if o.Faults, err = os.ReadFile(f.faults); err != nil {
			return nil, unreadable(f.faults, err).advise(hintOf(sandbox.OptionFaults))
		}
	}
	box, err := a.newSandbox(o)
	if err != nil {
		return nil, notStarted(err)
	}
	if world != nil && box.Restored() {
		a.note("cli.sandbox.restored", "state", f.state, "world", a.shared.world)
	}
	return box, nil
}

// newSandbox makes a sandbox, and says what it is doing when that takes long.
func (a *app) newSandbox(o sandbox.Options) (box *sandbox.Sandbox, err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		box, err = sandbox.New(o)
	}()
	select {
	case <-done:
	case <-time.After(time.Second):
		if o.StateDir != "" {
			a.note("cli.sandbox.reading", "state", o.StateDir)
		}
		<-done
	}
	return box, err
}

// notStarted is why there is no sandbox, with advice on the flag that is to blame.
func notStarted(err error) error {
	f := fail(exitUsage, trail.Say("fail.sandbox", "error", err.Error()))
	var option *sandbox.OptionError
	if errors.As(err, &option) {
		return f.advise(hintOf(option.Option))
	}
	return f
}

// hintOf is the key of the advice when something is wrong with an option of the sandbox.
func hintOf(o sandbox.Option) string {
	switch o {
	case sandbox.OptionStateDir:
		return "fail.sandbox.state"
	case sandbox.OptionFaults:
		return "fail.sandbox.faults"
	case sandbox.OptionWorld:
	}
	return "fail.sandbox.hint"
}

// reachable is the address that a client on this machine calls.
func reachable(addr net.Addr) string {
	if t, ok := addr.(*net.TCPAddr); ok && t.IP.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", strconv.Itoa(t.Port))
	}
	return addr.String()
}

// printExports writes the lines that let any AWS client use the sandbox, at once, when
// it already listens: whoever finds the first of them has them all, and may call.
//
//	export AWS_ENDPOINT_URL=http://127.0.0.1:4599
//	export AWS_ACCESS_KEY_ID=123456789012
//	export AWS_SECRET_ACCESS_KEY=sandbox
//	export AWS_REGION=ap-northeast-1
//	export AWS_DEFAULT_REGION=ap-northeast-1
func (a *app) printExports(box *sandbox.Sandbox, addr net.Addr) {
	var lines strings.Builder
	for _, v := range [][2]string{
		{"AWS_ENDPOINT_URL", "http://" + reachable(addr)},
		{"AWS_ACCESS_KEY_ID", box.DefaultAccount()},
		{"AWS_SECRET_ACCESS_KEY", "sandbox"},
		{"AWS_REGION", box.HomeRegion()},
		{"AWS_DEFAULT_REGION", box.HomeRegion()},
	} {
		fmt.Fprintf(&lines, "export %s=%s\n", v[0], v[1])
	}
	fmt.Fprint(a.env.Stdout, lines.String())
	a.note("cli.sandbox.ready")
}
