package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/console"
	"github.com/trailspan/trailspan/internal/trail"
)

type consoleFlags struct {
	entering
	listen         string
	changes, token bool
	run            changeFlags // wait and journal
}

func (a *app) consoleCommand() *cobra.Command {
	var f consoleFlags
	c := a.command("console", "console")
	c.Args = noArgs
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := f.needed(c.Flags()); err != nil {
			return err
		}
		return a.console(c.Context(), f)
	}
	fs := c.Flags()
	f.defineAccounts(a, fs)
	fs.StringVar(&f.listen, "listen", "127.0.0.1:0", a.flagText("console-listen"))
	fs.BoolVar(&f.changes, "allow-changes", false, a.flagText("allow-changes"))
	fs.BoolVar(&f.token, "token", false, a.flagText("token"))
	fs.DurationVar(&f.run.wait, "wait", 10*time.Minute, a.flagText("wait"))
	fs.StringVar(&f.run.journal, "journal", "", a.flagText("journal"))
	return c
}

// defineAccounts leaves out --concurrency: accounts are looked at one by one, as their
// pages are opened.
func (f *consoleFlags) defineAccounts(a *app, fs *pflag.FlagSet) {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	f.define(a, all)
	all.VisitAll(func(x *pflag.Flag) {
		if x.Name != "concurrency" {
			fs.AddFlag(x)
		}
	})
}

func (a *app) console(ctx context.Context, f consoleFlags) error {
	host, err := a.consoleReady(f)
	if err != nil {
		return err
	}
	dir, err := a.journals(f.run)
	if err != nil {
		return err
	}
	desk, leave, err := a.openDesk(ctx, f, dir)
	if err != nil {
		return err
	}
	defer leave()
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return fail(exitFailed, trail.Say("fail.console-address", "address", f.listen, "error", err.Error()))
	}
	o := desk.options(f, l.Addr(), host)
	site, err := console.New(o)
	if err != nil {
		_ = l.Close()
		return err
	}
	fmt.Fprintln(a.env.Stdout, consoleURL(l.Addr(), host, o.Token))
	if o.Anywhere {
		a.tell("cli.console.open", "address", l.Addr().String())
	}
	a.note("cli.console.ready")
	return a.serveConsole(ctx, l, site, desk)
}

// consoleReady refuses what cannot be meant, and returns the host to listen on.
func (a *app) consoleReady(f consoleFlags) (host string, err error) {
	if err := a.spoken("console"); err != nil {
		return "", err
	}
	if err := f.valid(); err != nil {
		return "", err
	}
	if err := patient("wait", f.run.wait); err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(f.listen)
	if _, number := strconv.ParseUint(port, 10, 16); err != nil || number != nil {
		return "", fail(exitUsage, trail.Say("fail.console-listen", "address", f.listen))
	}
	return host, nil
}

// options are those of the console at an address. Who comes from beyond this machine
// needs a token.
func (d *desk) options(f consoleFlags, addr net.Addr, host string) console.Options {
	o := console.Options{
		Eyes: d, Judge: d, Planner: d, Shelf: shelf{d}, Sandbox: d.app.shared.sandbox, Version: Version,
		Anywhere: !loopback(addr), Log: d.logged,
	}
	if net.ParseIP(host) == nil && host != "" {
		o.Names = []string{host}
	}
	if f.changes {
		o.Hands = d
	}
	if f.token || o.Anywhere {
		o.Token = console.NewToken()
	}
	return o
}

// logged tells of a request: never its query, which may have the token.
func (d *desk) logged(method, path string, status int) {
	d.loud.verbose("cli.console.request", "method", method, "path", path, "status", strconv.Itoa(status))
}

func loopback(addr net.Addr) bool {
	t, ok := addr.(*net.TCPAddr)
	return ok && t.IP.IsLoopback()
}

// consoleURL is what to open in a browser.
func consoleURL(addr net.Addr, host, token string) string {
	at := reachable(addr)
	if t, ok := addr.(*net.TCPAddr); ok && net.ParseIP(host) == nil && host != "" {
		at = net.JoinHostPort(host, strconv.Itoa(t.Port))
	}
	u := url.URL{Scheme: "http", Host: at, Path: "/"}
	if token != "" {
		u.RawQuery = url.Values{"token": {token}}.Encode()
	}
	return u.String()
}

// serveConsole serves until ctx ends, and then until a run under way has stopped where
// it safely can.
func (a *app) serveConsole(ctx context.Context, l net.Listener, site *console.Console, d *desk) error {
	server := &http.Server{
		Handler: site.Handler(ctx), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		WriteTimeout: 5 * time.Minute, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return fail(exitFailed, trail.Say("fail.console-address", "address", l.Addr().String(), "error", err.Error()))
	case <-ctx.Done():
	}
	if d.busy() {
		a.note("cli.console.waiting")
	}
	site.Wait()
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	if err := server.Shutdown(last); errors.Is(err, context.DeadlineExceeded) {
		_ = server.Close() // somebody does not listen to the end
	}
	return d.ending()
}
