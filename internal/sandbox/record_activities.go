package sandbox

import "fmt"

// An activity is a call of the kind that accounts make every day.
type activity struct {
	service   string
	name      string
	parameter string // the one that names what it is about; "" for none
	form      string // of the name, with a verb for a number
}

// parameters are those of a call about the thing of that number.
func (a activity) parameters(number uint32) any {
	if a.parameter == "" {
		return nil
	}
	return map[string]any{a.parameter: fmt.Sprintf(a.form, number)}
}

// activities has every class of management events: reads and writes, of KMS, of the
// RDS Data API, of global services, and of others.
func activities() []activity {
	return []activity{
		{"ec2", "RunInstances", "imageId", "ami-%017x"},
		{"ec2", "TerminateInstances", "instanceId", "i-%017x"},
		{"ec2", "DescribeInstances", "", ""},
		{"ec2", "DescribeSecurityGroups", "groupId", "sg-%017x"},
		{"ec2", "AuthorizeSecurityGroupIngress", "groupId", "sg-%017x"},
		{"s3", "CreateBucket", "bucketName", "bucket-%08x"},
		{"s3", "GetBucketAcl", "bucketName", "bucket-%08x"},
		{"s3", "PutBucketPolicy", "bucketName", "bucket-%08x"},
		{"sts", "GetCallerIdentity", "", ""},
		{"lambda", "CreateFunction20150331", "functionName", "function-%04x"},
		{"lambda", "ListFunctions20150331", "", ""},
		{"dynamodb", "CreateTable", "tableName", "table-%04x"},
		{"dynamodb", "DescribeTable", "tableName", "table-%04x"},
		{"rds", "DescribeDBInstances", "", ""},
		{"rdsdata", "ExecuteStatement", "resourceArn", "cluster-%04x"},
		{"rdsdata", "BatchExecuteStatement", "resourceArn", "cluster-%04x"},
		{"kms", "Decrypt", "keyId", "key-%08x"},
		{"kms", "GenerateDataKey", "keyId", "key-%08x"},
		{"kms", "CreateKey", "description", "key %04x"},
		{"secretsmanager", "GetSecretValue", "secretId", "secret-%04x"},
		{"ssm", "GetParameter", "name", "/app/%04x"},
		{"logs", "CreateLogStream", "logStreamName", "stream-%08x"},
		{"cloudtrail", "DescribeTrails", "", ""},
		{"iam", "CreateUser", "userName", "user-%04x"},
		{"iam", "CreateAccessKey", "userName", "user-%04x"},
		{"iam", "ListRoles", "", ""},
		{"iam", "AttachUserPolicy", "userName", "user-%04x"},
		{"organizations", "DescribeOrganization", "", ""},
	}
}
