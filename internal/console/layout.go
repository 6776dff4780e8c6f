package console

import (
	"net/url"
	"time"

	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// These are what templates ask of the layout.

// Changes says whether the console may change AWS.
func (l *layout) Changes() bool { return l.console.options.Hands != nil }

// Sandbox says that all of it is play.
func (l *layout) Sandbox() bool { return l.console.options.Sandbox }

// Version of trailspan.
func (l *layout) Version() string { return l.console.options.Version }

// Here is the address of a page of the account.
func (l *layout) Here(page string) string { return "/accounts/" + string(l.Account.ID) + "/" + page }

// Of is the address of a page about a trail of the account.
func (l *layout) Of(page string, arn trail.ARN) string {
	return l.Here(page) + "?arn=" + url.QueryEscape(string(arn))
}

// In is the address of this page in another language.
func (l *layout) In(lang string) string {
	q, _ := url.ParseQuery(l.query) // what cannot be read is left out
	q.Set("lang", lang)
	return here(l.path, q.Encode())
}

// Again is the address of this page after another look.
func (l *layout) Again() string {
	q, _ := url.ParseQuery(l.query) // what cannot be read is left out
	q.Set("again", "1")
	return here(l.path, q.Encode())
}

// JSON is the address of this page as JSON.
func (l *layout) JSON() string { return here(l.path+".json", l.query) }

// Japanese says whether the reader reads that.
func (l *layout) Japanese() bool { return l.Lang() == say.Japanese }

// At is a time for people.
func (l *layout) At(t time.Time) string { return at(t) }

// Yes is yes, or no.
func (l *layout) Yes(b bool) string {
	if b {
		return l.Say("console.yes")
	}
	return l.Say("console.no")
}

// Known is yes, no, or unknown.
func (l *layout) Known(b *bool) string {
	if b == nil {
		return l.Say("verdict.unknown")
	}
	return l.Yes(*b)
}

// Off says that something is known not to be.
func (l *layout) Off(b *bool) bool { return b != nil && !*b }

// Severity is the word of a severity.
func (l *layout) Severity(s trail.Severity) string { return l.Say("severity." + string(s)) }

// Fill says a sentence with one value in it.
func (l *layout) Fill(key, name string, value any) string { return l.Say(key, name, text(value)) }

// T says a sentence of the console itself, by the rest of its key.
func (l *layout) T(key string) string { return l.Say("console." + key) }
