package sandbox

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/kms"
)

type keyFile struct {
	ID          placed     `yaml:"id"`      // steady, and made up, when left out
	Account     placed     `yaml:"account"` // the default account is the default
	Region      placed     `yaml:"region"`  // the global Region of the partition is the default
	Aliases     []placed   `yaml:"aliases"`
	Policy      policyText `yaml:"policy"` // documented, a policy, or none, the default: the one that KMS gives a key
	State       placed     `yaml:"state"`  // Enabled is the default
	MultiRegion bool       `yaml:"multiRegion"`
}

func (f *keyFile) line() int { return max(f.ID.line, f.Account.line, f.Region.line, f.State.line) }

// A keyBuilder makes the KMS keys of a world.
type keyBuilder struct {
	*builder
	documented []*kms.Key // that get the policy of the user guide when all trails are known
}

// keys makes the keys of the file, and those that trails name and the file does not
// have: in the Region of the bucket, with the documented policy. Trails then have the ARN.
func (b *builder) keys() error {
	b.w.KMS = kms.New()
	k := keyBuilder{builder: b}
	for i := range b.file.Keys {
		if err := k.key(i, &b.file.Keys[i]); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(b.w.Accounts)) {
		a := b.w.Accounts[id]
		for _, arn := range slices.Sorted(maps.Keys(a.Trails)) {
			k.nameKey(a, a.Trails[arn])
		}
	}
	for _, key := range k.documented {
		key.Policy = documentedKeyPolicy(key, b.w)
	}
	return nil
}

// key makes a key of the file.
func (b *keyBuilder) key(i int, f *keyFile) error {
	account, region, err := b.place(f)
	if err != nil {
		return err
	}
	id := f.ID.or(steadyKeyID(f.MultiRegion, account.ID, region, fmt.Sprint(i)))
	if !matches(uuidPattern, id) || strings.HasPrefix(id, "mrk-") != f.MultiRegion {
		return f.ID.errorf("%q is not a key ID, which is a UUID or, of a multi-Region key, mrk- and 32 hexadecimal digits", id)
	}
	key := kms.NewKey(account.Partition, account.ID, region, id, b.born)
	if _, twice := b.w.KMS.Keys[key.ARN]; twice {
		return f.ID.errorf("the key %s comes twice in %s of account %s", id, region, account.ID)
	}
	key.MultiRegion = f.MultiRegion
	if err := b.state(key, f); err != nil {
		return err
	}
	if err := b.policy(key, f); err != nil {
		return err
	}
	b.w.KMS.Keys[key.ARN] = key
	return b.aliases(key, f)
}

// place finds the account and the Region of a key.
func (b *keyBuilder) place(f *keyFile) (*account, string, error) {
	id := placed{f.Account.or(b.w.DefaultAccount), f.line()}
	if err := id.checkAccount(); err != nil {
		return nil, "", err
	}
	a := b.w.Accounts[id.text]
	if a == nil {
		a = newAccount(id.text, partitionOf(f.Region.text))
		b.w.Accounts[a.ID] = a
	}
	region := placed{f.Region.or(globalRegion(a.Partition)), f.line()}
	return a, region.text, region.checkRegion(a.Partition)
}

func (b *keyBuilder) state(key *kms.Key, f *keyFile) error {
	if f.State.text == "" {
		return nil
	}
	if err := f.State.checkOneOf("state of a key", string(kms.Enabled), string(kms.Disabled), string(kms.PendingDeletion)); err != nil {
		return err
	}
	if key.State = kms.State(f.State.text); key.State == kms.PendingDeletion {
		key.Window, key.Deletion = 30, b.now.Add(30*24*time.Hour)
	}
	return nil
}

func (b *keyBuilder) policy(key *kms.Key, f *keyFile) error {
	switch policy := string(f.Policy); {
	case policy == "" || policy == "none":
	case policy == "documented":
		b.documented = append(b.documented, key)
	case json.Valid([]byte(policy)):
		key.Policy = policy
	default:
		return errorAt(f.line(), "the policy of the key %s is neither documented, none, nor JSON", key.ID)
	}
	return nil
}

func (b *keyBuilder) aliases(key *kms.Key, f *keyFile) error {
	for _, alias := range f.Aliases {
		if kms.CheckAlias(alias.text) != nil {
			return alias.errorf("%q is not an alias, which is alias/ and letters, digits, /, _ or -, but not alias/aws/", alias.text)
		}
		if other, twice := b.w.KMS.Find("", "", "", strings.TrimSuffix(key.ARN, "key/"+key.ID)+alias.text); twice {
			return alias.errorf("the alias %s comes twice in %s of account %s", alias.text, other.Region, other.Account)
		}
		b.w.KMS.Name(key, alias.text, b.born)
	}
	return nil
}

// nameKey gives a trail the ARN of its key, and makes the key when there is none. What
// names a key of another Region than that of the bucket stays, and names nothing.
func (b *keyBuilder) nameKey(a *account, t *trailRecord) {
	name, region := t.KmsKeyID, b.bucketRegion(a, t)
	if name == "" {
		return
	}
	key, ok := b.w.KMS.Find(a.Partition, a.ID, region, name)
	if ok {
		t.KmsKeyID = key.ARN
		return
	}
	at := resourceARN{Partition: a.Partition, Service: "kms", Region: region, Account: a.ID, Type: "key", Name: name}
	if isARN(name) {
		at, ok = parseARN(name)
		if !ok || at.Service != "kms" || at.Region != region {
			return
		}
	}
	if alias, ok := strings.CutPrefix(name, "alias/"); ok {
		at.Type, at.Name = "alias", alias
	}
	t.KmsKeyID = b.namedKey(at).ARN
}

// namedKey makes the key that a trail names.
func (b *keyBuilder) namedKey(at resourceARN) *kms.Key {
	id := at.Name
	if at.Type == "alias" {
		id = steadyUUID(at.String())
	}
	key := kms.NewKey(at.Partition, at.Account, at.Region, id, b.born)
	key.MultiRegion = strings.HasPrefix(id, "mrk-")
	b.w.KMS.Keys[key.ARN] = key
	if at.Type == "alias" {
		b.w.KMS.Name(key, "alias/"+at.Name, b.born)
	}
	b.documented = append(b.documented, key)
	return key
}

// bucketRegion is the Region of the bucket of a trail; of one that the file does not
// have, the home Region.
func (b *builder) bucketRegion(a *account, t *trailRecord) string {
	for _, f := range b.file.Buckets {
		if f.Name.text == t.S3BucketName {
			return f.Region.or(globalRegion(a.Partition))
		}
	}
	return t.HomeRegion
}

// steadyKeyID makes a key ID, always the same of the same seeds.
func steadyKeyID(multiRegion bool, seeds ...string) string {
	id := steadyUUID(append([]string{"key"}, seeds...)...)
	if multiRegion {
		return "mrk-" + strings.ReplaceAll(id, "-", "")
	}
	return id
}

// documentedKeyPolicy is the key policy of the user guide for the account of the key and
// those of the trails that use it, without the optional condition on aws:SourceArn.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html
func documentedKeyPolicy(key *kms.Key, w *world) string {
	partition := partitionOf(key.Region)
	principal := map[string]string{"Service": "cloudtrail.amazonaws.com"}
	list := []policyStatement{{
		Sid: "Enable IAM user permissions", Effect: "Allow", Principal: map[string]string{"AWS": "arn:" + partition + ":iam::" + key.Account + ":root"},
		Action: "kms:*", Resource: "*",
	}}
	for _, account := range keyUsers(key, w) {
		list = append(list, policyStatement{
			Sid: "AllowCloudTrailEncryptLogs" + account, Effect: "Allow", Principal: principal, Action: "kms:GenerateDataKey*", Resource: "*",
			Condition: map[string]map[string]string{"StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": "arn:" + partition + ":cloudtrail:*:" + account + ":trail/*"}},
		})
	}
	list = append(list,
		policyStatement{Sid: "AllowCloudTrailDescribeKey", Effect: "Allow", Principal: principal, Action: "kms:DescribeKey", Resource: "*"},
		policyStatement{Sid: "AllowCloudTrailDecryptTrail", Effect: "Allow", Principal: principal, Action: "kms:Decrypt", Resource: "*"},
	)
	text, _ := jsonText(policyDocument{Version: "2012-10-17", Statement: list}) // of strings only
	return text
}

// keyUsers lists the account of a key and those whose trails use it, sorted.
func keyUsers(key *kms.Key, w *world) []string {
	users := []string{key.Account}
	for _, a := range w.Accounts {
		for _, t := range a.Trails {
			if t.KmsKeyID == key.ARN {
				users = append(users, a.ID)
			}
		}
	}
	slices.Sort(users)
	return slices.Compact(users)
}
