package cloudformation

import (
	"encoding/json"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

const stackType = "AWS::CloudFormation::Stack"

// tell records an event. Each is later than the one before, though all happen within one
// call.
func (st *Stack) tell(c *wire.Call, e Event) time.Time {
	e.Time = c.Time.UTC().Truncate(time.Millisecond)
	if n := len(st.Events); n > 0 && !e.Time.After(st.Events[n-1].Time) {
		e.Time = st.Events[n-1].Time.Add(time.Millisecond)
	}
	e.Token = st.Token
	st.Events = append(st.Events, e)
	return e.Time
}

// enter brings the stack into a status, and tells.
func (st *Stack) enter(c *wire.Call, status, reason string) time.Time {
	st.Status, st.Reason = status, reason
	return st.tell(c, Event{ID: newUUID(), LogicalID: st.Name, PhysicalID: st.ID, Type: stackType, Status: status, Reason: reason})
}

// enterResource brings a resource into a status, and tells.
func (st *Stack) enterResource(c *wire.Call, r *Resource, status, reason string) {
	r.Status, r.Reason = status, reason
	r.Time = st.tell(c, Event{
		ID: r.LogicalID + "-" + newUUID(), LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type,
		Status: status, Reason: reason, Properties: propertiesText(r.Properties),
	})
}

func propertiesText(properties map[string]any) string {
	if properties == nil {
		return ""
	}
	text, err := json.Marshal(properties)
	if err != nil {
		return ""
	}
	return string(text)
}
