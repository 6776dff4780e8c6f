package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"time"
)

// A digest lists the log files that were delivered within a time. Its members come in
// the order in which AWS writes them; hashes are of contents before compression.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
type digest struct {
	Account              string      `json:"awsAccountId"`
	Start                string      `json:"digestStartTime"`
	End                  string      `json:"digestEndTime"`
	Bucket               string      `json:"digestS3Bucket"`
	Key                  string      `json:"digestS3Object"`
	Fingerprint          string      `json:"digestPublicKeyFingerprint"`
	Algorithm            string      `json:"digestSignatureAlgorithm"`
	Newest               *string     `json:"newestEventTime"` // null in an empty digest
	Oldest               *string     `json:"oldestEventTime"`
	PreviousBucket       *string     `json:"previousDigestS3Bucket"` // null in a starting digest, as the next four
	PreviousKey          *string     `json:"previousDigestS3Object"`
	PreviousHash         *string     `json:"previousDigestHashValue"`
	PreviousHashFunction *string     `json:"previousDigestHashAlgorithm"`
	PreviousSignature    *string     `json:"previousDigestSignature"`
	Files                []digestLog `json:"logFiles"`
}

// A digestLog is a log file in a digest.
type digestLog struct {
	Bucket       string `json:"s3Bucket"`
	Key          string `json:"s3Object"`
	Hash         string `json:"hashValue"`
	HashFunction string `json:"hashAlgorithm"`
	Newest       string `json:"newestEventTime"`
	Oldest       string `json:"oldestEventTime"`
}

const (
	signatureAlgorithm = "SHA256withRSA"
	hashFunction       = "SHA-256"
)

// digestTime writes a time as digests and records have it.
func digestTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

// addFiles lists log files, and between which events they lie.
func (d *digest) addFiles(files []deliveredLog) {
	d.Files = []digestLog{} // a list, even when it is empty
	var oldest, newest time.Time
	for _, f := range files {
		d.Files = append(d.Files, digestLog{f.Bucket, f.Key, f.Hash, hashFunction, digestTime(f.Newest), digestTime(f.Oldest)})
		if oldest.IsZero() || f.Oldest.Before(oldest) {
			oldest = f.Oldest
		}
		if f.Newest.After(newest) {
			newest = f.Newest
		}
	}
	if len(files) > 0 {
		o, n := digestTime(oldest), digestTime(newest)
		d.Oldest, d.Newest = &o, &n
	}
}

// follow names the digest before this one; nil makes a starting digest.
func (d *digest) follow(l *link) {
	if l == nil {
		return
	}
	function := hashFunction
	d.PreviousBucket, d.PreviousKey, d.PreviousHash, d.PreviousSignature = &l.Bucket, &l.Key, &l.Hash, &l.Signature
	d.PreviousHashFunction = &function
}

// seal writes and signs a digest. It returns the object, and what the next digest is
// to say of it.
func (d *digest) seal(k *signingKey) (object, *link, error) {
	d.Fingerprint, d.Algorithm = k.fingerprint(), signatureAlgorithm
	text, err := json.Marshal(d)
	if err != nil {
		return object{}, nil, err
	}
	sum := sha256.Sum256(text)
	l := &link{Bucket: d.Bucket, Key: d.Key, Hash: hex.EncodeToString(sum[:])}
	signature, err := k.sign(d.stringToSign(l.Hash))
	if err != nil {
		return object{}, nil, err
	}
	l.Signature = hex.EncodeToString(signature)
	metadata := http.Header{"X-Amz-Meta-Signature": {l.Signature}, "X-Amz-Meta-Signature-Algorithm": {signatureAlgorithm}}
	return object{key: d.Key, body: compress(text), metadata: metadata}, l, nil
}

// stringToSign ties a digest to its end, its place, its content and the one before it.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
func (d *digest) stringToSign(hash string) string {
	previous := "null"
	if d.PreviousSignature != nil {
		previous = *d.PreviousSignature
	}
	return d.End + "\n" + d.Bucket + "/" + d.Key + "\n" + hash + "\n" + previous
}
