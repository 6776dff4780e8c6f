package iam

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// paging is how a list is asked for, a page at a time.
type paging struct {
	Marker   string
	MaxItems *int
}

// page cuts a page out of a list, and returns the marker of the next one.
func page[T any](q paging, list []T) ([]T, string, error) {
	limit := 100
	if q.MaxItems != nil {
		limit = *q.MaxItems
	}
	cut, next, ok := wire.Page(list, q.Marker, limit)
	if !ok {
		return nil, "", wire.Errorf("ValidationError", "Invalid Marker.")
	}
	return cut, next, nil
}
