package sandbox

import (
	"regexp"
	"slices"
	"strings"
)

// The limits of basic event selectors.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
const (
	maxBasicSelectors = 5
	maxDataResources  = 250 // values, in all selectors of a trail together
)

// eventSelectorInput is a basic event selector as it is put; what is absent has defaults.
type eventSelectorInput struct {
	ReadWriteType                 *string
	IncludeManagementEvents       *bool
	DataResources                 []dataResource
	ExcludeManagementEventSources []string
}

// checkBasicSelectors checks basic event selectors and fills in the defaults.
func checkBasicSelectors(in []eventSelectorInput) ([]eventSelector, error) {
	if len(in) < 1 || len(in) > maxBasicSelectors {
		return nil, invalidSelectors("Specify a valid number of selectors (1 to %d) for your trail", maxBasicSelectors)
	}
	out := make([]eventSelector, 0, len(in))
	resources := 0
	for _, i := range in {
		e := i.selector()
		if err := e.check(); err != nil {
			return nil, err
		}
		for _, r := range e.DataResources {
			resources += len(r.Values)
		}
		out = append(out, e)
	}
	if resources > maxDataResources {
		return nil, invalidSelectors("Specify at most %d data resources for your trail.", maxDataResources)
	}
	return out, nil
}

func (i eventSelectorInput) selector() eventSelector {
	e := eventSelector{
		ReadWriteType:                 "All",
		IncludeManagementEvents:       i.IncludeManagementEvents == nil || *i.IncludeManagementEvents,
		DataResources:                 i.DataResources,
		ExcludeManagementEventSources: i.ExcludeManagementEventSources,
	}
	if i.ReadWriteType != nil {
		e.ReadWriteType = *i.ReadWriteType
	}
	return e.withLists()
}

func (e eventSelector) check() error {
	if !slices.Contains([]string{"All", "ReadOnly", "WriteOnly"}, e.ReadWriteType) {
		return invalidSelectors("Value %s for ReadWriteType is invalid.", e.ReadWriteType)
	}
	for _, source := range e.ExcludeManagementEventSources {
		if !excludableSource(source) {
			return invalidSelectors("Value %s for ExcludeManagementEventSources is invalid.", source)
		}
	}
	for _, r := range e.DataResources {
		if err := r.check(); err != nil {
			return err
		}
	}
	return nil
}

// excludableSource says whether a trail can leave out the management events of a
// service; of the high-volume ones it can.
func excludableSource(source string) bool {
	return source == "kms.amazonaws.com" || source == "rdsdata.amazonaws.com"
}

func (r dataResource) check() error {
	pattern := dataResourcePattern(r.Type)
	if pattern == nil {
		return invalidSelectors("Value %s for DataResources.Type is invalid.", r.Type)
	}
	for _, v := range r.Values {
		if !pattern.MatchString(v) {
			return invalidSelectors("Value %s for DataResources.Values is invalid.", v)
		}
	}
	return nil
}

// dataResourcePattern is what the values of a type of data resource look like: all
// resources by the beginning of their ARNs, or one by its ARN; in S3, objects by the
// beginning of their ARN with at least the bucket and a slash. There are no wildcards.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html
func dataResourcePattern(kind string) *regexp.Regexp {
	const arn = `^arn:[a-z-]+:`
	switch kind {
	case "AWS::S3::Object":
		return regexp.MustCompile(arn + `s3(:::)?$|` + arn + `s3:::[a-z0-9][a-z0-9.-]{2,62}/[^*]*$`)
	case "AWS::Lambda::Function":
		return regexp.MustCompile(arn + `lambda$|` + arn + `lambda:[a-z0-9-]+:\d{12}:function:[\w:$-]+$`)
	case "AWS::DynamoDB::Table":
		return regexp.MustCompile(arn + `dynamodb$|` + arn + `dynamodb:[a-z0-9-]+:\d{12}:table/[\w.-]+$`)
	}
	return nil
}

// managementEvents says which management events the selectors of a trail take.
func (t *trailRecord) managementEvents() (read, write bool) {
	basic := t.EventSelectors
	if len(basic) == 0 && len(t.AdvancedEventSelectors) == 0 {
		basic = []eventSelector{defaultSelector()}
	}
	for _, e := range basic {
		read = read || e.IncludeManagementEvents && e.ReadWriteType != "WriteOnly"
		write = write || e.IncludeManagementEvents && e.ReadWriteType != "ReadOnly"
	}
	for _, a := range t.AdvancedEventSelectors {
		if slices.Contains(a.field("eventCategory").Equals, "Management") {
			only := strings.Join(a.field("readOnly").Equals, " ")
			read = read || only != "false"
			write = write || only != "true"
		}
	}
	return read, write
}
