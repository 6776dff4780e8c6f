//go:build unix

package main

import (
	"os"
	"syscall"
)

// told are signals that say what an error of a write says as well: that nobody reads any
// more, and that a file must not grow (ulimit -f). Whoever listens to them is not killed.
func told() []os.Signal { return []os.Signal{syscall.SIGPIPE, syscall.SIGXFSZ} }
