package cloud

// Policy is an identity policy.
type Policy struct {
	Version   string
	Statement []Statement
}

// Statement allows actions.
type Statement struct {
	Sid      string
	Effect   string
	Action   []string
	Resource string
}

// Tasks are what PolicyFor knows the permissions of.
func Tasks() []string { return []string{"check", "convert", "create", "organization", "prove"} }

// PolicyFor returns the least an identity has to be allowed to do a task with
// trailspan. Most read actions of CloudTrail know no resources, so that theirs is *.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
func PolicyFor(task string) Policy {
	statements := []Statement{allow("TrailspanLook", "*",
		"account:ListRegions", "ec2:DescribeRegions",
		"cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors",
		"cloudtrail:ListEventDataStores", "cloudtrail:GetEventDataStore",
	)}
	evidence := allow("TrailspanEvidence", "*",
		"cloudformation:DescribeStackResources", "cloudtrail:ListTags", "organizations:DescribeOrganization",
		"s3:GetBucketPolicy", "s3:GetBucketRequestPayment", "s3:ListBucket",
	)
	key := allow("TrailspanEvidenceKey", "*", "kms:DescribeKey", "kms:GetKeyPolicy", "s3:GetEncryptionConfiguration")
	around := allow("TrailspanEvidenceAround", "*", // of trails with a topic or a log group, and of organizations
		"sns:GetTopicAttributes", "logs:DescribeLogGroups", "logs:DescribeMetricFilters",
		"iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy",
		"iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion",
		"organizations:ListAccounts", "organizations:ListDelegatedAdministrators",
	)
	switch task {
	case "convert":
		statements = append(statements, evidence, key, around, allow("TrailspanHistory", "*", lookupEvents), allow("TrailspanConvert", "arn:*:cloudtrail:*:*:trail/*",
			"cloudtrail:UpdateTrail", "cloudtrail:StartLogging", "cloudtrail:StopLogging"))
	case "create":
		statements = append(statements, evidence, key,
			allow("TrailspanCreateTrail", "arn:*:cloudtrail:*:*:trail/*",
				"cloudtrail:CreateTrail", "cloudtrail:DeleteTrail", "cloudtrail:StartLogging", "cloudtrail:StopLogging"),
			allow("TrailspanCreateBucket", "arn:*:s3:::*",
				"s3:CreateBucket", "s3:DeleteBucket", "s3:GetBucketPublicAccessBlock", "s3:PutBucketPublicAccessBlock",
				"s3:PutBucketPolicy", "s3:DeleteBucketPolicy"))
	case "prove":
		statements = append(statements,
			allow("TrailspanProve", "*", "cloudtrail:LookupEvents", "organizations:DescribeOrganization"),
			allow("TrailspanLogBucket", "arn:*:s3:::*", "s3:ListBucket", "s3:GetBucketLocation"),
			allow("TrailspanLogFiles", "arn:*:s3:::*/AWSLogs/*", "s3:GetObject"),
			allow("TrailspanLogKey", "arn:*:kms:*:*:key/*", "kms:Decrypt"))
	case "organization":
		statements = append(statements,
			allow("TrailspanAccounts", "*",
				"organizations:ListAccounts", "organizations:ListAccountsForParent", "organizations:ListOrganizationalUnitsForParent"),
			allow("TrailspanEnter", "arn:*:iam::*:role/OrganizationAccountAccessRole", "sts:AssumeRole"))
	}
	return Policy{"2012-10-17", statements}
}

// AllowFindings is what --push-securityhub needs beyond the policy of a check, in each
// account that is looked at.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecurityhub.html
func AllowFindings() Statement {
	return allow("TrailspanFindings", "arn:*:securityhub:*:*:product/*/default", importFindings)
}

func allow(sid, resource string, actions ...string) Statement {
	return Statement{Sid: sid, Effect: "Allow", Action: actions, Resource: resource}
}
