package wire

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const testSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

func signedAt() time.Time { return time.Date(2026, 11, 22, 6, 40, 0, 0, time.UTC) }

// served is what a server sees of a request that a client made.
func served(t *testing.T, r *http.Request) *http.Request {
	t.Helper()
	s := httptest.NewRequest(r.Method, r.URL.String(), nil)
	s.Header, s.ContentLength, s.Host = r.Header, r.ContentLength, r.URL.Host
	s.RequestURI = r.URL.RequestURI()
	return s
}

// signed is a request with the signature of the AWS SDK.
func signed(t *testing.T, service, method, target, body string, header ...string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	hash := r.Header.Get("X-Amz-Content-Sha256")
	if hash == "" {
		hash = hexHash([]byte(body))
	}
	if service == "s3" {
		r.Header.Set("X-Amz-Content-Sha256", hash)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = service == "s3" })
	credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: testSecret, SessionToken: "token"}
	if err := signer.SignHTTP(context.Background(), credentials, r, hash, service, "eu-west-1", signedAt()); err != nil {
		t.Fatal(err)
	}
	return served(t, r)
}

// verified parses and checks a signature; the code is of the error, "" for none.
func verified(r *http.Request, body, secret string, now time.Time) string {
	g, err := ParseSignature(r)
	if err == nil {
		err = g.Verify(r, []byte(body), secret, now)
	}
	if err != nil {
		return err.Code
	}
	return ""
}

// Requests as the SDK signs them, and what becomes of them when they are tampered with.
func TestVerifyHeader(t *testing.T) {
	edit := func(r *http.Request, f func(*http.Request)) *http.Request { f(r); return r }
	trail := func() *http.Request {
		return signed(t, "cloudtrail", "POST", "http://127.0.0.1:4599/", "{}", "X-Amz-Target", "CloudTrail_20131101.ListTrails")
	}
	object := func() *http.Request {
		return signed(t, "s3", "PUT", "http://127.0.0.1:4599/bucket/a%20b/%E3%81%82%2Bc?x-id=PutObject&empty=&a=1&a=0", "hello")
	}
	authorization := func(from, to string) func(*http.Request) {
		return func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), from, to, 1))
		}
	}
	for _, tt := range []struct {
		why, body, secret string
		r                 *http.Request
		now               time.Time
		want              string
	}{
		{"as it came", "{}", testSecret, trail(), signedAt(), ""},
		{"without the secret", "{}", "", trail(), signedAt(), ""},
		{"another secret", "{}", "guess", trail(), signedAt(), "InvalidSignatureException"},
		{"another body", "{ }", testSecret, trail(), signedAt(), "InvalidSignatureException"},
		{"another operation", "{}", testSecret, edit(trail(), func(r *http.Request) { r.Header.Set("X-Amz-Target", "CloudTrail_20131101.DeleteTrail") }), signedAt(), "InvalidSignatureException"},
		{"another host", "{}", testSecret, edit(trail(), func(r *http.Request) { r.Host = "elsewhere" }), signedAt(), "InvalidSignatureException"},
		{"another Region", "{}", testSecret, edit(trail(), authorization("eu-west-1", "us-east-1")), signedAt(), "InvalidSignatureException"},
		{"a query that was not signed", "{}", testSecret, edit(trail(), func(r *http.Request) { r.URL.RawQuery = "a=b" }), signedAt(), "InvalidSignatureException"},
		{"five minutes late", "{}", testSecret, trail(), signedAt().Add(5 * time.Minute), ""},
		{"more than that", "{}", testSecret, trail(), signedAt().Add(5*time.Minute + time.Second), "InvalidSignatureException"},
		{"from the future", "{}", "", trail(), signedAt().Add(-16 * time.Minute), "InvalidSignatureException"},
		{"a signature that is none", "{}", "", edit(trail(), authorization("Signature=", "Signature=zz")), signedAt(), "InvalidSignatureException"},
		{"the host is not signed", "{}", "", edit(trail(), authorization("host;", "")), signedAt(), "IncompleteSignatureException"},
		{"a scope of another day", "{}", "", edit(trail(), authorization("/20261122/", "/20261121/")), signedAt(), "InvalidSignatureException"},
		{"S3 encodes paths once", "hello", testSecret, object(), signedAt(), ""},
		{"S3 waits 15 minutes", "hello", testSecret, object(), signedAt().Add(15 * time.Minute), ""},
		{"and no longer", "hello", testSecret, object(), signedAt().Add(16 * time.Minute), "RequestTimeTooSkewed"},
		{"S3 says which hash is wrong", "hallo", "", object(), signedAt(), "XAmzContentSHA256Mismatch"},
		{"S3 needs a hash", "hello", "", edit(object(), func(r *http.Request) { r.Header.Del("X-Amz-Content-Sha256") }), signedAt(), "InvalidRequest"},
		{"a hash that is none", "hello", "", edit(object(), func(r *http.Request) { r.Header.Set("X-Amz-Content-Sha256", "SIGNED") }), signedAt(), "InvalidArgument"},
		{"S3 takes bodies that are not signed", "any", testSecret, signed(t, "s3", "PUT", "http://127.0.0.1:4599/b/k", "other", "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), signedAt(), ""},
		{"other services do not", "{}", "", signed(t, "cloudtrail", "POST", "http://127.0.0.1:4599/", "{}", "X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), signedAt(), "InvalidSignatureException"},
	} {
		if got := verified(tt.r, tt.body, tt.secret, tt.now); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

func presigned(t *testing.T, query string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://127.0.0.1:4599/bucket/key?"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	credentials := aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: testSecret, SessionToken: "token"}
	link, _, err := signer.PresignHTTP(context.Background(), credentials, r, "UNSIGNED-PAYLOAD", "s3", "eu-west-1", signedAt())
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	return served(t, &http.Request{Method: "GET", URL: u, Header: http.Header{}})
}

func TestVerifyURL(t *testing.T) {
	for _, tt := range []struct {
		why, query string
		edit       func(url.Values)
		now        time.Time
		want       string
	}{
		{"as it came", "X-Amz-Expires=3600", nil, signedAt(), ""},
		{"at the end of its time", "X-Amz-Expires=3600", nil, signedAt().Add(time.Hour), ""},
		{"after it", "X-Amz-Expires=3600", nil, signedAt().Add(time.Hour + time.Second), "AccessDenied"},
		{"long before it", "X-Amz-Expires=3600", nil, signedAt().Add(-time.Hour), "RequestTimeTooSkewed"},
		{"longer than what was signed", "X-Amz-Expires=3600", func(q url.Values) { q.Set("X-Amz-Expires", "7200") }, signedAt(), "SignatureDoesNotMatch"},
		{"longer than a week", "X-Amz-Expires=604801", nil, signedAt(), "AuthorizationHeaderMalformed"},
		{"for no time", "", nil, signedAt(), "AuthorizationHeaderMalformed"},
		{"another algorithm", "X-Amz-Expires=60", func(q url.Values) { q.Set("X-Amz-Algorithm", "AWS4-ECDSA-P256-SHA256") }, signedAt(), "AuthorizationHeaderMalformed"},
		{"no credential", "X-Amz-Expires=60", func(q url.Values) { q.Del("X-Amz-Credential") }, signedAt(), "AuthorizationHeaderMalformed"},
	} {
		r := presigned(t, tt.query)
		if tt.edit != nil {
			q := r.URL.Query()
			tt.edit(q)
			r.URL.RawQuery = q.Encode()
		}
		if got := verified(r, "", testSecret, tt.now); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

// The example of
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationQueryStringAuth
// with the bucket, for which it was computed, in the path.
func TestVerifyURLv2(t *testing.T) {
	const link = "/johnsmith/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620"
	for _, tt := range []struct {
		why, link, secret string
		now               time.Time
		want              string
	}{
		{"as in the documentation", link, testSecret, time.Unix(1175139620, 0), ""},
		{"without the secret", link, "", time.Unix(1175139620, 0), ""},
		{"as botocore makes them: with a token, and parameters of which some are signed", "/bucket/a%20b?versionId=1&x=y&response-content-type=text/plain&AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=k7W9CC8ySnb6OmBZ4TgkH1hG8ds%3D&x-amz-security-token=to%20ken&Expires=1175139620", testSecret, time.Unix(1175139620, 0), ""},
		{"a second too late", link, testSecret, time.Unix(1175139621, 0), "AccessDenied"},
		{"another object", strings.Replace(link, "puppy", "kitten", 1), testSecret, time.Unix(1175139620, 0), "SignatureDoesNotMatch"},
		{"a sub-resource that was not signed", link + "&acl", testSecret, time.Unix(1175139620, 0), "SignatureDoesNotMatch"},
		{"a header that was not signed", link + "&x-amz-acl=public-read", testSecret, time.Unix(1175139620, 0), "SignatureDoesNotMatch"},
		{"no time", strings.Replace(link, "1175139620", "soon", 1), "", time.Unix(1175139620, 0), "AccessDenied"},
	} {
		if got := verified(httptest.NewRequest("GET", tt.link, nil), "", tt.secret, tt.now); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.why, got, tt.want)
		}
	}
}

func TestParseSignature(t *testing.T) {
	const ok = "AWS4-HMAC-SHA256 Credential=AK/20261122/eu-west-1/cloudtrail/aws4_request, SignedHeaders=host;x-amz-date, Signature=00"
	for _, tt := range []struct {
		why, authorization, date string
		want                     string
	}{
		{"well formed", ok, "20261122T064000Z", ""},
		{"without spaces", strings.ReplaceAll(ok, ", ", ","), "20261122T064000Z", ""},
		{"the header Date will do", ok, "Sun, 22 Nov 2026 06:40:00 GMT", ""},
		{"another algorithm", strings.Replace(ok, "HMAC-SHA256", "ECDSA-P256-SHA256", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"SigV2", "AWS AK:signature", "20261122T064000Z", "IncompleteSignatureException"},
		{"no signature", strings.Replace(ok, "Signature=00", "", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"no signed headers", strings.Replace(ok, "SignedHeaders=host;x-amz-date", "", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"a short credential", strings.Replace(ok, "/cloudtrail", "", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"a credential without a key", strings.Replace(ok, "AK/", "/", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"another end", strings.Replace(ok, "aws4_request", "aws5_request", 1), "20261122T064000Z", "IncompleteSignatureException"},
		{"no date", ok, "", "IncompleteSignatureException"},
		{"a date that is none", ok, "2026-11-22", "IncompleteSignatureException"},
	} {
		r := request("POST", "/", "", "X-Amz-Target", "CloudTrail_20131101.ListTrails", "Authorization", tt.authorization)
		name := "X-Amz-Date"
		if strings.Contains(tt.date, "GMT") {
			name = "Date"
		}
		r.Header.Set(name, tt.date)
		g, err := ParseSignature(r)
		code := ""
		if err != nil {
			code = err.Code
		}
		if code != tt.want {
			t.Errorf("%s: got %v, want %q", tt.why, err, tt.want)
		}
		if code == "" && (g.AccessKeyID != "AK" || g.Region != "eu-west-1" || g.Service != "cloudtrail") {
			t.Errorf("%s: got %+v", tt.why, g)
		}
	}
}

// A request without a signature is refused as the service that it is for would.
func TestUnsigned(t *testing.T) {
	for want, r := range map[string]*http.Request{
		"MissingAuthenticationTokenException": request("POST", "/", "", "X-Amz-Target", "CloudTrail_20131101.ListTrails"),
		"MissingAuthenticationToken":          request("POST", "/", "", "Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
		"AccessDenied":                        request("GET", "/bucket/key", ""),
	} {
		if _, err := ParseSignature(r); err == nil || err.Code != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Every service has words for every reason.
func TestDistrust(t *testing.T) {
	for _, service := range append(serviceNames(), "s3", "query", "json") {
		for reason := Unsigned; reason <= WrongCredential; reason++ {
			e := Distrust(service, reason, "")
			if e.Code == "" || e.Message == "" || e.Status < 400 {
				t.Errorf("%s has no words for reason %d: %+v", service, reason, e)
			}
			if service == "cloudtrail" && e.Status != 400 {
				t.Errorf("CloudTrail answers %d to reason %d", e.Status, reason)
			}
		}
	}
	if got := Distrust("sts", Malformed, "a detail").Message; got != "a detail" {
		t.Errorf("the detail became %q", got)
	}
}

func TestGuessOperation(t *testing.T) {
	for want, r := range map[string]*http.Request{
		"ListTables": request("POST", "/", "", "X-Amz-Target", "DynamoDB_20120810.ListTables"),
		"ListUsers":  request("POST", "/", "", "Content-Type", "application/x-www-form-urlencoded"),
		"":           request("GET", "/2015-03-31/functions", ""),
	} {
		if got := GuessOperation(r, []byte("Action=ListUsers&Version=2010-05-08")); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
func streamed(t *testing.T) (*Signature, *http.Request, []byte) {
	t.Helper()
	r := request("PUT", "/examplebucket/chunkObject.txt", "",
		"Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
		"X-Amz-Date", "20130524T000000Z", "X-Amz-Content-Sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
		"X-Amz-Decoded-Content-Length", "66560", "X-Amz-Storage-Class", "REDUCED_REDUNDANCY", "Content-Encoding", "aws-chunked")
	r.Host, r.ContentLength = "s3.amazonaws.com", 66824
	var body bytes.Buffer
	body.WriteString("10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n" + strings.Repeat("a", 65536) + "\r\n")
	body.WriteString("400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n" + strings.Repeat("a", 1024) + "\r\n")
	body.WriteString("0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n")
	g, err := ParseSignature(r)
	if err != nil {
		t.Fatal(err)
	}
	return g, r, body.Bytes()
}

func TestUnwrapSigned(t *testing.T) {
	g, r, body := streamed(t)
	if err := g.Verify(r, body, testSecret, g.date); err != nil {
		t.Fatalf("the seed signature of the documentation: %v", err)
	}
	got, err := g.Unwrap(r, body, testSecret)
	if err != nil || string(got) != strings.Repeat("a", 66560) {
		t.Fatalf("got %d bytes, %v", len(got), err)
	}
	if e := r.Header.Get("Content-Encoding"); e != "" {
		t.Errorf("Content-Encoding is %q", e)
	}
	for why, damaged := range map[string][]byte{
		"a byte of the first chunk": bytes.Replace(body, []byte("\r\na"), []byte("\r\nb"), 1),
		"the last chunk left out":   body[:bytes.Index(body, []byte("0;chunk-signature=b6"))],
		"the second chunk left out": append(bytes.Clone(body[:65536+87+2-1]), body[bytes.Index(body, []byte("0;chunk-signature=b6")):]...),
	} {
		g, r, _ := streamed(t)
		if _, err := g.Unwrap(r, damaged, testSecret); err == nil {
			t.Errorf("%s: accepted", why)
		}
	}
}

func TestUnwrap(t *testing.T) {
	for _, tt := range []struct {
		why, mode, length, body string
		want, code, trailer     string
	}{
		{"no framing", "UNSIGNED-PAYLOAD", "", "5\r\nhello", "5\r\nhello", "", ""},
		{"a trailer", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n", "hello", "", "NhCmhg=="},
		{"more than one chunk", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello", "", ""},
		{"nothing", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "0", "0\r\n\r\n", "", "", ""},
		{"a signed chunk with a signed trailer", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "1", "1;chunk-signature=00\r\na\r\n0;chunk-signature=00\r\nx-amz-checksum-crc32:NhCmhg==\r\nx-amz-trailer-signature:00\r\n\r\n", "a", "", "NhCmhg=="},
		{"a signed chunk without a signature", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "1", "1\r\na\r\n0\r\n\r\n", "", "IncompleteBody", ""},
		{"less than promised", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "6", "5\r\nhello\r\n0\r\n\r\n", "", "IncompleteBody", ""},
		{"nothing promised", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "", "0\r\n\r\n", "", "IncompleteBody", ""},
		{"no end", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "5\r\nhello\r\n", "", "IncompleteBody", ""},
		{"a chunk that is too short", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "6\r\nhello\r\n0\r\n\r\n", "", "IncompleteBody", ""},
		{"a size that is none", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "-5\r\nhello\r\n0\r\n\r\n", "", "IncompleteBody", ""},
		{"a size that is huge", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5", "FFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", "", "IncompleteBody", ""},
		{"a trailer that is no checksum", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "0", "0\r\nauthorization:me\r\n\r\n", "", "MalformedTrailerError", ""},
		{"something after the end", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "0", "0\r\n\r\nmore", "", "MalformedTrailerError", ""},
	} {
		r := request("PUT", "/b/k", "", "X-Amz-Decoded-Content-Length", tt.length, "Content-Encoding", "aws-chunked, gzip")
		g := &Signature{payload: tt.mode, Service: "s3"}
		got, err := g.Unwrap(r, []byte(tt.body), "")
		code := ""
		if err != nil {
			code = err.Code
		}
		if string(got) != tt.want || code != tt.code || r.Header.Get("X-Amz-Checksum-Crc32") != tt.trailer {
			t.Errorf("%s: got %q, %q, trailer %q", tt.why, got, code, r.Header.Get("X-Amz-Checksum-Crc32"))
		}
		if code == "" && g.chunked() && r.Header.Get("Content-Encoding") != "gzip" {
			t.Errorf("%s: Content-Encoding is %q", tt.why, r.Header.Get("Content-Encoding"))
		}
	}
}

// With the secret known, trailers need a signature too.
func TestUnwrapUnsignedTrailer(t *testing.T) {
	g := &Signature{payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", Service: "s3", scope: "20261122/eu-west-1/s3/aws4_request", stamp: "20261122T064000Z", signature: strings.Repeat("0", 64)}
	d := dechunker{signature: g, key: g.key(testSecret), previous: g.signature}
	want := sign(d.key, strings.Join([]string{"AWS4-HMAC-SHA256-PAYLOAD", g.stamp, g.scope, g.signature, hexHash(nil), hexHash(nil)}, "\n"))
	r := request("PUT", "/b/k", "", "X-Amz-Decoded-Content-Length", "0")
	_, err := g.Unwrap(r, []byte("0;chunk-signature="+hexOf(want)+"\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"), testSecret)
	if err == nil || err.Code != "MalformedTrailerError" {
		t.Errorf("got %v", err)
	}
}

func hexOf(b []byte) string {
	const digits = "0123456789abcdef"
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = append(out, digits[c>>4], digits[c&15])
	}
	return string(out)
}

// Whatever stands in Authorization, it is parsed or refused, and what is parsed can be
// verified without a panic.
func FuzzParseSignature(f *testing.F) {
	f.Add("AWS4-HMAC-SHA256 Credential=AK/20261122/eu-west-1/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20261122T064000Z", "a=b")
	f.Add("AWS4-HMAC-SHA256 Credential=////aws4_request,SignedHeaders=,Signature=,,=", "", "X-Amz-Algorithm=AWS4-HMAC-SHA256")
	f.Add("", "", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/20261122/b/c/aws4_request&X-Amz-Expires=1&X-Amz-Date=20261122T064000Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00")
	f.Add("", "", "AWSAccessKeyId=a&Signature=b&Expires=9223372036854775807")
	f.Fuzz(func(t *testing.T, authorization, date, query string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.RawQuery = query
		r.Header["Authorization"], r.Header["X-Amz-Date"] = []string{authorization}, []string{date}
		g, err := ParseSignature(r)
		if err != nil {
			if err.Code == "" || err.Message == "" {
				t.Errorf("refused without words: %+v", err)
			}
			return
		}
		if g.AccessKeyID == "" && g.scheme != signedURLv2 {
			t.Error("nobody signed")
		}
		if err := g.Verify(r, nil, "secret", signedAt()); err == nil && g.scheme != signedURLv2 {
			t.Error("a guess was accepted")
		}
	})
}

// Whatever a chunked body holds, it is decoded to what it promises or refused.
func FuzzUnwrap(f *testing.F) {
	f.Add([]byte("5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n"), "5", true)
	f.Add([]byte("1;chunk-signature=00\r\na\r\n0;chunk-signature=00\r\n\r\n"), "1", false)
	f.Add([]byte("ffffffff\r\n\r\n0\r\n:\r\n"), "0", true)
	f.Fuzz(func(t *testing.T, body []byte, length string, unsigned bool) {
		g := &Signature{payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", Service: "s3", scope: "a/b/c/d"}
		if unsigned {
			g.payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
		}
		r := httptest.NewRequest("PUT", "/b/k", nil)
		r.Header["X-Amz-Decoded-Content-Length"] = []string{length}
		got, err := g.Unwrap(r, body, "")
		if err == nil && len(got) >= len(body) {
			t.Errorf("%d bytes out of %d", len(got), len(body))
		}
	})
}
