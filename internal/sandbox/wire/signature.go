package wire

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// A Signature is what a request says of who sends it, where to and when. Parsing it
// believes nothing; Verify does the checking.
type Signature struct {
	AccessKeyID string
	Token       string // of a session; "" for a long-term key
	Region      string // "" for SigV2, which does not name one
	Service     string // signing name

	scheme    scheme
	scope     string // 20261122/eu-west-1/cloudtrail/aws4_request
	stamp     string // 20261122T064000Z
	date      time.Time
	lifetime  time.Duration // of a presigned URL
	headers   []string      // signed, in small letters
	signature string
	payload   string // x-amz-content-sha256, "" when absent
}

type scheme int

const (
	signedHeader scheme = iota // SigV4 in the header Authorization
	signedURL                  // SigV4 in the query string
	signedURLv2                // SigV2 in the query string, which `aws s3 presign` makes by default
)

const (
	algorithm   = "AWS4-HMAC-SHA256"
	stampLayout = "20060102T150405Z"
)

// ParseSignature finds the signature of a request, in its header or its URL. The
// error is the one that the service would answer.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func ParseSignature(r *http.Request) (*Signature, *Error) {
	query := r.URL.Query()
	header := r.Header.Get("Authorization")
	switch {
	case header != "":
		return parseHeader(r, header)
	case query.Has("X-Amz-Algorithm") || query.Has("X-Amz-Credential"):
		return parseURL(r, query)
	case query.Has("AWSAccessKeyId") && query.Has("Signature"):
		return parseURLv2(query)
	}
	return nil, Distrust(Guess(r), Unsigned, "")
}

// Guess says which kind of service an unsigned request is for: "query", "s3" or
// "json".
func Guess(r *http.Request) string {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return "json"
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.URL.Query().Has("Action"):
		return "query"
	}
	return "s3"
}

// GuessOperation names what a request to a service without a model seems to ask for;
// "" where it does not say.
func GuessOperation(r *http.Request, body []byte) string {
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		return target[strings.LastIndexByte(target, '.')+1:]
	}
	if Guess(r) == "query" {
		return form(r, body).Get("Action")
	}
	return ""
}

func parseHeader(r *http.Request, header string) (*Signature, *Error) {
	parts, ok := strings.CutPrefix(header, algorithm+" ")
	if !ok {
		name, _, _ := strings.Cut(header, " ")
		return nil, Distrust(Guess(r), Malformed, "Unsupported signing algorithm: "+strconv.Quote(name)+"; the sandbox verifies "+algorithm+".")
	}
	fields := map[string]string{}
	for part := range strings.SplitSeq(parts, ",") {
		k, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[k] = v
	}
	for _, k := range []string{"Credential", "SignedHeaders", "Signature"} {
		if fields[k] == "" {
			return nil, Distrust(Guess(r), Malformed, "Authorization header requires '"+k+"' parameter.")
		}
	}
	g := &Signature{
		scheme:    signedHeader,
		Token:     r.Header.Get("X-Amz-Security-Token"),
		headers:   strings.Split(fields["SignedHeaders"], ";"),
		signature: fields["Signature"],
		payload:   r.Header.Get("X-Amz-Content-Sha256"),
	}
	if err := g.parseCredential(r, fields["Credential"]); err != nil {
		return nil, err
	}
	return g, g.parseDate(headerDate(r))
}

// headerDate returns the time of signing; the header Date may stand in for
// X-Amz-Date.
func headerDate(r *http.Request) string {
	if d := r.Header.Get("X-Amz-Date"); d != "" {
		return d
	}
	d := r.Header.Get("Date")
	if t, err := http.ParseTime(d); err == nil {
		return t.UTC().Format(stampLayout)
	}
	return d
}

func parseURL(r *http.Request, query url.Values) (*Signature, *Error) {
	g := &Signature{
		scheme:    signedURL,
		Token:     query.Get("X-Amz-Security-Token"),
		headers:   strings.Split(query.Get("X-Amz-SignedHeaders"), ";"),
		signature: query.Get("X-Amz-Signature"),
		payload:   r.Header.Get("X-Amz-Content-Sha256"),
	}
	if err := g.parseCredential(r, query.Get("X-Amz-Credential")); err != nil {
		return nil, err
	}
	if a := query.Get("X-Amz-Algorithm"); a != algorithm {
		return nil, Distrust(g.Service, Malformed, "Unsupported signing algorithm: "+strconv.Quote(a)+"; the sandbox verifies "+algorithm+".")
	}
	seconds, err := strconv.Atoi(query.Get("X-Amz-Expires"))
	if err != nil || seconds < 1 || seconds > 7*24*3600 {
		return nil, Distrust(g.Service, Malformed, "X-Amz-Expires must be a number of seconds between 1 and 604800.")
	}
	g.lifetime = time.Duration(seconds) * time.Second
	return g, g.parseDate(query.Get("X-Amz-Date"))
}

// parseURLv2 reads ?AWSAccessKeyId=…&Signature=…&Expires=1790000000. Only S3 still
// takes it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
func parseURLv2(query url.Values) (*Signature, *Error) {
	seconds, err := strconv.ParseInt(query.Get("Expires"), 10, 64)
	if err != nil || seconds < 0 {
		return nil, Distrust("s3", Unsigned, "Invalid date (should be seconds since epoch): "+query.Get("Expires"))
	}
	return &Signature{
		scheme:      signedURLv2,
		AccessKeyID: query.Get("AWSAccessKeyId"),
		Token:       query.Get("x-amz-security-token"),
		Service:     "s3",
		signature:   query.Get("Signature"),
		date:        time.Unix(seconds, 0),
	}, nil
}

// parseCredential reads KEY/20261122/eu-west-1/cloudtrail/aws4_request.
func (g *Signature) parseCredential(r *http.Request, credential string) *Error {
	parts := strings.Split(credential, "/")
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return Distrust(Guess(r), Malformed, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	g.AccessKeyID, g.Region, g.Service = parts[0], parts[2], parts[3]
	g.scope = strings.Join(parts[1:], "/")
	if g.AccessKeyID == "" || g.Region == "" || g.Service == "" {
		return Distrust(Guess(r), Malformed, "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '"+credential+"'")
	}
	return nil
}

func (g *Signature) parseDate(stamp string) *Error {
	t, err := time.Parse(stampLayout, stamp)
	if err != nil {
		return Distrust(g.Service, Malformed, "Date must be in ISO-8601 'basic format'. Got '"+stamp+"'. See http://en.wikipedia.org/wiki/ISO_8601")
	}
	if !strings.HasPrefix(g.scope, stamp[:8]+"/") {
		return Distrust(g.Service, WrongCredential, "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '"+g.scope[:min(8, len(g.scope))]+"' != '"+stamp[:8]+"', from '"+stamp+"'.")
	}
	g.stamp, g.date = stamp, t
	return nil
}
