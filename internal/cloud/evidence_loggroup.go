package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	describeLogGroups     = "logs:DescribeLogGroups"
	describeMetricFilters = "logs:DescribeMetricFilters"
)

// logGroup looks at the log group of a trail, nil for none, its metric filters, and the
// role. What belongs to another account is not asked for: this one has others of the same
// names.
func (s *Session) logGroup(ctx context.Context, t trail.Trail) *plan.LogGroup {
	if t.LogGroupARN == "" {
		return nil
	}
	var (
		l                   = &plan.LogGroup{}
		r                   = t.LogGroupARN.Region()
		there               bool
		groupErr, filterErr error
		roleGaps            []trail.Gap
		logs                = cloudwatchlogs.NewFromConfig(s.in(r))
		_, afterGroup, _    = strings.Cut(string(t.LogGroupARN), ":log-group:")
		name                = strings.TrimSuffix(afterGroup, ":*")
	)
	me, err := s.Identify(ctx)
	if err != nil {
		for _, action := range []string{describeLogGroups, describeMetricFilters, getRole} {
			l.Gaps = append(l.Gaps, gapOf(action, r, "", err))
		}
		return l
	}
	var asks []func()
	if mine(t.LogGroupARN, me.Account) {
		asks = append(asks, func() { there, groupErr = s.hasLogGroup(ctx, logs, r, name) },
			func() { l.Filters, filterErr = s.metricFilters(ctx, logs, r, name) })
	}
	if mine(t.LogRoleARN, me.Account) {
		asks = append(asks, func() { l.Role, roleGaps = s.role(ctx, t.LogRoleARN) })
	}
	together(asks...)
	if groupErr != nil {
		l.Gaps = append(l.Gaps, gapOf(describeLogGroups, r, "", groupErr))
	}
	l.Missing = groupErr == nil && !there && mine(t.LogGroupARN, me.Account)
	if filterErr != nil && !l.Missing {
		l.Gaps = append(l.Gaps, gapOf(describeMetricFilters, r, "", filterErr))
	}
	l.Gaps = append(l.Gaps, roleGaps...)
	return l
}

// mine says whether an account owns what an ARN names.
func mine(arn trail.ARN, me trail.AccountID) bool { return arn.Owner() == me }

func (s *Session) hasLogGroup(ctx context.Context, logs *cloudwatchlogs.Client, r trail.Region, name string) (bool, error) {
	return run(ctx, s.call(describeLogGroups, r), func(ctx context.Context) (bool, error) {
		pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(logs, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &name})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return false, err
			}
			for _, g := range page.LogGroups {
				if aws.ToString(g.LogGroupName) == name {
					return true, nil
				}
			}
		}
		return false, nil
	})
}

func (s *Session) metricFilters(ctx context.Context, logs *cloudwatchlogs.Client, r trail.Region, name string) ([]plan.MetricFilter, error) {
	return run(ctx, s.call(describeMetricFilters, r), func(ctx context.Context) ([]plan.MetricFilter, error) {
		var out []plan.MetricFilter
		pages := cloudwatchlogs.NewDescribeMetricFiltersPaginator(logs, &cloudwatchlogs.DescribeMetricFiltersInput{LogGroupName: &name})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, err
			}
			for _, f := range page.MetricFilters {
				out = append(out, plan.MetricFilter{Name: aws.ToString(f.FilterName), Pattern: aws.ToString(f.FilterPattern)})
			}
		}
		return out, nil
	})
}
