package interop_test

import "testing"

// check asks no more than it must: who am I, which Regions are there, what does each
// show, what does the trail do in each, what does it select. Event data stores are a
// question more per Region.
func TestCallsOfCheck(t *testing.T) {
	t.Parallel()
	world := worldFile(t, `
accounts:
  - id: "123456789012"
    trails: [{name: wide, homeRegion: eu-west-1, bucket: wide-logs, multiRegion: true, logging: true}]
buckets: [{name: wide-logs, account: "123456789012", region: eu-west-1, policy: documented}]
`)
	e := startSandbox(t, "--world", world)
	if a := e.check(theAccount, 0); a.Verdict != "recorded" || a.verdicts()["recorded"] != 17 {
		t.Fatalf("not the world that was meant: %+v", a)
	}
	var ledger []struct {
		Service, Action string
		Count           int
	}
	e.get("/_sandbox/calls", &ledger)
	total, stores := 0, 0
	for _, entry := range ledger {
		total += entry.Count
		if entry.Action == "ListEventDataStores" {
			stores += entry.Count
		}
	}
	if most := 2 + 17 + 17 + 1; total-stores > most || stores > 17 {
		t.Errorf("%d calls and %d for event data stores, want at most %d and 17: %+v", total-stores, stores, most, ledger)
	}
}
