package kms

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A blob is: blobMark, the length of the ARN of the key in two bytes, the ARN, the
// nonce of 12 bytes, and what AES-256-GCM makes of the text. All before the nonce and the
// encryption context are bound to it.
const blobMark = "sandbox-kms-1:"

// seal encrypts text under the key.
func (k *Key) seal(text []byte, context map[string]string) []byte {
	blob := binary.BigEndian.AppendUint16([]byte(blobMark), uint16(len(k.ARN)))
	blob = append(blob, k.ARN...)
	bound := bind(blob, context)
	nonce := random(12)
	return k.gcm().Seal(append(blob, nonce...), nonce, text, bound)
}

// open decrypts a blob that seal made under the key.
func (k *Key) open(blob []byte, context map[string]string) ([]byte, error) {
	head := len(blobMark) + 2 + len(k.ARN)
	if len(blob) < head+12 {
		return nil, invalidCiphertext()
	}
	text, err := k.gcm().Open(nil, blob[head:head+12], blob[head+12:], bind(blob[:head], context))
	if err != nil {
		return nil, invalidCiphertext()
	}
	return text, nil
}

// keyOfBlob reads the ARN of the key out of a blob.
func keyOfBlob(blob []byte) (string, error) {
	rest, ours := bytes.CutPrefix(blob, []byte(blobMark))
	if !ours || len(rest) < 2 {
		return "", invalidCiphertext()
	}
	n := int(binary.BigEndian.Uint16(rest))
	if len(rest) < 2+n {
		return "", invalidCiphertext()
	}
	return string(rest[2 : 2+n]), nil
}

// bind writes what a blob is bound to. JSON has the names of a map sorted.
func bind(head []byte, context map[string]string) []byte {
	if len(context) == 0 {
		return head
	}
	text, _ := json.Marshal(context) // of strings only
	return append(bytes.Clone(head), text...)
}

func (k *Key) gcm() cipher.AEAD {
	block, err := aes.NewCipher(k.Secret)
	if err != nil {
		panic(err) // every key has 32 bytes
	}
	g, err := cipher.NewGCM(block)
	if err != nil {
		panic(err) // of AES there is always one
	}
	return g
}

// invalidCiphertext is KMS's whole answer: it has no message.
func invalidCiphertext() error { return wire.Errorf("InvalidCiphertextException", "") }
