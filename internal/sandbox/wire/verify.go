package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Verify checks a request against its signature: its form, its age by the clock of
// the machine, the hash of its body and, unless secret is "", the signature itself.
// A sandbox cannot know the secrets of long-term keys, and takes them on trust.
func (g *Signature) Verify(r *http.Request, body []byte, secret string, now time.Time) *Error {
	if g.scheme == signedURLv2 {
		return g.verifyV2(r, secret, now)
	}
	for _, check := range []func() *Error{
		g.checkForm,
		func() *Error { return g.checkAge(now) },
		func() *Error { return g.checkPayload(body) },
	} {
		if err := check(); err != nil {
			return err
		}
	}
	if secret == "" {
		return nil
	}
	want := hex.EncodeToString(sign(g.key(secret), g.stringToSign(r, body)))
	if !hmac.Equal([]byte(want), []byte(g.signature)) {
		return Distrust(g.Service, WrongSignature, "")
	}
	return nil
}

func (g *Signature) checkForm() *Error {
	if b, err := hex.DecodeString(g.signature); err != nil || len(b) != sha256.Size {
		return Distrust(g.Service, WrongSignature, "")
	}
	if !slices.Contains(g.headers, "host") {
		return Distrust(g.Service, Malformed, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	return nil
}

// checkAge allows what AWS does: 5 minutes either way, 15 for S3, the lifetime of a
// presigned URL.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
func (g *Signature) checkAge(now time.Time) *Error {
	leeway := 5 * time.Minute
	if g.Service == "s3" {
		leeway = 15 * time.Minute
	}
	if g.scheme == signedURL {
		if now.After(g.date.Add(g.lifetime)) {
			return Distrust(g.Service, LinkExpired, "")
		}
		leeway = max(leeway, g.lifetime)
	}
	if now.Before(g.date.Add(-min(leeway, 15*time.Minute))) || now.After(g.date.Add(leeway)) {
		return Distrust(g.Service, Skewed, g.skewText(now, leeway))
	}
	return nil
}

func (g *Signature) skewText(now time.Time, leeway time.Duration) string {
	if g.Service == "s3" {
		return ""
	}
	at := now.UTC().Format(stampLayout)
	if g.date.After(now) {
		return "Signature not yet current: " + g.stamp + " is still later than " + now.UTC().Add(leeway).Format(stampLayout) + " (" + at + " + 5 min.)"
	}
	return "Signature expired: " + g.stamp + " is now earlier than " + now.UTC().Add(-leeway).Format(stampLayout) + " (" + at + " - 5 min.)"
}

// checkPayload holds the body against x-amz-content-sha256, which only S3 demands.
// A presigned URL is for any body.
func (g *Signature) checkPayload(body []byte) *Error {
	switch {
	case g.scheme == signedURL || g.Service == "s3" && g.free():
		return nil
	case g.payload == "" && g.Service == "s3":
		return &Error{Code: "InvalidRequest", Message: "Missing required header for this request: x-amz-content-sha256"}
	case g.payload == "" || strings.EqualFold(g.payload, hexHash(body)):
		return nil
	case len(g.payload) != 2*sha256.Size && g.Service == "s3":
		return &Error{Code: "InvalidArgument", Message: "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, STREAMING-UNSIGNED-PAYLOAD-TRAILER or a valid sha256 value."}
	}
	return Distrust(g.Service, WrongPayload, "")
}

// free says whether the header gives, in place of a hash, a word that S3 knows.
func (g *Signature) free() bool { return g.payload == "UNSIGNED-PAYLOAD" || g.chunked() }

// stringToSign is that of the whole request.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
func (g *Signature) stringToSign(r *http.Request, body []byte) string {
	canonical := strings.Join([]string{
		r.Method, g.canonicalPath(r), canonicalQuery(r), g.canonicalHeaders(r), strings.Join(g.headers, ";"), g.payloadHash(body),
	}, "\n")
	return strings.Join([]string{algorithm, g.stamp, g.scope, hexHash([]byte(canonical))}, "\n")
}

func (g *Signature) payloadHash(body []byte) string {
	switch {
	case g.payload != "":
		return g.payload
	case g.scheme == signedURL && g.Service == "s3":
		return "UNSIGNED-PAYLOAD"
	}
	return hexHash(body)
}

// canonicalPath encodes the path once for S3 and twice for every other service.
func (g *Signature) canonicalPath(r *http.Request) string {
	raw := rawPath(r)
	if g.Service != "s3" {
		return uriEncode(raw, '/')
	}
	decoded, err := url.PathUnescape(raw)
	if err != nil {
		return raw
	}
	return uriEncode(decoded, '/')
}

// rawPath is the path as the client sent it.
func rawPath(r *http.Request) string {
	if strings.HasPrefix(r.RequestURI, "/") {
		raw, _, _ := strings.Cut(r.RequestURI, "?")
		return raw
	}
	return r.URL.EscapedPath()
}

func canonicalQuery(r *http.Request) string {
	var pairs []string
	for k, vs := range r.URL.Query() {
		if k == "X-Amz-Signature" {
			continue
		}
		for _, v := range vs {
			pairs = append(pairs, uriEncode(k, 0)+"="+uriEncode(v, 0))
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "&")
}

// canonicalHeaders lists the signed headers. Three of them net/http keeps elsewhere
// than in r.Header.
func (g *Signature) canonicalHeaders(r *http.Request) string {
	var b strings.Builder
	for _, name := range g.headers {
		value := strings.Join(r.Header.Values(name), ",")
		switch name {
		case "host":
			value = r.Host
		case "content-length":
			value = strconv.FormatInt(r.ContentLength, 10)
		case "transfer-encoding":
			value = strings.Join(r.TransferEncoding, ",")
		}
		b.WriteString(name + ":" + strings.Join(strings.Fields(value), " ") + "\n")
	}
	return b.String()
}

// key derives the key that signs, from the secret and the scope.
func (g *Signature) key(secret string) []byte {
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(g.scope, "/") {
		key = sign(key, part)
	}
	return key
}

func sign(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hexHash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// uriEncode encodes all but the unreserved characters of RFC 3986 and one more.
func uriEncode(text string, keep byte) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 || c == keep && keep != 0 {
			b.WriteByte(c)
			continue
		}
		b.Write([]byte{'%', digits[c>>4], digits[c&15]})
	}
	return b.String()
}
