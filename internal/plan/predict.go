package plan

import (
	"cmp"
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
	switch st.Action {
	case CreateTrail:
		t := created(*s, st)
		s.Trails = append(s.Trails, t)
		slices.SortFunc(s.Trails, func(a, b trail.Trail) int { return cmp.Compare(a.ARN, b.ARN) })
		spread(s, t.ARN)
	case UpdateTrail:
		update(s, st.Request)
	case StartLogging:
		if t := find(s, trail.ARN(st.Request.Name)); t != nil {
			setLogging(t.Status, true)
		}
	case StopLogging:
		if t := find(s, trail.ARN(st.Request.Name)); t != nil {
			setLogging(t.Status, false)
		}
	}
}

// find returns the trail in s, or nil: a plan from a file may name any.
func find(s *trail.Snapshot, arn trail.ARN) *trail.Trail {
	i := slices.IndexFunc(s.Trails, func(t trail.Trail) bool { return t.ARN == arn })
	if i < 0 {
		return nil
	}
	return &s.Trails[i]
}

// update sets what a request has; what it does not have stays as it is.
func update(s *trail.Snapshot, r Request) {
	t := find(s, trail.ARN(r.Name))
	if t == nil {
		return
	}
	set(&t.MultiRegion, r.IsMultiRegionTrail)
	set(&t.GlobalServiceEvents, r.IncludeGlobalServiceEvents)
	if t.MultiRegion {
		spread(s, t.ARN)
	}
}

func set(to, from *bool) {
	if from != nil {
		*to = *from
	}
}

func setLogging(status map[trail.Region]trail.Status, on bool) {
	for r, st := range status {
		st.Logging = on
		status[r] = st
	}
}

// spread puts the shadows of a trail into every Region that was looked at, with the
// status of its home Region.
func spread(s *trail.Snapshot, arn trail.ARN) {
	t := find(s, arn)
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

// created is the trail that a step makes.
func created(s trail.Snapshot, st Step) trail.Trail {
	w := Wanted{Account: s.Account, Name: st.Request.Name, Home: st.Region, Partition: cmp.Or(s.Partition, st.Region.Partition())}
	return trail.Trail{
		ARN: w.ARN(), Name: w.Name, HomeRegion: w.Home,
		Settings: trail.Settings{
			Bucket: st.Request.S3BucketName, MultiRegion: true, GlobalServiceEvents: true,
			LogFileValidation: true, KMSKeyID: st.Request.KmsKeyID,
		},
		Selectors: trail.DefaultSelectors(),
		Status:    map[trail.Region]trail.Status{st.Region: {}},
	}
}
