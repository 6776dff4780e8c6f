package s3

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"net/http"
	"strconv"
	"time"
)

const xmlns = "http://s3.amazonaws.com/doc/2006-03-01/"

// An answer is complete before any of it is written, so that no client, however
// slow, holds up the store.
type answer struct {
	status int         // 0 means 200
	header http.Header // written as it is: the case of a name is kept
	body   []byte
	length int64 // of the body that a HEAD does not carry
}

func newAnswer(status int) *answer {
	return &answer{status: status, header: http.Header{}}
}

func noContent() *answer { return newAnswer(http.StatusNoContent) }

// documentAnswer answers with an XML document.
func documentAnswer(document []byte) *answer {
	a := newAnswer(http.StatusOK)
	a.set("Content-Type", "application/xml")
	a.body = append([]byte(xml.Header), document...)
	return a
}

// set writes a header unless the value is empty. Names are kept as given because
// net/http would turn x-amz-meta-signature into X-Amz-Meta-Signature, and botocore
// hands metadata names on as it reads them: `aws cloudtrail validate-logs` then
// takes every digest for unsigned.
func (a *answer) set(name, value string) {
	if value != "" {
		a.header[name] = []string{value}
	}
}

func (a *answer) write(w http.ResponseWriter, r *http.Request) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	length := int64(len(a.body))
	if r.Method == http.MethodHead && a.length > 0 {
		length = a.length
	}
	status := a.status
	if status == 0 {
		status = http.StatusOK
	}
	if status != http.StatusNoContent && status != http.StatusNotModified {
		w.Header()["Content-Length"] = []string{strconv.FormatInt(length, 10)}
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(a.body) // the client is gone when this fails, nobody is left to tell
	}
}

// asFailure is err as S3 says it.
func asFailure(err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	return internalError(err)
}

// writeFailure answers with an error in the form of S3:
//
//	<Error><Code>…</Code><Message>…</Message><RequestId>…</RequestId><HostId>…</HostId></Error>
func writeFailure(w http.ResponseWriter, r *http.Request, requestID string, f *failure) {
	signHeader(w, requestID)
	a := newAnswer(f.status)
	for name, values := range f.header {
		a.header[name] = values
	}
	if f.status != http.StatusNotModified {
		a.set("Content-Type", "application/xml")
		a.body = f.document(requestID)
	}
	a.write(w, r)
}

func (e *failure) document(requestID string) []byte {
	var b bytes.Buffer
	b.WriteString(xml.Header + "<Error>")
	element := func(name, value string) {
		b.WriteString("<" + name + ">")
		escape(&b, value)
		b.WriteString("</" + name + ">")
	}
	element("Code", e.code)
	element("Message", e.message)
	for _, d := range e.details {
		element(d.name, d.value)
	}
	element("RequestId", requestID)
	element("HostId", hostID(requestID))
	b.WriteString("</Error>")
	return b.Bytes()
}

// signHeader adds what every answer of S3 carries.
func signHeader(w http.ResponseWriter, requestID string) {
	w.Header()["x-amz-request-id"] = []string{requestID}
	w.Header()["x-amz-id-2"] = []string{hostID(requestID)}
	w.Header()["Server"] = []string{"AmazonS3"}
}

// hostID is the opaque second ID of a request.
func hostID(requestID string) string {
	sum := sha256.Sum256([]byte(requestID))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// timestamp is a time as XML carries it. S3 keeps whole seconds.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
