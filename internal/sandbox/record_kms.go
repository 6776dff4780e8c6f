package sandbox

import (
	"encoding/json"
	"slices"
	"strings"
)

// describeKMS leaves out of a record what KMS does not log, texts plain and encrypted and
// what using a key answered, and adds the key.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
func describeKMS(x *exchange, r *record) {
	if x.call.Service != "kms" {
		return
	}
	if in, ok := r.RequestParameters.(map[string]any); ok {
		delete(in, "plaintext")
		delete(in, "ciphertextBlob")
	}
	if usesKey(x.call.Operation) {
		r.ResponseElements = nil
	}
	if arn := keyOf(x, r); arn != "" {
		r.Resources = []recordResource{{AccountID: accountOfARN(arn), Type: "AWS::KMS::Key", ARN: arn}}
	}
}

// usesKey says whether an operation encrypts or decrypts.
func usesKey(operation string) bool {
	return slices.Contains([]string{"Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"}, operation)
}

// keyOf is the ARN of the key of a call, as far as answer and request tell; or "".
func keyOf(x *exchange, r *record) string {
	var out struct {
		KeyID       string `json:"KeyId"`
		KeyMetadata struct{ Arn string }
	}
	_ = json.Unmarshal(x.call.Output, &out) // there is none of a call that failed
	c := x.call
	for _, name := range []string{out.KeyMetadata.Arn, out.KeyID, parameter(r.RequestParameters, "keyId"), parameter(r.RequestParameters, "targetKeyId")} {
		switch {
		case strings.Contains(name, ":key/"):
			return name
		case matches(uuidPattern, name):
			return "arn:" + c.Partition + ":kms:" + c.Region + ":" + c.Account + ":key/" + name
		}
	}
	return ""
}
