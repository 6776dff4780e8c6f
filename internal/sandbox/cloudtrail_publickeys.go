package sandbox

import (
	"cmp"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type listPublicKeysInput struct {
	StartTime *wire.Time
	EndTime   *wire.Time
	NextToken string
}

type publicKeys struct{ PublicKeyList []publicKey }

type publicKey struct {
	Value             []byte // PKCS #1, in DER
	ValidityStartTime wire.Time
	ValidityEndTime   wire.Time
	Fingerprint       string
}

// listPublicKeys tells which keys digests of the Region can be verified with: those
// that are valid at some time between StartTime and EndTime, which both are now when
// they are left out. A Region has a key from when it is first asked for.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListPublicKeys.html
func (s *Sandbox) listPublicKeys(c *wire.Call, in listPublicKeysInput) (publicKeys, error) {
	now := wire.Time{Time: s.now()}
	from, to := *cmp.Or(in.StartTime, &now), *cmp.Or(in.EndTime, &now)
	switch {
	case in.NextToken != "":
		return publicKeys{}, wire.Errorf("InvalidTokenException", "The token %q is not valid.", in.NextToken)
	case from.After(to.Time):
		return publicKeys{}, wire.Errorf("InvalidTimeRangeException", "The start time must be before the end time.")
	}
	if !from.After(now.Time) && !to.Before(now.Time) {
		if _, err := s.w.Keys.at(c.Region, now.Time); err != nil {
			return publicKeys{}, err
		}
	}
	out := publicKeys{PublicKeyList: []publicKey{}}
	for _, k := range s.w.Keys.between(c.Region, from.Time, to.Time) {
		out.PublicKeyList = append(out.PublicKeyList, publicKey{k.public(), wire.Time{Time: k.Begin}, wire.Time{Time: k.End}, k.fingerprint()})
	}
	return out, nil
}

// keyring returns the keys of the world as it is now.
func (s *Sandbox) keyring() *keyring {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.w.Keys
}
