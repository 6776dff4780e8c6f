package plan_test

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const me trail.AccountID = "123456789012"

func regions() []trail.Region { return []trail.Region{"ap-northeast-1", "eu-west-1", "us-east-1"} }

func arnOf(name string, r trail.Region) trail.ARN {
	return trail.ARN(fmt.Sprintf("arn:aws:cloudtrail:%s:%s:trail/%s", r, me, name))
}

func snapshot(trails ...trail.Trail) trail.Snapshot {
	s := trail.Snapshot{Account: me, Partition: trail.AWS, Trails: trails}
	for _, r := range regions() {
		v := trail.RegionView{Region: r, OptStatus: trail.EnabledByDefault}
		for _, t := range trails {
			if t.MultiRegion || t.HomeRegion == r {
				v.Visible = append(v.Visible, t.ARN)
			}
		}
		s.Regions = append(s.Regions, v)
	}
	s.Regions = append(s.Regions, trail.RegionView{Region: "af-south-1", OptStatus: trail.Disabled})
	return s
}

// single is a healthy single-Region trail.
func single(name string, r trail.Region, change ...func(*trail.Trail)) trail.Trail {
	t := trail.Trail{
		ARN: arnOf(name, r), Name: name, HomeRegion: r,
		Settings:  trail.Settings{Bucket: "logs", GlobalServiceEvents: true},
		Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{r: {Logging: true}},
	}
	for _, c := range change {
		c(&t)
	}
	return t
}

func multi(t *trail.Trail) {
	t.MultiRegion = true
	for _, r := range regions() {
		t.Status[r] = t.Status[t.HomeRegion]
	}
}

func stopped(t *trail.Trail) { t.Status[t.HomeRegion] = trail.Status{} }

func noKMS(t *trail.Trail) {
	t.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
		ReadWriteType: "All", IncludeManagementEvents: true, ExcludeManagementEventSources: []string{"kms.amazonaws.com"},
	}}}
}

// A plan is right when the predicted account assesses as recorded.
func TestWidenSatisfiesAssess(t *testing.T) {
	for name, tr := range map[string]trail.Trail{
		"healthy":                  single("abc", "eu-west-1"),
		"stopped":                  single("abc", "eu-west-1", stopped),
		"no global service events": single("abc", "eu-west-1", func(t *trail.Trail) { t.GlobalServiceEvents = false }),
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.Widen(snapshot(tr), "")
			a := coverage.Assess(p.Predicted)
			if a.Verdict != coverage.Recorded || a.Future != coverage.Recorded {
				t.Errorf("after %+v the account is %s, its future %s", p.Steps, a.Verdict, a.Future)
			}
		})
	}
}

func TestWidenChooses(t *testing.T) {
	for name, c := range map[string]struct {
		trails []trail.Trail
		named  trail.ARN
		want   trail.ARN // "" when there is nothing to do
		why    string
	}{
		"no trail":                              {nil, "", "", "why.no-trail"},
		"the only one":                          {[]trail.Trail{single("abc", "eu-west-1")}, "", arnOf("abc", "eu-west-1"), "why.only"},
		"recorded already":                      {[]trail.Trail{single("abc", "eu-west-1", multi)}, "", "", "why.recorded"},
		"recorded, but named":                   {[]trail.Trail{single("abc", "eu-west-1", multi), single("def", "us-east-1")}, arnOf("def", "us-east-1"), arnOf("def", "us-east-1"), "why.named"},
		"named, multi already":                  {[]trail.Trail{single("abc", "eu-west-1", multi)}, arnOf("abc", "eu-west-1"), "", "why.already"},
		"named, unknown":                        {nil, arnOf("abc", "eu-west-1"), "", "why.no-such-trail"},
		"the one that logs":                     {[]trail.Trail{single("abc", "eu-west-1", stopped), single("def", "us-east-1")}, "", arnOf("def", "us-east-1"), "why.logging"},
		"the one that has all":                  {[]trail.Trail{single("abc", "eu-west-1", noKMS), single("def", "ap-northeast-1")}, "", arnOf("def", "ap-northeast-1"), "why.most"},
		"the validated one":                     {[]trail.Trail{single("abc", "eu-west-1"), single("def", "ap-northeast-1", func(t *trail.Trail) { t.LogFileValidation = true })}, "", arnOf("def", "ap-northeast-1"), "why.validated"},
		"equals: the first ARN":                 {[]trail.Trail{single("def", "eu-west-1"), single("abc", "eu-west-1")}, "", arnOf("abc", "eu-west-1"), "why.first"},
		"stopped, to be started":                {[]trail.Trail{single("abc", "eu-west-1", multi, halted)}, "", arnOf("abc", "eu-west-1"), "why.only-start"},
		"started before another is widened":     {[]trail.Trail{single("abc", "eu-west-1"), single("def", "eu-west-1", multi, halted)}, "", arnOf("def", "eu-west-1"), "why.start"},
		"widened, when that records more":       {[]trail.Trail{single("abc", "eu-west-1"), single("def", "eu-west-1", multi, noKMS, halted)}, "", arnOf("abc", "eu-west-1"), "why.most"},
		"stopped, and named":                    {[]trail.Trail{single("abc", "eu-west-1"), single("def", "eu-west-1", multi, halted)}, arnOf("def", "eu-west-1"), arnOf("def", "eu-west-1"), "why.named"},
		"failing, the only one":                 {[]trail.Trail{single("abc", "eu-west-1", failing)}, "", arnOf("abc", "eu-west-1"), "why.mend-first"},
		"failing, and would gain nothing":       {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS), single("def", "eu-west-1", noKMS, failing)}, "", "", "why.no-gain"},
		"all are multi-Region":                  {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS)}, "", "", "why.all-multi-region"},
		"no gain":                               {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS), single("def", "eu-west-1", noKMS)}, "", "", "why.no-gain"},
		"of another account":                    {[]trail.Trail{single("abc", "eu-west-1", ofAnother)}, "", "", "why.not-owned"},
		"not of Control Tower":                  {[]trail.Trail{single("aws-controltower-x", "eu-west-1"), single("zzz", "eu-west-1")}, "", arnOf("zzz", "eu-west-1"), "why.not-control-tower"},
		"what cannot deliver gains nothing":     {[]trail.Trail{single("abc", "eu-west-1", failing), single("def", "eu-west-1")}, "", arnOf("def", "eu-west-1"), "why.most"},
		"the encrypted one":                     {[]trail.Trail{single("abc", "eu-west-1"), single("def", "eu-west-1", encrypted)}, "", arnOf("def", "eu-west-1"), "why.encrypted"},
		"the one with global service events":    {[]trail.Trail{single("abc", "eu-west-1", func(t *trail.Trail) { t.GlobalServiceEvents = false }), single("def", "eu-west-1")}, "", arnOf("def", "eu-west-1"), "why.global"},
		"the one at home in the global Region":  {[]trail.Trail{single("abc", "eu-west-1"), single("def", "us-east-1")}, "", arnOf("def", "us-east-1"), "why.global-region"},
		"validation comes before encryption":    {[]trail.Trail{single("abc", "eu-west-1", encrypted), single("def", "eu-west-1", validated)}, "", arnOf("def", "eu-west-1"), "why.validated"},
		"a place in every Region":               {[]trail.Trail{single("abc", "us-east-1"), single("ghi", "eu-west-1"), single("jkl", "eu-west-1"), single("mno", "eu-west-1"), single("pqr", "eu-west-1"), single("stu", "eu-west-1", stopped)}, "", arnOf("ghi", "eu-west-1"), "why.first"},
		"a place, and nothing else before that": {[]trail.Trail{single("abc", "us-east-1", validated), single("ghi", "eu-west-1"), single("jkl", "eu-west-1", noKMS), single("mno", "eu-west-1", noKMS), single("pqr", "eu-west-1", noKMS), single("stu", "eu-west-1", noKMS)}, "", arnOf("ghi", "eu-west-1"), "why.room"},
		"no gain that was seen: selectors":      {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS), single("def", "eu-west-1", func(t *trail.Trail) { t.Selectors = nil })}, "", "", "why.no-gain-unseen"},
		"no gain that was seen: status":         {[]trail.Trail{single("abc", "eu-west-1", multi, noKMS), single("def", "eu-west-1", noStatus)}, "", "", "why.no-gain-unseen"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.Widen(snapshot(c.trails...), c.named)
			if (len(p.Steps) == 0) != (c.want == "") || p.Why.Key != c.why || c.want != "" && p.Trail != c.want {
				t.Errorf("Widen picks %s in %d steps because %s; want %q because %s", p.Trail, len(p.Steps), p.Why.Key, c.want, c.why)
			}
		})
	}
}

func failing(t *trail.Trail) {
	t.Status[t.HomeRegion] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
}

// halted stops a trail in every Region.
func halted(t *trail.Trail) {
	for r := range t.Status {
		t.Status[r] = trail.Status{}
	}
}

// A stopped multi-Region trail is started, and nothing else is done to it.
func TestStartIsOneStep(t *testing.T) {
	p := plan.Widen(snapshot(single("abc", "eu-west-1", multi, halted)), "")
	if len(p.Steps) != 1 || p.Steps[0].Action != plan.StartLogging || p.Steps[0].Undo[0].Action != plan.StopLogging {
		t.Errorf("the steps are %+v", p.Steps)
	}
	if a := coverage.Assess(p.Predicted); a.Verdict != coverage.Recorded {
		t.Errorf("afterwards the account is %s", a.Verdict)
	}
}

func encrypted(t *trail.Trail) { t.KMSKeyID = "key" }

func noStatus(t *trail.Trail) { t.Status = map[trail.Region]trail.Status{} }

// Those are counted as equal that are, in all that counts before what decided.
func TestWhyCountsEquals(t *testing.T) {
	for name, c := range map[string]struct {
		trails     []trail.Trail
		key, count string
	}{
		"all record differently": {[]trail.Trail{single("abc", "eu-west-1", noKMS), single("def", "eu-west-1", noKMS), single("ghi", "eu-west-1")}, "why.most", "3"},
		"two of three are equal": {[]trail.Trail{single("abc", "eu-west-1", noKMS), single("def", "eu-west-1"), single("ghi", "eu-west-1")}, "why.first", "2"},
		"one of two logs":        {[]trail.Trail{single("abc", "eu-west-1", noKMS), single("def", "eu-west-1", stopped), single("ghi", "eu-west-1")}, "why.logging", "2"},
		"the stopped one is out": {[]trail.Trail{single("abc", "eu-west-1", stopped), single("def", "eu-west-1"), single("ghi", "eu-west-1", encrypted)}, "why.encrypted", "2"},
	} {
		why := plan.Widen(snapshot(c.trails...), "").Why
		if why.Key != c.key || why.Args["count"] != c.count {
			t.Errorf("%s: %v, want %s of %s", name, why, c.key, c.count)
		}
	}
}

// Where trails may be hidden nobody says that there is none.
func TestWhyHidden(t *testing.T) {
	for name, c := range map[string]struct {
		s    trail.Snapshot
		want string
	}{
		"no trail, a Gap":               {withGap(snapshot(), "us-east-1"), "why.hidden"},
		"no trail, a Region left out":   {leftOut(snapshot(), "us-east-1"), "why.hidden"},
		"another account's, and a Gap":  {withGap(foreign(), "us-east-1"), "why.hidden"},
		"a Gap in a Region not enabled": {withGap(snapshot(), "af-south-1"), "why.no-trail"},
	} {
		if p := plan.Widen(c.s, ""); p.Why.Key != c.want || len(p.Steps) > 0 {
			t.Errorf("%s: %v, want %s", name, p.Why, c.want)
		}
	}
	if why := plan.Widen(foreign(), "").Why; why.Args["owner"] != "999999999999" {
		t.Errorf("%v does not name the owner", why)
	}
}

// The request holds three members, whatever the trail has.
func TestMinimalRequest(t *testing.T) {
	p := plan.Widen(snapshot(single("abc", "eu-west-1", func(t *trail.Trail) {
		t.SNSTopicARN, t.KMSKeyID, t.KeyPrefix, t.LogFileValidation = "arn:aws:sns:x", "key", "p", true
	})), "")
	yes := true
	want := plan.Request{Name: string(arnOf("abc", "eu-west-1")), IsMultiRegionTrail: &yes, IncludeGlobalServiceEvents: &yes}
	got := p.Steps[0].Request
	if got.Name != want.Name || !*got.IsMultiRegionTrail || !*got.IncludeGlobalServiceEvents {
		t.Errorf("request is %+v", got)
	}
	got.Name, got.IsMultiRegionTrail, got.IncludeGlobalServiceEvents = "", nil, nil
	if got != (plan.Request{}) {
		t.Errorf("the request has more: %+v", got)
	}
	if p.Steps[0].After["KmsKeyId"] != "key" {
		t.Error("the state afterwards forgets the key")
	}
}

// Whatever an account looks like, widening never makes less recorded, the choice does
// not rest on the order of trails, and what was not looked at stays unknown.
func TestWidenProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var trails []trail.Trail
		for i := range rapid.IntRange(0, 4).Draw(rt, "trails") {
			tr := single(fmt.Sprintf("trail-%d", i), rapid.SampledFrom(regions()).Draw(rt, "home"))
			for _, change := range []func(*trail.Trail){stopped, noKMS, multi} {
				if rapid.Bool().Draw(rt, "change") {
					change(&tr)
				}
			}
			tr.GlobalServiceEvents = tr.MultiRegion || rapid.Bool().Draw(rt, "global")
			trails = append(trails, tr)
		}
		s := snapshot(trails...)
		if rapid.Bool().Draw(rt, "gap") {
			s.Gaps = []trail.Gap{{Region: "us-east-1", Action: trail.DescribeTrails, Kind: trail.Denied}}
		}
		p := plan.Widen(s, "")
		if before, after := recorded(s), recorded(p.Predicted); after < before || len(p.Steps) > 0 && p.Predicted.Check() != nil {
			rt.Fatalf("%d cells recorded before, %d after: %v", before, after, p.Predicted.Check())
		}
		shuffled := slices.Clone(trails)
		rand.New(rand.NewSource(1)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		if len(s.Gaps) == 0 {
			if q := plan.Widen(snapshot(shuffled...), ""); q.Trail != p.Trail || q.Why.Key != p.Why.Key {
				rt.Fatalf("in another order %s is picked, not %s", q.Trail, p.Trail)
			}
		}
	})
}

func recorded(s trail.Snapshot) int {
	n := 0
	for _, r := range coverage.Assess(s).Regions {
		for _, c := range r.Cells {
			if c.State == coverage.Recorded {
				n++
			}
		}
	}
	return n
}

func TestConsequences(t *testing.T) {
	all := func(t *trail.Trail) {
		t.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
			ReadWriteType: "All", IncludeManagementEvents: true,
			DataResources: []trail.DataResource{{Type: "AWS::S3::Object", Values: []string{"arn:aws:s3"}}},
		}}}
		t.InsightSelectors, t.SNSTopicARN, t.LogGroupARN = true, "x", "y"
	}
	p := plan.Widen(snapshot(single("abc", "eu-west-1", all), single("def", "us-east-1", stopped), single("ghi", "ap-northeast-1", noKMS)), "")
	var got []string
	for _, c := range p.Becomes {
		got = append(got, c.Trail.Name()+" "+c.Note.Key)
	}
	want := []string{
		"ghi becomes.second-copy", // def does not log: it makes no copy
		"abc becomes.data-events", "abc becomes.insights", "abc becomes.sns", "abc becomes.logs", "abc becomes.alarms-elsewhere",
	}
	if !slices.Equal(got, want) {
		t.Errorf("becomes\n%v, want\n%v", got, want)
	}
}
