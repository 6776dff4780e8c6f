package interop_test

import (
	"encoding/json"
	"testing"
)

// What these tests read of the JSON of check, plan and convert. The formats are wider.

type checkReport struct {
	Schema   string
	Accounts []accountReport
	Summary  struct{ Accounts, Regions, Recorded, Unrecorded, Unknown, Disabled int }
}

type accountReport struct {
	ID, Verdict, FutureRegions string
	Regions                    []struct {
		Region, Verdict string
		RecordedBy      []string
	}
	Trails []struct {
		ARN, Name, HomeRegion, Bucket             string
		MultiRegion, Logging, GlobalServiceEvents bool
	}
	Gaps []struct{ Region, Action, Kind, Error string }
}

type planReport struct {
	Schema, Account, Run, Trail string
	Steps                       []struct{ Action, Region string }
	Gates                       []struct{ ID, Status string }
	Result                      *struct {
		Status  string
		Regions []struct {
			Region   string
			Verified bool
		}
	}
}

// reportOf reads the JSON that a command printed.
func reportOf[T any](t *testing.T, o outcome) T {
	t.Helper()
	var r T
	if err := json.Unmarshal([]byte(o.stdout), &r); err != nil {
		t.Fatalf("no JSON: %v: %v", err, o)
	}
	return r
}

// check runs `trailspan check`, which must end with one of the exit codes.
func (e endpoint) check(account string, codes ...int) accountReport {
	e.t.Helper()
	o := e.trailspan(account, "us-east-1", "check", "--format", "json")
	for _, code := range codes {
		if o.code == code {
			r := reportOf[checkReport](e.t, o)
			if r.Schema != "trailspan/check/v1" || len(r.Accounts) != 1 || r.Accounts[0].ID != account {
				e.t.Fatalf("not a report of one account: %v", o)
			}
			return r.Accounts[0]
		}
	}
	e.t.Fatalf("check: want an exit code of %v, got %v", codes, o)
	return accountReport{}
}

// verdicts counts the Regions by their verdicts.
func (a accountReport) verdicts() map[string]int {
	n := map[string]int{}
	for _, r := range a.Regions {
		n[r.Verdict]++
	}
	return n
}
