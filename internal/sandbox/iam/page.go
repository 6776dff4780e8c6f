package iam

import (
	"encoding/base64"
	"strconv"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// paging is how a list is asked for, a page at a time.
type paging struct {
	Marker   string
	MaxItems *int
}

// page cuts a page out of a list, and returns the marker of the next one, "" if it is
// the last. What comes between two pages may move the list.
func page[T any](q paging, list []T) ([]T, string, error) {
	first, limit := 0, 100
	if q.MaxItems != nil {
		limit = *q.MaxItems
	}
	if q.Marker != "" {
		text, _ := base64.RawURLEncoding.DecodeString(q.Marker) // of what is no number, below
		var err error
		if first, err = strconv.Atoi(string(text)); err != nil || first < 0 {
			return nil, "", wire.Errorf("ValidationError", "Invalid Marker.")
		}
	}
	list = list[min(first, len(list)):]
	if len(list) <= limit {
		return append([]T{}, list...), "", nil
	}
	return list[:limit], base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(first + limit))), nil
}
