package control

import "github.com/trailspan/trailspan/internal/trail"

// trustedAdvisor is the check "AWS CloudTrail Management Event Logging": red for a Region
// without a trail that logs, yellow where all that log report delivery errors, else green.
// Its criteria do not speak of selectors, whatever its name says.
// https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html
func trustedAdvisor() []Control {
	healthy := delivers()
	healthy.short = Warn
	return []Control{{
		ID:      "trusted-advisor/c25hn9x03v",
		Sources: []string{"https://docs.aws.amazon.com/awssupport/latest/user/security-checks.html"},
		scope:   regions,
		demands: []demand{logging(), healthy},
	}}
}

// cis are the two numbers of one recommendation, judged by its audit text: a multi-Region
// trail that logs, with one selector for management events, read and write. Versions before
// 5.0 know basic selectors only, so that what they say of advanced ones is a reading.
// https://www.cisecurity.org/benchmark/amazon_web_services
func cis() []Control {
	var out []Control
	for _, number := range []string{"3.1", "4.1"} {
		out = append(out, Control{
			ID:      "cis-aws-foundations/" + number,
			Sources: []string{"https://www.cisecurity.org/benchmark/amazon_web_services"},
			demands: []demand{multiRegion(), logging(), oneSelector()},
		})
	}
	return out
}

// oneSelector asks for one selector that takes management events, read and write. What
// it leaves out by source is not asked for.
func oneSelector() demand {
	return selects("control.no.one-selector", func(s trail.Selectors) bool {
		return basicAll(s) || advancedManagement(s)
	}, Management, Access)
}

// securityHub are CloudTrail.1, which runs the rule multi-region-cloudtrail-enabled with
// readWriteType ALL and includeManagementEvents, and CloudTrail.3, which runs
// cloudtrail-enabled.
// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html
func securityHub() []Control {
	const page = "https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html"
	return []Control{
		{
			ID:      "security-hub/CloudTrail.1",
			Sources: []string{page + "#cloudtrail-1", "https://docs.aws.amazon.com/config/latest/developerguide/multi-region-cloudtrail-enabled.html"},
			demands: []demand{multiRegion(), logging(), someManagement(), readsAndWrites(), allSources()},
		},
		{
			ID:      "security-hub/CloudTrail.3",
			Sources: []string{page + "#cloudtrail-3", "https://docs.aws.amazon.com/config/latest/developerguide/cloudtrail-enabled.html"},
			demands: []demand{undocumented(logging(), "control.unclear.stopped")},
		},
	}
}

// config are rules of AWS Config, without parameters. AWS does not say whether a stopped
// trail is an enabled one, nor what the multi-Region rule makes of a trail that selects no
// management event when no parameter asks for any. The rule for security trails lists
// all that it asks for, and logging is not on the list.
// https://docs.aws.amazon.com/config/latest/developerguide/managed-rules-by-aws-config.html
func config() []Control {
	rule := func(name string, demands ...demand) Control {
		return Control{
			ID:      "aws-config/" + name,
			Sources: []string{"https://docs.aws.amazon.com/config/latest/developerguide/" + name + ".html"},
			demands: demands,
		}
	}
	return []Control{
		rule("multi-region-cloudtrail-enabled", multiRegion(), allSources(),
			undocumented(logging(), "control.unclear.stopped"), undocumented(someManagement(), "control.unclear.data-only")),
		rule("cloudtrail-enabled", undocumented(logging(), "control.unclear.stopped")),
		rule("cloudtrail-security-trail-enabled", multiRegion(), globalServiceEvents(), someManagement(), readsAndWrites(), allSources(),
			setting(Beyond, "control.no.validation", func(t trail.Trail) bool { return t.LogFileValidation }),
			setting(Beyond, "control.no.kms", func(t trail.Trail) bool { return t.KMSKeyID != "" })),
	}
}
