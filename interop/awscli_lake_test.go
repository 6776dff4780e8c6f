package interop_test

import (
	"strings"
	"testing"
)

// A person asks CloudTrail Lake what happened in another Region: the sample of the user
// guide, with the statement of its console.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/lake-queries-cli.html
func TestAWSCLILake(t *testing.T) {
	t.Parallel()
	tokyo := awsCLI(t, "123456789012", "ap-northeast-1")
	ireland := tokyo.in("eu-west-1")
	created := tokyo.aws("cloudtrail", "create-event-data-store", "--name", "my-event-data-store", "--query", "EventDataStoreArn", "--output", "text")
	arn := strings.TrimSpace(created)
	id := arn[strings.LastIndex(arn, "/")+1:]

	ireland.aws("cloudtrail", "list-trails")
	ireland.aws("ec2", "describe-regions", "--query", "Regions[0]")
	ireland.fails("TrailNotFoundException", "cloudtrail", "get-trail-status", "--name", "none")

	ask := func(statement string) string {
		started := tokyo.aws("cloudtrail", "start-query", "--query-statement", statement, "--query", "QueryId", "--output", "text")
		return strings.TrimSpace(started)
	}
	query := ask("SELECT eventName, errorCode, userIdentity.arn FROM " + id +
		" WHERE awsRegion = 'eu-west-1' AND eventTime > '2020-01-01 00:00:00' ORDER BY eventName")
	const user = "arn:aws:iam::123456789012:user/sandbox"
	tokyo.prints(`[
		[{"eventName": "DescribeRegions"}, {"errorCode": ""}, {"arn": "`+user+`"}],
		[{"eventName": "GetTrailStatus"}, {"errorCode": "TrailNotFoundException"}, {"arn": "`+user+`"}],
		[{"eventName": "ListTrails"}, {"errorCode": ""}, {"arn": "`+user+`"}]]`,
		"cloudtrail", "get-query-results", "--query-id", query, "--query", "QueryResultRows")
	tokyo.says("FINISHED 3", "cloudtrail", "describe-query", "--query-id", query, "--query", "[QueryStatus,QueryStatistics.EventsMatched]")

	query = ask("SELECT eventSource, COUNT(*) AS calls FROM " + id + " WHERE awsRegion = 'eu-west-1' GROUP BY eventSource ORDER BY calls DESC")
	tokyo.prints(`[
		[{"eventSource": "cloudtrail.amazonaws.com"}, {"calls": "2"}],
		[{"eventSource": "ec2.amazonaws.com"}, {"calls": "1"}]]`,
		"cloudtrail", "get-query-results", "--query-id", query, "--query", "QueryResultRows")

	tokyo.says("2", "cloudtrail", "list-queries", "--event-data-store", arn, "--query", "length(Queries)")
	tokyo.fails("InactiveQueryException", "cloudtrail", "cancel-query", "--query-id", query)
	said := tokyo.fails("InvalidQueryStatementException", "cloudtrail", "start-query", "--query-statement", "SELECT * FROM "+id+" JOIN b ON c")
	if want := "a query of more than one event data store is not supported"; !strings.Contains(said, want) {
		t.Errorf("start-query says %q, want %q", said, want)
	}
}
