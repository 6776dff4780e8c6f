package sandbox

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/logs"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// largestLogEvent is how long an event can be that CloudTrail sends to CloudWatch Logs.
// Longer ones go to the bucket only.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/send-cloudtrail-events-to-cloudwatch-logs.html
const largestLogEvent = 256 << 10

// oldestForGroup is how old the events can be that a log group takes: after that time
// nothing waits any longer.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
const oldestForGroup = 14 * 24 * time.Hour

// A groupFeed is the part of a feed that flows into a log group. It has a cursor of its
// own, for a bucket that refuses does not keep events from the log group, nor the other
// way round.
type groupFeed struct {
	On      bool      // the trail has a log group
	Cursor  uint64    // the Seq of the last event that went there, or does not go
	Success time.Time // of the last delivery
}

// waiting says whether there is something for the log group.
func (g groupFeed) waiting(newest uint64) bool { return g.On && newest > g.Cursor }

// tendGroup begins and ends the flow into a log group. It begins with the next event.
func (s *Sandbox) tendGroup(f *feed, t *trailRecord) {
	on := t.CloudWatchLogsLogGroupArn != ""
	if f.Group.On == on {
		return
	}
	f.Group = groupFeed{On: on, Cursor: s.history.last(), Success: f.Group.Success}
	s.changed()
}

// deliverToGroup puts the events that wait into the log group of the trail. What it does
// not take now waits for the next round. It says whether nothing waits any longer.
func (s *Sandbox) deliverToGroup(d *delivery) bool {
	if !d.group.waiting(s.history.newest(d.Account, d.Region)) {
		return true
	}
	for {
		list := s.history.after(d.Account, d.Region, d.group.Cursor, batch)
		end := slices.IndexFunc(list, func(e entry) bool { return d.end.excludes(&e) })
		if end < 0 {
			end = len(list)
		}
		if end > 0 && !s.handGroup(d, list[:end]) {
			return d.end != nil && d.now.Sub(d.end.At) > oldestForGroup
		}
		if end == 0 || end < len(list) {
			return true
		}
	}
}

// handGroup puts events into the log group and notes that it did, in one step, and says
// whether it could.
func (s *Sandbox) handGroup(d *delivery, list []entry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groupError(d.src) != "" || s.putGroup(d, list) != nil {
		return false
	}
	d.group.Cursor = list[len(list)-1].Seq
	d.Group.Cursor = max(d.Group.Cursor, d.group.Cursor)
	s.changed()
	return true
}

// putGroup puts those of the events into the log group that the trail takes and that are
// not too long or too old. The error is that the disk does not take them.
func (s *Sandbox) putGroup(d *delivery, list []entry) error {
	group := s.w.Logs.Group(d.src.trail.CloudWatchLogsLogGroupArn)
	var events []logs.Event
	for i := range list {
		e := &list[i]
		if d.src.trail.takes(e) && len(e.Text) <= largestLogEvent && group.Accepts(e.Time.UnixMilli(), d.now) {
			events = append(events, logs.Event{At: e.Time.UnixMilli(), Message: string(e.Text)})
		}
	}
	if len(events) == 0 {
		return nil
	}
	stream := s.logStream(d.src)
	group.AddStream(stream, d.at)
	if err := s.w.Logs.Append(group, stream, events, d.at); err != nil {
		return err
	}
	d.Group.Success = d.at
	return nil
}

// describeGroup puts into a status how deliveries into the log group go: what stands in
// the way now shows at once, and goes when it has been mended.
func (s *Sandbox) describeGroup(st *trailStatus, src source) {
	if src.trail.CloudWatchLogsLogGroupArn == "" {
		return
	}
	if src.trail.Logging {
		st.LatestCloudWatchLogsDeliveryError = s.groupError(src)
	}
	if f := s.w.Feeds[feedKey(src.trail.ARN, src.account, src.region)]; f != nil {
		st.LatestCloudWatchLogsDeliveryTime = wire.Time{Time: f.Group.Success}
	}
}

// keepLogs says where log events are kept: in the StateDir, if there is one.
func (s *Sandbox) keepLogs() {
	if s.state != nil {
		s.w.Logs.Keep(s.state.bodies)
	}
}

// expireLogs lets go of log events that nobody can read any longer.
func (s *Sandbox) expireLogs() {
	if s.w.Logs.Expire(s.now()) {
		s.changed()
	}
}
