package cloud

import (
	"cmp"
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// gapOf makes a Gap of the error of a call.
func gapOf(action string, r trail.Region, arn trail.ARN, err error) trail.Gap {
	return trail.Gap{Region: r, Action: action, Kind: gapKind(kindOf(err)), Trail: arn, Error: said(err)}
}

// gapKind: credentials that have expired are no denial, for new ones see what these do
// not. A Region that rejects the credentials is taken for one that is not enabled;
// see rejectedEverywhere for when it is not.
func gapKind(k Kind) trail.GapKind {
	switch k {
	case Denied:
		return trail.Denied
	case Rejected:
		return trail.NoRegion
	case TimedOut:
		return trail.Timeout
	case Throttled:
		return trail.Throttled
	default:
		return trail.Failed
	}
}

func sortGaps(gaps []trail.Gap) {
	slices.SortFunc(gaps, func(a, b trail.Gap) int {
		return cmp.Or(
			cmp.Compare(a.Region, b.Region), cmp.Compare(a.Action, b.Action),
			cmp.Compare(a.Trail, b.Trail), cmp.Compare(a.Error, b.Error),
		)
	})
}
