package sandbox

import (
	"cmp"
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// How long queries and their results can be seen, and how many of an account run at once.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const (
	queryRetention    = 7 * 24 * time.Hour
	maxRunningQueries = 10
)

// The statuses of a query that the sandbox knows.
const (
	queryRunning  = "RUNNING"
	queryFinished = "FINISHED"
	queryCanceled = "CANCELLED"
)

// lakeQuery is a query of an event data store. Its result is not kept: it is found again
// whenever somebody asks, as what Oldest and Until leave out is the
// same at any time.
type lakeQuery struct {
	ID        string
	Statement string
	Created   time.Time
	Oldest    time.Time // of the events that the store had then
	Until     uint64    // Seq of the last event that it looks at
	Canceled  bool
}

func (s *Sandbox) statusOf(q *lakeQuery) string {
	switch {
	case q.Canceled:
		return queryCanceled
	case s.now().Before(q.Created.Add(s.w.Switches.QueryDuration)):
		return queryRunning
	}
	return queryFinished
}

type startQueryInput struct {
	QueryStatement               string
	DeliveryS3URI                string `json:"DeliveryS3Uri"`
	QueryAlias                   string
	QueryParameters              []string
	EventDataStoreOwnerAccountID string `json:"EventDataStoreOwnerAccountId"`
}

type startQueryOutput struct {
	QueryID                      string `json:"QueryId"`
	EventDataStoreOwnerAccountID string `json:"EventDataStoreOwnerAccountId,omitempty"`
}

// startQuery begins a query of the event data store that its statement names. It is
// finished at once, unless the switch queryDuration says otherwise.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartQuery.html
func (s *Sandbox) startQuery(c *wire.Call, in startQueryInput) (startQueryOutput, error) {
	if err := in.check(); err != nil {
		return startQueryOutput{}, err
	}
	parsed, err := lake.Parse(in.QueryStatement)
	if err != nil {
		return startQueryOutput{}, wire.Errorf("InvalidQueryStatementException", "Query is not valid: %v.", err)
	}
	d, err := s.storeToQuery(c, parsed.Store, in.EventDataStoreOwnerAccountID)
	if err != nil {
		return startQueryOutput{}, err
	}
	if s.running(c) >= maxRunningQueries {
		return startQueryOutput{}, wire.Errorf("MaxConcurrentQueriesException", "You are already running the maximum number of concurrent queries. The maximum number of concurrent queries is %d. Wait a minute for some queries to finish, and then run the query again.", maxRunningQueries)
	}
	q := &lakeQuery{ID: wire.NewUUID(), Statement: in.QueryStatement, Created: s.now(), Until: s.history.last()}
	q.Oldest = q.Created.Add(-d.retention())
	d.Queries = append(slices.DeleteFunc(d.Queries, s.forgotten), q)
	return startQueryOutput{q.ID, in.EventDataStoreOwnerAccountID}, nil
}

// running is how many queries of the caller have not finished.
func (s *Sandbox) running(c *wire.Call) int {
	n := 0
	for _, q := range s.queriesOf(c, func(*dataStore) bool { return true }) {
		if s.statusOf(q.lakeQuery) == queryRunning {
			n++
		}
	}
	return n
}

func (in startQueryInput) check() error {
	switch {
	case in.QueryAlias != "" || len(in.QueryParameters) > 0:
		return wire.Errorf("UnsupportedOperationException", "StartQuery with a QueryAlias or QueryParameters is not supported by this sandbox.")
	case in.DeliveryS3URI != "":
		return wire.Errorf("UnsupportedOperationException", "StartQuery with a DeliveryS3Uri is not supported by this sandbox.")
	case in.QueryStatement == "":
		return wire.Errorf("InvalidParameterException", "You must specify a QueryStatement or a QueryAlias.")
	}
	return nil
}

// forgotten says whether a query can no longer be seen.
func (s *Sandbox) forgotten(q *lakeQuery) bool { return s.now().Sub(q.Created) > queryRetention }

// storeToQuery finds an event data store that can be queried. Its owner, if it is given,
// must be the one.
func (s *Sandbox) storeToQuery(c *wire.Call, id, owner string) (*dataStore, error) {
	d, err := s.activeDataStore(c, id)
	if err != nil {
		return nil, err
	}
	if owner != "" && owner != accountOfARN(d.ARN) {
		return nil, wire.Errorf("EventDataStoreNotFoundException", "The event data store %s was not found.", id)
	}
	return d, nil
}

// A storedQuery is a query, with the event data store that it asks.
type storedQuery struct {
	*lakeQuery
	store *dataStore
}

// queriesOf returns the queries, newest first, that the caller can see in the Region, of
// the event data stores that are wanted.
func (s *Sandbox) queriesOf(c *wire.Call, wanted func(*dataStore) bool) []storedQuery {
	var list []storedQuery
	for _, owner := range s.ownersFor(s.accountOf(c.Account, c.Partition)) {
		for _, d := range owner.DataStores {
			mine := owner.ID == c.Account || d.OrganizationEnabled && s.isDelegatedAdmin(c.Account)
			if !mine || d.Region != c.Region || !wanted(d) {
				continue
			}
			for _, q := range d.Queries {
				if !s.forgotten(q) {
					list = append(list, storedQuery{q, d})
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b storedQuery) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// A queryName says which query is meant.
type queryName struct {
	EventDataStore               string
	QueryID                      string `json:"QueryId"`
	EventDataStoreOwnerAccountID string `json:"EventDataStoreOwnerAccountId"`
}

// query finds a query by its ID. The event data store need not be given.
func (s *Sandbox) query(c *wire.Call, in queryName) (storedQuery, error) {
	wanted := func(d *dataStore) bool {
		return in.EventDataStoreOwnerAccountID == "" || accountOfARN(d.ARN) == in.EventDataStoreOwnerAccountID
	}
	if in.EventDataStore != "" {
		only, err := s.storeToQuery(c, in.EventDataStore, in.EventDataStoreOwnerAccountID)
		if err != nil {
			return storedQuery{}, err
		}
		wanted = func(d *dataStore) bool { return d == only }
	}
	for _, q := range s.queriesOf(c, wanted) {
		if q.ID != in.QueryID {
			continue
		}
		if q.store.Status == storePending {
			return storedQuery{}, wire.Errorf("InactiveEventDataStoreException", "The event data store %s is inactive.", q.store.ARN)
		}
		return q, nil
	}
	return storedQuery{}, wire.Errorf("QueryIdNotFoundException", "The query ID %s does not exist or does not map to a query.", in.QueryID)
}
