package wire

import (
	"encoding/base64"
	"strconv"
)

// Page cuts a page out of a list, from where the token of the page before says, and returns
// the token of the next one, "" if it is the last. What comes between two pages may move the
// list. ok is false for what is no token.
func Page[T any](list []T, token string, limit int) (cut []T, next string, ok bool) {
	first := 0
	if token != "" {
		text, _ := base64.RawURLEncoding.DecodeString(token) // of what is no number, below
		var err error
		if first, err = strconv.Atoi(string(text)); err != nil || first < 0 {
			return nil, "", false
		}
	}
	list = list[min(first, len(list)):]
	if len(list) <= limit {
		return append([]T{}, list...), "", true
	}
	return list[:limit], base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(first + limit))), true
}
