package logs

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// paging is how a list is asked for, a page at a time.
type paging struct {
	Limit     int    `json:"limit"`
	NextToken string `json:"nextToken"`
}

// page cuts a page of 50 at most out of a list, and returns the token of the next one.
func page[T any](q paging, list []T) ([]T, string, error) {
	limit := 50
	if q.Limit > 0 {
		limit = q.Limit
	}
	cut, next, ok := wire.Page(list, q.NextToken, limit)
	if !ok {
		return nil, "", badToken()
	}
	return cut, next, nil
}

func badToken() error { return invalid("The specified nextToken is invalid.") }
