package logs

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// mostFilters is how many metric filters a log group can have.
const mostFilters = 100

// A MetricFilter would make a metric of the events that its pattern matches.
type MetricFilter struct {
	Name            string           `json:"filterName"`
	Pattern         string           `json:"filterPattern"`
	Group           string           `json:"logGroupName"`
	Created         int64            `json:"creationTime"`
	Transformations []Transformation `json:"metricTransformations"`
	Transformed     bool             `json:"applyOnTransformedLogs"`
}

// A Transformation says which metric.
type Transformation struct {
	MetricName string            `json:"metricName"`
	Namespace  string            `json:"metricNamespace"`
	Value      string            `json:"metricValue"`
	Default    *float64          `json:"defaultValue,omitempty"`
	Dimensions map[string]string `json:"dimensions,omitempty"`
	Unit       string            `json:"unit,omitempty"`
}

type putMetricFilterInput struct {
	groupName
	Name            string           `json:"filterName"`
	Pattern         string           `json:"filterPattern"`
	Transformations []Transformation `json:"metricTransformations"`
	Transformed     bool             `json:"applyOnTransformedLogs"`
}

// putMetricFilter makes a metric filter, in the place of the one of that name.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html
func (o operations) putMetricFilter(c *wire.Call, in putMetricFilterInput) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	if _, err := parsePattern(in.Pattern); err != nil {
		return nothing{}, err
	}
	if g.Filters[in.Name] == nil && len(g.Filters) == mostFilters {
		return nothing{}, wire.Errorf("LimitExceededException", "Resource limit exceeded.")
	}
	f := &MetricFilter{in.Name, in.Pattern, g.Name, c.Time.UnixMilli(), slices.Clone(in.Transformations), in.Transformed}
	for i := range f.Transformations {
		f.Transformations[i].Unit = cmp.Or(f.Transformations[i].Unit, "None")
	}
	if g.Filters == nil {
		g.Filters = map[string]*MetricFilter{}
	}
	g.Filters[f.Name] = f
	return nothing{}, nil
}

type metricFilterName struct {
	groupName
	Name string `json:"filterName"`
}

func (o operations) deleteMetricFilter(c *wire.Call, in metricFilterName) (nothing, error) {
	g, err := o.store().group(c, in.LogGroupName)
	if err != nil {
		return nothing{}, err
	}
	if g.Filters[in.Name] == nil {
		return nothing{}, wire.Errorf("ResourceNotFoundException", "The specified metric filter does not exist.")
	}
	delete(g.Filters, in.Name)
	return nothing{}, nil
}

type describeFiltersInput struct {
	groupName
	Prefix     string `json:"filterNamePrefix"`
	MetricName string `json:"metricName"`
	Namespace  string `json:"metricNamespace"`
	paging
}

type describeFiltersOutput struct {
	Filters   []*MetricFilter `json:"metricFilters"`
	NextToken string          `json:"nextToken,omitempty"`
}

// describeMetricFilters lists the filters of a group, or of all groups.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeMetricFilters.html
func (o operations) describeMetricFilters(c *wire.Call, in describeFiltersInput) (describeFiltersOutput, error) {
	groups := o.store().place(c.Account, c.Region).Groups
	if in.LogGroupName != "" {
		g, err := o.store().group(c, in.LogGroupName)
		if err != nil {
			return describeFiltersOutput{}, err
		}
		groups = map[string]*Group{g.Name: g}
	}
	if (in.MetricName == "") != (in.Namespace == "") {
		return describeFiltersOutput{}, invalid("Metric name and metric namespace must be specified together.")
	}
	list := []*MetricFilter{}
	for _, group := range slices.Sorted(maps.Keys(groups)) {
		filters := groups[group].Filters
		for _, name := range slices.Sorted(maps.Keys(filters)) {
			if in.selects(filters[name]) {
				list = append(list, filters[name])
			}
		}
	}
	list, next, err := page(in.paging, list)
	return describeFiltersOutput{list, next}, err
}

func (in describeFiltersInput) selects(f *MetricFilter) bool {
	return strings.HasPrefix(f.Name, in.Prefix) && (in.MetricName == "" || slices.ContainsFunc(f.Transformations, func(t Transformation) bool {
		return t.MetricName == in.MetricName && t.Namespace == in.Namespace
	}))
}
