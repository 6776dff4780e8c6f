package kms

import (
	"cmp"
	"crypto/rand"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type createKeyInput struct {
	Policy                         string
	Description                    string
	KeyUsage                       string
	KeySpec                        string
	CustomerMasterKeySpec          string // the old name of KeySpec
	Origin                         string
	CustomKeyStoreID               string `json:"CustomKeyStoreId"`
	MultiRegion                    bool
	BypassPolicyLockoutSafetyCheck bool
	Tags                           []Tag
}

type metadataOutput struct{ KeyMetadata metadata }

// metadata is KeyMetadata, as far as symmetric keys have it.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html
type metadata struct {
	AWSAccountID                string `json:"AWSAccountId"`
	KeyID                       string `json:"KeyId"`
	ARN                         string `json:"Arn"`
	CreationDate                wire.Time
	Enabled                     bool
	Description                 string
	KeyUsage                    string
	KeyState                    State
	DeletionDate                wire.Time `json:",omitzero"`
	Origin                      string
	KeyManager                  string
	CustomerMasterKeySpec       string
	KeySpec                     string
	EncryptionAlgorithms        []string
	MultiRegion                 bool
	MultiRegionConfiguration    *multiRegion `json:",omitempty"`
	PendingDeletionWindowInDays int          `json:",omitempty"`
}

type multiRegion struct {
	MultiRegionKeyType string
	PrimaryKey         place
	ReplicaKeys        []place
}

type place struct {
	ARN    string `json:"Arn"`
	Region string
}

const (
	symmetric      = "SYMMETRIC_DEFAULT"
	encryptDecrypt = "ENCRYPT_DECRYPT"
	originKMS      = "AWS_KMS"
)

func (k *Key) metadata() metadata {
	m := metadata{
		AWSAccountID: k.Account, KeyID: k.ID, ARN: k.ARN, CreationDate: wire.Time{Time: k.Created}, Enabled: k.State == Enabled,
		Description: k.Description, KeyUsage: encryptDecrypt, KeyState: k.State, Origin: originKMS, KeyManager: "CUSTOMER",
		CustomerMasterKeySpec: symmetric, KeySpec: symmetric, EncryptionAlgorithms: []string{symmetric}, MultiRegion: k.MultiRegion,
	}
	if k.State == PendingDeletion && k.MultiRegion { // KMS then counts from when the last replica is gone
		m.PendingDeletionWindowInDays = k.Window
	}
	if k.State == PendingDeletion {
		m.DeletionDate = wire.Time{Time: k.Deletion}
	}
	if k.MultiRegion {
		m.MultiRegionConfiguration = &multiRegion{"PRIMARY", place{k.ARN, k.Region}, []place{}}
	}
	return m
}

// createKey makes a key. A policy that is left out is the default one.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
func (s service) createKey(c *wire.Call, in createKeyInput) (metadataOutput, error) {
	st := s.current()
	st.sweep()
	if err := in.check(); err != nil {
		return metadataOutput{}, err
	}
	k := NewKey(c.Partition, c.Account, c.Region, NewID(in.MultiRegion), st.now())
	k.Description, k.MultiRegion = in.Description, in.MultiRegion
	k.Policy = cmp.Or(in.Policy, k.Policy)
	if err := k.checkPolicy(c, k.Policy, in.BypassPolicyLockoutSafetyCheck); err != nil {
		return metadataOutput{}, err
	}
	if err := k.tag(in.Tags); err != nil {
		return metadataOutput{}, err
	}
	st.Keys[k.ARN] = k
	return metadataOutput{k.metadata()}, nil
}

// check refuses keys of other kinds than the sandbox has.
func (in createKeyInput) check() error {
	const code = "UnsupportedOperationException"
	switch spec := cmp.Or(in.KeySpec, in.CustomerMasterKeySpec, symmetric); {
	case in.KeySpec != "" && in.CustomerMasterKeySpec != "" && in.KeySpec != in.CustomerMasterKeySpec:
		return wire.Errorf("ValidationException", "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.")
	case spec != symmetric:
		return wire.Errorf(code, "The sandbox does not implement keys with the KeySpec %s.", spec)
	case in.KeyUsage != "" && in.KeyUsage != encryptDecrypt:
		return wire.Errorf("ValidationException", "KeyUsage %s is not compatible with KeySpec %s", in.KeyUsage, spec)
	case in.Origin != "" && in.Origin != originKMS, in.CustomKeyStoreID != "":
		return wire.Errorf(code, "The sandbox does not implement keys with key material of elsewhere.")
	}
	return nil
}

// NewKey returns an enabled key of an account with the default policy. It is in no store yet.
func NewKey(partition, account, region, id string, created time.Time) *Key {
	return &Key{
		ARN: home{partition, account, region}.arn(id), ID: id, Account: account, Region: region,
		State: Enabled, Policy: DefaultPolicy(partition, account), Created: created, Secret: random(32),
	}
}

// NewID returns a random key ID: a UUID, or that of a multi-Region key.
func NewID(multiRegion bool) string {
	id := wire.NewUUID()
	if multiRegion {
		return "mrk-" + strings.ReplaceAll(id, "-", "")
	}
	return id
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

type keyName struct {
	KeyID string `json:"KeyId"`
}

// describeKey shows a key, which other accounts see when its policy lets them.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DescribeKey.html
func (s service) describeKey(c *wire.Call, in keyName) (metadataOutput, error) {
	k, err := s.current().key(c, in.KeyID, anyNames, nil)
	if err != nil {
		return metadataOutput{}, err
	}
	return metadataOutput{k.metadata()}, nil
}

type listKeysOutput struct {
	Keys []keyEntry
	more
}

type keyEntry struct {
	KeyID  string `json:"KeyId"`
	KeyARN string `json:"KeyArn"`
}

// listKeys lists the keys of the account in the Region.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeys.html
func (s service) listKeys(c *wire.Call, in page) (listKeysOutput, error) {
	list, rest, err := cut(s.current().keysOf(c), in, 100, func(k *Key) string { return k.ID })
	out := listKeysOutput{Keys: []keyEntry{}, more: rest}
	for _, k := range list {
		out.Keys = append(out.Keys, keyEntry{k.ID, k.ARN})
	}
	return out, err
}

type describeInput struct {
	KeyID       string `json:"KeyId"`
	Description string
}

// updateKeyDescription changes the description.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateKeyDescription.html
func (s service) updateKeyDescription(c *wire.Call, in describeInput) (nothing, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return nothing{}, err
	}
	if err := k.lasting(); err != nil {
		return nothing{}, err
	}
	k.Description = in.Description
	return nothing{}, nil
}
