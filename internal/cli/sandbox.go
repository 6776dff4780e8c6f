package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
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
			return nil, unreadable(f.faults, err)
		}
	}
	box, err := sandbox.New(o)
	if err != nil {
		return nil, fail(exitUsage, trail.Say("fail.sandbox", "error", err.Error()))
	}
	return box, nil
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
		{"AWS_ENDPOINT_URL", "http://" + addr.String()},
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
