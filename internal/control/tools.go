package control

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// What tools do was read from their public source; the links name the version.

// prowler asks in each Region for a trail that reaches it and logs at its home; the
// second of its checks also for management events. An advanced selector is one of those
// to it by the name that the console gives, whatever it selects.
func prowler() []Control {
	const source = "https://github.com/prowler-cloud/prowler/blob/3e000fa/prowler/providers/aws/services/cloudtrail/"
	check := func(name string, demands ...demand) Control {
		return Control{
			ID: "prowler/" + name, Sources: []string{source + name + "/" + name + ".py"},
			scope: regions, demands: demands,
			refused: refusal{Fail, "control.refused.missing"},
		}
	}
	named := selects("control.no.prowler-selector", func(s trail.Selectors) bool {
		return basicAll(s) || slices.ContainsFunc(s.Advanced, func(a trail.AdvancedEventSelector) bool {
			return a.Name == "Management events selector" && !hasField(a, "readOnly")
		})
	}, Access)
	return []Control{
		check("cloudtrail_multi_region_enabled", atHome(logging())),
		check("cloudtrail_multi_region_enabled_logging_management_events", atHome(logging()), named),
	}
}

// atHome puts a demand to the home Region of a trail, whatever the Region of the answer.
func atHome(d demand) demand {
	ask := d.ask
	d.ask = func(x scene, t trail.Trail) reply {
		x.at = ""
		return ask(x, t)
	}
	return d
}

// steampipe asks for a multi-Region trail that logs at its home; one of its queries also
// for a selector that is not about reads or writes alone, be it for data events. It asks
// nothing about a trail that another account owns.
func steampipe() []Control {
	const source = "https://github.com/turbot/steampipe-mod-aws-compliance/blob/a1d0b44/conformance_pack/cloudtrail.pp"
	return []Control{
		{
			ID: "steampipe/cloudtrail_multi_region_read_write_enabled", Sources: []string{source},
			demands: []demand{multiRegion(), own(no, "control.no.steampipe-owner"), logging(), steampipeSelector()},
		},
		{
			ID: "steampipe/cloudtrail_multi_region_trail_enabled", Sources: []string{source},
			demands: []demand{multiRegion(), own(unclear, "control.unclear.steampipe-owner"), logging()},
		},
	}
}

// own is a demand that the account owns the trail; otherwise says what it is worth when
// it does not.
func own(otherwise answer, note string) demand {
	return demand{ask: func(x scene, t trail.Trail) reply {
		if t.ARN.Owner() == x.Account {
			return reply{answer: yes}
		}
		return reply{answer: otherwise, why: trail.Say(note, "trail", t.Name, "owner", string(t.ARN.Owner()))}
	}}
}

// steampipeSelector is met by a basic selector of type All, also for data events only,
// and by an advanced one whose JSON nowhere says readOnly.
func steampipeSelector() demand {
	return selects("control.no.steampipe-selector", func(s trail.Selectors) bool {
		return slices.ContainsFunc(s.Basic, readWriteAll) || slices.ContainsFunc(s.Advanced, func(a trail.AdvancedEventSelector) bool {
			return !hasField(a, "readOnly") && !strings.Contains(a.Name, "readOnly")
		})
	}, Access)
}

// custodian is the filter check-cloudtrail with multi-region, running and
// include-management-events, in a policy of the global Region, as in its documented
// example. It stops with an error where it may not look.
func custodian() []Control {
	return []Control{{
		ID:      "cloud-custodian/check-cloudtrail",
		Sources: []string{"https://github.com/cloud-custodian/cloud-custodian/blob/df800e9/c7n/resources/account.py"},
		scope:   oneRegion,
		demands: []demand{multiRegion(), logging(), delivers(), oneSelector()},
		refused: refusal{Unknown, "control.refused.stops"},
	}}
}

// cloudSploit asks in each Region for a trail that logs; by another plugin, which does
// not ask whether they log, that each trail there has a selector for management events,
// be it for reads alone. It cannot read advanced selectors.
func cloudSploit() []Control {
	const source = "https://github.com/aquasecurity/cloudsploit/blob/4b5bbd8/plugins/aws/cloudtrail/"
	return []Control{
		{
			ID: "cloudsploit/cloudtrailEnabled", Sources: []string{source + "cloudtrailEnabled.js"},
			scope: regions, demands: []demand{logging()},
			refused: refusal{Fail, "control.refused.missing"},
		},
		{
			ID: "cloudsploit/cloudtrailManagementEvents", Sources: []string{source + "cloudtrailManagementEvents.js"},
			scope: regions, together: every, demands: []demand{cloudSploitSelector()},
			refused: refusal{Unknown, "control.refused.unknown"},
		},
	}
}

func cloudSploitSelector() demand {
	d := selects("reason.no-management-events", func(s trail.Selectors) bool {
		return slices.ContainsFunc(s.Basic, func(b trail.EventSelector) bool { return b.IncludeManagementEvents })
	}, Management)
	ask := d.ask
	d.ask = func(x scene, t trail.Trail) reply {
		if t.Selectors != nil && len(t.Selectors.Advanced) > 0 {
			return reply{answer: unclear, why: trail.Say("control.unclear.advanced", "trail", t.Name)}
		}
		return ask(x, t)
	}
	return d
}

// cloudbeat asks for a multi-Region trail that logs at its home and has a basic selector
// for management events, read and write. It does not see advanced selectors.
func cloudbeat() []Control {
	const source = "https://github.com/elastic/cloudbeat/blob/2b3db5e/security-policies/bundle/compliance/"
	return []Control{{
		ID: "cloudbeat/cis_3_1", Sources: []string{source + "cis_aws/rules/cis_3_1/rule.rego", source + "policy/aws_cloudtrail/trail.rego"},
		demands: []demand{multiRegion(), logging(), selects("control.no.basic-selector", basicAll, Management, Access)},
		refused: refusal{Fail, "control.refused.missing"},
	}}
}
