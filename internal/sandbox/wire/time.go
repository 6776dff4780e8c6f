package wire

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// UnmarshalJSON reads epoch seconds, with or without a fraction, or ISO 8601 text.
func (t *Time) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	var text string
	if json.Unmarshal(b, &text) == nil {
		at, err := time.Parse(time.RFC3339, text)
		t.Time = at.UTC()
		return err
	}
	at, err := epoch(string(b))
	t.Time = at
	return err
}

// epoch reads seconds since 1970, kept to the millisecond.
func epoch(text string) (time.Time, error) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > 1e12 {
		return time.Time{}, fmt.Errorf("%s is not a time in epoch seconds", text)
	}
	return time.UnixMilli(int64(math.Round(f * 1000))).UTC(), nil
}
