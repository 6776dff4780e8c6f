package sandbox_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/trailspan/trailspan/internal/sandbox"
)

const (
	keyID  = "12345678-1234-1234-1234-123456789012"
	keyARN = "arn:aws:kms:us-east-1:123456789012:key/" + keyID
)

// encrypted is alone with a key that lets CloudTrail in, and others.
const encrypted = alone + `
keys:
  - {id: 12345678-1234-1234-1234-123456789012, region: us-east-1, aliases: [alias/logs], policy: documented}
  - {id: mrk-12345678901234567890123456789012, region: us-east-1, multiRegion: true, policy: documented}
  - {id: 12345678-1234-1234-1234-123456789012, account: "999999999999", region: us-east-1, policy: '` + openKey + `'}
  - {region: us-east-1, aliases: [alias/closed], policy: none}
  - {region: us-east-1, aliases: [alias/disabled], policy: documented, state: Disabled}
  - {region: us-east-1, aliases: [alias/going], policy: documented, state: PendingDeletion}
  - {region: eu-west-1, aliases: [alias/elsewhere], policy: documented}
`

// openKey is a key policy that lets CloudTrail do anything.
const openKey = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:*","Resource":"*"}]}`

func (l *lab) kms(account, region string) *kms.Client {
	return kms.NewFromConfig(l.config(account, region))
}

// setKeyPolicy changes the policy of the key, in which its account stays.
func (l *lab) setKeyPolicy(statements string) {
	l.t.Helper()
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"kms:*","Resource":"*"}` + statements + `]}`
	_, err := l.kms(self, "us-east-1").PutKeyPolicy(l.t.Context(), &kms.PutKeyPolicyInput{KeyId: ptr(keyID), Policy: &policy})
	l.must(err)
}

// setKey says of a new trail which key it has.
func setKey(name string) func(*cloudtrail.CreateTrailInput) {
	return func(in *cloudtrail.CreateTrailInput) { in.KmsKeyId = &name }
}

// The ways to name a key; the trail shows the ARN of the key.
func TestTrailKeyNames(t *testing.T) {
	l := newLab(t, encrypted)
	l.create(self, "eu-west-1", "main") // the home Region does not matter, that of the bucket does
	for _, tt := range []struct{ why, name, code, message, want string }{
		{"ID", keyID, "", "", keyARN},
		{"ARN", keyARN, "", "", keyARN},
		{"alias", "alias/logs", "", "", keyARN},
		{"ARN of an alias", "arn:aws:kms:us-east-1:123456789012:alias/logs", "", "", keyARN},
		{"multi-Region key", "mrk-12345678901234567890123456789012", "", "", "arn:aws:kms:us-east-1:123456789012:key/mrk-12345678901234567890123456789012"},
		{"key of another account", strings.Replace(keyARN, self, stranger, 1), "", "", strings.Replace(keyARN, self, stranger, 1)},
		{"no key", "12345678-1234-1234-1234-123456789013", "KmsKeyNotFoundException", "", ""},
		{"no alias", "alias/none", "KmsKeyNotFoundException", "", ""},
		{"key of another Region", "arn:aws:kms:eu-west-1:123456789012:alias/elsewhere", "KmsKeyNotFoundException", "", ""},
		{"alias of another Region", "alias/elsewhere", "KmsKeyNotFoundException", "", ""},
		{"not a key", "key", "InvalidKmsKeyIdException", "The KMS key ID key is not valid.", ""},
		{"not an ARN of KMS", "arn:aws:s3:::logs", "InvalidKmsKeyIdException", "The KMS key ID arn:aws:s3:::logs is not valid.", ""},
		{"disabled key", "alias/disabled", "KmsException", "", ""},
		{"key that goes", "alias/going", "KmsException", "", ""},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l := &lab{t: t, url: l.url}
			out, err := l.at("eu-west-1").UpdateTrail(t.Context(), &cloudtrail.UpdateTrailInput{Name: ptr("main"), KmsKeyId: &tt.name})
			l.refused(err, tt.code, tt.message)
			if err == nil && *out.KmsKeyId != tt.want {
				t.Errorf("it shows as %s", *out.KmsKeyId)
			}
		})
	}
}

// What the policy of the key must have.
func TestTrailKeyPolicies(t *testing.T) {
	const (
		encrypt  = `,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*"%}`
		describe = `,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:DescribeKey","Resource":"*"%}`
		decrypt  = `,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:Decrypt","Resource":"*"}`
		source   = `,"Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:123456789012:trail/main"}}`
		account  = `,"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}`
		context  = `,"Condition":{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:123456789012:trail/*"}}`
		others   = `,"Condition":{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:999999999999:trail/*"}}`
		objects  = `,"Condition":{"StringLike":{"kms:EncryptionContext:aws:s3:arn":"arn:aws:s3:::logs/AWSLogs/123456789012/*"}}`
		region   = `,"Condition":{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/*"}}`
	)
	for _, tt := range []struct {
		why       string
		policy    string
		bucketKey bool
		ok        bool
	}{
		{"only the account", "", false, false},
		{"both actions", fill(encrypt, "") + fill(describe, ""), false, true},
		{"as the user guide has it", fill(encrypt, context) + fill(describe, source) + decrypt, true, true},
		{"the trail as the source", fill(encrypt, source) + fill(describe, source), false, true},
		{"the account as the source", fill(encrypt, account) + fill(describe, account), false, true},
		{"the trail in the context", fill(encrypt, context) + fill(describe, ""), false, true},
		{"looking has no context", fill(encrypt, context) + fill(describe, context), false, false},
		{"the context of others", fill(encrypt, others) + fill(describe, ""), false, false},
		{"the context of another home Region", fill(encrypt, region) + fill(describe, ""), false, false},
		{"no looking", fill(encrypt, ""), false, false},
		{"no encrypting", fill(describe, ""), false, false},
		{"an S3 Bucket Key wants decrypting", fill(encrypt, "") + fill(describe, ""), true, false},
		{"an S3 Bucket Key has it", fill(encrypt, "") + fill(describe, "") + decrypt, true, true},
		{"the objects in the context", fill(encrypt, objects) + fill(describe, ""), false, true},
		{"the bucket in the context", fill(encrypt, objects) + fill(describe, "") + decrypt, true, false},
		{"a denial", fill(encrypt, "") + fill(describe, "") + strings.Replace(fill(encrypt, ""), "Allow", "Deny", 1), false, false},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l := newLab(t, encrypted)
			l.setKeyPolicy(tt.policy)
			if tt.bucketKey {
				l.useBucketKey()
			}
			_, err := l.at("eu-west-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("main"), S3BucketName: ptr("logs"), KmsKeyId: ptr(keyID)})
			if tt.ok {
				l.must(err)
				return
			}
			l.refused(err, "InsufficientEncryptionPolicyException", "Insufficient permissions to access S3 bucket logs or KMS key "+keyARN+".")
			if l.names(self, "eu-west-1") != "" {
				t.Error("the trail is there nevertheless")
			}
		})
	}
}

func (l *lab) useBucketKey() {
	l.t.Helper()
	_, err := l.s3(self).PutBucketEncryption(l.t.Context(), &s3.PutBucketEncryptionInput{Bucket: ptr("logs"), ServerSideEncryptionConfiguration: &s3types.ServerSideEncryptionConfiguration{
		Rules: []s3types.ServerSideEncryptionRule{{BucketKeyEnabled: ptr(true), ApplyServerSideEncryptionByDefault: &s3types.ServerSideEncryptionByDefault{SSEAlgorithm: "aws:kms"}}},
	}})
	l.must(err)
}

// A trail whose key has become unfit is not updated, even if nothing was said of the
// key, nor does the bucket move away from it; without the key it is.
func TestUpdateVerifiesKey(t *testing.T) {
	l := newLab(t, strings.Replace(encrypted, "buckets: [", "buckets: [{name: abroad, region: eu-west-1, policy: documented}, ", 1))
	l.create(self, "us-east-1", "main", setKey(keyID))
	l.refused(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), S3BucketName: ptr("abroad")}), "KmsKeyNotFoundException", "")
	l.setKeyPolicy("")
	l.refused(l.widen(self, "us-east-1", "main"), "InsufficientEncryptionPolicyException", "")
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), IsMultiRegionTrail: ptr(true), KmsKeyId: ptr("")}))
}

// Whatever keeps CloudTrail from the key shows in every Region, and what waited comes
// when it has been mended.
func TestKeyKeepsDeliveriesBack(t *testing.T) {
	disable := func(l *lab) error {
		_, err := l.kms(self, "us-east-1").DisableKey(l.t.Context(), &kms.DisableKeyInput{KeyId: ptr(keyID)})
		return err
	}
	enable := func(l *lab) error {
		_, err := l.kms(self, "us-east-1").EnableKey(l.t.Context(), &kms.EnableKeyInput{KeyId: ptr(keyID)})
		return err
	}
	for _, tt := range []struct {
		why         string
		spoil, mend func(l *lab) error
		want        string
	}{
		{"disabled", disable, enable, "KMS.DisabledException"},
		{"the policy", func(l *lab) error { l.setKeyPolicy(""); return nil }, func(l *lab) error {
			l.setKeyPolicy(`,{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"kms:GenerateDataKey*","Resource":"*","Condition":{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:123456789012:trail/main"}}}`)
			return nil
		}, "AccessDenied"},
		{"pending deletion", func(l *lab) error {
			_, err := l.kms(self, "us-east-1").ScheduleKeyDeletion(l.t.Context(), &kms.ScheduleKeyDeletionInput{KeyId: ptr(keyID)})
			return err
		}, func(l *lab) error {
			if _, err := l.kms(self, "us-east-1").CancelKeyDeletion(l.t.Context(), &kms.CancelKeyDeletionInput{KeyId: ptr(keyID)}); err != nil {
				return err
			}
			return enable(l)
		}, "KMS.KMSInvalidStateException"},
	} {
		t.Run(tt.why, func(t *testing.T) {
			l := newLab(t, encrypted)
			arn := l.create(self, "us-east-1", "main", multiRegion, withValidation, setKey(keyID))
			l.start(self, "us-east-1", arn)
			l.must(tt.spoil(l))
			l.names(self, "eu-west-1")
			l.advance(time.Hour)
			for _, region := range []string{"us-east-1", "eu-west-1"} {
				if st := l.status(self, region, arn); aws.ToString(st.LatestDeliveryError) != tt.want || aws.ToString(st.LatestDigestDeliveryError) != tt.want {
					t.Errorf("in %s: %s, %s", region, aws.ToString(st.LatestDeliveryError), aws.ToString(st.LatestDigestDeliveryError))
				}
			}
			if n := len(l.objects(self, logsOf)); n != 0 {
				t.Errorf("%d log files in spite of the key", n)
			}
			l.must(tt.mend(l))
			l.advance(5 * time.Minute)
			if st := l.status(self, "eu-west-1", arn); st.LatestDeliveryError != nil || st.LatestDeliveryTime == nil {
				t.Errorf("after that: %+v", st)
			}
			found := false
			for _, o := range l.objects(self, logsOf) {
				found = found || strings.Contains(string(o.text), `"eventName":"DescribeTrails"`)
				head, err := l.s3(self).HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: ptr("logs"), Key: &o.key})
				l.must(err)
				if head.ServerSideEncryption != "aws:kms" || *head.SSEKMSKeyId != keyARN {
					t.Errorf("%s is encrypted as %s %v", o.key, head.ServerSideEncryption, head.SSEKMSKeyId)
				}
				if strings.Contains(string(o.text), `"eventName":"GenerateDataKey"`) {
					t.Error("the calls of CloudTrail to KMS are recorded")
				}
			}
			if !found {
				t.Error("what waited is lost")
			}
		})
	}
}

// An event data store wants a key that lets CloudTrail in without conditions, in its own
// Region.
func TestDataStoreKey(t *testing.T) {
	l := newLab(t, encrypted)
	create := func(key string) (*cloudtrail.CreateEventDataStoreOutput, error) {
		return l.at("us-east-1").CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake"), KmsKeyId: &key})
	}
	_, err := create("alias/closed")
	l.refused(err, "InsufficientEncryptionPolicyException", "")
	_, err = create("alias/disabled")
	l.refused(err, "InsufficientEncryptionPolicyException", "") // the condition of the user guide's policy for trails
	_, err = create("alias/elsewhere")
	l.refused(err, "KmsKeyNotFoundException", "")
	_, err = create("arn:aws:kms:eu-west-1:123456789012:alias/elsewhere")
	l.refused(err, "KmsKeyNotFoundException", "")
	_, err = create("key")
	l.refused(err, "InvalidKmsKeyIdException", "The KMS key ID key is not valid.")
	out, err := create(strings.Replace(keyARN, self, stranger, 1))
	l.must(err)
	if *out.KmsKeyId != strings.Replace(keyARN, self, stranger, 1) {
		t.Errorf("the key is %s", *out.KmsKeyId)
	}
}

// A world file's trail has the key that it names, in the Region of the bucket, with a
// policy that lets CloudTrail in.
func TestKeysOfTrailsInWorldFile(t *testing.T) {
	l := newLab(t, strings.Replace(alone, "optedIn: [af-south-1]", `trails: [
		{name: one, homeRegion: eu-west-1, bucket: logs, kmsKeyId: alias/trails},
		{name: two, homeRegion: eu-west-1, bucket: logs, kmsKeyId: "`+keyARN+`"},
		{name: three, homeRegion: eu-west-1, bucket: logs, kmsKeyId: "`+strings.Replace(keyARN, self, stranger, 1)+`"},
		{name: wrong, homeRegion: eu-west-1, bucket: logs, kmsKeyId: "`+strings.Replace(keyARN, "us-east-1", "eu-west-1", 1)+`"}]`, 1))
	out, err := l.at("eu-west-1").DescribeTrails(t.Context(), &cloudtrail.DescribeTrailsInput{})
	l.must(err)
	for _, trail := range out.TrailList {
		want := ""
		if *trail.Name == "wrong" {
			want = "KMS.NotFoundException"
		}
		if st := l.status(self, "eu-west-1", *trail.TrailARN); aws.ToString(st.LatestDeliveryError) != want {
			t.Errorf("trail %s with key %s: %s", *trail.Name, *trail.KmsKeyId, aws.ToString(st.LatestDeliveryError))
		}
	}
	key, err := l.kms(self, "us-east-1").DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: ptr("alias/trails")})
	l.must(err)
	if *out.TrailList[0].KmsKeyId != *key.KeyMetadata.Arn {
		t.Errorf("the trail has %s, the alias names %s", *out.TrailList[0].KmsKeyId, *key.KeyMetadata.Arn)
	}
	l.must(l.widen(self, "eu-west-1", "one"))
}

// Keys outlive the process, and what was encrypted under them can still be read.
func TestStateKeepsKeys(t *testing.T) {
	o := sandbox.Options{World: []byte(encrypted), StateDir: t.TempDir()}
	l, s := serve(t, o)
	made, err := l.kms(self, "us-east-1").CreateKey(t.Context(), &kms.CreateKeyInput{Description: ptr("kept")})
	l.must(err)
	id := made.KeyMetadata.KeyId
	_, err = l.kms(self, "us-east-1").CreateAlias(t.Context(), &kms.CreateAliasInput{AliasName: ptr("alias/kept"), TargetKeyId: id})
	l.must(err)
	sealed, err := l.kms(self, "us-east-1").Encrypt(t.Context(), &kms.EncryptInput{KeyId: id, Plaintext: []byte("text")})
	l.must(err)
	going, err := l.kms(self, "us-east-1").DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: ptr("alias/going")})
	l.must(err)
	l.must(s.Close())

	l, _ = serve(t, o)
	out, err := l.kms(self, "us-east-1").DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: ptr("alias/kept")})
	l.must(err)
	opened, err := l.kms(self, "us-east-1").Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: sealed.CiphertextBlob})
	l.must(err)
	if *out.KeyMetadata.Description != "kept" || string(opened.Plaintext) != "text" {
		t.Errorf("got %+v, %s", out.KeyMetadata, opened.Plaintext)
	}
	l.advance(31 * 24 * time.Hour) // by the clock of the sandbox
	_, err = l.kms(self, "us-east-1").DescribeKey(t.Context(), &kms.DescribeKeyInput{KeyId: going.KeyMetadata.KeyId})
	l.refused(err, "NotFoundException", "")
}

// Records of KMS name the key, and have neither texts nor what using it answered.
func TestKeyRecords(t *testing.T) {
	l := newLab(t, encrypted)
	out, err := l.kms(self, "us-east-1").Encrypt(t.Context(), &kms.EncryptInput{KeyId: ptr("alias/logs"), Plaintext: []byte("text"), EncryptionContext: map[string]string{"Department": "Sales"}})
	l.must(err)
	_, err = l.kms(self, "us-east-1").Decrypt(t.Context(), &kms.DecryptInput{CiphertextBlob: out.CiphertextBlob, EncryptionContext: map[string]string{"Department": "Sales"}})
	l.must(err)
	found, err := l.at("us-east-1").LookupEvents(t.Context(), &cloudtrail.LookupEventsInput{
		LookupAttributes: []types.LookupAttribute{{AttributeKey: "ResourceName", AttributeValue: ptr(keyARN)}},
	})
	l.must(err)
	if len(found.Events) != 2 {
		t.Fatalf("%d events name the key, want 2", len(found.Events))
	}
	for i, parameters := range []string{ // newest first
		`"requestParameters":{"encryptionContext":{"Department":"Sales"}},"responseElements":null`,
		`"requestParameters":{"encryptionContext":{"Department":"Sales"},"keyId":"alias/logs"},"responseElements":null`,
	} {
		text := *found.Events[i].CloudTrailEvent
		if !strings.Contains(text, parameters) || !strings.Contains(text, `"readOnly":true`) || !strings.Contains(text, `"resources":[{"accountId":"123456789012","type":"AWS::KMS::Key","ARN":"`+keyARN+`"}]`) {
			t.Errorf("the record is %s", text)
		}
	}
}
