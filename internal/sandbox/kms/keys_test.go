package kms_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"github.com/trailspan/trailspan/internal/sandbox/kms"
	"github.com/trailspan/trailspan/internal/sandbox/policy"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// What CreateKey gives a key of which nothing was said.
func TestCreateKey(t *testing.T) {
	s := newSite(t)
	out, err := s.own().CreateKey(t.Context(), &sdk.CreateKeyInput{})
	s.must(err)
	m := out.KeyMetadata
	if *m.Arn != prefix+"key/"+*m.KeyId || !m.Enabled || m.KeyState != "Enabled" || m.KeySpec != "SYMMETRIC_DEFAULT" || m.KeyUsage != "ENCRYPT_DECRYPT" ||
		m.KeyManager != "CUSTOMER" || m.Origin != "AWS_KMS" || *m.AWSAccountId != owner || m.DeletionDate != nil || m.MultiRegionConfiguration != nil {
		t.Errorf("got %+v", m)
	}
	policy, err := s.own().GetKeyPolicy(t.Context(), &sdk.GetKeyPolicyInput{KeyId: m.KeyId})
	s.must(err)
	if *policy.Policy != kms.DefaultPolicy("aws", owner) || *policy.PolicyName != "default" {
		t.Errorf("the policy is %s", *policy.Policy)
	}
	out, err = s.own().CreateKey(t.Context(), &sdk.CreateKeyInput{MultiRegion: ptr(true), Description: ptr("d"), Tags: []types.Tag{{TagKey: ptr("k"), TagValue: ptr("v")}}})
	s.must(err)
	if m := out.KeyMetadata; !strings.HasPrefix(*m.KeyId, "mrk-") || *m.Description != "d" || m.MultiRegionConfiguration.MultiRegionKeyType != "PRIMARY" {
		t.Errorf("got %+v", m)
	}
	for _, tt := range []struct {
		why            string
		in             sdk.CreateKeyInput
		code, sentence string
	}{
		{"a key that signs", sdk.CreateKeyInput{KeySpec: "RSA_2048", KeyUsage: "SIGN_VERIFY"}, "UnsupportedOperationException", "The sandbox does not implement keys with the KeySpec RSA_2048."},
		{"a use that it does not have", sdk.CreateKeyInput{KeyUsage: "SIGN_VERIFY"}, "ValidationException", "KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT"},
		{"material of elsewhere", sdk.CreateKeyInput{Origin: "EXTERNAL"}, "UnsupportedOperationException", "The sandbox does not implement keys with key material of elsewhere."},
		{"a tag of AWS", sdk.CreateKeyInput{Tags: []types.Tag{{TagKey: ptr("aws:x"), TagValue: ptr("")}}}, "TagException", "aws: prefixed tag key names are not allowed for external use."},
	} {
		_, err := s.own().CreateKey(t.Context(), &tt.in)
		s.refused(tt.why, err, tt.code, tt.sentence)
	}
}

// The names that a key has, and what is said of those that it has not.
func TestNames(t *testing.T) {
	s := newSite(t)
	arn := s.key("")
	s.alias("alias/logs", arn)
	const missing = "12345678-1234-1234-1234-123456789012"
	for _, tt := range []struct{ why, name, code, sentence string }{
		{"ID", *idOf(arn), "", ""},
		{"ARN", arn, "", ""},
		{"alias", "alias/logs", "", ""},
		{"ARN of the alias", prefix + "alias/logs", "", ""},
		{"ID of no key", missing, "NotFoundException", "Key '" + prefix + "key/" + missing + "' does not exist"},
		{"ARN of no key", prefix + "key/" + missing, "NotFoundException", "Key '" + prefix + "key/" + missing + "' does not exist"},
		{"alias of no key", "alias/none", "NotFoundException", "Alias " + prefix + "alias/none is not found."},
		{"not an ID", "logs", "NotFoundException", "Invalid keyId 'logs'"},
		{"not an ARN", "arn:aws:s3:::logs", "InvalidArnException", "Invalid arn arn:aws:s3:::logs"},
		{"of another Region", strings.Replace(arn, "us-east-1", "eu-west-1", 1), "NotFoundException", "Invalid arn eu-west-1"},
	} {
		out, err := s.own().DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: &tt.name})
		s.refused(tt.why, err, tt.code, tt.sentence)
		if err == nil && *out.KeyMetadata.Arn != arn {
			t.Errorf("%s: %s", tt.why, *out.KeyMetadata.Arn)
		}
	}
	_, err := s.own().EnableKey(t.Context(), &sdk.EnableKeyInput{KeyId: ptr("alias/logs")})
	s.refused("an alias where only IDs and ARNs go", err, "NotFoundException", "Invalid keyId 'alias/logs'")
	_, err = s.of(owner, "eu-west-1").DescribeKey(t.Context(), &sdk.DescribeKeyInput{KeyId: ptr("alias/logs")})
	s.refused("an alias in another Region", err, "NotFoundException", "Alias arn:aws:kms:eu-west-1:111111111111:alias/logs is not found.")
}

// From enabled to gone, and what each state does not allow.
func TestStates(t *testing.T) {
	s := newSite(t)
	arn, ctx := s.key(""), t.Context()
	s.alias("alias/logs", arn)
	use := func() error {
		_, err := s.own().GenerateDataKey(ctx, &sdk.GenerateDataKeyInput{KeyId: &arn, KeySpec: "AES_256"})
		return err
	}
	schedule := func(days int32) error {
		_, err := s.own().ScheduleKeyDeletion(ctx, &sdk.ScheduleKeyDeletionInput{KeyId: &arn, PendingWindowInDays: &days})
		return err
	}
	s.must(use())
	_, err := s.own().CancelKeyDeletion(ctx, &sdk.CancelKeyDeletionInput{KeyId: &arn})
	s.refused("canceling what is not scheduled", err, "KMSInvalidStateException", arn+" is not pending deletion.")
	_, err = s.own().DisableKey(ctx, &sdk.DisableKeyInput{KeyId: &arn})
	s.must(err)
	s.refused("using a disabled key", use(), "DisabledException", arn+" is disabled.")
	_, err = s.own().EnableKey(ctx, &sdk.EnableKeyInput{KeyId: &arn})
	s.must(err)
	s.must(use())
	s.refused("six days", schedule(6), "ValidationException", "1 validation error detected: Value '6' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value greater than or equal to 7")
	s.refused("31 days", schedule(31), "ValidationException", "1 validation error detected: Value '31' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value less than or equal to 30")
	s.must(schedule(7))
	pending := arn + " is pending deletion."
	s.refused("using a key that goes", use(), "KMSInvalidStateException", pending)
	s.refused("scheduling it twice", schedule(7), "KMSInvalidStateException", pending)
	_, err = s.own().EnableKey(ctx, &sdk.EnableKeyInput{KeyId: &arn})
	s.refused("enabling it", err, "KMSInvalidStateException", pending)
	_, err = s.own().TagResource(ctx, &sdk.TagResourceInput{KeyId: &arn, Tags: []types.Tag{{TagKey: ptr("k"), TagValue: ptr("v")}}})
	s.refused("tagging it", err, "KMSInvalidStateException", pending)
	_, err = s.own().CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: ptr("alias/more"), TargetKeyId: &arn})
	s.refused("naming it", err, "KMSInvalidStateException", pending)
	out, err := s.own().DescribeKey(ctx, &sdk.DescribeKeyInput{KeyId: &arn})
	s.must(err)
	if m := out.KeyMetadata; m.KeyState != "PendingDeletion" || m.Enabled || m.DeletionDate == nil {
		t.Errorf("got %+v", m)
	}
	_, err = s.own().CancelKeyDeletion(ctx, &sdk.CancelKeyDeletionInput{KeyId: &arn})
	s.must(err)
	s.refused("using it after that", use(), "DisabledException", arn+" is disabled.")
	s.must(schedule(7))
	s.advance(7*24*time.Hour - time.Minute)
	s.refused("a moment before", use(), "KMSInvalidStateException", pending)
	s.advance(time.Minute)
	s.refused("when it is gone", use(), "NotFoundException", "Key '"+arn+"' does not exist")
	aliases, err := s.own().ListAliases(ctx, &sdk.ListAliasesInput{})
	s.must(err)
	keys, err := s.own().ListKeys(ctx, &sdk.ListKeysInput{})
	s.must(err)
	if len(aliases.Aliases) != 0 || len(keys.Keys) != 0 {
		t.Errorf("left: %v %v", aliases.Aliases, keys.Keys)
	}
	s.alias("alias/logs", s.key("")) // the name is free
}

func TestPages(t *testing.T) {
	s := newSite(t)
	want := map[string]bool{}
	for range 5 {
		want[s.key("")] = true
	}
	s.of(owner, "eu-west-1")
	pages := sdk.NewListKeysPaginator(s.own(), &sdk.ListKeysInput{Limit: ptr(int32(2))})
	n := 0
	for ; pages.HasMorePages(); n++ {
		page, err := pages.NextPage(t.Context())
		s.must(err)
		for _, k := range page.Keys {
			delete(want, *k.KeyArn)
		}
	}
	if n != 3 || len(want) != 0 {
		t.Errorf("%d pages, without %v", n, want)
	}
	_, err := s.own().ListKeys(t.Context(), &sdk.ListKeysInput{Marker: ptr("?")})
	s.refused("a marker of nobody", err, "InvalidMarkerException", "Invalid marker ?")
	out, err := s.of(owner, "eu-west-1").ListKeys(t.Context(), nil)
	s.must(err)
	if len(out.Keys) != 0 || out.Truncated {
		t.Errorf("another Region has %v", out.Keys)
	}
}

func TestRotation(t *testing.T) {
	s := newSite(t)
	arn, ctx := s.key(""), t.Context()
	status := func() *sdk.GetKeyRotationStatusOutput {
		out, err := s.own().GetKeyRotationStatus(ctx, &sdk.GetKeyRotationStatusInput{KeyId: &arn})
		s.must(err)
		return out
	}
	if out := status(); out.KeyRotationEnabled || out.RotationPeriodInDays != nil {
		t.Errorf("at first: %+v", out)
	}
	_, err := s.own().EnableKeyRotation(ctx, &sdk.EnableKeyRotationInput{KeyId: &arn, RotationPeriodInDays: ptr(int32(90))})
	s.must(err)
	first := *status().NextRotationDate
	s.advance(91 * 24 * time.Hour)
	if out := status(); *out.RotationPeriodInDays != 90 || out.NextRotationDate.Sub(first) != 90*24*time.Hour {
		t.Errorf("after a period: %v, at first %v", *out.NextRotationDate, first)
	}
	_, err = s.own().DisableKeyRotation(ctx, &sdk.DisableKeyRotationInput{KeyId: &arn})
	s.must(err)
	if status().KeyRotationEnabled {
		t.Error("it is still enabled")
	}
}

func TestTags(t *testing.T) {
	s := newSite(t)
	arn, ctx := s.key(""), t.Context()
	tags := func() string {
		out, err := s.own().ListResourceTags(ctx, &sdk.ListResourceTagsInput{KeyId: &arn})
		s.must(err)
		var list []string
		for _, tag := range out.Tags {
			list = append(list, *tag.TagKey+"="+*tag.TagValue)
		}
		return strings.Join(list, " ")
	}
	put := func(pairs ...string) error {
		in := &sdk.TagResourceInput{KeyId: &arn}
		for i := 0; i < len(pairs); i += 2 {
			in.Tags = append(in.Tags, types.Tag{TagKey: &pairs[i], TagValue: &pairs[i+1]})
		}
		_, err := s.own().TagResource(ctx, in)
		return err
	}
	s.must(put("b", "1", "a", "2"))
	s.must(put("b", "3"))
	if got := tags(); got != "a=2 b=3" {
		t.Errorf("got %s", got)
	}
	s.refused("one key twice", put("c", "1", "c", "2"), "TagException", "Duplicate tag keys")
	_, err := s.own().UntagResource(ctx, &sdk.UntagResourceInput{KeyId: &arn, TagKeys: []string{"a", "none"}})
	s.must(err)
	if got := tags(); got != "b=3" {
		t.Errorf("got %s", got)
	}
}

func TestAliases(t *testing.T) {
	s := newSite(t)
	one, two, ctx := s.key(""), s.key(""), t.Context()
	s.alias("alias/logs", one)
	for _, tt := range []struct{ why, name, target, code, sentence string }{
		{"a name that is taken", "alias/logs", two, "AlreadyExistsException", "An alias with the name " + prefix + "alias/logs already exists"},
		{"no prefix", "logs", one, "ValidationException", `Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html`},
		{"a name of AWS", "alias/aws/logs", one, "NotAuthorizedException", "UnknownError"}, // so the SDK says where there is no message
		{"a colon", "alias/a:b", one, "ValidationException", "alias/a:b contains invalid characters for an alias"},
		{"the name of a name", "alias/more", "alias/logs", "ValidationException", "Aliases must refer to keys. Not aliases"},
		{"of no key", "alias/more", "12345678-1234-1234-1234-123456789012", "NotFoundException", "Key '" + prefix + "key/12345678-1234-1234-1234-123456789012' does not exist"},
	} {
		_, err := s.own().CreateAlias(ctx, &sdk.CreateAliasInput{AliasName: &tt.name, TargetKeyId: &tt.target})
		s.refused(tt.why, err, tt.code, tt.sentence)
	}
	_, err := s.own().UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: ptr("alias/logs"), TargetKeyId: &two})
	s.must(err)
	for arn, want := range map[string]int{one: 0, two: 1} {
		out, err := s.own().ListAliases(ctx, &sdk.ListAliasesInput{KeyId: &arn})
		s.must(err)
		if len(out.Aliases) != want || want > 0 && (*out.Aliases[0].TargetKeyId != *idOf(two) || *out.Aliases[0].AliasArn != prefix+"alias/logs") {
			t.Errorf("aliases of %s: %+v", arn, out.Aliases)
		}
	}
	_, err = s.own().DeleteAlias(ctx, &sdk.DeleteAliasInput{AliasName: ptr("alias/logs")})
	s.must(err)
	_, err = s.own().UpdateAlias(ctx, &sdk.UpdateAliasInput{AliasName: ptr("alias/logs"), TargetKeyId: &two})
	s.refused("changing one that is gone", err, "NotFoundException", "Alias "+prefix+"alias/logs is not found.")
}

// What other services ask of the store.
func TestPermit(t *testing.T) {
	now := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	st := kms.New()
	st.Now = func() time.Time { return now }
	k := kms.NewKey("aws", owner, "us-east-1", kms.NewID(false), now)
	st.Keys[k.ARN] = k
	st.Name(k, "alias/topic", now)
	if info, ok := st.Find("aws", owner, "us-east-1", "alias/topic"); !ok || info.ARN != k.ARN || info.State != kms.Enabled {
		t.Errorf("found %+v", info)
	}
	if _, ok := st.Find("aws", stranger, "us-east-1", "alias/topic"); ok {
		t.Error("an alias is found in another account")
	}
	sns := policy.Request{Principal: policy.Principal{Service: "sns.amazonaws.com"}, Action: "kms:GenerateDataKey"}
	look := sns
	look.Action = "kms:DescribeKey"
	const letIn = `{"Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},"Action":"kms:*","Resource":"*"}]}`
	for _, tt := range []struct {
		why    string
		policy string
		state  kms.State
		r      policy.Request
		want   string
	}{
		{"the default policy lets no service in", kms.DefaultPolicy("aws", owner), kms.Enabled, sns, "AccessDeniedException"},
		{"one that names it does", letIn, kms.Enabled, sns, ""},
		{"not when the key is disabled", letIn, kms.Disabled, sns, "DisabledException"},
		{"unless only to look", letIn, kms.Disabled, look, ""},
		{"not when it is about to go", letIn, kms.PendingDeletion, sns, "KMSInvalidStateException"},
		{"a policy that denies", strings.Replace(letIn, "Allow", "Deny", 1), kms.Enabled, sns, "AccessDeniedException"},
	} {
		k.Policy, k.State, k.Deletion = tt.policy, tt.state, now.Add(time.Hour)
		code := ""
		if err := st.Permit(k.ARN, tt.r); err != nil {
			var e *wire.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			code = e.Code
		}
		if code != tt.want {
			t.Errorf("%s: %q, want %q", tt.why, code, tt.want)
		}
	}
	k.State, now = kms.PendingDeletion, now.Add(2*time.Hour)
	if err := st.Permit(k.ARN, sns); wire.CodeOf(err) != "NotFoundException" {
		t.Errorf("a key that is gone: %v", err)
	}
}
