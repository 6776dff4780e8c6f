package s3

import (
	"encoding/base64"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// A window says which part of a listing is wanted.
type window struct {
	prefix    string
	delimiter string
	after     string // a key or common prefix: what follows it is listed
	afterID   string // with after: a row of that key, after which its other rows follow
	max       int
}

// A page is the part of a listing that was wanted. Each row and each common prefix
// counts one towards the maximum.
type page[T any] struct {
	rows      []T
	prefixes  []string
	truncated bool
	last      string // the last key or common prefix, where the next page goes on
	lastID    string // of the last row; "" after a common prefix
}

func (p page[T]) count() int { return len(p.rows) + len(p.prefixes) }

// paginate lists sorted keys. rowsOf gives the rows of a key, none if it is not to
// be listed, and idOf tells the rows of one key apart. Keys that have the delimiter
// behind the prefix are rolled up into one common prefix; a marker inside of a
// common prefix skips all of it, as S3 does with the markers it gives out.
func paginate[T any](keys []string, w window, rowsOf func(key string) []T, idOf func(T) string) page[T] {
	var p page[T]
	if w.max == 0 {
		return p
	}
	for i := w.first(keys); i < len(keys) && strings.HasPrefix(keys[i], w.prefix); i++ {
		key := keys[i]
		rows := rowsOf(key)
		if key == w.after {
			rows = rows[rowsUpTo(rows, w.afterID, idOf):]
		}
		if len(rows) == 0 {
			continue
		}
		if common, ok := w.rollUp(key); ok {
			if common > w.after {
				if p.count() == w.max {
					p.truncated = true
					return p
				}
				p.prefixes, p.last, p.lastID = append(p.prefixes, common), common, ""
			}
			i = pastPrefix(keys, common) - 1
			continue
		}
		for _, row := range rows {
			if p.count() == w.max {
				p.truncated = true
				return p
			}
			p.rows, p.last, p.lastID = append(p.rows, row), key, idOf(row)
		}
	}
	return p
}

// first is the place of the first key that may be listed.
func (w window) first(keys []string) int {
	i, _ := slices.BinarySearch(keys, max(w.prefix, w.after))
	if i < len(keys) && w.after != "" && keys[i] == w.after && w.afterID == "" {
		i++
	}
	return i
}

// rowsUpTo counts the rows up to the marked one; an unknown mark is past them all.
func rowsUpTo[T any](rows []T, id string, idOf func(T) string) int {
	i := slices.IndexFunc(rows, func(r T) bool { return idOf(r) == id })
	if i < 0 {
		return len(rows)
	}
	return i + 1
}

// rollUp returns the common prefix of a key, if it has one.
func (w window) rollUp(key string) (string, bool) {
	if w.delimiter == "" {
		return "", false
	}
	i := strings.Index(key[len(w.prefix):], w.delimiter)
	if i < 0 {
		return "", false
	}
	return key[:len(w.prefix)+i+len(w.delimiter)], true
}

// pastPrefix is the place of the first key behind those with the prefix.
func pastPrefix(keys []string, prefix string) int {
	return sort.Search(len(keys), func(i int) bool { return keys[i] > prefix && !strings.HasPrefix(keys[i], prefix) })
}

// window reads the parameters that all listings share; max is named differently in some.
func (q *request) window(maxName string) (window, error) {
	w := window{prefix: q.query.Get("prefix"), delimiter: q.query.Get("delimiter"), max: 1000}
	if e := q.query.Get("encoding-type"); e != "" && e != "url" {
		return w, invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", e)
	}
	value := q.query.Get(maxName)
	if value == "" {
		return w, nil
	}
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil {
		return w, invalidArgument("Provided "+maxName+" not an integer or within integer range", maxName, value)
	}
	if n < 0 {
		return w, invalidArgument("Argument "+maxName+" must be an integer between 0 and 2147483647", maxName, value)
	}
	w.max = int(min(n, 1000))
	return w, nil
}

// encode writes a key or prefix as the encoding-type asks for. Spaces become +, as
// S3 has it, and slashes stay.
func (q *request) encode(s string) string {
	if q.query.Get("encoding-type") == "url" {
		return strings.ReplaceAll(url.QueryEscape(s), "%2F", "/")
	}
	return s
}

// encodeKey writes a key as a path.
func encodeKey(key string) string {
	return strings.ReplaceAll(url.PathEscape(key), "%2F", "/")
}

// The token that continues a listing is the last name of the page before, in a form
// that a client will not take to be one.

func token(last string) string { return base64.RawURLEncoding.EncodeToString([]byte("1" + last)) }

func fromToken(t string) (last string, err error) {
	decoded, err := base64.RawURLEncoding.DecodeString(t)
	last, ok := strings.CutPrefix(string(decoded), "1")
	if err != nil || !ok {
		return "", invalidArgument("The continuation token provided is incorrect", "continuation-token", t)
	}
	return last, nil
}

// frame is the beginning that all listings share.
func (q *request) frame(root string, w window, maxName string, truncated bool) *element {
	e := tree(root, text("Name", q.bucket.Name), text("Prefix", q.encode(w.prefix)), text(maxName, itoa(w.max)),
		text("IsTruncated", strconv.FormatBool(truncated)))
	if w.delimiter != "" {
		e.add("Delimiter", q.encode(w.delimiter))
	}
	if q.has("encoding-type") {
		e.add("EncodingType", q.query.Get("encoding-type"))
	}
	return e
}

func (e *element) add(name, value string) { e.children = append(e.children, text(name, value)) }

func (q *request) addPrefixes(e *element, prefixes []string) {
	for _, p := range prefixes {
		e.children = append(e.children, tree("CommonPrefixes", text("Prefix", q.encode(p))))
	}
}

func ownerElement(account string) *element { return tree("Owner", text("ID", canonicalID(account))) }
