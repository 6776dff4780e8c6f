package cloud

import (
	"context"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// SetPauses replaces the waits between tries of a change that meets another.
func (s *Session) SetPauses(pauses ...time.Duration) { s.pauses = pauses }

// RegionsIn is what reads an answer of EC2.
func RegionsIn(answer []byte) ([]trail.RegionView, error) { return regionsIn(answer) }

// Unplanned sends a call past Do, as code that forgot about it would.
func (s *Session) Unplanned(ctx context.Context, c plan.Call) error {
	send, _ := s.deedOf(c)
	return send(ctx)
}

// ReadOperations are those that every Session may send.
func ReadOperations() map[string][]string { return readOperations() }
