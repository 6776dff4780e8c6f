package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type cancelQueryOutput struct {
	QueryID                      string `json:"QueryId"`
	QueryStatus                  string
	EventDataStoreOwnerAccountID string `json:"EventDataStoreOwnerAccountId,omitempty"`
}

// cancelQuery stops a query that has not finished.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CancelQuery.html
func (s *Sandbox) cancelQuery(c *wire.Call, in queryName) (cancelQueryOutput, error) {
	q, err := s.query(c, in)
	if err != nil {
		return cancelQueryOutput{}, err
	}
	if s.statusOf(q.lakeQuery) != queryRunning {
		return cancelQueryOutput{}, wire.Errorf("InactiveQueryException", "The specified query cannot be canceled because it is in the FINISHED, FAILED, TIMED_OUT, or CANCELLED state.")
	}
	q.Canceled = true
	return cancelQueryOutput{q.ID, queryCanceled, in.EventDataStoreOwnerAccountID}, nil
}

type listQueriesInput struct {
	EventDataStore     string
	NextToken          string
	MaxResults         *int
	StartTime, EndTime *wire.Time
	QueryStatus        string
}

type listQueriesOutput struct {
	Queries   []queryInfo
	NextToken string `json:",omitempty"`
}

type queryInfo struct {
	QueryID      string `json:"QueryId"`
	QueryStatus  string
	CreationTime wire.Time
}

// listQueries lists the queries of an event data store of the last seven days, newest
// first. The token is the ID to go on after.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListQueries.html
func (s *Sandbox) listQueries(c *wire.Call, in listQueriesInput) (listQueriesOutput, error) {
	d, err := s.storeToQuery(c, in.EventDataStore, "")
	if err != nil {
		return listQueriesOutput{}, err
	}
	if in.StartTime != nil && in.EndTime != nil && in.StartTime.After(in.EndTime.Time) {
		return listQueriesOutput{}, wire.Errorf("InvalidDateRangeException", "The start time must be before the end time.")
	}
	list := slices.DeleteFunc(s.queriesOf(c, func(other *dataStore) bool { return other == d }), func(q storedQuery) bool {
		return in.StartTime != nil && q.Created.Before(in.StartTime.Time) || in.EndTime != nil && q.Created.After(in.EndTime.Time) ||
			in.QueryStatus != "" && s.statusOf(q.lakeQuery) != in.QueryStatus
	})
	if in.NextToken != "" {
		i := slices.IndexFunc(list, func(q storedQuery) bool { return q.ID == in.NextToken })
		if i < 0 {
			return listQueriesOutput{}, wire.Errorf("InvalidNextTokenException", "The token is not valid.")
		}
		list = list[i+1:]
	}
	out := listQueriesOutput{Queries: []queryInfo{}}
	for i, q := range list {
		if in.MaxResults != nil && i == *in.MaxResults {
			out.NextToken = list[i-1].ID
			break
		}
		out.Queries = append(out.Queries, queryInfo{q.ID, s.statusOf(q.lakeQuery), wire.Time{Time: q.Created}})
	}
	return out, nil
}
