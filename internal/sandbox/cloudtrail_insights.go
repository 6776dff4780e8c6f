package sandbox

import (
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type insightSelectorsInput struct {
	TrailName           string
	EventDataStore      string
	InsightsDestination string
	InsightSelectors    []insightSelector
}

type insightSelectors struct {
	TrailARN         string
	InsightSelectors []insightSelector
}

// getInsightSelectors tells which Insights a trail looks for.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
func (s *Sandbox) getInsightSelectors(c *wire.Call, in insightSelectorsInput) (insightSelectors, error) {
	if err := in.checkTrailOnly(); err != nil {
		return insightSelectors{}, err
	}
	v, err := s.resolveSelectors(c, in.TrailName)
	if err != nil {
		return insightSelectors{}, err
	}
	if len(v.InsightSelectors) == 0 {
		return insightSelectors{}, wire.Errorf("InsightNotEnabledException", "Trail %s does not have Insights enabled. Edit the trail settings to enable Insights, and then try the operation again.", v.Name)
	}
	return insightSelectors{v.ARN, v.InsightSelectors}, nil
}

// checkTrailOnly refuses to speak of Insights of event data stores.
func (in insightSelectorsInput) checkTrailOnly() error {
	switch {
	case in.TrailName != "" && in.EventDataStore != "":
		return wire.Errorf("InvalidParameterCombinationException", "You cannot specify both a trail and an event data store.")
	case in.EventDataStore != "" || in.InsightsDestination != "":
		return wire.Errorf("UnsupportedOperationException", "Insights of event data stores are not supported by this sandbox.")
	case in.TrailName == "":
		return wire.Errorf("InvalidParameterCombinationException", "You must specify a trail or an event data store.")
	}
	return nil
}

// putInsightSelectors replaces the Insights selectors of a trail; an empty list turns
// Insights off.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html
func (s *Sandbox) putInsightSelectors(c *wire.Call, in insightSelectorsInput) (insightSelectors, error) {
	if err := in.checkTrailOnly(); err != nil {
		return insightSelectors{}, err
	}
	v, err := s.resolve(c, in.TrailName, changing)
	if err != nil {
		return insightSelectors{}, err
	}
	if err := v.checkInsights(in.InsightSelectors); err != nil {
		return insightSelectors{}, err
	}
	s.remember(v.owner, v.ARN)
	v.InsightSelectors = in.InsightSelectors
	return insightSelectors{v.ARN, append([]insightSelector{}, in.InsightSelectors...)}, nil
}

// checkInsights checks types and categories, and that the trail has the management
// events to look at: rates of calls are those of write events, rates of errors of
// either kind.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-insights-events-with-cloudtrail.html
func (t *trailRecord) checkInsights(selectors []insightSelector) error {
	const code = "InvalidInsightSelectorsException"
	read, write := t.managementEvents()
	for _, i := range selectors {
		for _, category := range i.EventCategories {
			if category != "Management" && category != "Data" {
				return wire.Errorf(code, "Value %s for EventCategories is invalid.", category)
			}
		}
		ofData := len(i.EventCategories) > 0 && !slices.Contains(i.EventCategories, "Management")
		switch {
		case i.InsightType != "ApiCallRateInsight" && i.InsightType != "ApiErrorRateInsight":
			return wire.Errorf(code, "Value %s for InsightType is invalid.", i.InsightType)
		case ofData:
		case i.InsightType == "ApiCallRateInsight" && !write, !read && !write:
			return wire.Errorf(code, "The trail %s does not log the management events that %s needs.", t.Name, i.InsightType)
		}
	}
	return nil
}
