package logs

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// operations answer calls, on the Store that there is at the time.
type operations struct{ store func() *Store }

// Operations is what the sandbox has of
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
// store is asked at every call.
func Operations(store func() *Store) map[string]wire.Operation {
	o := operations{store}
	return map[string]wire.Operation{
		"CreateLogGroup":        wire.Op(o.createLogGroup),
		"CreateLogStream":       wire.Op(o.createLogStream),
		"DeleteLogGroup":        wire.Op(o.deleteLogGroup),
		"DeleteLogStream":       wire.Op(o.deleteLogStream),
		"DeleteMetricFilter":    wire.Op(o.deleteMetricFilter),
		"DeleteRetentionPolicy": wire.Op(o.deleteRetentionPolicy),
		"DescribeLogGroups":     wire.Op(o.describeLogGroups),
		"DescribeLogStreams":    wire.Op(o.describeLogStreams),
		"DescribeMetricFilters": wire.Op(o.describeMetricFilters),
		"FilterLogEvents":       wire.Op(o.filterLogEvents),
		"GetLogEvents":          wire.Op(o.getLogEvents),
		"ListTagsForResource":   wire.Op(o.listTagsForResource),
		"ListTagsLogGroup":      wire.Op(o.listTagsLogGroup),
		"PutLogEvents":          wire.Op(o.putLogEvents),
		"PutMetricFilter":       wire.Op(o.putMetricFilter),
		"PutRetentionPolicy":    wire.Op(o.putRetentionPolicy),
		"TagLogGroup":           wire.Op(o.tagLogGroup),
		"TagResource":           wire.Op(o.tagResource),
		"UntagLogGroup":         wire.Op(o.untagLogGroup),
		"UntagResource":         wire.Op(o.untagResource),
	}
}
