package sandbox

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/sns"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// notification is how telling the topic of a trail has gone.
type notification struct {
	Error   string    `json:"-"` // of SNS, that one would meet now
	Attempt time.Time `json:",omitzero"`
	Success time.Time `json:",omitzero"`
}

// notify publishes the log files of a round to the topic of the trail. That it cannot
// hinders nothing, and is not tried again.
//
//	{"s3Bucket":"your-bucket-name","s3ObjectKey":["AWSLogs/123456789012/CloudTrail/…"]}
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/configure-sns-notifications-for-cloudtrail.html
func (s *Sandbox) notify(d *delivery) {
	if len(d.files) == 0 || d.src.trail.SnsTopicARN == "" {
		return
	}
	text, err := jsonText(struct {
		Bucket string   `json:"s3Bucket"`
		Keys   []string `json:"s3ObjectKey"`
	}{d.src.trail.S3BucketName, d.files})
	if err != nil {
		return // of texts only
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Notification.Attempt = d.at
	if s.topicError(d.src) == "" {
		s.snsService().Publish(s.w.SNS.Topics[d.src.trail.SnsTopicARN], sns.Message{Text: text}, s.now())
		d.Notification.Success = d.at
	}
	s.changed()
}

// notificationOf tells how notifications of a source have gone. Of a trail that logs,
// the error is what the topic and its policy say now: as with buckets, it shows at
// once, and goes when what caused it has been mended.
func (s *Sandbox) notificationOf(src source) notification {
	var n notification
	if f := s.w.Feeds[feedKey(src.trail.ARN, src.account, src.region)]; f != nil {
		n = f.Notification
	}
	if src.trail.Logging && src.trail.SnsTopicARN != "" {
		n.Error = s.topicError(src)
	}
	return n
}

// notified fills in what GetTrailStatus says of notifications.
func (st *trailStatus) notified(n notification) {
	st.LatestNotificationError = n.Error
	st.LatestNotificationTime = wire.Time{Time: n.Success}
	st.LatestNotificationAttemptTime = legacyTime(n.Attempt)
	st.LatestNotificationAttemptSucceeded = legacyTime(n.Success)
}
