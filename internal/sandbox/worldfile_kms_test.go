package sandbox

import (
	"strings"
	"testing"
)

func TestWorldFileKeys(t *testing.T) {
	const text = `
defaultAccount: "123456789012"
accounts:
  - {id: "123456789012", trails: [{name: one, homeRegion: us-east-1, bucket: logs, kmsKeyId: alias/logs}]}
  - {id: "111111111111", trails: [{name: two, homeRegion: us-east-1, bucket: logs, kmsKeyId: "arn:aws:kms:eu-west-1:123456789012:alias/logs"}]}
buckets: [{name: logs, region: eu-west-1}]
keys:
  - {id: 12345678-1234-1234-1234-123456789012, region: eu-west-1, aliases: [alias/logs, alias/more], policy: documented}
  - {account: "111111111111", multiRegion: true, state: PendingDeletion, policy: {Version: "2012-10-17", Statement: []}}
  - {}
`
	w, _, err := build(text)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:kms:eu-west-1:123456789012:key/12345678-1234-1234-1234-123456789012"
	for _, a := range w.Accounts {
		for _, tr := range a.Trails {
			if tr.KmsKeyID != arn {
				t.Errorf("trail %s has the key %s", tr.Name, tr.KmsKeyID)
			}
		}
	}
	if len(w.KMS.Keys) != 3 || len(w.KMS.Aliases) != 2 {
		t.Errorf("got %s", asJSON(w.KMS))
	}
	if got, want := w.KMS.Keys[arn].Policy, `{"Version":"2012-10-17","Statement":[{"Sid":"Enable IAM user permissions","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"kms:*","Resource":"*"},`+
		`{"Sid":"AllowCloudTrailEncryptLogs111111111111","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*","Condition":{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:111111111111:trail/*"}}},`+
		`{"Sid":"AllowCloudTrailEncryptLogs123456789012","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*","Condition":{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:123456789012:trail/*"}}},`+
		`{"Sid":"AllowCloudTrailDescribeKey","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:DescribeKey","Resource":"*"},`+
		`{"Sid":"AllowCloudTrailDecryptTrail","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*"}]}`; got != want {
		t.Errorf("the documented policy is\n%s\nwant\n%s", got, want)
	}
	for _, k := range w.KMS.Keys {
		if k.Account != "111111111111" {
			continue
		}
		if !strings.HasPrefix(k.ID, "mrk-") || !k.MultiRegion || k.Region != "us-east-1" || k.Deletion.Sub(builtAt()).Hours() != 30*24 || k.Policy != `{"Statement":[],"Version":"2012-10-17"}` {
			t.Errorf("got %s", asJSON(k))
		}
	}
	again, _, err := build(text)
	if err != nil {
		t.Fatal(err)
	}
	for arn := range w.KMS.Keys {
		if again.KMS.Keys[arn] == nil {
			t.Errorf("%s is not steady", arn)
		}
	}
}

func TestWorldFileKeysRefused(t *testing.T) {
	const id = "12345678-1234-1234-1234-123456789012"
	for _, tt := range []struct{ why, text, want string }{
		{"an ID that is none", "keys:\n  - {id: k}", `line 2: "k" is not a key ID, which is a UUID or, of a multi-Region key, mrk- and 32 hexadecimal digits`},
		{"one of the other kind", "keys:\n  - {id: " + id + ", multiRegion: true}", `line 2: "` + id + `" is not a key ID, which is a UUID or, of a multi-Region key, mrk- and 32 hexadecimal digits`},
		{"a key that comes twice", "keys:\n  - {id: " + id + "}\n  - {id: " + id + "}", "line 3: the key " + id + " comes twice in us-east-1 of account 123456789012"},
		{"a state that is none", "keys:\n  - {state: Gone}", `line 2: the state of a key is "Gone", but it can only be Enabled, Disabled, PendingDeletion`},
		{"an alias that is none", "keys:\n  - aliases:\n      - logs", `line 3: "logs" is not an alias, which is alias/ and letters, digits, /, _ or -, but not alias/aws/`},
		{"an alias of AWS", "keys:\n  - aliases: [alias/aws/s3]", `line 2: "alias/aws/s3" is not an alias, which is alias/ and letters, digits, /, _ or -, but not alias/aws/`},
		{"an alias that comes twice", "keys:\n  - aliases: [alias/a]\n  - aliases: [alias/a]", "line 3: the alias alias/a comes twice in us-east-1 of account 123456789012"},
		{"a key of nobody", "keys:\n  - {account: me}", `line 2: "me" is not an account ID of 12 digits`},
		{"a key on Mars", "keys:\n  - {region: mars-east-1}", `line 2: there is no Region "mars-east-1"`},
		{"a policy that is none", "keys:\n  - {id: " + id + ", policy: open}", "line 2: the policy of the key " + id + " is neither documented, none, nor JSON"},
	} {
		_, _, err := build(tt.text)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%s:\ngot  %v\nwant %s", tt.why, err, tt.want)
		}
	}
}
