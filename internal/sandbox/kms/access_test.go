package kms_test

import (
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/trailspan/trailspan/internal/sandbox/kms"
)

const beyond = "because the resource does not exist in this Region, no resource-based policies allow access, or a resource-based policy explicitly denies access"

// shared lets two accounts in.
const shared = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111111111111:root","222222222222"]},"Action":"kms:*","Resource":"*"}]}`

// Another account uses a key by its ARN if the policy of the key lets it, and never
// manages it.
func TestOtherAccounts(t *testing.T) {
	s := newSite(t)
	closed, open, ctx := s.key(""), s.key(shared), t.Context()
	s.alias("alias/open", open)
	theirs := s.of(stranger, "us-east-1")
	no := func(action, arn string) string {
		return "User: arn:aws:iam::222222222222:user/sandbox is not authorized to perform: kms:" + action + " on resource: " + arn + " " + beyond
	}
	describe := func(name string) error {
		_, err := theirs.DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &name})
		return err
	}
	s.refused("a key that is shared", describe(open), "", "")
	s.refused("its alias, by ARN", describe(prefix+"alias/open"), "", "")
	s.refused("a key that is not", describe(closed), "AccessDeniedException", no("DescribeKey", closed))
	missing := prefix + "key/12345678-1234-1234-1234-123456789012"
	s.refused("a key that is not there", describe(missing), "AccessDeniedException", no("DescribeKey", missing))
	_, err := theirs.GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: &open})
	s.refused("managing it", err, "AccessDeniedException", no("GetKeyPolicy", open))
	_, err = theirs.Encrypt(ctx, &sdk.EncryptInput{KeyId: &open, Plaintext: []byte("x")})
	s.must(err)
}

// A policy can ask for an encryption context.
func TestContextInPolicy(t *testing.T) {
	s := newSite(t)
	arn := s.key(strings.Replace(shared, `"Resource":"*"`, `"Resource":"*","Condition":{"StringEquals":{"kms:EncryptionContext:Department":"Sales"}}`, 1))
	for department, ok := range map[string]bool{"Sales": true, "IT": false} {
		_, err := s.own().Encrypt(t.Context(), &sdk.EncryptInput{KeyId: &arn, Plaintext: []byte("x"), EncryptionContext: map[string]string{"Department": department}})
		if (err == nil) != ok {
			t.Errorf("%s: %v", department, err)
		}
	}
}

// The owner too is ruled by the policy of the key.
func TestPolicies(t *testing.T) {
	s := newSite(t)
	arn, ctx := s.key(""), t.Context()
	put := func(policy string, bypass bool) error {
		_, err := s.own().PutKeyPolicy(ctx, &sdk.PutKeyPolicyInput{KeyId: &arn, Policy: &policy, BypassPolicyLockoutSafetyCheck: bypass})
		return err
	}
	const malformed = "MalformedPolicyDocumentException"
	locked := strings.ReplaceAll(shared, owner, "333333333333")
	s.refused("a policy that locks the caller out", put(locked, false), malformed, "The new key policy will not allow you to update the key policy in the future.")
	s.refused("not JSON", put("{", false), malformed, "The policy document is not valid: policy is not a JSON object: unexpected EOF.")
	s.refused("a principal that is none", put(strings.Replace(shared, "222222222222", "nobody", 1), false), malformed, "Policy contains a statement with one or more invalid principals.")
	s.must(put(shared, false))
	out, err := s.own().GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: &arn})
	s.must(err)
	if *out.Policy != shared {
		t.Errorf("got %s", *out.Policy)
	}
	_, err = s.own().GetKeyPolicy(ctx, &sdk.GetKeyPolicyInput{KeyId: &arn, PolicyName: ptr("other")})
	s.refused("a policy of another name", err, "NotFoundException", "No such policy exists")
	names, err := s.own().ListKeyPolicies(ctx, &sdk.ListKeyPoliciesInput{KeyId: &arn})
	s.must(err)
	grants, err := s.own().ListGrants(ctx, &sdk.ListGrantsInput{KeyId: &arn})
	s.must(err)
	if len(names.PolicyNames) != 1 || names.PolicyNames[0] != "default" || len(grants.Grants) != 0 {
		t.Errorf("got %v, %v", names.PolicyNames, grants.Grants)
	}
	s.must(put(strings.Replace(kms.DefaultPolicy("aws", owner), `"kms:*"`, `"kms:PutKeyPolicy"`, 1), false))
	_, err = s.own().DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &arn})
	s.refused("what the policy leaves out", err, "AccessDeniedException",
		"User: arn:aws:iam::111111111111:user/sandbox is not authorized to perform: kms:DescribeKey on resource: "+arn+" because no resource-based policy allows the kms:DescribeKey action")
	s.must(put(strings.Replace(shared, `[{"Effect"`, `[{"Effect":"Deny","Principal":"*","Action":"kms:DescribeKey","Resource":"*"},{"Effect"`, 1), false))
	_, err = s.own().DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &arn})
	s.refused("what it denies", err, "AccessDeniedException",
		"User: arn:aws:iam::111111111111:user/sandbox is not authorized to perform: kms:DescribeKey on resource: "+arn+" with an explicit deny in a resource-based policy")
	s.must(put(locked, true))
	if err := put(shared, true); err == nil {
		t.Error("a key of which the caller is locked out takes a policy of him")
	}
}

// What is encrypted comes back, with the same context, from the same key.
func TestEncrypt(t *testing.T) {
	s := newSite(t)
	arn, other, ctx := s.key(""), s.key(""), t.Context()
	context := map[string]string{"a": "1", "b": "2"}
	out, err := s.own().Encrypt(ctx, &sdk.EncryptInput{KeyId: &arn, Plaintext: []byte("text"), EncryptionContext: context})
	s.must(err)
	decrypt := func(blob []byte, context map[string]string, key *string) (string, error) {
		out, err := s.own().Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: blob, EncryptionContext: context, KeyId: key})
		if err != nil {
			return "", err
		}
		return string(out.Plaintext) + " " + *out.KeyId, nil
	}
	if got, err := decrypt(out.CiphertextBlob, context, nil); got != "text "+arn {
		t.Errorf("got %q, %v", got, err)
	}
	_, err = decrypt(out.CiphertextBlob, map[string]string{"a": "1"}, nil)
	s.refused("another context", err, "InvalidCiphertextException", "")
	_, err = decrypt(out.CiphertextBlob, context, &other)
	s.refused("another key", err, "IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
	for i := range out.CiphertextBlob {
		bad := append([]byte{}, out.CiphertextBlob...)
		bad[i] ^= 1
		if got, err := decrypt(bad, context, nil); err == nil {
			t.Errorf("byte %d flipped: %s", i, got)
		}
		if got, err := decrypt(out.CiphertextBlob[:max(i, 1)], context, nil); err == nil {
			t.Errorf("%d bytes: %s", i, got)
		}
	}
	_, err = s.of(owner, "eu-west-1").Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: out.CiphertextBlob, EncryptionContext: context})
	s.refused("another Region", err, "InvalidCiphertextException", "")
	_, err = s.own().Encrypt(ctx, &sdk.EncryptInput{KeyId: &arn, Plaintext: make([]byte, 4097)})
	s.refused("too long", err, "ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than or equal to 4096")
	_, err = s.own().Encrypt(ctx, &sdk.EncryptInput{KeyId: &arn, Plaintext: []byte("x"), DryRun: ptr(true)})
	s.refused("dry run", err, "DryRunOperationException", "The request would have succeeded, but the DryRun option is set.")
}

func TestDataKeys(t *testing.T) {
	s := newSite(t)
	arn, ctx := s.key(""), t.Context()
	for _, tt := range []struct {
		in   sdk.GenerateDataKeyInput
		want int
	}{
		{sdk.GenerateDataKeyInput{KeySpec: "AES_256"}, 32},
		{sdk.GenerateDataKeyInput{KeySpec: "AES_128"}, 16},
		{sdk.GenerateDataKeyInput{NumberOfBytes: ptr(int32(64))}, 64},
	} {
		tt.in.KeyId = &arn
		out, err := s.own().GenerateDataKey(ctx, &tt.in)
		s.must(err)
		back, err := s.own().Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: out.CiphertextBlob})
		s.must(err)
		if len(out.Plaintext) != tt.want || string(back.Plaintext) != string(out.Plaintext) {
			t.Errorf("%d bytes, want %d", len(out.Plaintext), tt.want)
		}
	}
	hidden, err := s.own().GenerateDataKeyWithoutPlaintext(ctx, &sdk.GenerateDataKeyWithoutPlaintextInput{KeyId: &arn, KeySpec: "AES_256"})
	s.must(err)
	back, err := s.own().Decrypt(ctx, &sdk.DecryptInput{CiphertextBlob: hidden.CiphertextBlob})
	s.must(err)
	if len(back.Plaintext) != 32 {
		t.Errorf("%d bytes", len(back.Plaintext))
	}
	_, err = s.own().GenerateDataKey(ctx, &sdk.GenerateDataKeyInput{KeyId: &arn})
	s.refused("no length", err, "ValidationException", "Please specify either number of bytes or key spec.")
}
