package lake_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
)

// store is the ID of an event data store, as it stands in FROM.
const store = "a1b2c3d4-0000-4e8f-8bd1-0123456789ab"

// events are the ones that the tests ask: two of alice, one of a role, one of a service.
func events() []lake.Event {
	return []lake.Event{
		event(1, "ConsoleLogin", "signin.amazonaws.com", "us-east-1",
			`{"userIdentity":{"type":"IAMUser","userName":"alice","arn":"arn:aws:iam::1:user/alice"},"readOnly":false,"managementEvent":true,"errorCode":"AccessDenied","requestParameters":null}`),
		event(2, "PutBucketPolicy", "s3.amazonaws.com", "eu-west-1",
			`{"userIdentity":{"type":"IAMUser","userName":"alice"},"readOnly":false,"managementEvent":true,"requestParameters":{"bucketName":"logs","n":5,"policy":{"a":1}},"resources":[{"type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::logs"}]}`),
		event(3, "DescribeTrails", "cloudtrail.amazonaws.com", "eu-west-1",
			`{"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"userName":"Audit"}}},"readOnly":true,"managementEvent":true,"requestParameters":{}}`),
		event(4, "Decrypt", "kms.amazonaws.com", "eu-west-1", `{"userIdentity":{"type":"AWSService","invokedBy":"100%_sure"},"readOnly":true,"managementEvent":true}`),
	}
}

func event(hour int, name, source, region, record string) lake.Event {
	return lake.Event{
		Place: lake.Place{Seq: uint64(hour - 1)}, ID: fmt.Sprint("id-", hour), Time: time.Date(2026, 1, 2, hour, 0, 0, 0, time.UTC), Source: source, Name: name, Region: region,
		Account: "123456789012", Record: []byte(record),
	}
}

// found returns the rows of a query of the events.
func found(q *lake.Query) [][]string {
	r := q.Run(slices.Values(events()))
	list := r.Rows
	for _, p := range r.Places {
		list = append(list, q.Row(events()[p.Seq]))
	}
	return list
}

// rows asks the events, and returns the values of a row with | and the rows with spaces
// between them.
func rows(t *testing.T, statement string) string {
	t.Helper()
	q, err := lake.Parse(statement)
	if err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
	var lines []string
	for _, r := range found(q) {
		lines = append(lines, strings.Join(r, "|"))
	}
	return strings.Join(lines, " ")
}

func TestWhere(t *testing.T) {
	for where, want := range map[string]string{
		"":                                  "1 2 3 4",
		"eventName = 'Decrypt'":             "4",
		"EVENTNAME='Decrypt'":               "4",
		`"eventName" = 'Decrypt'`:           "4",
		"'Decrypt' = eventName":             "4",
		"eventName <> 'Decrypt'":            "1 2 3",
		"eventName != 'Decrypt'":            "1 2 3",
		"eventName < 'D'":                   "1",
		"eventName <= 'Decrypt'":            "1 4",
		"eventName > 'Decrypt'":             "2 3",
		"eventName >= 'Decrypt'":            "2 3 4",
		"eventName LIKE '%t%'":              "2 4",
		"eventName LIKE 'D%ls'":             "3",
		"eventName LIKE 'De_____'":          "4",
		"eventName LIKE 'De'":               "",
		"eventName NOT LIKE 'D%'":           "1 2",
		"eventName IN ('Decrypt', 'X')":     "4",
		"eventName NOT IN ('Decrypt', 'X')": "1 2 3",
		"errorCode IS NULL":                 "2 3 4",
		"errorCode IS NOT NULL":             "1",
		"errorCode = 'AccessDenied'":        "1",
		"errorCode <> 'AccessDenied'":       "", // NULL differs from nothing
		"NOT errorCode = 'AccessDenied'":    "",
		"NOT NOT eventName = 'Decrypt'":     "4",
		"eventTime > '2026-01-02 03:00:00'": "4",
		"eventTime >= '2026-01-02T03:00:00Z' AND eventTime < timestamp '2026-01-02 04:00:00'":     "3",
		"eventTime BETWEEN '2026-01-02 02:00' AND from_iso8601_timestamp('2026-01-02T03:00:00Z')": "2 3",
		"eventTime NOT BETWEEN '2026-01-02 02:00:00' AND '2026-01-02 03:00:00.000'":               "1 4",
		"eventTime < '2026-01-02'":        "",
		"readOnly = true":                 "3 4",
		"readOnly = 'FALSE'":              "1 2",
		"userIdentity.userName = 'alice'": "1 2",
		"useridentity.sessioncontext.sessionissuer.username='Audit'":                "3",
		"userIdentity.sessionContext IS NULL":                                       "1 2 4",
		"element_at(requestParameters, 'bucketName') = 'logs'":                      "2",
		"element_at(requestParameters, 'n') = '5'":                                  "2",
		"element_at(requestParameters, 'policy') LIKE '{\"a\":%'":                   "2",
		"requestParameters IS NULL":                                                 "1 4",
		"eventName = 'Decrypt' OR eventName = 'ConsoleLogin' AND readOnly = true":   "4",
		"(eventName = 'Decrypt' OR eventName = 'ConsoleLogin') AND readOnly = true": "4",
		"NOT (readOnly = true OR eventName = 'ConsoleLogin')":                       "2",
		"userIdentity.invokedBy LIKE '100#%#_sure' ESCAPE '#'":                      "4",
		"userIdentity.invokedBy LIKE '100#%#_SURE' ESCAPE '#'":                      "",
		"recipientAccountId = '123456789012' AND awsRegion = 'us-east-1'":           "1",
		"eventID = 'id-2' -- only that one":                                         "2",
		"eventSource = 'it''s'":                                                     "",
		"eventJson LIKE '%Audit%'":                                                  "3",
	} {
		statement := "SELECT eventID FROM " + store
		if where != "" {
			statement += " WHERE " + where
		}
		if got := strings.ReplaceAll(rows(t, statement), "id-", ""); got != want {
			t.Errorf("%s: found %q, want %q", where, got, want)
		}
	}
}

func TestSelect(t *testing.T) {
	for _, c := range []struct{ query, want string }{
		{"select eventName, awsRegion from $ limit 1;", "ConsoleLogin|us-east-1"},
		{"SELECT eventTime FROM $ LIMIT 1", "2026-01-02 01:00:00.000"},
		{"SELECT readOnly, errorCode FROM $ LIMIT 2", "false|AccessDenied false|"},
		{"SELECT userIdentity FROM $ WHERE eventID = 'id-2'", "{type=IAMUser, principalid=null, arn=null, accountid=null, accesskeyid=null, username=alice, sessioncontext=null, invokedby=null, identityprovider=null}"},
		{"SELECT requestParameters, resources FROM $ WHERE eventID = 'id-2'", `{bucketName=logs, n=5, policy={"a":1}}|[{ARN=arn:aws:s3:::logs, type=AWS::S3::Bucket}]`},
		{"SELECT element_at(requestParameters,'bucketName') FROM $ LIMIT 2", " logs"},
		{"SELECT eventID FROM $ ORDER BY eventTime DESC LIMIT 2", "id-4 id-3"},
		{"SELECT eventID AS e FROM $ ORDER BY E DESC LIMIT 1", "id-4"},
		{"SELECT eventID FROM $ ORDER BY awsRegion DESC, eventName ASC", "id-1 id-4 id-3 id-2"},
		{"SELECT eventID FROM $ ORDER BY errorCode, 1", "id-1 id-2 id-3 id-4"}, // NULL last
		{"SELECT eventID FROM $ LIMIT 0", ""},
		{"SELECT count(*) FROM $", "4"},
		{"SELECT COUNT(*) AS n FROM $ WHERE eventName = 'none'", "0"},
		{"SELECT count(errorCode), min(eventTime), max(eventName) FROM $", "1|2026-01-02 01:00:00.000|PutBucketPolicy"},
		{"SELECT max(eventTime) FROM $ WHERE eventName = 'none'", ""},
		{"SELECT awsRegion, count(*) AS n FROM $ GROUP BY awsRegion ORDER BY n DESC", "eu-west-1|3 us-east-1|1"},
		{"SELECT count(*), awsRegion FROM $ GROUP BY 2 ORDER BY count(*), awsRegion", "1|us-east-1 3|eu-west-1"},
		{"SELECT userIdentity.userName, max(eventTime) FROM $ GROUP BY userIdentity.userName ORDER BY 1 LIMIT 1", "alice|2026-01-02 02:00:00.000"},
		{"SELECT awsRegion, readOnly FROM $ GROUP BY awsRegion, readOnly ORDER BY 1, 2", "eu-west-1|false eu-west-1|true us-east-1|false"},
		{"SELECT awsRegion FROM $ WHERE eventName = 'none' GROUP BY awsRegion", ""},
	} {
		if got := rows(t, strings.ReplaceAll(c.query, "$", store)); got != c.want {
			t.Errorf("%s: got %q, want %q", c.query, got, c.want)
		}
	}
}

// Columns are named as AWS spells them, by AS, or as Trino names what has no name.
func TestColumns(t *testing.T) {
	q, err := lake.Parse("SELECT EVENTNAME, userIdentity.ARN, count(*), max(eventTime) AS Latest, min(eventID) first FROM " + store + " GROUP BY eventName, userIdentity.arn")
	if err != nil {
		t.Fatal(err)
	}
	r := q.Run(slices.Values(events()))
	if got := strings.Join(r.Columns, " "); got != "eventName arn _col2 Latest first" || q.Store != store {
		t.Errorf("columns %s of %s", got, q.Store)
	}
	if all, _ := lake.Parse("SELECT * FROM " + store); len(all.Run(slices.Values(events())).Columns) < 30 {
		t.Error("SELECT * has not all columns")
	}
}

func TestStatistics(t *testing.T) {
	q, err := lake.Parse("SELECT eventID FROM " + store + " WHERE awsRegion = 'eu-west-1' LIMIT 1")
	if err != nil {
		t.Fatal(err)
	}
	bytes := 0
	for _, e := range events() {
		bytes += len(e.Record)
	}
	if r := q.Run(slices.Values(events())); r.Scanned != 4 || r.Matched != 3 || r.Bytes != bytes || r.Len() != 1 {
		t.Errorf("%d scanned, %d matched, %d bytes, %d rows", r.Scanned, r.Matched, r.Bytes, r.Len())
	}
}

// What is not understood is refused with a sentence that names it.
func TestRefused(t *testing.T) {
	for statement, want := range map[string]string{
		"":                                 "only SELECT queries are supported, not the end of the query",
		"DELETE FROM $":                    `only SELECT queries are supported, not "DELETE"`,
		"WITH a AS (SELECT 1) SELECT 1":    `only SELECT queries are supported, not "WITH"`,
		"SELECT":                           "the end of the query stands where a column is expected",
		"SELECT eventName":                 "the end of the query stands where FROM is expected",
		"SELECT eventName FROM":            "the end of the query stands where the ID of an event data store is expected",
		"SELECT DISTINCT eventName FROM $": "SELECT DISTINCT is not supported",
		"SELECT name FROM $":               `column "name" cannot be resolved`,
		"SELECT userIdentity.name FROM $":  `column "userIdentity.name" cannot be resolved`,
		"SELECT eventName.x FROM $":        "eventName has no fields that can be asked for",
		"SELECT requestParameters.bucketName FROM $":                     "requestParameters is a map: write element_at(requestParameters, 'bucketName')",
		"SELECT lower(eventName) FROM $":                                 "the function lower is not supported",
		"SELECT 'x' FROM $":                                              "a literal is not supported in SELECT",
		"SELECT 1 FROM $":                                                "the number 1 is not supported here: all columns are text, timestamps or booleans",
		"SELECT count(DISTINCT eventName) FROM $":                        "count(DISTINCT …) is not supported",
		"SELECT max(userIdentity) FROM $":                                "max of userIdentity is not supported, which has no order",
		"SELECT element_at(eventName, 'x') FROM $":                       "element_at is supported of maps only, and eventName is none",
		"SELECT eventName FROM $ JOIN b ON c":                            "a query of more than one event data store is not supported",
		"SELECT eventName FROM $, b":                                     "a query of more than one event data store is not supported",
		"SELECT eventName FROM $ WHERE":                                  "the end of the query stands where a column is expected",
		"SELECT eventName FROM $ WHERE eventName":                        "the end of the query stands where a comparison is expected",
		"SELECT eventName FROM $ WHERE eventName = 'x":                   `the quote of "'x" is not closed`,
		"SELECT eventName FROM $ WHERE eventTime > 'yesterday'":          "'yesterday' is not a timestamp such as '2023-01-05 13:51:00'",
		"SELECT eventName FROM $ WHERE eventTime > eventName":            "eventTime and eventName cannot be compared, as they are of different types",
		"SELECT eventName FROM $ WHERE readOnly = 'maybe'":               "readOnly cannot be compared with a value of another type",
		"SELECT eventName FROM $ WHERE userIdentity = 'x'":               "comparing userIdentity is not supported",
		"SELECT eventName FROM $ WHERE eventTime LIKE '2026%'":           "LIKE is supported of text only, and eventTime is none",
		"SELECT eventName FROM $ WHERE eventName IN (SELECT 1)":          "a query within a query is not supported",
		"SELECT eventName FROM $ WHERE (SELECT 1) = 'a'":                 "a query within a query is not supported",
		"SELECT eventName FROM $ WHERE count(*) = 'a'":                   "count(*) cannot stand in WHERE",
		"SELECT eventName FROM $ WHERE eventName = count(*)":             "count(*) cannot stand in WHERE",
		"SELECT eventName FROM $ WHERE eventName = 'a' + 'b'":            `"+" is not supported`,
		"SELECT eventName, count(*) FROM $":                              "eventName must be an aggregate expression or appear in GROUP BY clause",
		"SELECT eventName FROM $ GROUP BY eventName ORDER BY awsRegion":  "awsRegion must be an aggregate expression or appear in GROUP BY clause",
		"SELECT count(*) FROM $ GROUP BY count(*)":                       "GROUP BY count(*) is not supported, only GROUP BY columns",
		"SELECT eventName FROM $ GROUP BY eventName HAVING count(*) > 1": "HAVING is not supported",
		"SELECT eventName FROM $ ORDER BY 2":                             "there is no output 2",
		"SELECT eventName FROM $ ORDER BY userIdentity":                  "ORDER BY userIdentity is not supported, which has no order",
		"SELECT eventName FROM $ LIMIT many":                             `"many" stands where a number is expected`,
		"SELECT eventName FROM $ OFFSET 5":                               `"OFFSET" is not supported here`,
		"SELECT eventName FROM $; SELECT":                                `"SELECT" is not supported here`,
		"SELECT eventName FROM $ WHERE " + strings.Repeat("(", 1000):     "the conditions are too deep within each other",
	} {
		if _, err := lake.Parse(strings.ReplaceAll(statement, "$", store)); err == nil || err.Error() != want {
			t.Errorf("%.80s: got %v, want %s", statement, err, want)
		}
	}
}

// No statement makes it panic, or run for ever.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"SELECT * FROM a WHERE eventTime BETWEEN '2026-01-01' AND '2026-02-01' ORDER BY 1 DESC LIMIT 5",
		"SELECT awsRegion, count(*) n FROM a GROUP BY 1", "SELECT element_at(requestParameters,'x') FROM a WHERE NOT (a.b LIKE '%_' ESCAPE '_')",
		"select \"eventName\" from a -- x\nwhere readOnly in (true,'false')", "SELECT min(eventTime) FROM a WHERE errorCode IS NOT NULL;",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, statement string) {
		q, err := lake.Parse(statement)
		if err != nil {
			if err.Error() == "" {
				t.Error("an error without a sentence")
			}
			return
		}
		r := q.Run(slices.Values(events()))
		for _, row := range found(q) {
			if len(row) != len(r.Columns) {
				t.Errorf("%d values for %d columns", len(row), len(r.Columns))
			}
		}
		if r.Scanned != len(events()) || r.Matched > r.Scanned {
			t.Errorf("%d of %d matched", r.Matched, r.Scanned)
		}
	})
}
