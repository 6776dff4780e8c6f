package s3

import (
	"crypto/sha256"
	"encoding/hex"
)

// Bodies keeps what objects contain, each content once, under the hexadecimal
// SHA-256 of it. Implementations are safe for concurrent use. If one has a method
// Remove(sum string) error, it is told of contents that no object has any more.
type Bodies interface {
	Write(sum string, body []byte) error
	// Read returns the content; the caller does not change it.
	Read(sum string) ([]byte, error)
}

// A chunk is a piece of an object: all of it, or one part of a multipart upload.
type chunk struct {
	Sum  string
	Size int64
}

// keep stores a body and counts one more user of it. An empty body has no chunk.
func (s *Store) keep(body []byte) ([]chunk, error) {
	if len(body) == 0 {
		return nil, nil
	}
	digest := sha256.Sum256(body)
	sum := hex.EncodeToString(digest[:])
	if s.users[sum] == 0 {
		if err := s.bodies().Write(sum, body); err != nil {
			return nil, err
		}
	}
	s.users[sum]++
	return []chunk{{Sum: sum, Size: int64(len(body))}}, nil
}

// share counts one more user of every chunk.
func (s *Store) share(chunks []chunk) {
	for _, c := range chunks {
		s.users[c.Sum]++
	}
}

// release counts one user less of every chunk, and lets go of contents without users.
// A content that cannot be removed costs space only, so that error is dropped.
func (s *Store) release(chunks []chunk) {
	for _, c := range chunks {
		s.users[c.Sum]--
		if s.users[c.Sum] > 0 {
			continue
		}
		delete(s.users, c.Sum)
		if r, ok := s.bodies().(interface{ Remove(sum string) error }); ok {
			_ = r.Remove(c.Sum)
		}
	}
}

// read returns the whole of an object.
func (s *Store) read(chunks []chunk) ([]byte, error) {
	if len(chunks) == 1 {
		return s.bodies().Read(chunks[0].Sum)
	}
	var whole []byte
	for _, c := range chunks {
		piece, err := s.bodies().Read(c.Sum)
		if err != nil {
			return nil, err
		}
		whole = append(whole, piece...)
	}
	return whole, nil
}

func sizeOf(chunks []chunk) (size int64) {
	for _, c := range chunks {
		size += c.Size
	}
	return size
}

func (s *Store) bodies() Bodies {
	if s.Bodies != nil {
		return s.Bodies
	}
	return s.memory
}
