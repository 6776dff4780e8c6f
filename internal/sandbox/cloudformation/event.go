package cloudformation

import (
	"encoding/json"
	"slices"
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
	st.shorten(&e)
	st.Events = append(st.Events, e)
	if len(st.Events) > mostEvents {
		st.keepEvents(mostEvents / 2)
	}
	return e.Time
}

// mostEvents is how many events are kept of a stack: more than one of 500 resources has
// that is made, updated and deleted.
const mostEvents = 8000

// keepEvents forgets all events but the last n.
func (st *Stack) keepEvents(n int) {
	first := len(st.Events) - n
	told, seen := st.told(), map[string]bool{}
	st.Events = st.Events[first:]
	for i := range st.Events {
		e := &st.Events[i]
		if e.Again && !seen[e.subject()] {
			e.Properties, e.Again = told[first+i], false
		}
		seen[e.subject()] = true
	}
}

// told are the properties that each event tells.
func (st *Stack) told() []string {
	told, last := make([]string, len(st.Events)), map[string]string{}
	for i, e := range st.Events {
		if !e.Again {
			last[e.subject()] = e.Properties
		}
		told[i] = last[e.subject()]
	}
	return told
}

// shorten leaves properties out of an event that the last one of the resource told.
func (st *Stack) shorten(e *Event) {
	for _, before := range slices.Backward(st.Events) {
		if before.LogicalID == e.LogicalID && before.Type == e.Type && !before.Again {
			if e.Again = before.Properties == e.Properties; e.Again {
				e.Properties = ""
			}
			return
		}
	}
}

// subject is the resource that an event is about, or the stack.
func (e Event) subject() string { return e.Type + " " + e.LogicalID }

// enter brings the stack into a status, and tells.
func (st *Stack) enter(c *wire.Call, status, reason string) time.Time {
	st.Status, st.Reason = status, reason
	return st.tell(c, Event{ID: wire.NewUUID(), LogicalID: st.Name, PhysicalID: st.ID, Type: stackType, Status: status, Reason: reason})
}

// enterResource brings a resource into a status, and tells.
func (st *Stack) enterResource(c *wire.Call, r *Resource, status, reason string) {
	r.Status, r.Reason = status, reason
	r.Time = st.tell(c, Event{
		ID: r.LogicalID + "-" + wire.NewUUID(), LogicalID: r.LogicalID, PhysicalID: r.PhysicalID, Type: r.Type,
		Status: status, Reason: reason, Properties: propertiesText(r.shown()),
	})
}

// shown are the properties of a resource as they may be told.
func (r *Resource) shown() map[string]any {
	if r.Shown != nil {
		return r.Shown
	}
	return r.Properties
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
