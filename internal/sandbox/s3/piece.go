package s3

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

var errShortBody = errors.New("a body is shorter than its object")

// A piece is what a reader gets of an object: all, a range, or a part.
type piece struct {
	status        int
	first, length int64
	contentRange  string
	checksum      checksum
	partsCount    int
}

func (q *request) wantedPiece(v version) (piece, error) {
	size := sizeOf(v.Body)
	whole := piece{status: http.StatusOK, length: size, checksum: v.Checksum}
	header := q.header("Range")
	if q.has("partNumber") {
		if header != "" {
			return piece{}, invalidRequest("Cannot specify both Range header and partNumber query parameter")
		}
		return q.wantedPart(v)
	}
	first, last, ok := parseRange(header, size)
	if !ok {
		return whole, nil
	}
	if first >= size || last < first {
		return piece{}, invalidRange(header, size)
	}
	// S3 has no checksum of a range.
	return newPiece(first, last, size), nil
}

func newPiece(first, last, size int64) piece {
	return piece{
		status: http.StatusPartialContent, first: first, length: last - first + 1,
		contentRange: fmt.Sprintf("bytes %d-%d/%d", first, last, size),
	}
}

func invalidRange(header string, size int64) *failure {
	return fail(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable").
		with("RangeRequested", header).with("ActualObjectSize", strconv.FormatInt(size, 10)).
		withHeader("Content-Range", fmt.Sprintf("bytes */%d", size))
}

// parseRange reads a Range header of one range; last is cut to the size. S3 answers
// anything else, many ranges among it, with the whole object: ok is false then.
func parseRange(header string, size int64) (first, last int64, ok bool) {
	spec, found := strings.CutPrefix(header, "bytes=")
	from, to, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !found || !dash {
		return 0, 0, false
	}
	if from == "" {
		n, err := strconv.ParseInt(to, 10, 64)
		if err != nil || n < 0 {
			return 0, 0, false
		}
		if n == 0 {
			return size, size, true // of nothing: not satisfiable
		}
		return max(0, size-n), size - 1, true
	}
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil || first < 0 {
		return 0, 0, false
	}
	if to == "" {
		return first, size - 1, true
	}
	last, err = strconv.ParseInt(to, 10, 64)
	if err != nil || last < first {
		return 0, 0, false
	}
	return first, min(last, size-1), true
}

// wantedPart returns a part of a multipart upload by its place; an object that was
// put whole has one part.
func (q *request) wantedPart(v version) (piece, error) {
	n, err := strconv.Atoi(q.query.Get("partNumber"))
	if err != nil || n < 1 || n > maxParts {
		return piece{}, badPartNumber(q.query.Get("partNumber"))
	}
	size := sizeOf(v.Body)
	if len(v.Parts) == 0 {
		if n > 1 {
			return piece{}, partNotSatisfiable(n, 1)
		}
		return piece{status: http.StatusPartialContent, length: size, checksum: v.Checksum, contentRange: wholeRange(size)}, nil
	}
	if n > len(v.Parts) {
		return piece{}, partNotSatisfiable(n, len(v.Parts))
	}
	var first int64
	for _, p := range v.Parts[:n-1] {
		first += p.Size
	}
	p := newPiece(first, first+v.Parts[n-1].Size-1, size)
	p.partsCount = len(v.Parts)
	p.checksum = v.Parts[n-1].Checksum
	p.checksum.Kind = v.Checksum.Kind
	return p, nil
}

func wholeRange(size int64) string {
	if size == 0 {
		return ""
	}
	return fmt.Sprintf("bytes 0-%d/%d", size-1, size)
}

func partNotSatisfiable(n, count int) *failure {
	return fail(http.StatusRequestedRangeNotSatisfiable, "InvalidPartNumber", "The requested partnumber is not satisfiable").
		with("PartNumberRequested", itoa(n)).with("ActualPartCount", itoa(count))
}

func lower(s string) string { return strings.ToLower(s) }
