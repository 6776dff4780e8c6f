package kms

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

const day = 24 * time.Hour

// enableKey lets a key be used again.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_EnableKey.html
func (s service) enableKey(c *wire.Call, in keyName) (nothing, error) { return s.turn(c, in, Enabled) }

// disableKey stops all use of a key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DisableKey.html
func (s service) disableKey(c *wire.Call, in keyName) (nothing, error) {
	return s.turn(c, in, Disabled)
}

func (s service) turn(c *wire.Call, in keyName, to State) (nothing, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return nothing{}, err
	}
	if err := k.lasting(); err != nil {
		return nothing{}, err
	}
	k.State = to
	return nothing{}, nil
}

type scheduleInput struct {
	keyName
	PendingWindowInDays *int
}

type scheduleOutput struct {
	KeyID               string `json:"KeyId"` // the ARN
	DeletionDate        wire.Time
	KeyState            State
	PendingWindowInDays int
}

// scheduleKeyDeletion lets a key go in 7 to 30 days. Until then nobody can use it.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html
func (s service) scheduleKeyDeletion(c *wire.Call, in scheduleInput) (scheduleOutput, error) {
	st, days := s.current(), 30
	if in.PendingWindowInDays != nil {
		days = *in.PendingWindowInDays
	}
	if err := checkWindow(days); err != nil {
		return scheduleOutput{}, err
	}
	k, err := st.ownKey(c, in.KeyID)
	if err != nil {
		return scheduleOutput{}, err
	}
	if err := k.lasting(); err != nil {
		return scheduleOutput{}, err
	}
	k.State, k.Window, k.Deletion = PendingDeletion, days, st.now().Add(time.Duration(days)*day)
	return scheduleOutput{k.ARN, wire.Time{Time: k.Deletion}, k.State, days}, nil
}

// checkWindow refuses waiting periods that the model allows and KMS does not.
func checkWindow(days int) error {
	var bound string
	switch {
	case days < 7:
		bound = "greater than or equal to 7"
	case days > 30:
		bound = "less than or equal to 30"
	default:
		return nil
	}
	return wire.Errorf("ValidationException", "1 validation error detected: Value '%d' at 'pendingWindowInDays' failed to satisfy constraint: Member must have value %s", days, bound)
}

// cancelKeyDeletion keeps a key, which then is disabled.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CancelKeyDeletion.html
func (s service) cancelKeyDeletion(c *wire.Call, in keyName) (keyName, error) {
	k, err := s.current().ownKey(c, in.KeyID)
	if err != nil {
		return keyName{}, err
	}
	if k.State != PendingDeletion {
		return keyName{}, wire.Errorf("KMSInvalidStateException", "%s is not pending deletion.", k.ARN)
	}
	k.State, k.Window, k.Deletion = Disabled, 0, time.Time{}
	return keyName{k.ARN}, nil
}
