package cloud

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
	"github.com/aws/aws-sdk-go-v2/service/securityhub/types"
	"github.com/aws/smithy-go"
)

const importFindings = "securityhub:BatchImportFindings"

// notEnabled is the code of Security Hub where it is not enabled.
const notEnabled = "InvalidAccessException"

// findingsAtOnce is how many findings Security Hub takes with one call.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_BatchImportFindings.html
const findingsAtOnce = 100

// A Refusal is a finding that Security Hub did not take, with its code and its reason.
type Refusal struct{ ID, Code, Message string }

// ImportFindings sends findings to Security Hub in the Region of the Session, which must
// be ForFindings. Each is a JSON object in the AWS Security Finding Format, of the account
// of the Session, and for a product of it in that Region. It returns how many were taken
// and which were refused; with an error the rest was not sent. A finding that is there
// already, by its ID, is updated.
func (s *Session) ImportFindings(ctx context.Context, findings []json.RawMessage) (taken int, refused []Refusal, err error) {
	all, err := sdkFindings(findings)
	if err != nil {
		return 0, nil, err
	}
	client := securityhub.NewFromConfig(s.cfg)
	for some := range slices.Chunk(all, findingsAtOnce) {
		out, err := run(ctx, s.call(importFindings, s.Region()), func(ctx context.Context) (*securityhub.BatchImportFindingsOutput, error) {
			return client.BatchImportFindings(ctx, &securityhub.BatchImportFindingsInput{Findings: some})
		})
		if err == nil {
			err = s.disabled(out.FailedFindings)
		}
		if err != nil {
			return taken, refused, err
		}
		taken += int(aws.ToInt32(out.SuccessCount))
		for _, f := range out.FailedFindings {
			refused = append(refused, Refusal{aws.ToString(f.Id), aws.ToString(f.ErrorCode), aws.ToString(f.ErrorMessage)})
		}
	}
	return taken, refused, nil
}

// disabled is the error of a Security Hub that is not enabled, where it is told of each
// finding. https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html
func (s *Session) disabled(failed []types.ImportFindingsError) error {
	for _, f := range failed {
		if aws.ToString(f.ErrorCode) == "InvalidAccess" {
			return &callError{s.call(importFindings, s.Region()), &smithy.GenericAPIError{Code: notEnabled, Message: aws.ToString(f.ErrorMessage)}}
		}
	}
	return nil
}

// sdkFindings: the SDK names members as the format does, and a member that it does not
// know would be lost.
func sdkFindings(findings []json.RawMessage) ([]types.AwsSecurityFinding, error) {
	out := make([]types.AwsSecurityFinding, len(findings))
	for i, text := range findings {
		d := json.NewDecoder(bytes.NewReader(text))
		d.DisallowUnknownFields()
		if err := d.Decode(&out[i]); err != nil {
			return nil, fmt.Errorf("reading a finding: %w", err)
		}
	}
	return out, nil
}
