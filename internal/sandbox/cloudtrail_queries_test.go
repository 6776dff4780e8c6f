package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// lake makes an event data store of the account self in us-east-1, and returns its ID.
func (l *lab) lake(change ...func(*cloudtrail.CreateEventDataStoreInput)) string {
	l.t.Helper()
	in := &cloudtrail.CreateEventDataStoreInput{Name: ptr(fmt.Sprint("lake", len(l.stores()))), TerminationProtectionEnabled: ptr(false)}
	for _, f := range change {
		f(in)
	}
	out, err := l.at("us-east-1").CreateEventDataStore(l.t.Context(), in)
	l.must(err)
	return (*out.EventDataStoreArn)[strings.LastIndex(*out.EventDataStoreArn, "/")+1:]
}

func (l *lab) stores() []types.EventDataStore {
	l.t.Helper()
	out, err := l.at("us-east-1").ListEventDataStores(l.t.Context(), &cloudtrail.ListEventDataStoresInput{})
	l.must(err)
	return out.EventDataStores
}

// selecting makes an event data store take events of which the fields have the values.
func selecting(fields ...string) func(*cloudtrail.CreateEventDataStoreInput) {
	var list []types.AdvancedFieldSelector
	for i := 0; i < len(fields); i += 2 {
		list = append(list, types.AdvancedFieldSelector{Field: &fields[i], Equals: []string{fields[i+1]}})
	}
	return func(in *cloudtrail.CreateEventDataStoreInput) {
		in.AdvancedEventSelectors = []types.AdvancedEventSelector{{FieldSelectors: list}}
	}
}

// ask runs a query in us-east-1, and returns the values of each row with | and the
// rows with spaces between them.
func (l *lab) ask(account, statement string) string {
	l.t.Helper()
	c := l.in(account, "us-east-1")
	started, err := c.StartQuery(l.t.Context(), &cloudtrail.StartQueryInput{QueryStatement: &statement})
	l.must(err)
	out, err := c.GetQueryResults(l.t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId})
	l.must(err)
	return rowsOf(out)
}

func rowsOf(out *cloudtrail.GetQueryResultsOutput) string {
	var rows []string
	for _, row := range out.QueryResultRows {
		var values []string
		for _, column := range row {
			for _, v := range column {
				values = append(values, v)
			}
		}
		rows = append(rows, strings.Join(values, "|"))
	}
	return strings.Join(rows, " ")
}

// has is what an event data store has of the calls of act, by Region.
func (l *lab) has(id string) string {
	l.t.Helper()
	return l.ask(self, "SELECT awsRegion, count(*) FROM "+id+" WHERE eventName = 'ListTrails' GROUP BY awsRegion ORDER BY awsRegion")
}

// An event data store has what happened while it took events, in its Regions, as its
// selectors were then.
func TestEventDataStoreTakes(t *testing.T) {
	l := newLab(t, alone)
	c := l.at("us-east-1")
	l.act(self, "eu-west-1") // before there is a store
	all := l.lake()
	one := l.lake(func(in *cloudtrail.CreateEventDataStoreInput) { in.MultiRegionEnabled = ptr(false) })
	idle := l.lake(func(in *cloudtrail.CreateEventDataStoreInput) { in.StartIngestion = ptr(false) })
	named := l.lake(selecting("eventCategory", "Management", "eventName", "DescribeTrails"))
	l.act(self, "eu-west-1")
	l.act(self, "us-east-1")
	l.act(stranger, "us-east-1")
	for id, want := range map[string]string{all: "eu-west-1|1 us-east-1|1", one: "us-east-1|1", idle: "", named: ""} {
		if got := l.has(id); got != want {
			t.Errorf("%s has %q, want %q", id, got, want)
		}
	}

	_, err := c.StopEventDataStoreIngestion(t.Context(), &cloudtrail.StopEventDataStoreIngestionInput{EventDataStore: &all})
	l.must(err)
	l.act(self, "eu-west-1") // while it takes nothing
	_, err = c.StartEventDataStoreIngestion(t.Context(), &cloudtrail.StartEventDataStoreIngestionInput{EventDataStore: &all})
	l.must(err)
	_, err = c.StartEventDataStoreIngestion(t.Context(), &cloudtrail.StartEventDataStoreIngestionInput{EventDataStore: &idle})
	l.must(err)
	l.act(self, "eu-west-1")
	_, err = c.UpdateEventDataStore(t.Context(), &cloudtrail.UpdateEventDataStoreInput{EventDataStore: &all, MultiRegionEnabled: ptr(false)})
	l.must(err)
	l.act(self, "eu-west-1") // no longer a Region of it
	for id, want := range map[string]string{all: "eu-west-1|2 us-east-1|1", idle: "eu-west-1|2"} {
		if got := l.has(id); got != want {
			t.Errorf("later %s has %q, want %q", id, got, want)
		}
	}

	_, err = c.DeleteEventDataStore(t.Context(), &cloudtrail.DeleteEventDataStoreInput{EventDataStore: &idle})
	l.must(err)
	_, err = c.StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT eventID FROM " + idle)})
	l.refused(err, "InactiveEventDataStoreException", "")
	l.act(self, "eu-west-1")
	restored, err := c.RestoreEventDataStore(t.Context(), &cloudtrail.RestoreEventDataStoreInput{EventDataStore: &idle})
	l.must(err)
	if got := l.has(idle); got != "eu-west-1|2" || restored.Status != types.EventDataStoreStatusEnabled {
		t.Errorf("restored: %s has %q", restored.Status, got)
	}
	_, err = c.RestoreEventDataStore(t.Context(), &cloudtrail.RestoreEventDataStoreInput{EventDataStore: &idle})
	l.refused(err, "InvalidEventDataStoreStatusException", "")
}

// Data events are captured when only an event data store selects them.
func TestEventDataStoreTakesDataEvents(t *testing.T) {
	l := newLab(t, alone)
	management := l.lake()
	put := func() {
		_, err := l.s3(self).PutObject(t.Context(), &s3.PutObjectInput{Bucket: ptr("logs"), Key: ptr("k")})
		l.must(err)
	}
	put()
	data := l.lake(selecting("eventCategory", "Data", "resources.type", "AWS::S3::Object"))
	put()
	for id, want := range map[string]string{data: "PutObject|Data", management: ""} {
		if got := l.ask(self, "SELECT eventName, eventCategory FROM "+id+" WHERE eventName = 'PutObject'"); got != want {
			t.Errorf("%s has %q, want %q", id, got, want)
		}
	}
}

// The store of an organization takes the events of members, and is asked by management
// and by delegated administrators.
func TestOrganizationEventDataStoreTakes(t *testing.T) {
	l := newLab(t, together)
	out, err := l.in(admin, "us-east-1").CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake"), OrganizationEnabled: ptr(true)})
	l.must(err)
	id := (*out.EventDataStoreArn)[strings.LastIndex(*out.EventDataStoreArn, "/")+1:]
	for _, account := range []string{member, management, stranger} {
		l.act(account, "eu-west-1")
	}
	query := "SELECT recipientAccountId FROM " + id + " WHERE eventName = 'ListTrails' ORDER BY 1"
	for _, account := range []string{management, admin} {
		if got := l.ask(account, query); got != management+" "+member {
			t.Errorf("%s finds %q", account, got)
		}
	}
	_, err = l.in(member, "us-east-1").StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: &query})
	l.refused(err, "EventDataStoreNotFoundException", "")
	_, err = l.in(admin, "us-east-1").StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: &query, EventDataStoreOwnerAccountId: ptr(admin)})
	l.refused(err, "EventDataStoreNotFoundException", "")
}

// Selectors of event data stores may say more of management events than those of trails.
func TestEventDataStoreSelectors(t *testing.T) {
	l := newLab(t, alone)
	for _, c := range []struct {
		fields []string
		code   string
	}{
		{[]string{"eventCategory", "Management", "userIdentity.arn", "a", "eventType", "AwsApiCall", "eventSource", "s3.amazonaws.com"}, ""},
		{[]string{"eventCategory", "ConfigurationItem"}, ""},
		{[]string{"eventCategory", "ConfigurationItem", "eventName", "x"}, "InvalidEventSelectorsException"},
		{[]string{"eventCategory", "Management", "resources.ARN", "x"}, "InvalidEventSelectorsException"},
		{[]string{"eventCategory", "Data"}, "InvalidEventSelectorsException"},
		{[]string{"eventName", "x"}, "InvalidEventSelectorsException"},
	} {
		in := &cloudtrail.CreateEventDataStoreInput{Name: ptr(fmt.Sprint("lake", len(l.stores())))}
		selecting(c.fields...)(in)
		_, err := l.at("us-east-1").CreateEventDataStore(t.Context(), in)
		l.refused(err, c.code, "")
	}
}

// Queries are paged, described and listed.
func TestQueryResults(t *testing.T) {
	l := newLab(t, alone)
	c := l.at("us-east-1")
	id := l.lake()
	for range 5 {
		l.act(self, "eu-west-1")
	}
	statement := "SELECT eventName FROM " + id + " WHERE eventName = 'ListTrails' AND eventTime > '2026-01-01 00:00:00'"
	started, err := c.StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: &statement})
	l.must(err)
	l.act(self, "eu-west-1") // after it
	pages := cloudtrail.NewGetQueryResultsPaginator(c, &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId, MaxQueryResults: ptr(int32(2))})
	var sizes []int32
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		l.must(err)
		if page.QueryStatus != types.QueryStatusFinished || *page.QueryStatistics.TotalResultsCount != 5 {
			t.Errorf("a page: %s", l.last())
		}
		sizes = append(sizes, *page.QueryStatistics.ResultsCount)
	}
	if got := fmt.Sprint(sizes); got != "[2 2 1]" {
		t.Errorf("pages of %s", got)
	}
	_, err = c.GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId, MaxQueryResults: ptr(int32(1))})
	l.must(err)
	if !strings.Contains(l.last(), `"QueryResultRows":[[{"eventName":"ListTrails"}]]`) {
		t.Errorf("rows: %s", l.last())
	}
	_, err = c.GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId, NextToken: ptr("none")})
	l.refused(err, "InvalidNextTokenException", "")

	d, err := c.DescribeQuery(t.Context(), &cloudtrail.DescribeQueryInput{QueryId: started.QueryId})
	l.must(err)
	if st := d.QueryStatistics; *st.EventsMatched != 5 || *st.EventsScanned != 6 || *st.BytesScanned < 6*500 || *d.QueryString != statement { // CreateEventDataStore is there too
		t.Errorf("described: %s", l.last())
	}
	_, err = c.CancelQuery(t.Context(), &cloudtrail.CancelQueryInput{QueryId: started.QueryId})
	l.refused(err, "InactiveQueryException", "The specified query cannot be canceled because it is in the FINISHED, FAILED, TIMED_OUT, or CANCELLED state.")
	l.advance(8 * 24 * time.Hour)
	_, err = c.DescribeQuery(t.Context(), &cloudtrail.DescribeQueryInput{QueryId: started.QueryId})
	l.refused(err, "QueryIdNotFoundException", "")
}

func TestQueriesRun(t *testing.T) {
	l := newLab(t, switched(alone, "queryDuration: 1m"))
	c := l.at("us-east-1")
	id := l.lake()
	start := func() (*string, error) {
		out, err := c.StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT count(*) FROM " + id)})
		if err != nil {
			return nil, err
		}
		return out.QueryId, nil
	}
	first, err := start()
	l.must(err)
	out, err := c.GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: first})
	l.must(err)
	if out.QueryStatus != types.QueryStatusRunning || len(out.QueryResultRows) != 0 {
		t.Errorf("at first: %s", l.last())
	}
	_, err = c.CancelQuery(t.Context(), &cloudtrail.CancelQueryInput{QueryId: first})
	l.must(err)
	l.answered(`{"QueryId":"` + *first + `","QueryStatus":"CANCELLED"}`)
	for range 10 {
		_, err = start()
		l.must(err)
	}
	_, err = start()
	l.refused(err, "MaxConcurrentQueriesException", "")
	l.advance(time.Minute)
	last, err := start()
	l.must(err)

	count := func(status types.QueryStatus) (n int) {
		pages := cloudtrail.NewListQueriesPaginator(c, &cloudtrail.ListQueriesInput{EventDataStore: &id, QueryStatus: status, MaxResults: ptr(int32(3))})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			l.must(err)
			n += len(page.Queries)
		}
		return n
	}
	if got := fmt.Sprint(count(""), count("FINISHED"), count("CANCELLED"), count("RUNNING")); got != "12 10 1 1" {
		t.Errorf("listed %s", got)
	}
	all, err := c.ListQueries(t.Context(), &cloudtrail.ListQueriesInput{EventDataStore: &id})
	l.must(err)
	if *all.Queries[0].QueryId != *last {
		t.Errorf("the newest is not the first of %s", l.last())
	}
	now := time.Now()
	_, err = c.ListQueries(t.Context(), &cloudtrail.ListQueriesInput{EventDataStore: &id, StartTime: ptr(now), EndTime: ptr(now.Add(-time.Hour))})
	l.refused(err, "InvalidDateRangeException", "")
	none, err := c.ListQueries(t.Context(), &cloudtrail.ListQueriesInput{EventDataStore: &id, EndTime: ptr(now.Add(-time.Hour))})
	l.must(err)
	if len(none.Queries) != 0 {
		t.Errorf("listed of an hour ago: %s", l.last())
	}
}

func TestQueryRefused(t *testing.T) {
	l := newLab(t, alone)
	id := l.lake()
	const absent = "00000000-0000-0000-0000-000000000000"
	for _, c := range []struct {
		in         cloudtrail.StartQueryInput
		code, says string
	}{
		{cloudtrail.StartQueryInput{}, "InvalidParameterException", "You must specify a QueryStatement or a QueryAlias."},
		{cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT lower(eventName) FROM " + id)}, "InvalidQueryStatementException", "Query is not valid: the function lower is not supported."},
		{cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT eventName FROM " + absent)}, "EventDataStoreNotFoundException", ""},
		{cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT eventName FROM " + id), DeliveryS3Uri: ptr("s3://logs/x")}, "UnsupportedOperationException", ""},
		{cloudtrail.StartQueryInput{QueryAlias: ptr("x")}, "UnsupportedOperationException", ""},
	} {
		_, err := l.at("us-east-1").StartQuery(t.Context(), &c.in)
		l.refused(err, c.code, c.says)
	}
	started, err := l.at("us-east-1").StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT eventName FROM " + id)})
	l.must(err)
	for _, c := range []*cloudtrail.Client{l.at("eu-west-1"), l.in(stranger, "us-east-1")} {
		_, err = c.GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId})
		l.refused(err, "QueryIdNotFoundException", "")
	}
	other := l.lake()
	_, err = l.at("us-east-1").ListQueries(t.Context(), &cloudtrail.ListQueriesInput{EventDataStore: &other, NextToken: started.QueryId})
	l.refused(err, "InvalidNextTokenException", "")
	_, err = l.at("us-east-1").DescribeQuery(t.Context(), &cloudtrail.DescribeQueryInput{})
	l.refused(err, "InvalidParameterException", "")
}

// An event data store has its events and its queries after a restart, and keeps events
// longer than event history does, as long as its retention period.
func TestEventDataStoreKeeps(t *testing.T) {
	dir := t.TempDir()
	o := sandbox.Options{World: []byte(alone), StateDir: dir}
	l, s := serve(t, o)
	id := l.lake(func(in *cloudtrail.CreateEventDataStoreInput) { in.RetentionPeriod = ptr(int32(100)) })
	l.act(self, "eu-west-1")
	statement := "SELECT count(*) FROM " + id + " WHERE eventName = 'ListTrails'"
	started, err := l.at("us-east-1").StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: &statement})
	l.must(err)
	l.must(s.Close())

	l, s = serve(t, o)
	out, err := l.at("us-east-1").GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: started.QueryId})
	l.must(err)
	if got := rowsOf(out); got != "1" {
		t.Errorf("a query from before the restart found %q", got)
	}
	l.advance(95 * 24 * time.Hour)
	l.act(self, "eu-west-1")
	l.must(s.Close())

	l, _ = serve(t, o)
	if got := l.ask(self, statement); got != "2" {
		t.Errorf("after 95 days it has %q", got)
	}
	l.advance(10 * 24 * time.Hour)
	if got := l.ask(self, statement); got != "1" {
		t.Errorf("after its retention period it has %q", got)
	}
}

// An event data store of the world file takes events from the beginning, and after a
// reset those that come then.
func TestWorldFileEventDataStoreTakes(t *testing.T) {
	l := newLab(t, strings.Replace(alone, "optedIn:", "eventDataStores: [{name: lake, region: us-east-1}], optedIn:", 1))
	arn := *l.stores()[0].EventDataStoreArn
	id := arn[strings.LastIndex(arn, "/")+1:]
	l.act(self, "eu-west-1")
	if got := l.has(id); got != "eu-west-1|1" {
		t.Errorf("it has %q", got)
	}
	l.post("reset")
	l.act(self, "us-east-1")
	if got := l.has(id); got != "us-east-1|1" {
		t.Errorf("after a reset it has %q", got)
	}
}
