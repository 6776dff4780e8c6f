package sandbox

// ec2Parameters spells the parameters of DescribeRegions as EC2 does: a list is a set
// with items, and an empty set is written too.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/using-cloudtrail.html
func ec2Parameters(parameters any) any {
	in, _ := parameters.(map[string]any)
	out := map[string]any{"regionSet": itemSet(in["regionNames"], "regionName")}
	for name, value := range in {
		switch name {
		case "regionNames":
		case "filters":
			out["filterSet"] = filterSet(value)
		default:
			out[name] = value
		}
	}
	return out
}

// itemSet makes {"items":[{"regionName":"eu-west-1"}]} of a list of texts.
func itemSet(list any, member string) map[string]any {
	var items []any
	values, _ := list.([]any)
	for _, v := range values {
		items = append(items, map[string]any{member: v})
	}
	if items == nil {
		return map[string]any{}
	}
	return map[string]any{"items": items}
}

func filterSet(list any) map[string]any {
	var items []any
	filters, _ := list.([]any)
	for _, f := range filters {
		filter, _ := f.(map[string]any)
		items = append(items, map[string]any{"name": filter["name"], "valueSet": itemSet(filter["values"], "value")})
	}
	return map[string]any{"items": items}
}
