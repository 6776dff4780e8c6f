package sandbox_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

// basic is one basic selector of data resources of a type.
func basic(kind string, values ...string) []types.EventSelector {
	return []types.EventSelector{{ReadWriteType: types.ReadWriteTypeAll, DataResources: []types.DataResource{{Type: &kind, Values: values}}}}
}

// advanced is one advanced selector, of fields that each equal a value.
func advanced(fieldsAndValues ...string) []types.AdvancedEventSelector {
	var s types.AdvancedEventSelector
	for i := 0; i < len(fieldsAndValues); i += 2 {
		s.FieldSelectors = append(s.FieldSelectors, types.AdvancedFieldSelector{Field: &fieldsAndValues[i], Equals: []string{fieldsAndValues[i+1]}})
	}
	return []types.AdvancedEventSelector{s}
}

func without(source string) []types.AdvancedEventSelector {
	s := advanced("eventCategory", "Management")
	s[0].FieldSelectors = append(s[0].FieldSelectors, types.AdvancedFieldSelector{Field: ptr("eventSource"), NotEquals: []string{source}})
	return s
}

func numbered(n int) []string {
	var out []string
	for i := range n {
		out = append(out, "arn:aws:s3:::bucket-"+strconv.Itoa(i)+"/")
	}
	return out
}

func TestPutEventSelectors(t *testing.T) {
	five := func(n int) (s []types.EventSelector) { return append(s, make([]types.EventSelector, n)...) }
	for _, c := range []struct {
		why      string
		basic    []types.EventSelector
		advanced []types.AdvancedEventSelector
		message  string // of the refusal; "" is success
	}{
		{"five", five(5), nil, ""},
		{"six", five(6), nil, "Specify a valid number of selectors (1 to 5) for your trail"},
		{"no basic ones", []types.EventSelector{}, nil, "Specify a valid number of selectors (1 to 5) for your trail"},
		{"no advanced ones", nil, []types.AdvancedEventSelector{}, "Specify between 1 and 500 selectors for your trail."},
		{"both", five(1), advanced("eventCategory", "Management"), "You can select events by using either EventSelectors or AdvancedEventSelectors, but not both."},
		{"read or write", []types.EventSelector{{ReadWriteType: "read-only"}}, nil, "Value read-only for ReadWriteType is invalid."},
		{"excluded source", []types.EventSelector{{ExcludeManagementEventSources: []string{"kms.amazonaws.com", "rdsdata.amazonaws.com"}}}, nil, ""},
		{"source that cannot be excluded", []types.EventSelector{{ExcludeManagementEventSources: []string{"s3.amazonaws.com"}}}, nil, "Value s3.amazonaws.com for ExcludeManagementEventSources is invalid."},
		{"all objects", basic("AWS::S3::Object", "arn:aws:s3"), nil, ""},
		{"all objects, by the empty bucket", basic("AWS::S3::Object", "arn:aws:s3:::"), nil, ""},
		{"objects of a bucket", basic("AWS::S3::Object", "arn:aws:s3:::bucket/", "arn:aws:s3:::bucket/prefix"), nil, ""},
		{"a bucket without slash", basic("AWS::S3::Object", "arn:aws:s3:::bucket"), nil, "Value arn:aws:s3:::bucket for DataResources.Values is invalid."},
		{"a star", basic("AWS::S3::Object", "arn:aws:s3:::*"), nil, "Value arn:aws:s3:::* for DataResources.Values is invalid."},
		{"functions", basic("AWS::Lambda::Function", "arn:aws:lambda", "arn:aws:lambda:us-east-1:123456789012:function:f"), nil, ""},
		{"tables", basic("AWS::DynamoDB::Table", "arn:aws:dynamodb", "arn:aws:dynamodb:us-east-1:123456789012:table/t"), nil, ""},
		{"a type that basic selectors do not know", basic("AWS::SQS::Queue", "arn:aws:sqs"), nil, "Value AWS::SQS::Queue for DataResources.Type is invalid."},
		{"250 resources", basic("AWS::S3::Object", numbered(250)...), nil, ""},
		{"251 resources", basic("AWS::S3::Object", numbered(251)...), nil, "Specify at most 250 data resources for your trail."},
		{"management events", nil, advanced("eventCategory", "Management"), ""},
		{"management events that read", nil, advanced("eventCategory", "Management", "readOnly", "true"), ""},
		{"management events that neither read nor write", nil, advanced("eventCategory", "Management", "readOnly", "maybe"), "The readOnly field value is not valid."},
		{"management events but of KMS", nil, without("kms.amazonaws.com"), ""},
		{"management events but of IAM", nil, without("iam.amazonaws.com"), "The eventSource field value is not valid."},
		{"management events by name, which is for event data stores", nil, advanced("eventCategory", "Management", "eventName", "RunInstances"), "The field eventName is not valid for the event category Management."},
		{"no category", nil, advanced("resources.type", "AWS::S3::Object"), "The following fields are required: [eventCategory]."},
		{"no fields", nil, []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{{Field: ptr("eventCategory"), NotEquals: []string{"Data"}}}}}, "The eventCategory field value is not valid."},
		{"an unknown category", nil, advanced("eventCategory", "Insight"), "The eventCategory field value is not valid."},
		{"data events", nil, advanced("eventCategory", "Data", "resources.type", "AWS::S3::Object", "eventName", "PutObject"), ""},
		{"data events of no type", nil, advanced("eventCategory", "Data"), "The following fields are required: [resources.type]."},
		{"data events of what is no type", nil, advanced("eventCategory", "Data", "resources.type", "S3"), "The resources.type field value is not valid."},
		{"an unknown field", nil, advanced("eventCategory", "Data", "resources.type", "AWS::S3::Object", "color", "blue"), "The field color is not valid for the event category Data."},
		{"a field twice", nil, advanced("eventCategory", "Data", "eventCategory", "Data"), "The field eventCategory is specified more than once."},
		{"network activity", nil, advanced("eventCategory", "NetworkActivity", "eventSource", "kms.amazonaws.com", "errorCode", "VpceAccessDenied"), ""},
		{"network activity of no source", nil, advanced("eventCategory", "NetworkActivity"), "The following fields are required: [eventSource]."},
		{"network activity of another error", nil, advanced("eventCategory", "NetworkActivity", "eventSource", "kms.amazonaws.com", "errorCode", "Other"), "The errorCode field value is not valid."},
		{"501 conditions", nil, []types.AdvancedEventSelector{{FieldSelectors: []types.AdvancedFieldSelector{
			{Field: ptr("eventCategory"), Equals: []string{"Data"}},
			{Field: ptr("resources.type"), Equals: []string{"AWS::S3::Object"}},
			{Field: ptr("resources.ARN"), StartsWith: numbered(499)},
		}}}, "Specify at most 500 conditions for your trail."},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, alone)
			l.create(self, "us-east-1", "main")
			_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{TrailName: ptr("main"), EventSelectors: c.basic, AdvancedEventSelectors: c.advanced})
			code := ""
			if c.message != "" {
				code = "InvalidEventSelectorsException"
			}
			l.refused(err, code, c.message)
		})
	}
}

// What is put replaces all that was there, of either kind, and comes back.
func TestSelectorsReplaceEachOther(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main", multiRegion)
	put := func(in cloudtrail.PutEventSelectorsInput) {
		t.Helper()
		in.TrailName = ptr("main")
		_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &in)
		l.must(err)
	}
	get := func(region, want string) {
		t.Helper()
		l.must(reads()[1].do(t.Context(), l.at(region), arn))
		l.answered(`{"TrailARN":"` + arn + `",` + want + `}`)
	}
	custom := func(want bool) {
		t.Helper()
		out, err := l.at("us-east-1").GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("main")})
		l.must(err)
		if *out.Trail.HasCustomEventSelectors != want {
			t.Errorf("HasCustomEventSelectors is %v", !want)
		}
	}
	put(cloudtrail.PutEventSelectorsInput{EventSelectors: []types.EventSelector{{}}})
	custom(false) // equal to the default
	put(cloudtrail.PutEventSelectorsInput{EventSelectors: basic("AWS::S3::Object", "arn:aws:s3:::bucket/")})
	const wantBasic = `"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[{"Type":"AWS::S3::Object","Values":["arn:aws:s3:::bucket/"]}],"ExcludeManagementEventSources":[]}]`
	l.answered(`{"TrailARN":"` + arn + `",` + wantBasic + `}`)
	get("eu-west-1", wantBasic)
	custom(true)
	put(cloudtrail.PutEventSelectorsInput{AdvancedEventSelectors: advanced("eventCategory", "Data", "resources.type", "AWS::S3::Object", "eventName", "PutObject")})
	get("us-east-1", `"AdvancedEventSelectors":[{"FieldSelectors":[{"Field":"eventCategory","Equals":["Data"]},{"Field":"eventName","Equals":["PutObject"]},{"Field":"resources.type","Equals":["AWS::S3::Object"]}]}]`)
	put(cloudtrail.PutEventSelectorsInput{EventSelectors: []types.EventSelector{{ReadWriteType: types.ReadWriteTypeWriteOnly, IncludeManagementEvents: ptr(false)}}})
	get("us-east-1", `"EventSelectors":[{"ReadWriteType":"WriteOnly","IncludeManagementEvents":false,"DataResources":[],"ExcludeManagementEventSources":[]}]`)
}

func TestInsightSelectors(t *testing.T) {
	l := newLab(t, alone)
	arn := l.create(self, "us-east-1", "main")
	put := func(selectors ...types.InsightSelector) error {
		if selectors == nil {
			selectors = []types.InsightSelector{}
		}
		_, err := l.at("us-east-1").PutInsightSelectors(t.Context(), &cloudtrail.PutInsightSelectorsInput{TrailName: ptr("main"), InsightSelectors: selectors})
		return err
	}
	get := func() error { return reads()[2].do(t.Context(), l.at("us-east-1"), "main") }
	has := func(want bool) {
		t.Helper()
		if _, err := l.at("us-east-1").GetTrail(t.Context(), &cloudtrail.GetTrailInput{Name: ptr("main")}); err != nil || strings.Contains(l.last(), `"HasInsightSelectors":true`) != want {
			t.Errorf("%v: %s", err, l.last())
		}
	}
	rate, errs := types.InsightSelector{InsightType: types.InsightTypeApiCallRateInsight}, types.InsightSelector{InsightType: types.InsightTypeApiErrorRateInsight}
	l.refused(get(), "InsightNotEnabledException", "")
	has(false)
	l.must(put(rate, errs))
	const both = `"InsightSelectors":[{"InsightType":"ApiCallRateInsight"},{"InsightType":"ApiErrorRateInsight"}]`
	l.answered(`{"TrailARN":"` + arn + `",` + both + `}`)
	l.must(get())
	l.answered(`{"TrailARN":"` + arn + `",` + both + `}`)
	has(true)
	l.refused(put(types.InsightSelector{InsightType: "Other"}), "InvalidInsightSelectorsException", "")
	l.must(put())
	l.answered(`{"TrailARN":"` + arn + `","InsightSelectors":[]}`)
	l.refused(get(), "InsightNotEnabledException", "")
	has(false)

	selectors := func(s ...types.EventSelector) {
		t.Helper()
		_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{TrailName: ptr("main"), EventSelectors: s})
		l.must(err)
	}
	selectors(types.EventSelector{ReadWriteType: types.ReadWriteTypeReadOnly})
	l.refused(put(rate), "InvalidInsightSelectorsException", "") // rates are of write events
	l.must(put(errs))
	selectors(types.EventSelector{IncludeManagementEvents: ptr(false)})
	l.refused(put(errs), "InvalidInsightSelectorsException", "")
	_, err := l.at("us-east-1").PutInsightSelectors(t.Context(), &cloudtrail.PutInsightSelectorsInput{InsightSelectors: []types.InsightSelector{rate}})
	l.refused(err, "InvalidParameterCombinationException", "")
	_, err = l.at("us-east-1").GetInsightSelectors(t.Context(), &cloudtrail.GetInsightSelectorsInput{EventDataStore: ptr("lake")})
	l.refused(err, "UnsupportedOperationException", "")
	_, err = l.at("us-east-1").GetInsightSelectors(t.Context(), &cloudtrail.GetInsightSelectorsInput{EventDataStore: ptr("lake"), TrailName: ptr("main")})
	l.refused(err, "InvalidParameterCombinationException", "")
}
