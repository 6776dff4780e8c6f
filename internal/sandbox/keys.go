package sandbox

import (
	"cmp"
	"crypto"
	"crypto/md5" //nolint:gosec // fingerprints of CloudTrail's keys are MD5
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"slices"
	"sync"
	"time"
)

// keyValidity is for how long CloudTrail signs digests with a key.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-custom-validation.html
const keyValidity = 30 * 24 * time.Hour

// keyBits is the length of the keys: a signature has 256 bytes.
const keyBits = 2048

// A keyring has the keys that digests are signed with, a row of them per Region. Keys
// come into being when they are first needed, as making one takes a while. It guards
// itself: all methods are safe for concurrent use.
type keyring struct {
	mu   sync.Mutex
	keys map[string][]*signingKey // by Region, oldest first
}

// A signingKey signs the digests that end from Begin on, and before End.
type signingKey struct {
	Private    []byte // PKCS #1
	Begin, End time.Time

	key *rsa.PrivateKey
}

func newKeyring() *keyring { return &keyring{keys: map[string][]*signingKey{}} }

// at returns the key of a Region for a time.
func (r *keyring) at(region string, t time.Time) (*signingKey, error) {
	if k := r.find(region, t); k != nil {
		return k, nil
	}
	made, err := newSigningKey(t)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if k := r.of(region, t); k != nil { // somebody else was faster
		return k, nil
	}
	r.keys[region] = append(r.keys[region], made)
	slices.SortFunc(r.keys[region], func(a, b *signingKey) int { return a.Begin.Compare(b.Begin) })
	return made, nil
}

func (r *keyring) find(region string, t time.Time) *signingKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.of(region, t)
}

// of needs r.mu.
func (r *keyring) of(region string, t time.Time) *signingKey {
	for _, k := range r.keys[region] {
		if !t.Before(k.Begin) && t.Before(k.End) {
			return k
		}
	}
	return nil
}

// between returns the keys of a Region that are valid at some time between two.
func (r *keyring) between(region string, from, to time.Time) []*signingKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []*signingKey
	for _, k := range r.keys[region] {
		if !k.Begin.After(to) && from.Before(k.End) {
			list = append(list, k)
		}
	}
	return list
}

// newSigningKey makes a key that is valid from the hour of the time on.
func newSigningKey(t time.Time) (*signingKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	begin := t.UTC().Truncate(time.Hour)
	return &signingKey{x509.MarshalPKCS1PrivateKey(key), begin, begin.Add(keyValidity), key}, nil
}

// public is the public key as ListPublicKeys has it: PKCS #1, in DER.
func (k *signingKey) public() []byte { return x509.MarshalPKCS1PublicKey(&k.key.PublicKey) }

// fingerprint tells a digest's key from others.
func (k *signingKey) fingerprint() string {
	sum := md5.Sum(k.public()) //nolint:gosec // as CloudTrail does
	return hex.EncodeToString(sum[:])
}

func (k *signingKey) sign(text string) ([]byte, error) {
	sum := sha256.Sum256([]byte(text))
	return rsa.SignPKCS1v15(nil, k.key, crypto.SHA256, sum[:])
}

// MarshalJSON keeps the keys with the rest of the world.
func (r *keyring) MarshalJSON() ([]byte, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return json.Marshal(r.keys)
}

// UnmarshalJSON brings the keys back.
func (r *keyring) UnmarshalJSON(text []byte) error {
	kept := map[string][]*signingKey{}
	if err := json.Unmarshal(text, &kept); err != nil {
		return err
	}
	for _, list := range kept {
		for _, k := range list {
			var err error
			if k.key, err = x509.ParsePKCS1PrivateKey(k.Private); err != nil {
				return err
			}
		}
		slices.SortFunc(list, func(a, b *signingKey) int { return cmp.Or(a.Begin.Compare(b.Begin), a.End.Compare(b.End)) })
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = kept
	return nil
}
