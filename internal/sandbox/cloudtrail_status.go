package sandbox

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type trailName struct{ Name string }

// trailStatus is the answer of GetTrailStatus. The six members that are text are
// always there; the others only when there is something to say.
type trailStatus struct {
	IsLogging                          bool
	LatestDeliveryError                string    `json:",omitempty"`
	LatestDeliveryTime                 wire.Time `json:",omitzero"`
	LatestNotificationError            string    `json:",omitempty"`
	LatestNotificationTime             wire.Time `json:",omitzero"`
	StartLoggingTime                   wire.Time `json:",omitzero"`
	StopLoggingTime                    wire.Time `json:",omitzero"`
	LatestCloudWatchLogsDeliveryTime   wire.Time `json:",omitzero"`
	LatestCloudWatchLogsDeliveryError  string    `json:",omitempty"`
	LatestDigestDeliveryTime           wire.Time `json:",omitzero"`
	LatestDigestDeliveryError          string    `json:",omitempty"`
	LatestDeliveryAttemptTime          string
	LatestNotificationAttemptTime      string
	LatestNotificationAttemptSucceeded string
	LatestDeliveryAttemptSucceeded     string
	TimeLoggingStarted                 string
	TimeLoggingStopped                 string
}

// getTrailStatus tells how a trail is doing in the Region of the call.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html
func (s *Sandbox) getTrailStatus(c *wire.Call, in trailName) (trailStatus, error) {
	v, err := s.resolve(c, in.Name, reading)
	if err != nil {
		return trailStatus{}, err
	}
	src := source{v.trailRecord, v.owner, v.viewer.ID, v.region}
	st := v.status(s.deliveryOf(src, s.now()))
	s.describeGroup(&st, src)
	return st, nil
}

func (t *trailRecord) status(d deliveryStatus) trailStatus {
	st := trailStatus{
		IsLogging:                      t.Logging,
		LatestDeliveryError:            d.Error,
		LatestDeliveryTime:             wire.Time{Time: d.Success},
		StartLoggingTime:               wire.Time{Time: t.StartLogging},
		StopLoggingTime:                wire.Time{Time: t.StopLogging},
		LatestDigestDeliveryTime:       wire.Time{Time: d.Digest},
		LatestDigestDeliveryError:      d.DigestError,
		LatestDeliveryAttemptTime:      legacyTime(d.Attempt),
		LatestDeliveryAttemptSucceeded: legacyTime(d.Success),
		TimeLoggingStarted:             legacyTime(t.StartLogging),
		TimeLoggingStopped:             legacyTime(t.StopLogging),
	}
	if t.SnsTopicARN != "" {
		st.notified(d.Notification)
	}
	return st
}

// legacyTime writes a time as the members that are text have it.
func legacyTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}
