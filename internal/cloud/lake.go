package cloud

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"

	"github.com/trailspan/trailspan/internal/trail"
)

// listEventDataStores lists the ARNs only: the rest of a list entry is deprecated.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html
func (c *collector) listEventDataStores(ctx context.Context, r trail.Region) ([]trail.ARN, error) {
	return run(ctx, c.call(trail.ListEventDataStores, r), func(ctx context.Context) ([]trail.ARN, error) {
		var out []trail.ARN
		pages := cloudtrail.NewListEventDataStoresPaginator(c.session.cloudTrail(r), &cloudtrail.ListEventDataStoresInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, s := range page.EventDataStores {
				out = append(out, trail.ARN(aws.ToString(s.EventDataStoreArn)))
			}
		}
		return out, nil
	})
}

// storeQuestions ask about every event data store once, in the Region of its ARN where
// that lists it.
func (c *collector) storeQuestions() []question {
	listed := map[trail.ARN]trail.Region{}
	for _, l := range c.looks {
		for _, arn := range l.stores {
			if _, known := listed[arn]; !known || arn.Region() == l.region {
				listed[arn] = l.region
			}
		}
	}
	var out []question
	for _, arn := range sortedKeys(listed) {
		out = append(out, c.storeQuestion(arn, listed[arn]))
	}
	return out
}

func (c *collector) storeQuestion(arn trail.ARN, r trail.Region) question {
	var store trail.EventDataStore
	var err error
	return question{
		region: r,
		ask:    func(ctx context.Context) { store, err = c.eventDataStore(ctx, r, arn) },
		note: func() {
			if err != nil {
				c.gap(trail.GetEventDataStore, r, arn, err)
				return
			}
			c.snapshot.EventDataStores = append(c.snapshot.EventDataStores, store)
		},
	}
}

func (c *collector) eventDataStore(ctx context.Context, r trail.Region, arn trail.ARN) (trail.EventDataStore, error) {
	return run(ctx, c.call(trail.GetEventDataStore, r), func(ctx context.Context) (trail.EventDataStore, error) {
		out, err := c.session.cloudTrail(r).GetEventDataStore(ctx, &cloudtrail.GetEventDataStoreInput{EventDataStore: aws.String(string(arn))})
		if err != nil {
			return trail.EventDataStore{}, err
		}
		return trail.EventDataStore{
			ARN:          arn,
			Name:         aws.ToString(out.Name),
			HomeRegion:   cmp.Or(arn.Region(), r),
			Status:       string(out.Status),
			MultiRegion:  aws.ToBool(out.MultiRegionEnabled),
			Organization: aws.ToBool(out.OrganizationEnabled),
			Selectors:    &trail.Selectors{Advanced: advancedOf(out.AdvancedEventSelectors)},
		}, nil
	})
}

func sortedKeys[V any](m map[trail.ARN]V) []trail.ARN {
	return slices.Sorted(maps.Keys(m))
}
