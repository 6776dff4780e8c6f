package plan

import (
	"maps"
	"slices"

	"github.com/trailspan/trailspan/internal/trail"
)

// Predict returns what s will look like once the steps are done. A Region that could
// not be looked at stays unseen: its answer stays unknown.
func Predict(s trail.Snapshot, steps []Step) trail.Snapshot {
	out := s
	out.Regions = slices.Clone(s.Regions)
	for i := range out.Regions {
		out.Regions[i].Visible = slices.Clone(out.Regions[i].Visible)
	}
	out.Trails = slices.Clone(s.Trails)
	for i := range out.Trails {
		out.Trails[i].Status = maps.Clone(out.Trails[i].Status)
	}
	for _, st := range steps {
		predict(&out, st)
	}
	return out
}

func predict(s *trail.Snapshot, st Step) {
	arn := trail.ARN(st.Request.Name)
	switch st.Action {
	case CreateTrail:
		s.Trails = append(s.Trails, created(s.Account, st))
		slices.SortFunc(s.Trails, func(a, b trail.Trail) int { return compareARN(a.ARN, b.ARN) })
		spread(s, createdARN(s.Account, st))
	case UpdateTrail:
		for i := range s.Trails {
			if s.Trails[i].ARN == arn {
				s.Trails[i].MultiRegion = *st.Request.IsMultiRegionTrail
				s.Trails[i].GlobalServiceEvents = *st.Request.IncludeGlobalServiceEvents
			}
		}
		spread(s, arn)
	case StartLogging:
		for i := range s.Trails {
			if s.Trails[i].ARN == arn {
				setLogging(s.Trails[i].Status)
			}
		}
	}
}

func compareARN(a, b trail.ARN) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	default:
		return 0
	}
}

func setLogging(status map[trail.Region]trail.Status) {
	for r, st := range status {
		st.Logging = true
		status[r] = st
	}
}

// spread puts the shadows of a trail into every Region that was looked at, with the
// status of its home Region.
func spread(s *trail.Snapshot, arn trail.ARN) {
	i := slices.IndexFunc(s.Trails, func(t trail.Trail) bool { return t.ARN == arn })
	t := &s.Trails[i]
	home, known := t.Status[t.HomeRegion]
	for j := range s.Regions {
		v := &s.Regions[j]
		if _, gap := s.Gap(v.Region, trail.DescribeTrails, ""); gap || v.LeftOut || !v.OptStatus.Usable() {
			continue
		}
		if !slices.Contains(v.Visible, arn) {
			v.Visible = append(v.Visible, arn)
			slices.Sort(v.Visible)
		}
		if _, has := t.Status[v.Region]; !has && known {
			t.Status[v.Region] = home
		}
	}
}

func createdARN(account AccountID, st Step) trail.ARN {
	return trail.ARN("arn:" + string(st.Region.Partition()) + ":cloudtrail:" + string(st.Region) + ":" + string(account) + ":trail/" + st.Request.Name)
}

func created(account AccountID, st Step) trail.Trail {
	return trail.Trail{
		ARN: createdARN(account, st), Name: st.Request.Name, HomeRegion: st.Region,
		Settings: trail.Settings{
			Bucket: st.Request.S3BucketName, MultiRegion: true, GlobalServiceEvents: true,
			LogFileValidation: true, KMSKeyID: st.Request.KmsKeyID,
		},
		Selectors: trail.DefaultSelectors(),
		Status:    map[trail.Region]trail.Status{st.Region: {}},
	}
}
