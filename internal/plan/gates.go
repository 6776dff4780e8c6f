package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/trail"
)

// Drift says whether a trail that belongs to somebody else's code may be changed.
type Drift string

// A trail that a stack owns is changed live only with AllowDrift: the next update of
// the stack takes the change back.
const (
	ForbidDrift Drift = "forbid"
	AllowDrift  Drift = "allow"
)

// trailsPerRegion is the quota of CloudTrail. It cannot be raised, and a multi-Region
// trail takes a place in every Region.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const trailsPerRegion = 5

// Preflight evaluates every gate for the widening of p.Trail. It looks only at what
// was read before.
func Preflight(p Plan, s trail.Snapshot, e Evidence, drift Drift) []Gate {
	t, ok := s.Trail(p.Trail)
	if !ok || len(p.Steps) == 0 {
		return nil
	}
	gates := []Gate{
		homeGate(s, t),
		ownerGate(t, e.Owner, drift),
		organizationGate(s, t, e),
		quotaGate(s, t.ARN),
		sameNameGate(s, t.Name, t.ARN),
		globalEventsGate(t),
		bucketGate(s, t, e),
	}
	gates = append(gates, aroundGates(s, t, e)...)
	return append(gates, loggingGate(s, t), resultGate(p))
}

func organizationID(e Evidence) string {
	if e.Organization == nil {
		return ""
	}
	return e.Organization.ID
}

func gate(id string, st GateStatus, evidence string, args ...string) Gate {
	g := Gate{ID: id, Status: st, Evidence: evidence, Message: trail.Say("gate."+id+"."+string(st), args...)}
	if st == Block || st == UnknownGate {
		g.Hint = trail.Say("gate." + id + "." + string(st) + ".hint")
	}
	return g
}

// homeGate: only the home Region takes changes to a trail.
func homeGate(s trail.Snapshot, t trail.Trail) Gate {
	const id = "home-region"
	v, known := s.View(t.HomeRegion)
	switch {
	case known && !v.OptStatus.Usable():
		return gate(id, Block, string(t.HomeRegion)+" "+string(v.OptStatus), "region", string(t.HomeRegion))
	case !known || v.LeftOut:
		return gate(id, UnknownGate, string(t.HomeRegion), "region", string(t.HomeRegion))
	case v.OptStatus == trail.Enabled:
		return optInHome(t)
	default:
		return gate(id, Pass, string(t.HomeRegion), "region", string(t.HomeRegion))
	}
}

// controlTower recognizes trails of AWS Control Tower, which a service control policy
// protects.
// https://docs.aws.amazon.com/controltower/latest/controlreference/mandatory-controls.html
func controlTower(t trail.Trail) bool { return strings.HasPrefix(t.Name, "aws-controltower-") }

// quotaGate: the shadow needs a free place in every Region.
func quotaGate(s trail.Snapshot, arn trail.ARN) Gate {
	const id = "quota"
	var full []string
	for _, v := range s.Regions {
		if v.OptStatus.Usable() && len(v.Visible) >= trailsPerRegion && !slices.Contains(v.Visible, arn) {
			full = append(full, fmt.Sprintf("%s: %s", v.Region, names(v.Visible)))
		}
	}
	unseen := hiddenRegions(s)
	switch {
	case len(full) > 0:
		return gate(id, Block, strings.Join(full, "; "), "count", fmt.Sprint(len(full)))
	case unseen != "":
		return gate(id, UnknownGate, trail.DescribeTrails, "regions", unseen)
	default:
		return gate(id, Pass, fmt.Sprintf("%d/%d", mostVisible(s), trailsPerRegion))
	}
}

// hiddenRegions lists the enabled Regions whose trails were not seen, because AWS did
// not show them or because they were left out; "" when there is none.
func hiddenRegions(s trail.Snapshot) string {
	var out []string
	for _, v := range s.Regions {
		_, gap := s.Gap(v.Region, trail.DescribeTrails, "")
		if v.OptStatus.Usable() && (gap || v.LeftOut) {
			out = append(out, string(v.Region))
		}
	}
	return strings.Join(out, ", ")
}

func names(arns []trail.ARN) string {
	var out []string
	for _, a := range arns {
		out = append(out, a.Name())
	}
	return strings.Join(out, ", ")
}

// mostVisible counts the trails of the fullest Region that can be used.
func mostVisible(s trail.Snapshot) int {
	most := 0
	for _, v := range s.Regions {
		if v.OptStatus.Usable() {
			most = max(most, len(v.Visible))
		}
	}
	return most
}

// sameNameGate: AWS does not say whether a trail may become multi-Region while another
// Region has a trail of the same name. The call is taken or refused as a whole, so a
// warning is enough.
func sameNameGate(s trail.Snapshot, name string, arn trail.ARN) Gate {
	const id = "same-name"
	var others []string
	for _, t := range s.Trails {
		if t.Name == name && t.ARN != arn {
			others = append(others, string(t.ARN))
		}
	}
	if len(others) > 0 {
		return gate(id, Warn, strings.Join(others, ", "), "trail", name)
	}
	if unseen := hiddenRegions(s); unseen != "" {
		return gate(id, UnknownGate, trail.DescribeTrails, "trail", name, "regions", unseen)
	}
	return gate(id, Pass, name, "trail", name)
}

func globalEventsGate(t trail.Trail) Gate {
	const id = "global-service-events"
	if t.GlobalServiceEvents {
		return gate(id, Pass, "IncludeGlobalServiceEvents=true")
	}
	return gate(id, Warn, "IncludeGlobalServiceEvents=false", "trail", t.Name)
}

func loggingGate(s trail.Snapshot, t trail.Trail) Gate {
	const id = "logging"
	st, seen := t.Status[t.HomeRegion]
	switch {
	case !seen:
		evidence := ""
		if g, ok := s.Gap(t.HomeRegion, trail.GetTrailStatus, t.ARN); ok {
			evidence = g.Error
		}
		return gate(id, UnknownGate, evidence, "trail", t.Name)
	case !st.Logging:
		return gate(id, Warn, "IsLogging=false", "trail", t.Name)
	case st.DeliveryError != "":
		g := gate(id, Block, st.DeliveryError, "trail", t.Name, "error", st.DeliveryError, "bucket", t.Bucket)
		if remedy, known := coverage.Remedy(t.Settings, st.DeliveryError); known {
			g.Hint = remedy
		}
		return g
	default:
		return gate(id, Pass, "IsLogging=true")
	}
}

// resultGate: the plan is worth its while when what it predicts is recorded.
func resultGate(p Plan) Gate {
	const id = "result"
	after := coverage.Assess(p.Predicted)
	n := after.Count()
	evidence := fmt.Sprintf("%d/%d", n[coverage.Recorded], after.Looked())
	switch {
	case after.Verdict == coverage.Recorded && after.Future == coverage.Recorded:
		return gate(id, Pass, evidence, "count", fmt.Sprint(after.Looked()))
	default:
		return gate(id, Warn, evidence)
	}
}
