package lake

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// A record is an event of which only that JSON is read which is asked for.
type record struct{ Event }

// at returns the value of a column.
func (r *record) at(c column) any {
	switch c.path[0] {
	case "eventTime":
		return r.Time
	case "eventSource":
		return r.Source
	case "eventName":
		return r.Name
	case "awsRegion":
		return r.Region
	case "recipientAccountId":
		return r.Account
	case "eventID":
		return r.ID
	case "eventJson":
		return string(r.Record)
	}
	return typed(r.member(c.path), c.shape)
}

// member returns what the JSON has at a path. Most of the time goes into reading JSON, so
// that no more of it is read than must be.
func (r *record) member(path []string) any {
	if !bytes.Contains(r.Record, []byte(`"`+path[len(path)-1]+`":`)) {
		return nil
	}
	text := r.Record
	for _, name := range path {
		text = memberOf(text, name)
	}
	var v any
	_ = json.Unmarshal(text, &v) // a record is JSON; what is not there is nil
	return v
}

// typed makes a value of a column of what JSON has.
func typed(v any, as shape) any {
	switch as {
	case text:
		return plain(v)
	case flag:
		switch b := v.(type) {
		case bool:
			return b
		case string:
			return strings.EqualFold(b, "true")
		}
		return nil
	default:
		return v
	}
}

// plain is a value as text: strings as they are, all else as JSON; nil stays nil.
func plain(v any) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		return v
	}
	b, _ := json.Marshal(v) // came from JSON
	return string(b)
}

// timeFormat is how results show timestamps.
const timeFormat = "2006-01-02 15:04:05.000"

// readTime reads a timestamp of a query.
func readTime(s string) (time.Time, bool) {
	for _, format := range []string{time.DateTime, time.DateOnly, "2006-01-02 15:04", "2006-01-02 15:04:05.999999999", time.RFC3339, "2006-01-02T15:04:05"} {
		if t, err := time.Parse(format, s); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}
