package wire

import (
	"encoding/json"
	"testing"
)

// Inputs and outputs are spelled as CloudTrail records them.
func TestElements(t *testing.T) {
	for _, tt := range []struct {
		why, service, operation, side, text, want string
	}{
		{"first letters are small, the rest is kept", "cloudtrail", "CreateTrail", "in", `{"Name":"t","S3BucketName":"b","KmsKeyId":"k","IsMultiRegionTrail":true}`, `{"isMultiRegionTrail":true,"kmsKeyId":"k","name":"t","s3BucketName":"b"}`},
		{"nested", "cloudtrail", "PutEventSelectors", "in", `{"EventSelectors":[{"DataResources":[{"Type":"T","Values":["V"]}]}]}`, `{"eventSelectors":[{"dataResources":[{"type":"T","values":["V"]}]}]}`},
		{"times are texts", "cloudtrail", "LookupEvents", "in", `{"StartTime":1722431184}`, `{"startTime":"Jul 31, 2024, 1:06:24 PM"}`},
		{"times in ISO 8601 too", "cloudtrail", "LookupEvents", "in", `{"StartTime":"2024-07-31T13:06:24Z"}`, `{"startTime":"Jul 31, 2024, 1:06:24 PM"}`},
		{"secrets are left out", "sts", "GetSessionToken", "out", `{"Credentials":{"AccessKeyId":"A","SecretAccessKey":"S","SessionToken":"T","Expiration":1722431184.5}}`, `{"credentials":{"accessKeyId":"A","expiration":"Jul 31, 2024, 1:06:24 PM","sessionToken":"T"}}`},
		{"numbers stay as they are", "cloudtrail", "LookupEvents", "in", `{"MaxResults":7}`, `{"maxResults":7}`},
		{"nothing is null", "cloudtrail", "DescribeTrails", "in", `{}`, `null`},
		{"an input that was never read is null", "cloudtrail", "DescribeTrails", "in", ``, `null`},
		{"an operation without an output", "account", "EnableRegion", "out", `{}`, `null`},
		{"an operation that there is not", "cloudtrail", "Dance", "in", `{}`, `null`},
	} {
		s := NewService(tt.service, nil)
		spell := s.RequestParameters
		if tt.side == "out" {
			spell = s.ResponseElements
		}
		got, err := json.Marshal(spell(tt.operation, json.RawMessage(tt.text)))
		if err != nil || string(got) != tt.want {
			t.Errorf("%s: got %s, %v\nwant %s", tt.why, got, err, tt.want)
		}
	}
}

// No input makes spelling panic, and what it gives is JSON.
func FuzzElements(f *testing.F) {
	f.Add(`{"Name":"t"}`)
	f.Add(`{"EventSelectors":[{"DataResources":[null,{"Type":7}]}],"TrailName":{}}`)
	f.Add(`[1]`)
	s := NewService("cloudtrail", nil)
	f.Fuzz(func(t *testing.T, text string) {
		v := s.RequestParameters("PutEventSelectors", json.RawMessage(text))
		if _, err := json.Marshal(v); err != nil {
			t.Error(err)
		}
	})
}
