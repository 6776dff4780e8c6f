package sandbox

import "github.com/trailspan/trailspan/internal/sandbox/wire"

// startLogging starts a trail. A trail that is logging already is left alone: the
// time of its start stays.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html
func (s *Sandbox) startLogging(c *wire.Call, in trailName) (nothing, error) {
	v, err := s.resolve(c, in.Name, changing)
	if err != nil || v.Logging {
		return nothing{}, err
	}
	s.remember(v.owner, v.ARN)
	v.Logging, v.StartLogging = true, c.Time // that of its own event, which is the first to be delivered
	return nothing{}, nil
}

// stopLogging stops a trail. The times of the last start and stop both stay known.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html
func (s *Sandbox) stopLogging(c *wire.Call, in trailName) (nothing, error) {
	v, err := s.resolve(c, in.Name, changing)
	if err != nil || !v.Logging {
		return nothing{}, err
	}
	s.remember(v.owner, v.ARN)
	v.Logging, v.StopLogging = false, s.now()
	return nothing{}, nil
}

// deleteTrail deletes a trail and all its shadows, but no trail of the same name that
// is at home elsewhere.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
func (s *Sandbox) deleteTrail(c *wire.Call, in trailName) (nothing, error) {
	v, err := s.resolve(c, in.Name, changing)
	if err != nil {
		return nothing{}, err
	}
	s.remember(v.owner, v.ARN)
	delete(v.owner.Trails, v.ARN)
	return nothing{}, nil
}
