package securityhub

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type findInput struct {
	Filters      map[string]json.RawMessage
	SortCriteria []json.RawMessage
	NextToken    string
	MaxResults   int
}

type findOutput struct {
	Findings  []json.RawMessage
	NextToken string `json:",omitempty"`
}

// getFindings gives the findings that all filters let through, in the order of their
// products and IDs.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_GetFindings.html
func (o operations) getFindings(c *wire.Call, in findInput) (findOutput, error) {
	h, err := o.store().hub(c)
	if err != nil {
		return findOutput{}, err
	}
	if len(in.SortCriteria) > 0 {
		return findOutput{}, invalid("The sandbox does not implement SortCriteria.")
	}
	filters, err := filtersOf(in.Filters)
	if err != nil {
		return findOutput{}, err
	}
	var all []json.RawMessage
	for _, key := range slices.Sorted(maps.Keys(h.Findings)) {
		var f finding
		if err := json.Unmarshal(h.Findings[key], &f); err != nil {
			return findOutput{}, err
		}
		if !slices.ContainsFunc(filters, func(x filter) bool { return !x.lets(f) }) {
			all = append(all, h.Findings[key])
		}
	}
	return page(all, in)
}

// page is 100 findings, or as many as MaxResults says. A token is the place where the
// page before ended.
func page(all []json.RawMessage, in findInput) (findOutput, error) {
	from, err := strconv.Atoi(cmp.Or(in.NextToken, "0"))
	if err != nil || from < 0 || from > len(all) || in.NextToken == "0" {
		return findOutput{}, invalid("Invalid parameter 'NextToken'.")
	}
	to := from + cmp.Or(in.MaxResults, 100)
	out := findOutput{Findings: append([]json.RawMessage{}, all[from:min(len(all), to)]...)}
	if to < len(all) {
		out.NextToken = strconv.Itoa(to)
	}
	return out, nil
}

// A filter looks at one member of findings.
type filter struct {
	path     []string
	criteria []criterion
}

type criterion struct{ Value, Comparison string }

// filterPaths are where the filters look that there are here.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_AwsSecurityFindingFilters.html
func filterPaths() map[string]string {
	return map[string]string{
		"AwsAccountId": "AwsAccountId", "CompanyName": "CompanyName", "ComplianceStatus": "Compliance.Status", "GeneratorId": "GeneratorId",
		"Id": "Id", "ProductArn": "ProductArn", "ProductName": "ProductName", "RecordState": "RecordState", "Region": "Region",
		"ResourceId": "Resources.Id", "ResourceType": "Resources.Type", "SeverityLabel": "Severity.Label", "Title": "Title",
		"Type": "Types", "WorkflowStatus": "Workflow.Status",
	}
}

func filtersOf(in map[string]json.RawMessage) ([]filter, error) {
	var out []filter
	for _, name := range slices.Sorted(maps.Keys(in)) {
		path := filterPaths()[name]
		if path == "" {
			return nil, invalid("The sandbox does not implement the filter %s.", name)
		}
		f := filter{path: strings.Split(path, ".")}
		if err := json.Unmarshal(in[name], &f.criteria); err != nil {
			return nil, invalid("Invalid parameter '%s'.", name)
		}
		for _, c := range f.criteria {
			if !slices.Contains([]string{"EQUALS", "PREFIX", "CONTAINS", "NOT_EQUALS", "PREFIX_NOT_EQUALS", "NOT_CONTAINS"}, c.Comparison) {
				return nil, invalid("The sandbox does not implement the comparison %q of a filter.", c.Comparison)
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// lets: what is to be there is joined by OR, and what is not to be there by AND.
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_StringFilter.html
func (f filter) lets(x finding) bool {
	values := textsAt(map[string]any(x), f.path)
	wanted, found := false, false
	for _, c := range f.criteria {
		meets := slices.ContainsFunc(values, c.meets)
		if strings.Contains(c.Comparison, "NOT") {
			if meets {
				return false
			}
			continue
		}
		wanted, found = true, found || meets
	}
	return found || !wanted
}

// meets compares, whether or not it is to be so.
func (c criterion) meets(value string) bool {
	switch {
	case strings.HasPrefix(c.Comparison, "PREFIX"):
		return strings.HasPrefix(value, c.Value)
	case strings.HasSuffix(c.Comparison, "CONTAINS"):
		return strings.Contains(value, c.Value)
	default:
		return value == c.Value
	}
}

// textsAt are the texts at the end of a path, on which there may be lists.
func textsAt(value any, path []string) []string {
	switch v := value.(type) {
	case []any:
		var out []string
		for _, e := range v {
			out = append(out, textsAt(e, path)...)
		}
		return out
	case map[string]any:
		if len(path) > 0 {
			return textsAt(v[path[0]], path[1:])
		}
	case string:
		if len(path) == 0 {
			return []string{v}
		}
	}
	return nil
}
