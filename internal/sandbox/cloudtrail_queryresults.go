package sandbox

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

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
		st := &out.QueryStatistics
		st.ExecutionTimeInMillis = int(s.w.Switches.QueryDuration.Milliseconds())
		asked := s.question(q)
		c.Leave()
		r := s.result(asked)
		st.EventsMatched, st.EventsScanned, st.BytesScanned = r.Matched, r.Scanned, r.Bytes
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
	asked := s.question(q)
	c.Leave()
	r := s.result(asked)
	first, err := pageStart(in.NextToken, asked.id, r.Len())
	if err != nil {
		return queryResultsOutput{}, err
	}
	size := 1000
	if in.MaxQueryResults != nil {
		size = *in.MaxQueryResults
	}
	last := min(first+size, r.Len())
	for _, row := range s.rows(asked, &r, first, last) {
		out.QueryResultRows = append(out.QueryResultRows, columnsOf(row, r.Columns))
	}
	if last < r.Len() {
		out.NextToken = resultToken(asked.id, last)
	}
	out.QueryStatistics = &resultStatistics{ResultsCount: last - first, TotalResultsCount: r.Len(), BytesScanned: r.Bytes}
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
