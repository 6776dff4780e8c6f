package cloud

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailspan/trailspan/internal/trail"
)

// statusQuestions ask every Region that a trail reaches, because status is per Region,
// and by ARN, because a Region does not know a shadow by its name.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
func (c *collector) statusQuestions() []question {
	var out []question
	for i := range c.snapshot.Trails {
		t := &c.snapshot.Trails[i]
		for _, l := range c.looks {
			listed := slices.Contains(c.view(l.region).Visible, t.ARN)
			if t.HomeRegion != l.region && !t.MultiRegion || !listed && !c.mayHide(l) {
				continue
			}
			out = append(out, c.statusQuestion(t, l.region, listed))
		}
	}
	return out
}

// mayHide says that the Region was not allowed to list its trails: it may still tell of
// one that is known from elsewhere.
func (c *collector) mayHide(l regionLook) bool { return l.err != nil && kindOf(l.err) == Denied }

// statusQuestion: a shadow that the Region does not list and does not find is not there,
// and that is no Gap.
func (c *collector) statusQuestion(t *trail.Trail, r trail.Region, listed bool) question {
	var status trail.Status
	var err error
	return question{
		region: r,
		ask:    func(ctx context.Context) { status, err = c.session.status(ctx, c.call(trail.GetTrailStatus, r), t.ARN) },
		note: func() {
			switch {
			case err == nil:
				setStatus(t, r, status)
			case listed || kindOf(err) != NotFound:
				c.gap(trail.GetTrailStatus, r, t.ARN, err)
			}
		},
	}
}

// TrailStatus asks one Region for the status of a trail there.
func (s *Session) TrailStatus(ctx context.Context, r trail.Region, arn trail.ARN) (trail.Status, error) {
	return s.status(ctx, s.call(trail.GetTrailStatus, r), arn)
}

// status asks one Region for the status of a trail there.
func (s *Session) status(ctx context.Context, c call, arn trail.ARN) (trail.Status, error) {
	return run(ctx, c, func(ctx context.Context) (trail.Status, error) {
		out, err := s.cloudTrail(c.region).GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: aws.String(string(arn))})
		if err != nil {
			return trail.Status{}, err
		}
		return statusOf(out), nil
	})
}

// statusOf leaves out the legacy strings beside the times.
func statusOf(o *cloudtrail.GetTrailStatusOutput) trail.Status {
	return trail.Status{
		Logging:           aws.ToBool(o.IsLogging),
		DeliveryError:     aws.ToString(o.LatestDeliveryError),
		NotificationError: aws.ToString(o.LatestNotificationError),
		LogsError:         aws.ToString(o.LatestCloudWatchLogsDeliveryError),
		DigestError:       aws.ToString(o.LatestDigestDeliveryError),
		LatestDelivery:    utc(o.LatestDeliveryTime),
		StartedLogging:    utc(o.StartLoggingTime),
		StoppedLogging:    utc(o.StopLoggingTime),
	}
}

func utc(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC()
}

func setStatus(t *trail.Trail, r trail.Region, s trail.Status) {
	if t.Status == nil {
		t.Status = map[trail.Region]trail.Status{}
	}
	t.Status[r] = s
}
