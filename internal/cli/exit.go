package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/journal"
	"github.com/trailspan/trailspan/internal/trail"
)

// Exit codes. They are a contract; every help shows the table.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitFindings    = 3
	exitGaps        = 4
	exitStopped     = 5
	exitRefused     = 6
	exitInterrupted = 130
)

func exitCodes() []int {
	return []int{exitDone, exitFailed, exitUsage, exitFindings, exitGaps, exitStopped, exitRefused, exitInterrupted}
}

// failure is how a command ends that does not end with 0. A failure without a message
// has said all already.
type failure struct {
	code          int
	message, hint trail.Note
}

func (f *failure) Error() string { return fmt.Sprintf("exit %d: %s", f.code, f.message.Key) }

// exit ends a command with a code and no more words.
func exit(code int) error {
	if code == exitDone {
		return nil
	}
	return &failure{code: code}
}

func fail(code int, message trail.Note) *failure {
	return &failure{code: code, message: message, hint: trail.Note{Key: message.Key + ".hint", Args: message.Args}}
}

// advise gives a failure another hint.
func (f *failure) advise(key string) *failure {
	f.hint = trail.Note{Key: key, Args: f.message.Args}
	return f
}

// unreadable is bad input in a file or from a flag.
func unreadable(what string, err error) *failure {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fail(exitUsage, trail.Say("fail.missing", "what", what))
	case errors.Is(err, fs.ErrPermission):
		return fail(exitUsage, trail.Say("fail.forbidden", "what", what))
	default:
		return fail(exitUsage, trail.Say("fail.unreadable", "what", what, "error", reason(err)))
	}
}

// reason drops what a sentence says already: the name of the file.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// end says what there is to say, and returns the exit code.
func (a *app) end(err error) int {
	if err == nil {
		return exitDone
	}
	var f *failure
	if !errors.As(err, &f) {
		f = fail(exitUsage, trail.Say("fail.usage", "error", err.Error()))
	}
	if f.message.Key == "trouble.unreachable" && !slices.Contains(regionNames(), a.shared.region) {
		f = f.meant(a.shared.region, regionNames()) // it has the form of one, and might be new
	}
	if f.message.Key != "" {
		a.complain(f.message, f.hint)
	}
	return f.code
}

func (a *app) complain(message, hint trail.Note) {
	fmt.Fprintln(a.env.Stderr, "trailspan: "+printable(a.speaker.Note(message)))
	if text := a.speaker.Note(hint); hint.Key != "" && text != hint.Key {
		fmt.Fprintln(a.env.Stderr, "  "+printable(text))
	}
}

// asFailure is the one table of what ends a command how.
func asFailure(err error) *failure {
	var f *failure
	var drift *apply.DriftError
	var late *apply.NotShownError
	var step *apply.Error
	var journaling *journalError
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, context.Canceled):
		return fail(exitInterrupted, trail.Say("fail.interrupted"))
	case errors.Is(err, journal.ErrLocked):
		return fail(exitRefused, trail.Say("fail.locked"))
	case errors.Is(err, journal.ErrNoRun):
		return fail(exitUsage, trail.Say("fail.no-run"))
	case errors.As(err, &journaling):
		return journaling.failure()
	case errors.Is(err, apply.ErrReverted):
		return fail(exitRefused, trail.Say("fail.reverted"))
	case errors.As(err, &drift) && !(errors.As(err, &step) && step.Sent):
		return drifted(drift, "fail.drift")
	case errors.As(err, &late):
		return fail(exitStopped, trail.Say("fail.not-shown", "diff", late.Diff()))
	case errors.As(err, &step) && errors.Is(err, apply.ErrRefused) && !step.Sent: // the run waits in the journal
		return fail(exitStopped, trail.Say("fail.refused", "action", step.Step.Action, "error", cause(step.Err)))
	case errors.As(err, &step) && !step.Sent:
		return fail(exitFailed, trail.Say("fail.refused", "action", step.Step.Action, "error", cause(step.Err)))
	case errors.As(err, &step):
		return fail(exitStopped, trail.Say("fail.stopped", "action", step.Step.Action, "error", cause(step.Err)))
	default:
		return trouble(err)
	}
}

// drifted names what somebody else has changed: the property, what it was, what it is.
func drifted(d *apply.DriftError, key string) *failure {
	if d.Gone() {
		return fail(exitRefused, trail.Say("fail.drift-gone"))
	}
	return fail(exitRefused, trail.Say(key, "diff", d.Diff()))
}

// cause says what AWS said, without the chain of who asked whom.
func cause(err error) string {
	if p := cloud.Explain(err); p.Message != "" {
		return p.Message
	}
	return err.Error()
}

// trouble is what keeps a command from even beginning: no credentials, no network …
func trouble(err error) *failure {
	p := cloud.Explain(err)
	switch p.Kind {
	case cloud.NoCredentials, cloud.NoProfile, cloud.Expired, cloud.Rejected, cloud.Denied, cloud.Unreachable, cloud.TimedOut, cloud.Throttled:
		return fail(exitFailed, trail.Say("trouble."+string(p.Kind), "action", p.Action, "region", string(p.Region), "error", p.Message))
	default:
		return fail(exitFailed, trail.Say("fail.other", "error", err.Error()))
	}
}
