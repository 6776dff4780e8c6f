package sandbox_test

import (
	"regexp"
	"strings"
	"testing"
)

func TestDescribeRegions(t *testing.T) {
	l := newLab(t, alone)
	for _, tt := range []struct{ why, form, want string }{
		{"those that are enabled", "", "af-south-1 " + byDefault},
		{"others by name", "&RegionName.1=us-east-1&RegionName.2=me-south-1", "me-south-1 us-east-1"},
		{"filtered", "&AllRegions=true&Filter.1.Name=opt-in-status&Filter.1.Value.1=opted-in&Filter.1.Value.2=opt-in-not-required&Filter.2.Name=region-name&Filter.2.Value.1=*-west-?", "eu-west-1 eu-west-2 eu-west-3 us-west-1 us-west-2"},
		{"by endpoint", "&Filter.1.Name=endpoint&Filter.1.Value.1=ec2.sa-east-1.amazonaws.com", "sa-east-1"},
		{"nothing passes", "&Filter.1.Name=region-name&Filter.1.Value.1=[a-z]*", ""},
	} {
		status, text := l.call("ec2", "us-east-1", "POST", "/", "Action=DescribeRegions&Version=2016-11-15"+tt.form, "Content-Type", "application/x-www-form-urlencoded")
		var names []string
		for _, m := range regexp.MustCompile(`<regionName>([^<]*)</regionName>`).FindAllStringSubmatch(text, -1) {
			names = append(names, m[1])
		}
		if got := strings.Join(names, " "); status != 200 || got != tt.want {
			t.Errorf("%s: got %d %s", tt.why, status, got)
		}
	}
	_, text := l.call("ec2", "us-east-1", "POST", "/", "Action=DescribeRegions&Version=2016-11-15&AllRegions=true", "Content-Type", "application/x-www-form-urlencoded")
	for _, want := range []string{
		"<item><optInStatus>opted-in</optInStatus><regionName>af-south-1</regionName><regionEndpoint>ec2.af-south-1.amazonaws.com</regionEndpoint></item>",
		"<item><optInStatus>not-opted-in</optInStatus><regionName>me-south-1</regionName>",
		"<item><optInStatus>opt-in-not-required</optInStatus><regionName>us-east-1</regionName>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in %s", want, text)
		}
	}
}

func TestDescribeRegionsRefused(t *testing.T) {
	l := newLab(t, "")
	for _, tt := range []struct {
		why, region, form string
		status            int
		want              string
	}{
		{"a Region that does not exist", "us-east-1", "Action=DescribeRegions&RegionName.1=mars-east-1", 400, "<Code>InvalidParameterValue</Code><Message>Invalid region names: [mars-east-1]</Message>"},
		{"a filter that does not", "us-east-1", "Action=DescribeRegions&Filter.1.Name=color&Filter.1.Value.1=red", 400, "<Code>InvalidParameterValue</Code><Message>The filter 'color' is invalid</Message>"},
		{"a rehearsal", "us-east-1", "Action=DescribeRegions&DryRun=true", 412, "<Code>DryRunOperation</Code>"},
		{"an operation that is not here", "us-east-1", "Action=RunInstances", 400, "<Code>UnsupportedOperation</Code><Message>The sandbox does not implement the operation RunInstances of ec2.</Message>"},
		{"an operation that is nowhere", "us-east-1", "Action=Dance", 400, "<Code>InvalidAction</Code>"},
		{"a Region that is not enabled", "af-south-1", "Action=DescribeRegions", 401, "<Code>AuthFailure</Code><Message>AWS was not able to validate the provided access credentials</Message>"},
	} {
		status, text := l.call("ec2", tt.region, "POST", "/", tt.form, "Content-Type", "application/x-www-form-urlencoded")
		if status != tt.status || !strings.Contains(text, tt.want) {
			t.Errorf("%s: got %d %s", tt.why, status, text)
		}
	}
}
