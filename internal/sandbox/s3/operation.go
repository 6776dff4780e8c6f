package s3

import (
	"net/http"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// Operation says what a request will ask of Serve: the operation, named as Serve
// will name it, and the bucket, which need not exist. Either may be "".
func (s *Store) Operation(r *http.Request) (operation, bucket string) {
	q := s.newRequest(r, &wire.Call{}, nil)
	op, err := s.route(q)
	if err != nil {
		return "", q.name
	}
	return op.name, q.name
}

// Address says which bucket and object a request is about; either may be "".
func Address(r *http.Request) (bucket, key string) {
	bucket, key, _ = splitAddress(r.Host, r.URL.Path)
	return bucket, key
}
