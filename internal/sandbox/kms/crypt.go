package kms

import (
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// cryptInput has the members of all operations that use a key.
type cryptInput struct {
	keyName
	Plaintext           []byte
	CiphertextBlob      []byte
	EncryptionContext   map[string]string
	EncryptionAlgorithm string
	KeySpec             string
	NumberOfBytes       *int
	DryRun              bool
	Recipient           *struct{}
	DryRunModifiers     []string
}

// cryptOutput has theirs of the answers; blobs are base64, as JSON carries them.
type cryptOutput struct {
	CiphertextBlob      string `json:",omitempty"`
	Plaintext           string `json:",omitempty"`
	KeyID               string `json:"KeyId"` // the ARN
	EncryptionAlgorithm string `json:",omitempty"`
}

// longest is how much Encrypt takes.
const longest = 4096

// encrypt encrypts a little data under a key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Encrypt.html
func (s service) encrypt(c *wire.Call, in cryptInput) (cryptOutput, error) {
	if len(in.Plaintext) == 0 || len(in.Plaintext) > longest {
		return cryptOutput{}, badLength("plaintext", len(in.Plaintext), longest)
	}
	k, err := s.forUse(c, in)
	if err != nil {
		return cryptOutput{}, err
	}
	return cryptOutput{CiphertextBlob: base64Of(k.seal(in.Plaintext, in.EncryptionContext)), KeyID: k.ARN, EncryptionAlgorithm: symmetric}, nil
}

// badLength is what is said of a blob that is empty or too long.
func badLength(member string, n, most int) error {
	bound := "greater than or equal to 1"
	if n > 0 {
		bound = "less than or equal to " + strconv.Itoa(most)
	}
	return wire.Errorf("ValidationException", "1 validation error detected: Value at '%s' failed to satisfy constraint: Member must have length %s", member, bound)
}

// decrypt opens a blob, which names its key. A caller who names the key too must name
// the same.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
func (s service) decrypt(c *wire.Call, in cryptInput) (cryptOutput, error) {
	arn, err := keyOfBlob(in.CiphertextBlob)
	if err != nil {
		return cryptOutput{}, err
	}
	if !strings.HasPrefix(arn, "arn:"+c.Partition+":kms:"+c.Region+":") {
		return cryptOutput{}, invalidCiphertext()
	}
	if in.KeyID == "" {
		in.KeyID = arn
	}
	k, err := s.forUse(c, in)
	if err != nil {
		return cryptOutput{}, err
	}
	if k.ARN != arn {
		return cryptOutput{}, wire.Errorf("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
	}
	text, err := k.open(in.CiphertextBlob, in.EncryptionContext)
	if err != nil {
		return cryptOutput{}, err
	}
	return cryptOutput{Plaintext: base64Of(text), KeyID: k.ARN, EncryptionAlgorithm: symmetric}, nil
}

// generateDataKey makes a random key to encrypt data with, and encrypts it.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKey.html
func (s service) generateDataKey(c *wire.Call, in cryptInput) (cryptOutput, error) {
	n, err := in.dataKeyLength()
	if err != nil {
		return cryptOutput{}, err
	}
	k, err := s.forUse(c, in)
	if err != nil {
		return cryptOutput{}, err
	}
	text := random(n)
	return cryptOutput{CiphertextBlob: base64Of(k.seal(text, in.EncryptionContext)), Plaintext: base64Of(text), KeyID: k.ARN}, nil
}

// generateDataKeyWithoutPlaintext answers only the encrypted one.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GenerateDataKeyWithoutPlaintext.html
func (s service) generateDataKeyWithoutPlaintext(c *wire.Call, in cryptInput) (cryptOutput, error) {
	out, err := s.generateDataKey(c, in)
	out.Plaintext = ""
	return out, err
}

func (in cryptInput) dataKeyLength() (int, error) {
	switch {
	case (in.KeySpec == "") == (in.NumberOfBytes == nil):
		return 0, wire.Errorf("ValidationException", "Please specify either number of bytes or key spec.")
	case in.NumberOfBytes != nil:
		return *in.NumberOfBytes, nil
	case in.KeySpec == "AES_128":
		return 16, nil
	}
	return 32, nil
}

// forUse finds an enabled key that lets the caller use it.
func (s service) forUse(c *wire.Call, in cryptInput) (*Key, error) {
	switch {
	case in.EncryptionAlgorithm != "" && in.EncryptionAlgorithm != symmetric:
		return nil, wire.Errorf("InvalidKeyUsageException", "You cannot use the %s encryption algorithm with a symmetric encryption key.", in.EncryptionAlgorithm)
	case in.Recipient != nil || len(in.DryRunModifiers) > 0:
		return nil, wire.Errorf("UnsupportedOperationException", "The sandbox does not implement Recipient and DryRunModifiers.")
	}
	k, err := s.current().key(c, in.KeyID, anyNames, in.EncryptionContext)
	if err != nil {
		return nil, err
	}
	if err := k.usable(); err != nil {
		return nil, err
	}
	if in.DryRun {
		return nil, wire.Errorf("DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
	}
	return k, nil
}

func base64Of(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
