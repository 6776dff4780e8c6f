// Trailspan finds out whether AWS CloudTrail really records every Region, and makes
// it so.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/trailspan/trailspan/internal/cli"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)                      // a second signal ends the process at once
	signal.Notify(make(chan os.Signal, 1), told()...) // a reader that is gone is an error, not the end
	code := cli.Main(ctx, cli.Env{
		Args: os.Args[1:], Getenv: os.Getenv,
		Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	})
	stop()
	os.Exit(code)
}
