package wire

import (
	"bytes"
	"crypto/hmac"
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
)

// chunked says whether the body has the framing of aws-chunked.
func (g *Signature) chunked() bool {
	switch g.payload {
	case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER":
		return true
	}
	return false
}

// Unwrap returns the body without the framing of aws-chunked, when it has one:
//
//	5;chunk-signature=…\r\n
//	hello\r\n
//	0;chunk-signature=…\r\n
//	x-amz-checksum-crc32:NhCmhg==\r\n
//	x-amz-trailer-signature:…\r\n\r\n
//
// Trailers become headers of r, aws-chunked leaves its Content-Encoding, and, unless
// secret is "", the signature of every chunk is checked. The request must have been
// verified.
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func (g *Signature) Unwrap(r *http.Request, body []byte, secret string) ([]byte, *Error) {
	if !g.chunked() || g.scheme != signedHeader {
		return body, nil
	}
	d := dechunker{rest: body, signed: strings.HasPrefix(g.payload, "STREAMING-AWS4"), signature: g, previous: g.signature}
	if secret != "" && d.signed {
		d.key = g.key(secret)
	}
	if err := d.chunks(); err != nil {
		return nil, err
	}
	trailers, err := d.trailers()
	if err != nil {
		return nil, err
	}
	if want := r.Header.Get("X-Amz-Decoded-Content-Length"); want != strconv.Itoa(d.out.Len()) {
		return nil, incompleteBody()
	}
	for k, v := range trailers {
		r.Header[k] = v
	}
	dropEncoding(r.Header)
	return d.out.Bytes(), nil
}

// dropEncoding takes aws-chunked out of Content-Encoding, which S3 keeps otherwise.
func dropEncoding(h http.Header) {
	var kept []string
	for part := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		if part = strings.TrimSpace(part); part != "" && part != "aws-chunked" {
			kept = append(kept, part)
		}
	}
	h.Del("Content-Encoding")
	if len(kept) > 0 {
		h.Set("Content-Encoding", strings.Join(kept, ","))
	}
}

func incompleteBody() *Error {
	return &Error{Code: "IncompleteBody", Message: "The request body terminated unexpectedly"}
}

func malformedTrailer() *Error {
	return &Error{Code: "MalformedTrailerError", Message: "The request contained trailing data that was not well-formed or did not conform to our published schema."}
}

// A dechunker reads framed chunks from rest into out.
type dechunker struct {
	rest      []byte
	out       bytes.Buffer
	signed    bool
	signature *Signature
	key       []byte // nil when the chunks are not to be checked
	previous  string // the signature of the chunk before
}

// chunks reads up to and with the head of the last, empty chunk. When the chunks
// are signed, the signature of that one is checked like the others'.
func (d *dechunker) chunks() *Error {
	for {
		line, ok := d.line()
		if !ok {
			return incompleteBody()
		}
		digits, extension, _ := strings.Cut(line, ";")
		size, err := strconv.ParseUint(digits, 16, 31)
		if err != nil || int(size) > len(d.rest) {
			return incompleteBody()
		}
		data := d.rest[:size]
		if err := d.checkChunk(extension, data); err != nil {
			return err
		}
		if size == 0 {
			return nil
		}
		d.out.Write(data)
		d.rest = d.rest[size:]
		if line, ok := d.line(); !ok || line != "" {
			return incompleteBody()
		}
	}
}

// line takes a line that ends with CRLF.
func (d *dechunker) line() (string, bool) {
	line, rest, ok := bytes.Cut(d.rest, []byte("\r\n"))
	if ok {
		d.rest = rest
	}
	return string(line), ok
}

func (d *dechunker) checkChunk(extension string, data []byte) *Error {
	got, ok := strings.CutPrefix(extension, "chunk-signature=")
	if !d.signed {
		return nil
	}
	if !ok {
		return incompleteBody()
	}
	return d.check(got, algorithm+"-PAYLOAD", hexHash(nil), hexHash(data))
}

// check holds a signature of the chain against the one that follows from the one
// before it.
func (d *dechunker) check(got string, parts ...string) *Error {
	if d.key == nil {
		return nil
	}
	text := append([]string{parts[0], d.signature.stamp, d.signature.scope, d.previous}, parts[1:]...)
	want := hex.EncodeToString(sign(d.key, strings.Join(text, "\n")))
	if !hmac.Equal([]byte(want), []byte(got)) {
		return Distrust("s3", WrongSignature, "")
	}
	d.previous = want
	return nil
}

// trailers reads the headers that follow the chunks. Only checksums are sent so.
func (d *dechunker) trailers() (http.Header, *Error) {
	trailers := http.Header{}
	var signed strings.Builder
	due := d.key != nil && strings.HasSuffix(d.signature.payload, "-TRAILER") // a signature of the trailers
	for {
		line, ok := d.line()
		if line == "" || !ok {
			if len(d.rest) > 0 || due {
				return nil, malformedTrailer()
			}
			return trailers, nil
		}
		name, value, ok := strings.Cut(line, ":")
		name = strings.ToLower(strings.TrimSpace(name))
		switch {
		case ok && name == "x-amz-trailer-signature":
			if err := d.check(strings.TrimSpace(value), algorithm+"-TRAILER", hexHash([]byte(signed.String()))); err != nil {
				return nil, err
			}
			due = false
		case ok && strings.HasPrefix(name, "x-amz-checksum-"):
			trailers.Set(name, strings.TrimSpace(value))
			signed.WriteString(name + ":" + strings.TrimSpace(value) + "\n")
		default:
			return nil, malformedTrailer()
		}
	}
}
