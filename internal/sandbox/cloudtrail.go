package sandbox

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// cloudTrailOperations lists what is implemented of CloudTrail. The front refuses
// the rest of the API by name.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Operations.html
func (s *Sandbox) cloudTrailOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"CreateTrail":         wire.Op(s.createTrail),
		"UpdateTrail":         wire.Op(s.updateTrail),
		"DeleteTrail":         wire.Op(s.deleteTrail),
		"StartLogging":        wire.Op(s.startLogging),
		"StopLogging":         wire.Op(s.stopLogging),
		"DescribeTrails":      wire.Op(s.describeTrails),
		"GetTrail":            wire.Op(s.getTrail),
		"ListTrails":          wire.Op(s.listTrails),
		"GetTrailStatus":      wire.Op(s.getTrailStatus),
		"GetEventSelectors":   wire.Op(s.getEventSelectors),
		"PutEventSelectors":   wire.Op(s.putEventSelectors),
		"GetInsightSelectors": wire.Op(s.getInsightSelectors),
		"PutInsightSelectors": wire.Op(s.putInsightSelectors),
		"AddTags":             wire.Op(s.addTags),
		"RemoveTags":          wire.Op(s.removeTags),
		"ListTags":            wire.Op(s.listTags),
		"LookupEvents":        wire.Op(s.lookupEvents),
		"ListPublicKeys":      wire.Op(s.listPublicKeys),

		"RegisterOrganizationDelegatedAdmin":   wire.Op(s.registerDelegatedAdmin),
		"DeregisterOrganizationDelegatedAdmin": wire.Op(s.deregisterDelegatedAdmin),

		"CreateEventDataStore":         wire.Op(s.createEventDataStore),
		"GetEventDataStore":            wire.Op(s.getEventDataStore),
		"ListEventDataStores":          wire.Op(s.listEventDataStores),
		"UpdateEventDataStore":         wire.Op(s.updateEventDataStore),
		"DeleteEventDataStore":         wire.Op(s.deleteEventDataStore),
		"RestoreEventDataStore":        wire.Op(s.restoreEventDataStore),
		"StartEventDataStoreIngestion": wire.Op(s.startEventDataStoreIngestion),
		"StopEventDataStoreIngestion":  wire.Op(s.stopEventDataStoreIngestion),

		"StartQuery":      wire.Op(s.startQuery),
		"DescribeQuery":   wire.Op(s.describeQuery),
		"GetQueryResults": wire.Op(s.getQueryResults),
		"CancelQuery":     wire.Op(s.cancelQuery),
		"ListQueries":     wire.Op(s.listQueries),
	}
}

// nothing is the answer of operations that answer {}.
type nothing struct{}

// value reads a member that may be absent.
func value[T any](p *T) T {
	var zero T
	if p == nil {
		return zero
	}
	return *p
}
