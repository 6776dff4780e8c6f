package interop_test

import (
	"os/exec"
	"strings"
	"testing"
)

// moto plays AWS for us as it does for many: it knows trails and Regions, but neither
// account:ListRegions nor event data stores. What it lacks becomes gaps; the rest is
// judged, and a conversion is carried out.
func TestMotoCheckAndConvert(t *testing.T) {
	t.Parallel()
	e := startMoto(t)
	e.motoWorld()

	before := e.check(theAccount, 3, 4)
	if len(before.Regions) < 17 || len(before.Trails) != 1 || before.Trails[0].Name != "main" || before.Trails[0].MultiRegion {
		t.Errorf("check does not see the trail in all Regions: %+v", before)
	}
	for _, r := range before.Regions {
		if r.Region != "eu-west-1" && r.Verdict == "recorded" {
			t.Errorf("%s is recorded by %v, with one trail in eu-west-1 only", r.Region, r.RecordedBy)
		}
	}
	wantGap(t, before, "cloudtrail:ListEventDataStores")

	journal := t.TempDir()
	o := e.trailspan(theAccount, "eu-west-1", "convert", "--yes", "--format", "json", "--journal", journal)
	converted := reportOf[planReport](t, o)
	if o.code != 0 && o.code != 4 || converted.Result == nil || converted.Result.Status != "converted" {
		t.Errorf("converting: %v", o)
	}
	if got, want := e.motoWorld("describe"), `[{"Name": "main", "HomeRegion": "eu-west-1", "IsMultiRegionTrail": true}]`; got != want {
		t.Errorf("another Region of moto shows %s, want %s", got, want)
	}

	after := e.check(theAccount, 0, 4)
	if len(after.Trails) != 1 || !after.Trails[0].MultiRegion {
		t.Errorf("after converting, check sees %+v", after.Trails)
	}
	wantGap(t, after, "cloudtrail:ListEventDataStores")

	if o := e.trailspan(theAccount, "eu-west-1", "rollback", converted.Run, "--yes", "--journal", journal); o.code != 0 {
		t.Errorf("rolling back: %v", o)
	}
	if got, want := e.motoWorld("describe"), `[]`; got != want {
		t.Errorf("after rolling back another Region of moto shows %s, want %s", got, want)
	}
}

func (e endpoint) motoWorld(args ...string) string {
	e.t.Helper()
	cmd := exec.Command("python3", append([]string{"testdata/moto_world.py", e.url}, args...)...)
	cmd.Env = cleanEnv("PYTHONDONTWRITEBYTECODE=1")
	o := run(e.t, cmd)
	if o.code != 0 {
		e.t.Fatalf("setting moto up: %v", o)
	}
	return strings.TrimSpace(o.stdout)
}

func wantGap(t *testing.T, a accountReport, action string) {
	t.Helper()
	for _, g := range a.Gaps {
		if g.Action == action && g.Kind == "error" && g.Error != "" {
			return
		}
	}
	t.Errorf("no gap says that %s was not answered: %+v", action, a.Gaps)
}
