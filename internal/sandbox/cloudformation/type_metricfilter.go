package cloudformation

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// metricFilterKind is AWS::Logs::MetricFilter, whose name is one of its log group only.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-metricfilter.html
func metricFilterKind() kind {
	return kind{
		service: "CloudWatchLogs",
		properties: properties{
			"ApplyOnTransformedLogs": boolean(),
			"FilterName":             text().once(),
			"FilterPattern":          text().must(),
			"LogGroupName":           text().must().once(),
			"MetricTransformations": listOf(object(properties{
				"DefaultValue":    number(),
				"Dimensions":      listOf(object(properties{"Key": text().must(), "Value": text().must()})),
				"MetricName":      text().must(),
				"MetricNamespace": text().must(),
				"MetricValue":     text().must(),
				"Unit":            text(),
			})).must(),
		},
		create: createMetricFilter, update: putMetricFilter,
		remove: func(d *deed) error {
			input := map[string]any{"logGroupName": d.text("LogGroupName"), "filterName": d.id}
			return d.do("logs", "DeleteMetricFilter", input, nil)
		},
	}
}

// createMetricFilter refuses a name that is there: to put the filter would change that one.
func createMetricFilter(d *deed) error {
	name, group := d.named("FilterName", 512), d.text("LogGroupName")
	var there struct {
		MetricFilters []struct {
			FilterName string `json:"filterName"`
		} `json:"metricFilters"`
	}
	if err := d.do("logs", "DescribeMetricFilters", map[string]any{"logGroupName": group, "filterNamePrefix": name}, &there); err != nil {
		return err
	}
	for _, f := range there.MetricFilters {
		if f.FilterName == name {
			return wire.Errorf("ResourceAlreadyExistsException", "Resource of type 'AWS::Logs::MetricFilter' with identifier '%s|%s' already exists.", group, name)
		}
	}
	d.id = name
	if err := putMetricFilter(d); err != nil {
		d.id = ""
		return err
	}
	return nil
}

func putMetricFilter(d *deed) error {
	input := with(d.pick(map[string]string{
		"ApplyOnTransformedLogs": "applyOnTransformedLogs", "FilterPattern": "filterPattern", "LogGroupName": "logGroupName",
	}), "filterName", d.id)
	var transformations []any
	for _, t := range d.list("MetricTransformations") {
		properties, _ := t.(map[string]any)
		transformations = append(transformations, transformation(properties))
	}
	return d.do("logs", "PutMetricFilter", with(input, "metricTransformations", transformations), nil)
}

// transformation is one as PutMetricFilter takes it, with a map of dimensions.
func transformation(properties map[string]any) map[string]any {
	input := map[string]any{}
	for property, member := range map[string]string{
		"DefaultValue": "defaultValue", "MetricName": "metricName", "MetricNamespace": "metricNamespace", "MetricValue": "metricValue", "Unit": "unit",
	} {
		if value, given := properties[property]; given {
			input[member] = value
		}
	}
	if dimensions := tagMap(listIn(properties, "Dimensions")); len(dimensions) > 0 {
		input["dimensions"] = dimensions
	}
	return input
}
