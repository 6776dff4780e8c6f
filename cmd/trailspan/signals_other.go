//go:build !unix

package main

import (
	"os"
	"syscall"
)

// told are signals that say what an error of a write says as well.
func told() []os.Signal { return []os.Signal{syscall.SIGPIPE} }
