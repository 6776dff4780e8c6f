package prove

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/trail"
)

// A folder of log files does not belong to a trail: all trails with the same bucket and
// prefix write into AWSLogs/ACCOUNT/CloudTrail/REGION/, and the name of a log file does
// not tell whose it is. Every trail delivers a copy of an event, in a file of its own.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html

// othersOf are the trails that may write where the mark is looked for, now or when it was
// sent, but that which is to be proven.
func (s *search) othersOf(g Goal) []trail.ARN {
	mine := cmp.Or(s.result.Trail, g.Trail)
	var out []trail.ARN
	if s.mark != nil {
		out = append(out, s.mark.Others...)
	}
	for _, w := range g.Writers {
		if w.Trail != mine && w.Place.Bucket == s.goal.Place.Bucket && w.Place.Folder == s.goal.Place.Folder {
			out = append(out, w.Trail)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// attribute decides whose copies of the mark were found. They prove this trail when there
// is one of every trail that delivers there, and its own status does not say otherwise.
// Until then the mark is seen only, and more copies are waited for.
func (e Engine) attribute(ctx context.Context, s *search) {
	slices.SortFunc(s.copies, func(x, y File) int { return x.Modified.Compare(y.Modified) })
	first, last := s.copies[0], s.copies[len(s.copies)-1]
	s.result.Status, s.result.Reason, s.result.Gap = Seen, s.shared(), nil
	mine, err := e.Cloud.Status(ctx, s.goal.Region, s.result.Trail)
	switch {
	case err != nil:
		s.result.Reason, s.result.Gap = trail.Say("prove.shared-status", "trail", s.result.Trail.Name()), gapOf(err)
	case !delivered(mine, first):
		s.result.Reason = trail.Say("prove.shared-undelivered", "trail", s.result.Trail.Name(), "count", strconv.Itoa(len(s.others)))
	case !s.goal.Unseen && len(s.copies) > e.delivering(ctx, s, first):
		s.prove(s.goal.Place.url(last.Key), e.took(s, last))
	}
}

func (s *search) shared() trail.Note {
	if s.goal.Unseen {
		return trail.Say("prove.shared-unseen")
	}
	return trail.Say("prove.shared", "count", strconv.Itoa(len(s.others)))
}

// gapOf is what a *HiddenError hides.
func gapOf(err error) *trail.Gap {
	var hidden *HiddenError
	if errors.As(err, &hidden) {
		return &hidden.Gap
	}
	return nil
}

// delivered says whether a trail may have delivered a file: its last delivery succeeded,
// and was not before the file.
func delivered(st trail.Status, f File) bool {
	return st.DeliveryError == "" && !st.LatestDelivery.Before(f.Modified.Add(-skew))
}

// delivering counts the other trails that may have delivered a file. One does not count
// that fails and has delivered nothing since; one that does not tell does.
func (e Engine) delivering(ctx context.Context, s *search, f File) int {
	n := 0
	for _, arn := range s.others {
		st, err := e.Cloud.Status(ctx, s.goal.Region, arn)
		if err != nil || st.DeliveryError == "" || !st.LatestDelivery.Before(f.Modified.Add(-skew)) {
			n++
		}
	}
	return n
}
