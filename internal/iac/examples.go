package iac

import "strings"

// The properties of the examples that rules have.
const (
	logging = "IsLogging: true"
	multi   = "\nIsMultiRegionTrail: true\nIncludeGlobalServiceEvents: true"
)

func selecting(kind string) string { return "\nEventSelectors:\n  - ReadWriteType: " + kind }

// trailWith is a template with a trail that has these properties, a line each.
func trailWith(properties string) string {
	return `Resources:
  Trail:
    Type: AWS::CloudTrail::Trail
    Properties:
      S3BucketName: audit-logs
      ` + strings.ReplaceAll(properties, "\n", "\n      ") + "\n"
}

// trailBeside is a template with a trail and the policy of its bucket, which lets in what
// lies below this path.
func trailBeside(path string) string {
	return trailWith(logging+multi) + `  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: audit-logs
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:GetBucketAcl
            Resource: arn:aws:s3:::audit-logs
          - Effect: Allow
            Principal: {Service: cloudtrail.amazonaws.com}
            Action: s3:PutObject
            Resource: !Sub arn:aws:s3:::audit-logs/AWSLogs/${AWS::AccountId}` + path + `/*
`
}
