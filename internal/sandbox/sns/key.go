package sns

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // SignatureVersion 1 is SHA1withRSA
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"time"
)

// A Key signs messages. Nobody changes it once it is made.
type Key struct {
	Private     []byte // PKCS #1
	Certificate []byte // DER, of its public half
}

// NewKey makes a key with a certificate that it has signed itself. That takes a while.
func NewKey(now time.Time) (*Key, error) {
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.Unix()),
		Subject:      pkix.Name{CommonName: "sns.amazonaws.com", Organization: []string{"trailspan sandbox"}},
		NotBefore:    now.Add(-24 * time.Hour),
		NotAfter:     now.AddDate(200, 0, 0), // the clock of a sandbox may be a century ahead
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return nil, err
	}
	return &Key{x509.MarshalPKCS1PrivateKey(private), der}, nil
}

// Path is where the certificate is served: /SimpleNotificationService-….pem, as SNS
// has it. No bucket can have that name.
func (k *Key) Path() string {
	sum := sha256.Sum256(k.Certificate)
	return "/SimpleNotificationService-" + hex.EncodeToString(sum[:16]) + ".pem"
}

// PEM is the certificate as it is served.
func (k *Key) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: k.Certificate})
}

// sign returns the signature of a text, in base64.
func (k *Key) sign(text, version string) (string, error) {
	private, err := x509.ParsePKCS1PrivateKey(k.Private)
	if err != nil {
		return "", err
	}
	hash, sum := crypto.SHA256, sha256.Sum256([]byte(text))
	digest := sum[:]
	if version == "1" {
		old := sha1.Sum([]byte(text)) //nolint:gosec // as SNS does
		hash, digest = crypto.SHA1, old[:]
	}
	signature, err := rsa.SignPKCS1v15(nil, private, hash, digest)
	return base64.StdEncoding.EncodeToString(signature), err
}
