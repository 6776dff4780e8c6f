//go:build !windows

package cli

// steerable says whether a terminal understands ANSI sequences. Where there is no Windows,
// all do that TERM does not call dumb.
func steerable(uintptr) bool { return true }
