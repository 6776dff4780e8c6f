package cloud

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"

	"github.com/trailspan/trailspan/internal/trail"
)

// AskForTrail asks a Region for the trail of a name, which need not be there: AWS then
// answers with an empty list. It says which request that was, as the record of the call
// will, and when AWS answered, zero when it does not tell.
func (s *Session) AskForTrail(ctx context.Context, r trail.Region, name string) (requestID string, at time.Time, err error) {
	out, err := run(ctx, s.call(trail.DescribeTrails, r), func(ctx context.Context) (*cloudtrail.DescribeTrailsOutput, error) {
		return s.cloudTrail(r).DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{
			IncludeShadowTrails: aws.Bool(true), TrailNameList: []string{name},
		})
	})
	if err != nil {
		return "", time.Time{}, err
	}
	requestID, _ = awsmiddleware.GetRequestIDMetadata(out.ResultMetadata)
	at, _ = awsmiddleware.GetServerTime(out.ResultMetadata)
	return requestID, at, nil
}

const lookupEvents = "cloudtrail:LookupEvents"

// lookupPages bounds how far one look goes back: 50 events a page, 2 pages a second.
const lookupPages = 40

// LookUp hands the records that event history has of calls of DescribeTrails in a
// Region, newest first, to use, until that has what it wants.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
func (s *Session) LookUp(ctx context.Context, r trail.Region, from, to time.Time, use func(record string) (enough bool)) error {
	pages := cloudtrail.NewLookupEventsPaginator(s.cloudTrail(r), &cloudtrail.LookupEventsInput{
		StartTime: &from, EndTime: &to, MaxResults: aws.Int32(50),
		LookupAttributes: []types.LookupAttribute{{
			AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: aws.String("DescribeTrails"),
		}},
	})
	for n := 0; pages.HasMorePages() && n < lookupPages; n++ {
		page, err := run(ctx, s.call(lookupEvents, r), func(ctx context.Context) (*cloudtrail.LookupEventsOutput, error) {
			return pages.NextPage(ctx)
		})
		if err != nil {
			return err
		}
		for _, e := range page.Events {
			if use(aws.ToString(e.CloudTrailEvent)) {
				return nil
			}
		}
	}
	return nil
}
