package cli

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// outbox sends the findings of a check to Security Hub when --push-securityhub asks for
// it: those of each account as that account, all to one Region. Sending is safe for
// concurrent use; what came of it is noted by one after the other.
type outbox struct {
	open  bool
	at    time.Time
	maker report.Maker

	accounts, taken, total int
	first                  error // that kept findings of an account from being sent
}

// newOutbox sends to the Region of a session, as of now.
func newOutbox(open bool, s *cloud.Session) *outbox {
	return &outbox{open: open, at: time.Now(), maker: report.Maker{Version: Version, Region: s.Region()}}
}

// sent is what came of the findings of one account; err kept the rest from being sent.
type sent struct {
	account      trail.AccountID
	taken, total int
	refused      []cloud.Refusal
	err          error
}

// send sends the findings of an account, as which enter lets it speak.
func (o *outbox) send(ctx context.Context, s trail.Snapshot, enter func() (*cloud.Session, error)) sent {
	if !o.open {
		return sent{}
	}
	findings, err := o.findings(s)
	out := sent{account: s.Account, total: len(findings), err: err}
	if err != nil || len(findings) == 0 {
		return out
	}
	in, err := enter()
	if err != nil {
		out.err = err
		return out
	}
	out.taken, out.refused, out.err = in.ForFindings().ImportFindings(ctx, findings)
	return out
}

// findings are those that --format asff prints.
func (o *outbox) findings(s trail.Snapshot) ([]json.RawMessage, error) {
	var out []json.RawMessage
	for _, f := range report.SecurityFindings(coverage.Assess(s), o.at, o.maker) {
		text, err := json.Marshal(f)
		if err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, nil
}

// note counts what came of an account, and tells what was not taken.
func (o *outbox) note(a *app, s sent) {
	if s.total == 0 {
		return
	}
	o.accounts++
	o.taken, o.total = o.taken+s.taken, o.total+s.total
	for _, r := range s.refused {
		a.tell("cli.push.refused", "id", r.ID, "code", r.Code, "message", r.Message)
	}
	if s.err == nil {
		return
	}
	if o.first == nil {
		o.first = s.err
	}
	a.tell("cli.push.account", "account", string(s.account), "why", a.speaker.Note(o.why(s.err)),
		"missing", strconv.Itoa(s.total-s.taken-len(s.refused)), "total", strconv.Itoa(s.total))
}

// why is what kept findings from being sent.
func (o *outbox) why(err error) trail.Note {
	if cloud.Explain(err).Kind == cloud.NotEnabled {
		return trail.Say("cli.push.not-enabled", "region", string(o.maker.Region))
	}
	return trouble(err).message
}

// end tells what was taken, and fails when that is not everything.
func (o *outbox) end(a *app) error {
	if !o.open || o.accounts == 0 {
		return nil
	}
	if o.taken == o.total {
		a.note("cli.push.taken", "region", string(o.maker.Region), "findings", strconv.Itoa(o.taken), "accounts", strconv.Itoa(o.accounts))
		return nil
	}
	f := fail(exitFailed, trail.Say("fail.push", "region", string(o.maker.Region), "missing", strconv.Itoa(o.total-o.taken), "total", strconv.Itoa(o.total)))
	if kind := cloud.Explain(o.first).Kind; slices.Contains([]cloud.Kind{cloud.NotEnabled, cloud.Denied}, kind) {
		return f.advise("fail.push." + string(kind) + ".hint")
	}
	return f
}
