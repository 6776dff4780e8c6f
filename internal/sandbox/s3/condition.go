package s3

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// Conditional requests:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html

// matches tells whether a list of entity tags has the ETag, or is a star.
func matches(header, etag string) bool {
	return slices.ContainsFunc(strings.Split(header, ","), func(t string) bool {
		t = strings.TrimPrefix(strings.TrimSpace(t), "W/")
		return t == "*" || strings.Trim(t, `"`) == etag
	})
}

// conditions are the four conditions of a read; the header names differ between a
// GET and the source of a copy.
type conditions struct {
	match, noneMatch, since, notSince string
}

// failing returns the name of the condition that does not hold, "" when all do, and
// whether it is one of those that a GET answers with Not Modified. An entity tag
// outweighs a time.
func (c conditions) failing(v version) (name string, notModified bool) {
	switch {
	case c.match != "" && !matches(c.match, v.ETag):
		return "If-Match", false
	case c.match == "" && modifiedAfter(c.notSince, v):
		return "If-Unmodified-Since", false
	case c.noneMatch != "" && matches(c.noneMatch, v.ETag):
		return "If-None-Match", true
	case c.noneMatch == "" && c.since != "" && validTime(c.since) && !modifiedAfter(c.since, v):
		return "If-Modified-Since", true
	default:
		return "", false
	}
}

func validTime(header string) bool {
	_, err := http.ParseTime(header)
	return err == nil
}

// modifiedAfter is false for a time that cannot be read: such conditions are ignored.
func modifiedAfter(header string, v version) bool {
	t, err := http.ParseTime(header)
	return err == nil && v.Modified.Truncate(time.Second).After(t)
}

// mayRead checks the conditions of a GET or HEAD.
func (q *request) mayRead(v version) (notModified bool, err error) {
	c := conditions{
		match: q.header("If-Match"), noneMatch: q.header("If-None-Match"),
		since: q.header("If-Modified-Since"), notSince: q.header("If-Unmodified-Since"),
	}
	name, notModified := c.failing(v)
	if name != "" && !notModified {
		return false, preconditionFailed(name)
	}
	return notModified, nil
}

// mayWrite checks the conditions of a write: If-None-Match: * wants the object not to
// be there, If-Match wants it to be as it was.
func (q *request) mayWrite() error {
	v, there := q.bucket.visible(q.key)
	if none := q.header("If-None-Match"); none != "" {
		if none != "*" {
			return headerNotImplemented("If-None-Match")
		}
		if there {
			return preconditionFailed("If-None-Match")
		}
	}
	if match := q.header("If-Match"); match != "" {
		if !there {
			return noSuchKey(q.key)
		}
		if !matches(match, v.ETag) {
			return preconditionFailed("If-Match")
		}
	}
	for _, name := range []string{"If-Modified-Since", "If-Unmodified-Since"} {
		if q.header(name) != "" {
			return headerNotImplemented(name)
		}
	}
	return nil
}
