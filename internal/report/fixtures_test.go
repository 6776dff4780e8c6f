package report

import (
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	account = trail.AccountID("123456789012")
	home    = trail.Region("ap-northeast-1")
	run     = "20261122T101500Z-1a2b"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.FixedZone("JST", 9*60*60))

func arn(owner trail.AccountID, r trail.Region, name string) trail.ARN {
	return trail.ARN("arn:aws:cloudtrail:" + string(r) + ":" + string(owner) + ":trail/" + name)
}

// empty is an account without trails, as every account begins.
func empty(id trail.AccountID, name string) trail.Snapshot {
	s := trail.Snapshot{Account: id, Name: name, Partition: trail.AWS, Taken: noon}
	for _, r := range trail.KnownRegions(trail.AWS) {
		s.Regions = append(s.Regions, trail.RegionView{Region: r, OptStatus: trail.DefaultOptStatus(r)})
	}
	return s
}

// with adds a trail that logs wherever it reaches, with all management events.
func with(s trail.Snapshot, owner trail.AccountID, r trail.Region, name string, set trail.Settings) trail.Snapshot {
	t := trail.Trail{ARN: arn(owner, r, name), Name: name, HomeRegion: r, Settings: set, Selectors: trail.DefaultSelectors(), Status: map[trail.Region]trail.Status{}}
	for i, v := range s.Regions {
		if v.OptStatus.Usable() && (set.MultiRegion || v.Region == r) {
			t.Status[v.Region] = trail.Status{Logging: true}
			s.Regions[i].Visible = append(s.Regions[i].Visible, t.ARN)
		}
	}
	s.Trails = append(s.Trails, t)
	return s
}

// classic is the mistake that trailspan is for: one single-Region trail.
func classic() trail.Snapshot {
	return with(empty(account, ""), account, home, "your-trail-name", trail.Settings{Bucket: "your-bucket-name", GlobalServiceEvents: true})
}

// healthy is an account that is recorded in every Region, now and to come.
func healthy(id trail.AccountID, name string) trail.Snapshot {
	return with(empty(id, name), id, home, "all-regions",
		trail.Settings{Bucket: "logs-of-" + string(id), GlobalServiceEvents: true, MultiRegion: true, LogFileValidation: true})
}

// troubled has one of everything: an organization trail that leaves KMS out and fails
// in one Region, a Region that denies to be looked at, one that is left out, one that
// was opted into, an event data store, and names that try to steer the terminal.
func troubled() trail.Snapshot {
	s := empty("210987654321", "データ分析\x1b[2J基盤")
	set(&s, "af-south-1", trail.RegionView{OptStatus: trail.Enabled})
	set(&s, "ap-east-1", trail.RegionView{OptStatus: trail.Enabling})
	set(&s, "sa-east-1", trail.RegionView{OptStatus: trail.EnabledByDefault, LeftOut: true})
	s = with(s, "111111111111", "us-east-1", "organization-trail", trail.Settings{
		Bucket: "organization-logs\u202e", GlobalServiceEvents: true, MultiRegion: true, Organization: true, LogFileValidation: true,
	})
	org := &s.Trails[0]
	org.Selectors = &trail.Selectors{Basic: []trail.EventSelector{{
		ReadWriteType: "All", IncludeManagementEvents: true, ExcludeManagementEventSources: []string{"kms.amazonaws.com"},
	}}}
	org.Status["eu-west-2"] = trail.Status{Logging: true, DeliveryError: "AccessDenied"}
	delete(org.Status, "eu-west-3")
	delete(org.Status, "sa-east-1")
	set(&s, "eu-west-3", trail.RegionView{OptStatus: trail.EnabledByDefault})
	for _, action := range []string{trail.DescribeTrails, trail.GetTrailStatus} {
		s.Gaps = append(s.Gaps, trail.Gap{
			Region: "eu-west-3", Action: action, Kind: trail.Denied,
			Error: "User: arn:aws:iam::210987654321:user/監査 is not authorized to perform: " + action + "\nbecause no identity-based policy allows it",
		})
	}
	s.EventDataStores = []trail.EventDataStore{{
		ARN:  "arn:aws:cloudtrail:eu-central-1:210987654321:eventdatastore/EXAMPLE-f852-4e8f-8bd1-bcf6cEXAMPLE",
		Name: "security-lake", HomeRegion: "eu-central-1", Status: "ENABLED", Selectors: trail.DefaultSelectors(),
	}}
	return s
}

func set(s *trail.Snapshot, r trail.Region, v trail.RegionView) {
	for i := range s.Regions {
		if s.Regions[i].Region == r {
			v.Region = r
			s.Regions[i] = v
		}
	}
}

func check(snapshots ...trail.Snapshot) CheckReport {
	r := CheckReport{GeneratedAt: noon}
	for _, s := range snapshots {
		r.Accounts = append(r.Accounts, coverage.Assess(s))
	}
	return r
}

// widened is the plan for the classic account, with a gate of each status.
func widened() PlanReport {
	p := plan.Widen(classic(), "")
	p.Run = run
	p.Gates = []plan.Gate{
		{ID: "home-region", Status: plan.Pass, Message: trail.Say("gate.home-region.pass", "region", string(home))},
		{ID: "owner", Status: plan.UnknownGate, Message: trail.Say("gate.owner.unknown", "action", "cloudformation:DescribeStackResources"), Evidence: "AccessDenied", Hint: trail.Say("gate.owner.unknown.hint")},
		{ID: "organization", Status: plan.Warn, Message: trail.Say("gate.organization.warn", "trail", "your-trail-name"), Evidence: "o-exampleorgid"},
	}
	p.Becomes = append(p.Becomes, plan.Consequence{Trail: p.Trail, Note: trail.Say("becomes.sns", "trail", "your-trail-name")})
	return planReport(classic(), p)
}

// blocked is widened with a gate that blocks.
func blocked() PlanReport {
	r := widened()
	r.Plan.Gates = append(r.Plan.Gates, plan.Gate{
		ID: "quota", Status: plan.Block, Message: trail.Say("gate.quota.block", "count", "1"),
		Evidence: "us-west-2: 5", Hint: trail.Say("gate.quota.block.hint"),
	})
	return r
}

// made is the plan for a new trail in an account without one, with a bucket that has
// a policy of its own.
func made() (PlanReport, error) {
	s := empty(account, "")
	p, err := plan.Make(s,
		plan.Wanted{Account: account, Name: "management-events", Home: home, Bucket: "your-bucket-name", Partition: trail.AWS},
		plan.Evidence{Bucket: plan.Bucket{Name: "your-bucket-name", Exists: true, Region: home, Policy: `{"Version":"2012-10-17","Statement":[{"Sid":"TLS","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::your-bucket-name/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`}})
	p.Run = run
	return planReport(s, p), err
}

func planReport(s trail.Snapshot, p plan.Plan) PlanReport {
	return PlanReport{Plan: p, Before: coverage.Assess(s), After: coverage.Assess(p.Predicted)}
}

// ended is widened with the result of applying it.
func ended(status apply.Status) PlanReport {
	r := widened()
	r.Result = &apply.Result{Status: status}
	switch status {
	case apply.Converted, apply.PartialDone:
		for i, region := range r.Plan.Expect {
			r.Result.Regions = append(r.Result.Regions, apply.RegionResult{Region: region, Verified: true, Took: time.Duration(i+1) * 370 * time.Millisecond})
		}
	case apply.RolledBack:
		r.Result.Stays = []string{"deleting the bucket your-bucket-name: BucketNotEmpty"}
	case apply.BlockedRun:
		r.Plan = blocked().Plan
	default:
	}
	if status == apply.PartialDone {
		r.Result.Regions[3].Verified, r.Result.Regions[3].Reason = false, trail.Say("verify.no-shadow")
		r.Result.Regions[4] = apply.RegionResult{Region: r.Result.Regions[4].Region, Reason: r.Result.Regions[3].Reason}
		r.Result.Regions[5].Verified, r.Result.Regions[5].Denied = false, true
		r.Result.Regions[5].Reason = trail.Say("verify.denied", "error", "AccessDeniedException")
	}
	return r
}

// unmade is what came of taking back a plan that made a trail.
func unmade() (PlanReport, error) {
	r, err := made()
	r.Result = &apply.Result{Status: apply.RolledBack}
	return r, err
}

// nothing is the plan for an account that needs none.
func nothing() PlanReport {
	s := healthy(account, "")
	return planReport(s, plan.Widen(s, ""))
}
