package logs

import (
	"encoding/base64"
	"strconv"
)

// paging is how a list is asked for, a page at a time.
type paging struct {
	Limit     int    `json:"limit"`
	NextToken string `json:"nextToken"`
}

// page cuts a page of 50 at most out of a list, and returns the token of the next one,
// "" if it is the last. What comes between two pages may move the list.
func page[T any](q paging, list []T) ([]T, string, error) {
	first, limit := 0, 50
	if q.Limit > 0 {
		limit = q.Limit
	}
	if q.NextToken != "" {
		text, _ := base64.RawURLEncoding.DecodeString(q.NextToken) // of what is no number, below
		var err error
		if first, err = strconv.Atoi(string(text)); err != nil || first < 0 {
			return nil, "", badToken()
		}
	}
	list = list[min(first, len(list)):]
	if len(list) <= limit {
		return append([]T{}, list...), "", nil
	}
	return list[:limit], base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(first + limit))), nil
}

func badToken() error { return invalid("The specified nextToken is invalid.") }
