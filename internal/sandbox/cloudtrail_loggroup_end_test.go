package sandbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/trailspan/trailspan/internal/sandbox"
)

// What was captured before a trail stopped, narrowed or went still goes into its log
// group, when that has been mended; what comes after does not. The bucket does not wait.
func TestLogGroupIsMendedAfterTheEnd(t *testing.T) {
	for why, end := range map[string]func(l *lab, arn string){
		"it stopped": func(l *lab, arn string) { l.stop(self, "us-east-1", arn) },
		"it went": func(l *lab, arn string) {
			_, err := l.at("us-east-1").DeleteTrail(l.t.Context(), &cloudtrail.DeleteTrailInput{Name: &arn})
			l.must(err)
		},
		"it narrowed": func(l *lab, arn string) {
			l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &arn, IsMultiRegionTrail: ptr(false)}))
		},
	} {
		t.Run(why, func(t *testing.T) {
			l := newLab(t, alone)
			group, role := l.logTarget("us-east-1")
			arn := l.create(self, "us-east-1", "main", multiRegion, withValidation, into(group, role))
			l.start(self, "us-east-1", arn)
			l.setRolePolicy(self, strings.Replace(writes, "Allow", "Deny", 1))
			l.act(self, "eu-west-1")
			end(l, arn)
			l.act(self, "eu-west-1")
			l.advance(10 * time.Minute)
			ended := len(l.digests("eu-west-1"))
			l.advance(10 * time.Minute)
			if n := len(l.digests("eu-west-1")); ended != 1 || n != 1 {
				t.Errorf("%d digests at the end, then %d", ended, n)
			}
			l.setRolePolicy(self, writes)
			l.advance(10 * time.Minute)
			if got := l.found(self, "us-east-1", "ListTrails"); len(got) != 1 {
				t.Errorf("in the log group: %q", got)
			}
			if got := strings.Count(l.shipped(self, logsOf+"eu-west-1/"), "ListTrails"); got != 1 {
				t.Errorf("in the bucket: %d", got)
			}
		})
	}
}

// After a new start, too, what waited comes, and nothing of what was between.
func TestLogGroupIsMendedAfterARestart(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", into(group, role))
	l.start(self, "us-east-1", arn)
	l.advance(5 * time.Minute)
	before := l.status(self, "us-east-1", arn)
	l.setRolePolicy(self, strings.Replace(writes, "Allow", "Deny", 1))
	l.act(self, "us-east-1")
	l.stop(self, "us-east-1", arn)
	l.names(self, "us-east-1")
	l.advance(10 * time.Minute)
	l.setRolePolicy(self, writes)
	l.start(self, "us-east-1", arn)
	if s := l.status(self, "us-east-1", arn); s.LatestCloudWatchLogsDeliveryTime == nil || !s.LatestCloudWatchLogsDeliveryTime.Equal(*before.LatestCloudWatchLogsDeliveryTime) {
		t.Errorf("the last delivery is forgotten: %s", l.last())
	}
	l.advance(10 * time.Minute)
	if got := l.found(self, "us-east-1", "{ $.eventName = ListTrails || $.eventName = DescribeTrails }"); len(got) != 1 || !strings.HasSuffix(got[0], "ListTrails") {
		t.Errorf("in the log group: %q", got)
	}
}

// A trail that starts again knows how its deliveries went.
func TestStatusSurvivesStopAndStart(t *testing.T) {
	l := newLab(t, alone)
	group, role := l.logTarget("us-east-1")
	arn := l.create(self, "us-east-1", "main", withValidation, into(group, role), func(in *cloudtrail.CreateTrailInput) { in.SnsTopicName = ptr("topic") })
	l.start(self, "us-east-1", arn)
	l.act(self, "us-east-1")
	l.advance(65 * time.Minute)
	l.stop(self, "us-east-1", arn)
	l.advance(10 * time.Minute)
	old := l.status(self, "us-east-1", arn)
	l.start(self, "us-east-1", arn)
	s := l.status(self, "us-east-1", arn)
	for what, times := range map[string][2]*time.Time{
		"log files":     {old.LatestDeliveryTime, s.LatestDeliveryTime},
		"digests":       {old.LatestDigestDeliveryTime, s.LatestDigestDeliveryTime},
		"notifications": {old.LatestNotificationTime, s.LatestNotificationTime},
		"log events":    {old.LatestCloudWatchLogsDeliveryTime, s.LatestCloudWatchLogsDeliveryTime},
	} {
		if times[0] == nil || times[1] == nil || !times[0].Equal(*times[1]) {
			t.Errorf("%s: %v, then %v", what, times[0], times[1])
		}
	}
}

// Events that are too long or too old for a log group go into the bucket only.
func TestLogGroupLeavesOut(t *testing.T) {
	l := newLab(t, `
accounts: [{id: "123456789012", trails: [{name: main, homeRegion: us-east-1, bucket: logs,
  logGroupArn: "arn:aws:logs:us-east-1:123456789012:log-group:trail:*", logRoleArn: "arn:aws:iam::123456789012:role/trail"}]}]
buckets: [{name: logs, region: us-east-1, policy: documented}]
`) // the trail has logged for long
	at := func(age time.Duration) string { return time.Now().Add(-age).UTC().Format(time.RFC3339) }
	l.inject(200, `[{"account":"123456789012","region":"us-east-1","eventName":"Old","eventTime":"`+at(15*24*time.Hour)+`"},
		{"account":"123456789012","region":"us-east-1","eventName":"Young","eventTime":"`+at(13*24*time.Hour)+`"},
		{"account":"123456789012","region":"us-east-1","eventName":"Long","requestParameters":{"a":"`+strings.Repeat("x", 256<<10-200)+`"}}]`)
	l.advance(10 * time.Minute)
	if got := l.found(self, "us-east-1", "{ $.eventName = Old || $.eventName = Young || $.eventName = Long }"); len(got) != 1 || !strings.HasSuffix(got[0], " Young") {
		t.Errorf("in the log group: %d events, %.200q", len(got), got)
	}
	if names := l.shipped(self, logsOf); !strings.Contains(names, "Old") || !strings.Contains(names, "Long") {
		t.Errorf("in the bucket: %s", names)
	}
}

// Log groups are those of the caller, in the Region of the call, however they are named.
func TestLogGroupsOfOthers(t *testing.T) {
	l := newLab(t, alone)
	group := strings.TrimSuffix(l.group(self, "us-east-1"), ":*")
	for _, c := range []struct{ account, region, code string }{
		{self, "us-east-1", ""}, {self, "eu-west-1", "ResourceNotFoundException"}, {stranger, "us-east-1", "ResourceNotFoundException"},
	} {
		client := l.logs(c.account, c.region)
		_, err := client.FilterLogEvents(t.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupIdentifier: &group})
		l.refused(err, c.code, "")
		_, err = client.DescribeLogStreams(t.Context(), &cloudwatchlogs.DescribeLogStreamsInput{LogGroupIdentifier: &group})
		l.refused(err, c.code, "")
	}
}

// Batches that larger ones replace do not stay on the disk.
func TestReplacedBatchesGo(t *testing.T) {
	dir := t.TempDir()
	l, _ := serve(t, sandbox.Options{World: []byte(alone), StateDir: dir})
	l.group(self, "us-east-1")
	d := desk{l, l.logs(self, "us-east-1"), time.Now()}
	d.stream("s")
	for range 4 {
		_, err := d.put("s", time.Second)
		d.must(err)
	}
	d.stream("t") // saves once more
	if list := bodiesIn(t, dir); len(list) != 1 {
		t.Errorf("%d contents are kept, want 1", len(list))
	}
}

// A query has the events that the store had when it was made, whatever its retention
// becomes.
func TestQueryKeepsItsRetention(t *testing.T) {
	l := newLab(t, alone)
	id := l.lake(func(in *cloudtrail.CreateEventDataStoreInput) { in.RetentionPeriod = ptr(int32(200)) })
	l.act(self, "eu-west-1")
	l.advance(150 * 24 * time.Hour)
	l.act(self, "eu-west-1")
	c := l.at("us-east-1")
	var ids []*string
	for _, what := range []string{"count(*)", "eventName"} {
		q, err := c.StartQuery(t.Context(), &cloudtrail.StartQueryInput{QueryStatement: ptr("SELECT " + what + " FROM " + id + " WHERE eventName = 'ListTrails'")})
		l.must(err)
		ids = append(ids, q.QueryId)
	}
	_, err := c.UpdateEventDataStore(t.Context(), &cloudtrail.UpdateEventDataStoreInput{EventDataStore: &id, RetentionPeriod: ptr(int32(30))})
	l.must(err)
	l.advance(time.Hour) // forgets what nothing keeps
	var got []string
	for _, q := range ids {
		out, err := c.GetQueryResults(t.Context(), &cloudtrail.GetQueryResultsInput{QueryId: q})
		l.must(err)
		got = append(got, rowsOf(out))
	}
	if !slices.Equal(got, []string{"2", "ListTrails ListTrails"}) {
		t.Errorf("they found %q", got)
	}
}
