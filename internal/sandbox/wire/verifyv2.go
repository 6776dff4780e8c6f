package wire

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verifyV2 checks a URL that was presigned with SigV2. Its age is all that can be
// checked without the secret.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html
func (g *Signature) verifyV2(r *http.Request, secret string, now time.Time) *Error {
	if now.After(g.date) {
		return Distrust("s3", LinkExpired, "")
	}
	if secret == "" {
		return nil
	}
	h := hmac.New(sha1.New, []byte(secret))
	h.Write([]byte(g.stringToSignV2(r)))
	want := base64.StdEncoding.EncodeToString(h.Sum(nil))
	if !hmac.Equal([]byte(want), []byte(g.signature)) {
		return Distrust("s3", WrongSignature, "")
	}
	return nil
}

func (g *Signature) stringToSignV2(r *http.Request) string {
	query := r.URL.Query()
	either := func(name string) string {
		if v := r.Header.Get(name); v != "" {
			return v
		}
		return query.Get(name)
	}
	return strings.Join([]string{
		r.Method, either("content-md5"), either("content-type"), strconv.FormatInt(g.date.Unix(), 10),
		amzHeadersV2(r, query) + resourceV2(r, query),
	}, "\n")
}

// amzHeadersV2 lists the x-amz- headers, of which botocore puts some in the query
// string.
func amzHeadersV2(r *http.Request, query url.Values) string {
	values := map[string]string{}
	for _, from := range []map[string][]string{query, r.Header} {
		for k, vs := range from {
			if k = strings.ToLower(k); strings.HasPrefix(k, "x-amz-") {
				values[k] = strings.Join(vs, ",")
			}
		}
	}
	var b strings.Builder
	for _, k := range slices.Sorted(maps.Keys(values)) {
		b.WriteString(k + ":" + strings.TrimSpace(values[k]) + "\n")
	}
	return b.String()
}

// resourceV2 is the path and those parameters that name a sub-resource.
func resourceV2(r *http.Request, query url.Values) string {
	signed := []string{
		"accelerate", "acl", "cors", "defaultObjectAcl", "delete", "lifecycle", "location", "logging", "notification",
		"partNumber", "policy", "replication", "requestPayment", "response-cache-control", "response-content-disposition",
		"response-content-encoding", "response-content-language", "response-content-type", "response-expires", "restore",
		"storageClass", "tagging", "torrent", "uploadId", "uploads", "versionId", "versioning", "versions", "website",
	}
	var pairs []string
	for _, k := range signed {
		switch v, ok := query[k]; {
		case ok && v[0] != "":
			pairs = append(pairs, k+"="+v[0])
		case ok:
			pairs = append(pairs, k)
		}
	}
	path := rawPath(r)
	if len(pairs) == 0 {
		return path
	}
	return path + "?" + strings.Join(pairs, "&")
}
