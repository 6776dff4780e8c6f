package kms

import (
	"encoding/base64"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// page is what lists are asked for: how much, and after what.
type page struct {
	Limit  *int
	Marker string
}

// more is the end of an answer that is a list.
type more struct {
	NextMarker string `json:",omitempty"`
	Truncated  bool
}

// cut takes a page of a list that is sorted by name. The marker is the name of the last
// one that was shown, so that pages go on though that one is gone.
func cut[T any](list []T, p page, byDefault int, name func(T) string) ([]T, more, error) {
	after, err := base64.URLEncoding.DecodeString(p.Marker)
	if err != nil {
		return nil, more{}, wire.Errorf("InvalidMarkerException", "Invalid marker %s", p.Marker)
	}
	for len(list) > 0 && len(after) > 0 && name(list[0]) <= string(after) {
		list = list[1:]
	}
	n := byDefault
	if p.Limit != nil {
		n = *p.Limit
	}
	if len(list) <= n {
		return list, more{}, nil
	}
	return list[:n], more{base64.URLEncoding.EncodeToString([]byte(name(list[n-1]))), true}, nil
}
