package cloud

import (
	"context"
	"encoding/json"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// A sample looks at a week, and reads no more of it than fits into three answers of 50
// events. Events of the last quarter of an hour may not show yet.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
const (
	sampleWindow = 7 * 24 * time.Hour
	samplePages  = 3
	historyDelay = 15 * time.Minute
)

// Sample reads the latest management events of Regions, from all at once. Now dates it.
func (s *Session) Sample(ctx context.Context, regions []trail.Region, now time.Time) []plan.Volume {
	out := make([]plan.Volume, len(regions))
	for i, r := range regions {
		out[i] = plan.Volume{Region: r}
	}
	each(out, func(v *plan.Volume) { *v = s.volume(ctx, v.Region, now.Add(-historyDelay)) })
	return out
}

func (s *Session) volume(ctx context.Context, r trail.Region, end time.Time) plan.Volume {
	v := plan.Volume{Region: r, Span: sampleWindow, Events: map[trail.Class]int{}}
	events, whole, err := s.lookUp(ctx, r, &cloudtrail.LookupEventsInput{StartTime: aws.Time(end.Add(-sampleWindow)), EndTime: &end}, samplePages)
	if err != nil {
		g := gapOf(lookupEvents, r, "", err)
		return plan.Volume{Region: r, Gap: &g}
	}
	v.Whole = whole
	oldest := end
	for _, e := range events {
		v.Events[trail.ClassOf(aws.ToString(e.ReadOnly) == "true", aws.ToString(e.EventSource))]++
		if t := aws.ToTime(e.EventTime); t.Before(oldest) {
			oldest = t
		}
	}
	if !whole {
		v.Span = max(end.Sub(oldest), time.Second)
	}
	return v
}

// lookUp reads at most so many pages, and says whether there are no more.
func (s *Session) lookUp(ctx context.Context, r trail.Region, in *cloudtrail.LookupEventsInput, most int) ([]types.Event, bool, error) {
	var out []types.Event
	pages := cloudtrail.NewLookupEventsPaginator(s.cloudTrail(r), in)
	for range most {
		page, err := run(ctx, s.call(lookupEvents, r), func(ctx context.Context) (*cloudtrail.LookupEventsOutput, error) {
			return pages.NextPage(ctx)
		})
		if err != nil {
			return nil, false, err
		}
		out = append(out, page.Events...)
		if !pages.HasMorePages() {
			return out, true, nil
		}
	}
	return out, false, nil
}

// LastChange returns when a trail was changed last since a time, as far as event history
// shows it: zero when it was not. The home Region has all such events, for no other takes
// changes. What was read only in part is a Gap.
func (s *Session) LastChange(ctx context.Context, t trail.Trail, since time.Time) (time.Time, *trail.Gap) {
	var last time.Time
	for _, name := range []string{"CreateTrail", "UpdateTrail", "StartLogging", "StopLogging", "PutEventSelectors"} {
		events, whole, err := s.lookUp(ctx, t.HomeRegion, &cloudtrail.LookupEventsInput{
			StartTime:        &since,
			LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: aws.String(name)}},
		}, changePages)
		switch {
		case err != nil:
			g := gapOf(lookupEvents, t.HomeRegion, t.ARN, err)
			return time.Time{}, &g
		case !whole:
			return time.Time{}, &trail.Gap{Region: t.HomeRegion, Action: lookupEvents, Kind: trail.Failed, Trail: t.ARN, Error: name + ": too many events"}
		}
		for _, e := range events {
			if at := aws.ToTime(e.EventTime); at.After(last) && changed(e, t) {
				last = at
			}
		}
	}
	return last, nil
}

// changePages bounds the search. Where there is more, the answer is not known.
const changePages = 4

// changed says whether an event changed the trail. One that cannot be read may have.
func changed(e types.Event, t trail.Trail) bool {
	var record struct {
		ErrorCode         string `json:"errorCode"`
		RequestParameters struct {
			Name      string `json:"name"`
			TrailName string `json:"trailName"` // of PutEventSelectors
		} `json:"requestParameters"`
	}
	if json.Unmarshal([]byte(aws.ToString(e.CloudTrailEvent)), &record) != nil {
		return true
	}
	named := record.RequestParameters.Name + record.RequestParameters.TrailName
	return record.ErrorCode == "" && (named == t.Name || named == string(t.ARN) || named == "")
}
