package sandbox_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
)

// A desk is a log group trail with a stream s of the account self in us-east-1.
type desk struct {
	*lab
	c   *cloudwatchlogs.Client
	now time.Time
}

func newDesk(t *testing.T) desk {
	t.Helper()
	l := newLab(t, alone)
	l.group(self, "us-east-1")
	d := desk{l, l.logs(self, "us-east-1"), time.Now()}
	d.stream("s")
	return d
}

func (d desk) stream(name string) {
	d.t.Helper()
	_, err := d.c.CreateLogStream(d.t.Context(), &cloudwatchlogs.CreateLogStreamInput{LogGroupName: ptr("trail"), LogStreamName: &name})
	d.must(err)
}

// put puts events into a stream; ages are how long ago they were.
func (d desk) put(stream string, ages ...time.Duration) (*cloudwatchlogs.PutLogEventsOutput, error) {
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: ptr("trail"), LogStreamName: &stream}
	for _, age := range ages {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: ptr(stream + " " + age.String()), Timestamp: ptr(d.now.Add(-age).UnixMilli())})
	}
	return d.c.PutLogEvents(d.t.Context(), in)
}

func (d desk) get(change func(*cloudwatchlogs.GetLogEventsInput)) (string, *cloudwatchlogs.GetLogEventsOutput) {
	d.t.Helper()
	in := &cloudwatchlogs.GetLogEventsInput{LogGroupName: ptr("trail"), LogStreamName: ptr("s")}
	change(in)
	out, err := d.c.GetLogEvents(d.t.Context(), in)
	d.must(err)
	var list []string
	for _, e := range out.Events {
		list = append(list, *e.Message)
	}
	return strings.Join(list, ", "), out
}

func TestLogGroupWords(t *testing.T) {
	d := newDesk(t)
	ctx, trail, none := t.Context(), ptr("trail"), ptr("none")
	const noGroup, noStream = "The specified log group does not exist.", "The specified log stream does not exist."
	for _, c := range []struct {
		why, code, message string
		do                 func() error
	}{
		{"a group twice", "ResourceAlreadyExistsException", "The specified log group already exists", func() error {
			_, err := d.c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: trail})
			return err
		}},
		{"a stream twice", "ResourceAlreadyExistsException", "The specified log stream already exists", func() error {
			_, err := d.c.CreateLogStream(ctx, &cloudwatchlogs.CreateLogStreamInput{LogGroupName: trail, LogStreamName: ptr("s")})
			return err
		}},
		{"no group", "ResourceNotFoundException", noGroup, func() error {
			_, err := d.c.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: none})
			return err
		}},
		{"no stream", "ResourceNotFoundException", noStream, func() error {
			_, err := d.c.DeleteLogStream(ctx, &cloudwatchlogs.DeleteLogStreamInput{LogGroupName: trail, LogStreamName: none})
			return err
		}},
		{"no filter", "ResourceNotFoundException", "The specified metric filter does not exist.", func() error {
			_, err := d.c.DeleteMetricFilter(ctx, &cloudwatchlogs.DeleteMetricFilterInput{LogGroupName: trail, FilterName: none})
			return err
		}},
		{"a name that none can have", "InvalidParameterException", "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+", func() error {
			_, err := d.c.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: ptr("a b")})
			return err
		}},
		{"a retention of two days", "InvalidParameterException", "", func() error {
			_, err := d.c.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: trail, RetentionInDays: aws.Int32(2)})
			return err
		}},
		{"a bad pattern", "InvalidParameterException", "Invalid filter pattern", func() error {
			_, err := d.c.FilterLogEvents(ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: trail, FilterPattern: ptr("{ $.a }")})
			return err
		}},
		{"a bad token", "InvalidParameterException", "The specified nextToken is invalid.", func() error {
			_, err := d.c.GetLogEvents(ctx, &cloudwatchlogs.GetLogEventsInput{LogGroupName: trail, LogStreamName: ptr("s"), NextToken: ptr("f/1")})
			return err
		}},
		{"events out of order", "InvalidParameterException", "Log events in a single PutLogEvents request must be in chronological order.", func() error {
			_, err := d.put("s", time.Second, time.Minute)
			return err
		}},
		{"events over more than a day", "InvalidParameterException", "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.", func() error {
			_, err := d.put("s", 25*time.Hour, 0)
			return err
		}},
	} {
		t.Log(c.why)
		d.refused(c.do(), c.code, c.message)
	}
}

func TestRejectedLogEvents(t *testing.T) {
	d := newDesk(t)
	out, err := d.put("s", 14*24*time.Hour+time.Hour, 14*24*time.Hour-time.Hour)
	if d.must(err); out.RejectedLogEventsInfo == nil || *out.RejectedLogEventsInfo.TooOldLogEventEndIndex != 1 || out.RejectedLogEventsInfo.TooNewLogEventStartIndex != nil {
		t.Errorf("too old: %s", d.last())
	}
	out, err = d.put("s", 0, -time.Hour, -3*time.Hour)
	if d.must(err); out.RejectedLogEventsInfo == nil || *out.RejectedLogEventsInfo.TooNewLogEventStartIndex != 2 {
		t.Errorf("too new: %s", d.last())
	}
	if got, _ := d.get(func(*cloudwatchlogs.GetLogEventsInput) {}); got != "s 335h0m0s, s 0s, s -1h0m0s" {
		t.Errorf("taken: %s", got)
	}
}

// Tokens lead through a stream in both directions; at the end they stay the same.
func TestGetLogEventsPages(t *testing.T) {
	d := newDesk(t)
	for _, age := range []int{3, 5, 1, 4, 2} { // in any order, in batches of their own
		_, err := d.put("s", time.Duration(age)*time.Minute)
		d.must(err)
	}
	token := func(s *string) func(*cloudwatchlogs.GetLogEventsInput) {
		return func(in *cloudwatchlogs.GetLogEventsInput) { in.NextToken, in.Limit = s, aws.Int32(2) }
	}
	wants := func(step, got, want string) {
		t.Helper()
		if got != want {
			t.Errorf("%s: %s, want %s", step, got, want)
		}
	}
	got, out := d.get(func(in *cloudwatchlogs.GetLogEventsInput) { in.StartFromHead, in.Limit = ptr(true), aws.Int32(2) })
	wants("from the head", got, "s 5m0s, s 4m0s")
	got, out = d.get(token(out.NextForwardToken))
	wants("on", got, "s 3m0s, s 2m0s")
	got, out = d.get(token(out.NextForwardToken))
	wants("on again", got, "s 1m0s")
	end := *out.NextForwardToken
	got, out = d.get(token(out.NextForwardToken))
	wants("at the end", got, "")
	wants("the token at the end", *out.NextForwardToken, end)
	got, out = d.get(token(out.NextBackwardToken))
	wants("back", got, "s 2m0s, s 1m0s")
	got, out = d.get(token(out.NextBackwardToken))
	wants("back again", got, "s 4m0s, s 3m0s")
	got, out = d.get(token(out.NextBackwardToken))
	wants("at the beginning", got, "s 5m0s")
	begin := *out.NextBackwardToken
	got, out = d.get(token(&begin))
	wants("before it", got, "")
	wants("the token before it", *out.NextBackwardToken, begin)
	got, _ = d.get(token(out.NextForwardToken))
	wants("on from there", got, "s 5m0s, s 4m0s")
	got, _ = d.get(func(in *cloudwatchlogs.GetLogEventsInput) { in.Limit = aws.Int32(2) })
	wants("the latest", got, "s 2m0s, s 1m0s")
	got, _ = d.get(func(in *cloudwatchlogs.GetLogEventsInput) {
		in.StartTime, in.EndTime = ptr(d.now.Add(-4*time.Minute).UnixMilli()), ptr(d.now.Add(-2*time.Minute).UnixMilli())
	})
	wants("a range without its end", got, "s 4m0s, s 3m0s")
	_, err := d.put("s", 0)
	d.must(err)
	got, _ = d.get(token(&end))
	wants("what came since", got, "s 0s")
}

// FilterLogEvents goes over all streams in the order of time, page by page.
func TestFilterLogEventsPages(t *testing.T) {
	d := newDesk(t)
	d.stream("other")
	for _, stream := range []string{"s", "other"} {
		_, err := d.put(stream, 9*time.Minute, 6*time.Minute, 6*time.Minute, time.Minute)
		d.must(err)
	}
	read := func(in *cloudwatchlogs.FilterLogEventsInput) string {
		in.LogGroupName, in.Limit = ptr("trail"), aws.Int32(3)
		var list []string
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(d.c, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			d.must(err)
			for _, e := range page.Events {
				list = append(list, *e.Message)
			}
		}
		return strings.Join(list, ", ")
	}
	for _, c := range []struct {
		why  string
		in   cloudwatchlogs.FilterLogEventsInput
		want string
	}{
		{"all", cloudwatchlogs.FilterLogEventsInput{}, "s 9m0s, other 9m0s, s 6m0s, s 6m0s, other 6m0s, other 6m0s, s 1m0s, other 1m0s"},
		{"one stream", cloudwatchlogs.FilterLogEventsInput{LogStreamNames: []string{"other"}}, "other 9m0s, other 6m0s, other 6m0s, other 1m0s"},
		{"a prefix", cloudwatchlogs.FilterLogEventsInput{LogStreamNamePrefix: ptr("ot")}, "other 9m0s, other 6m0s, other 6m0s, other 1m0s"},
		{"a pattern", cloudwatchlogs.FilterLogEventsInput{FilterPattern: ptr(`6m -other`)}, "s 6m0s, s 6m0s"},
		{"a range with its ends", cloudwatchlogs.FilterLogEventsInput{StartTime: ptr(d.now.Add(-9 * time.Minute).UnixMilli()), EndTime: ptr(d.now.Add(-6 * time.Minute).UnixMilli())}, "s 9m0s, other 9m0s, s 6m0s, s 6m0s, other 6m0s, other 6m0s"},
	} {
		if got := read(&c.in); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
	_, err := d.c.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: ptr("trail"), LogStreamNames: []string{"none"}})
	d.refused(err, "ResourceNotFoundException", "The specified log stream does not exist.")
}

// More than one batch fits into a stream, and nothing is lost.
func TestManyLogEvents(t *testing.T) {
	d := newDesk(t)
	const calls, each = 30, 500
	for n := range calls {
		in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: ptr("trail"), LogStreamName: ptr("s")}
		for i := range each {
			in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: ptr(fmt.Sprintf("%d/%d%s", n, i, strings.Repeat(".", 100))), Timestamp: ptr(d.now.UnixMilli())})
		}
		_, err := d.c.PutLogEvents(t.Context(), in)
		d.must(err)
	}
	n := 0
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(d.c, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: ptr("trail")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		d.must(err)
		for _, e := range page.Events {
			if want := fmt.Sprintf("%d/%d.", n/each, n%each); !strings.HasPrefix(*e.Message, want) {
				t.Fatalf("event %d is %s", n, *e.Message)
			}
			n++
		}
	}
	if n != calls*each {
		t.Errorf("%d events came back, want %d", n, calls*each)
	}
}

// Retention goes by the clock of the sandbox.
func TestRetention(t *testing.T) {
	d := newDesk(t)
	_, err := d.c.PutRetentionPolicy(t.Context(), &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: ptr("trail"), RetentionInDays: aws.Int32(1)})
	d.must(err)
	out, err := d.put("s", 25*time.Hour, 2*time.Hour)
	if d.must(err); out.RejectedLogEventsInfo == nil || *out.RejectedLogEventsInfo.ExpiredLogEventEndIndex != 1 {
		t.Errorf("expired: %s", d.last())
	}
	if got := d.found(self, "us-east-1", ""); len(got) != 1 {
		t.Errorf("at first: %q", got)
	}
	d.advance(23 * time.Hour)
	if got := d.found(self, "us-east-1", ""); len(got) != 0 {
		t.Errorf("a day later: %q", got)
	}
	_, err = d.c.DeleteRetentionPolicy(t.Context(), &cloudwatchlogs.DeleteRetentionPolicyInput{LogGroupName: ptr("trail")})
	d.must(err)
	if got := d.found(self, "us-east-1", ""); len(got) != 0 {
		t.Errorf("what was deleted came back: %q", got)
	}
}

// What describes groups and streams.
func TestDescribeLogs(t *testing.T) {
	d, ctx := newDesk(t), t.Context()
	d.stream("a")
	_, err := d.put("s", time.Minute)
	d.must(err)
	out, err := d.c.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: ptr("trail"), OrderBy: types.OrderByLastEventTime, Descending: ptr(true), Limit: aws.Int32(1)})
	if d.must(err); *out.LogStreams[0].LogStreamName != "s" || *out.LogStreams[0].LastEventTimestamp != d.now.Add(-time.Minute).UnixMilli() || out.NextToken == nil {
		t.Errorf("streams: %s", d.last())
	}
	_, err = d.c.DescribeLogStreams(ctx, &cloudwatchlogs.DescribeLogStreamsInput{LogGroupName: ptr("trail"), OrderBy: types.OrderByLastEventTime, LogStreamNamePrefix: ptr("s")})
	d.refused(err, "InvalidParameterException", "Cannot order by LastEventTime with a logStreamNamePrefix.")
	groups, err := d.c.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePattern: ptr("RAI")})
	if d.must(err); len(groups.LogGroups) != 1 || *groups.LogGroups[0].Arn != "arn:aws:logs:us-east-1:123456789012:log-group:trail:*" {
		t.Errorf("groups: %s", d.last())
	}
	if groups, err := d.logs(self, "eu-west-1").DescribeLogGroups(ctx, nil); err != nil || len(groups.LogGroups) != 0 {
		t.Errorf("groups of another Region: %s, %v", d.last(), err)
	}
	arn := ptr("arn:aws:logs:us-east-1:123456789012:log-group:trail")
	_, err = d.c.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: arn, Tags: map[string]string{"k": "v", "l": "w"}})
	d.must(err)
	_, err = d.c.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"l"}})
	d.must(err)
	if tags, err := d.c.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: arn}); err != nil || len(tags.Tags) != 1 || tags.Tags["k"] != "v" {
		t.Errorf("tags: %s, %v", d.last(), err)
	}
}
