package kms

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// rotateEvery is how many days lie between rotations unless the caller says.
const rotateEvery = 365

type rotationInput struct {
	keyName
	RotationPeriodInDays *int
}

// enableKeyRotation has a key rotated. Rotation changes nothing that callers see.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKeyRotation.html
func (s service) enableKeyRotation(c *wire.Call, in rotationInput) (nothing, error) {
	days := rotateEvery
	if in.RotationPeriodInDays != nil {
		days = *in.RotationPeriodInDays
	}
	return s.rotate(c, in, days)
}

// disableKeyRotation ends that.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKeyRotation.html
func (s service) disableKeyRotation(c *wire.Call, in rotationInput) (nothing, error) {
	return s.rotate(c, in, 0)
}

func (s service) rotate(c *wire.Call, in rotationInput, days int) (nothing, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return nothing{}, err
	}
	if err := k.usable(); err != nil {
		return nothing{}, err
	}
	if k.Rotation != days {
		k.Rotation, k.RotatedFrom = days, s.current().now()
	}
	return nothing{}, nil
}

type rotationOutput struct {
	KeyID                string `json:"KeyId"`
	KeyRotationEnabled   bool
	RotationPeriodInDays int       `json:",omitempty"`
	NextRotationDate     wire.Time `json:",omitzero"`
}

// getKeyRotationStatus shows whether a key is rotated, and when next. A key that is
// pending deletion is not, until its deletion is canceled.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyRotationStatus.html
func (s service) getKeyRotationStatus(c *wire.Call, in keyName) (rotationOutput, error) {
	k, err := s.current().key(c, in.KeyID, anyKeys, nil)
	if err != nil {
		return rotationOutput{}, err
	}
	out := rotationOutput{KeyID: k.ID, KeyRotationEnabled: k.Rotation > 0 && k.State != PendingDeletion}
	if out.KeyRotationEnabled {
		out.RotationPeriodInDays, out.NextRotationDate = k.Rotation, wire.Time{Time: k.nextRotation(s.current().now())}
	}
	return out, nil
}

// nextRotation is the first end of a period after a time.
func (k *Key) nextRotation(now time.Time) time.Time {
	period := time.Duration(k.Rotation) * day
	return k.RotatedFrom.Add(now.Sub(k.RotatedFrom).Truncate(period) + period)
}
