package sandbox

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/trailspan/trailspan/internal/sandbox/lake"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type describeQueryInput struct {
	queryName
	QueryAlias string
	RefreshID  string `json:"RefreshId"`
}

type describeQueryOutput struct {
	QueryID                      string `json:"QueryId"`
	QueryString                  string
	QueryStatus                  string
	QueryStatistics              queryDescription
	EventDataStoreOwnerAccountID string `json:"EventDataStoreOwnerAccountId,omitempty"`
}

type queryDescription struct {
	EventsMatched         int
	EventsScanned         int
	BytesScanned          int
	ExecutionTimeInMillis int
	CreationTime          wire.Time
}

// describeQuery tells how a query is doing.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeQuery.html
func (s *Sandbox) describeQuery(c *wire.Call, in describeQueryInput) (describeQueryOutput, error) {
	switch {
	case in.QueryAlias != "" || in.RefreshID != "":
		return describeQueryOutput{}, wire.Errorf("UnsupportedOperationException", "DescribeQuery with a QueryAlias or RefreshId is not supported by this sandbox.")
	case in.QueryID == "":
		return describeQueryOutput{}, wire.Errorf("InvalidParameterException", "You must specify a QueryId or a QueryAlias.")
	}
	q, err := s.query(c, in.queryName)
	if err != nil {
		return describeQueryOutput{}, err
	}
	out := describeQueryOutput{
		QueryID: q.ID, QueryString: q.Statement, QueryStatus: s.statusOf(q.lakeQuery),
		QueryStatistics:              queryDescription{CreationTime: wire.Time{Time: q.Created}},
		EventDataStoreOwnerAccountID: in.EventDataStoreOwnerAccountID,
	}
	if out.QueryStatus == queryFinished {
		r := s.result(q)
		st := &out.QueryStatistics
		st.EventsMatched, st.EventsScanned, st.BytesScanned = r.Matched, r.Scanned, r.Bytes
		st.ExecutionTimeInMillis = int(s.w.Switches.QueryDuration.Milliseconds())
	}
	return out, nil
}

type queryResultsInput struct {
	queryName
	NextToken       string
	MaxQueryResults *int
}

type queryResultsOutput struct {
	QueryStatus     string
	QueryStatistics *resultStatistics     `json:",omitempty"`
	QueryResultRows [][]map[string]string // rows of columns, each with its name
	NextToken       string                `json:",omitempty"`
}

type resultStatistics struct {
	ResultsCount      int
	TotalResultsCount int
	BytesScanned      int
}

// getQueryResults shows what a query found, page by page.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetQueryResults.html
func (s *Sandbox) getQueryResults(c *wire.Call, in queryResultsInput) (queryResultsOutput, error) {
	q, err := s.query(c, in.queryName)
	if err != nil {
		return queryResultsOutput{}, err
	}
	out := queryResultsOutput{QueryStatus: s.statusOf(q.lakeQuery), QueryResultRows: [][]map[string]string{}}
	if out.QueryStatus != queryFinished {
		return out, nil
	}
	r := s.result(q)
	first, err := pageStart(in.NextToken, q.ID, len(r.Rows))
	if err != nil {
		return queryResultsOutput{}, err
	}
	size := 1000
	if in.MaxQueryResults != nil {
		size = *in.MaxQueryResults
	}
	last := min(first+size, len(r.Rows))
	for _, row := range r.Rows[first:last] {
		out.QueryResultRows = append(out.QueryResultRows, columnsOf(row, r.Columns))
	}
	if last < len(r.Rows) {
		out.NextToken = resultToken(q.ID, last)
	}
	out.QueryStatistics = &resultStatistics{ResultsCount: last - first, TotalResultsCount: len(r.Rows), BytesScanned: r.Bytes}
	return out, nil
}

func columnsOf(row, names []string) []map[string]string {
	columns := make([]map[string]string, len(row))
	for i, v := range row {
		columns[i] = map[string]string{names[i]: v}
	}
	return columns
}

// resultToken names the row of a result with which a page begins.
func resultToken(query string, row int) string {
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "%s %d", query, row))
}

// pageStart reads a resultToken; "" is the first page.
func pageStart(token, query string, rows int) (int, error) {
	if token == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(token)
	of, row, _ := strings.Cut(string(text), " ")
	n, bad := strconv.Atoi(row)
	if err != nil || bad != nil || of != query || n < 0 || n > rows {
		return 0, wire.Errorf("InvalidNextTokenException", "The token is not valid.")
	}
	return n, nil
}

// A resultCache has the results that were asked for last, as finding them takes time.
type resultCache struct {
	mu   sync.Mutex
	last map[string]lake.Result // by the ID of the query
}

// cachedResults is how many results a resultCache has at most.
const cachedResults = 16

func (r *resultCache) get(id string) (lake.Result, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.last[id]
	return found, ok
}

func (r *resultCache) put(id string, found lake.Result) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.last == nil || len(r.last) >= cachedResults {
		r.last = map[string]lake.Result{}
	}
	r.last[id] = found
}

// result is what a query found, as of the time at which it was made.
func (s *Sandbox) result(q storedQuery) lake.Result {
	if r, ok := s.results.get(q.ID); ok {
		return r
	}
	parsed, err := lake.Parse(q.Statement)
	if err != nil {
		return lake.Result{} // startQuery has parsed it
	}
	r := parsed.Run(s.events(q.store, q.Until, q.Created))
	s.results.put(q.ID, r)
	return r
}
