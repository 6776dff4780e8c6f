package cli

import "fmt"

// note writes a line to standard error, unless the user wants quiet.
func (a *app) note(key string, nameValue ...string) {
	if !a.shared.quiet {
		a.tell(key, nameValue...)
	}
}

// tell writes a line to standard error, whatever the user wants.
func (a *app) tell(key string, nameValue ...string) {
	fmt.Fprintln(a.env.Stderr, printable(a.speaker.Say(key, nameValue...)))
}

// verbose writes a line to standard error when the user wants more.
func (a *app) verbose(key string, nameValue ...string) {
	if a.shared.verbose {
		a.note(key, nameValue...)
	}
}
