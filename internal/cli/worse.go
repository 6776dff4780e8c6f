package cli

import "slices"

// worse returns the exit code that counts when a command ends in several ways: a thing
// that stopped half-way before one that was refused, and both before what was found.
func worse(a, b int) int {
	order := []int{exitDone, exitGaps, exitFindings, exitFailed, exitRefused, exitStopped, exitInterrupted}
	if slices.Index(order, b) > slices.Index(order, a) {
		return b
	}
	return a
}
