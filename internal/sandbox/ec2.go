package sandbox

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// ec2Operations is what the sandbox has of EC2: enough to find Regions without
// Account Management.
func (s *Sandbox) ec2Operations() map[string]wire.Operation {
	return map[string]wire.Operation{"DescribeRegions": wire.Op(s.describeRegions)}
}

type describeRegionsInput struct {
	RegionNames []string
	AllRegions  bool
	DryRun      bool
	Filters     []ec2Filter
}

type ec2Filter struct {
	Name   string
	Values []string
}

type ec2Region struct {
	OptInStatus string
	RegionName  string
	Endpoint    string
}

type describeRegionsOutput struct {
	Regions []ec2Region
}

// describeRegions lists the Regions that are enabled for the account, or, when asked
// for by name or for all, others too.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
func (s *Sandbox) describeRegions(c *wire.Call, in describeRegionsInput) (describeRegionsOutput, error) {
	if err := checkDescribeRegions(c, in); err != nil {
		return describeRegionsOutput{}, err
	}
	a := s.w.Accounts[c.Account]
	out := describeRegionsOutput{Regions: []ec2Region{}}
	for _, name := range regionsOf(c.Partition) {
		named := slices.Contains(in.RegionNames, name)
		if !named && (in.RegionNames != nil || !in.AllRegions && !a.enabledIn(name, c.Time)) {
			continue
		}
		r := ec2Region{OptInStatus: optInStatus(a.optStatusOf(name, c.Time)), RegionName: name, Endpoint: "ec2." + name + "." + dnsSuffix(c.Partition)}
		if r.passes(in.Filters) {
			out.Regions = append(out.Regions, r)
		}
	}
	return out, nil
}

func checkDescribeRegions(c *wire.Call, in describeRegionsInput) error {
	if in.DryRun {
		return &wire.Error{Code: "DryRunOperation", Message: "Request would have succeeded, but DryRun flag is set.", Status: http.StatusPreconditionFailed}
	}
	for _, name := range in.RegionNames {
		if !slices.Contains(regionsOf(c.Partition), name) {
			return wire.Errorf("InvalidParameterValue", "Invalid region names: [%s]", name)
		}
	}
	for _, f := range in.Filters {
		if !slices.Contains([]string{"endpoint", "opt-in-status", "region-name"}, f.Name) {
			return wire.Errorf("InvalidParameterValue", "The filter '%s' is invalid", f.Name)
		}
	}
	return nil
}

// optInStatus is a RegionOptStatus in the words of EC2.
func optInStatus(status string) string {
	switch status {
	case enabledByDefault:
		return "opt-in-not-required"
	case enabled:
		return "opted-in"
	}
	return "not-opted-in"
}

func dnsSuffix(partition string) string {
	if partition == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// passes holds a Region against every filter; of the values of one filter any will
// do, with * and ?.
func (r ec2Region) passes(filters []ec2Filter) bool {
	values := map[string]string{"endpoint": r.Endpoint, "opt-in-status": r.OptInStatus, "region-name": r.RegionName}
	for _, f := range filters {
		if !slices.ContainsFunc(f.Values, func(pattern string) bool {
			ok, _ := path.Match(strings.NewReplacer("[", `\[`, "/", "").Replace(pattern), values[f.Name])
			return ok
		}) {
			return false
		}
	}
	return true
}
