package cloud

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/trail"
)

// selectorQuestions ask once per trail: selectors are the same in every Region.
func (c *collector) selectorQuestions() []question {
	var out []question
	for i := range c.snapshot.Trails {
		out = append(out, c.selectorQuestion(&c.snapshot.Trails[i]))
	}
	return out
}

func (c *collector) selectorQuestion(t *trail.Trail) question {
	r := c.shownBy(t)
	var found *trail.Selectors
	var err error
	return question{
		region: r,
		ask:    func(ctx context.Context) { found, err = c.selectors(ctx, r, t.ARN) },
		note: func() {
			if err != nil {
				c.gap(trail.GetEventSelectors, r, t.ARN, err)
				return
			}
			t.Selectors = found
		},
	}
}

// shownBy returns the home Region of a trail, when it shows it, or else the first that
// does. The home Region may be left out, disabled or forbidden.
func (c *collector) shownBy(t *trail.Trail) trail.Region {
	first := trail.Region("")
	for _, v := range c.snapshot.Regions {
		for _, arn := range v.Visible {
			if arn == t.ARN && v.Region == t.HomeRegion {
				return v.Region
			}
			if arn == t.ARN && first == "" {
				first = v.Region
			}
		}
	}
	return first
}

// selectors asks for the event selectors of a trail. AWS always answers with some; an
// emulator may answer with none for a trail whose selectors were never put, which
// records all management events as the default selectors do.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
func (c *collector) selectors(ctx context.Context, r trail.Region, arn trail.ARN) (*trail.Selectors, error) {
	return run(ctx, c.call(trail.GetEventSelectors, r), func(ctx context.Context) (*trail.Selectors, error) {
		out, err := c.session.cloudTrail(r).GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: aws.String(string(arn))})
		if err != nil {
			return nil, err
		}
		if len(out.EventSelectors)+len(out.AdvancedEventSelectors) == 0 && !c.custom[arn] {
			return trail.DefaultSelectors(), nil
		}
		return &trail.Selectors{Basic: basicOf(out.EventSelectors), Advanced: advancedOf(out.AdvancedEventSelectors)}, nil
	})
}

// basicOf: AWS documents All and true for what is not set.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
func basicOf(list []types.EventSelector) []trail.EventSelector {
	var out []trail.EventSelector
	for _, e := range list {
		if e.ReadWriteType == "" {
			e.ReadWriteType = types.ReadWriteTypeAll
		}
		out = append(out, trail.EventSelector{
			ReadWriteType:                 string(e.ReadWriteType),
			IncludeManagementEvents:       e.IncludeManagementEvents == nil || *e.IncludeManagementEvents,
			DataResources:                 dataResourcesOf(e.DataResources),
			ExcludeManagementEventSources: e.ExcludeManagementEventSources,
		})
	}
	return out
}

func dataResourcesOf(list []types.DataResource) []trail.DataResource {
	var out []trail.DataResource
	for _, d := range list {
		out = append(out, trail.DataResource{Type: aws.ToString(d.Type), Values: d.Values})
	}
	return out
}

func advancedOf(list []types.AdvancedEventSelector) []trail.AdvancedEventSelector {
	var out []trail.AdvancedEventSelector
	for _, a := range list {
		s := trail.AdvancedEventSelector{Name: aws.ToString(a.Name)}
		for _, f := range a.FieldSelectors {
			s.FieldSelectors = append(s.FieldSelectors, trail.FieldSelector{
				Field:  aws.ToString(f.Field),
				Equals: f.Equals, StartsWith: f.StartsWith, EndsWith: f.EndsWith,
				NotEquals: f.NotEquals, NotStartsWith: f.NotStartsWith, NotEndsWith: f.NotEndsWith,
			})
		}
		out = append(out, s)
	}
	return out
}
