package cloud

import (
	"time"

	"github.com/trailspan/trailspan/internal/trail"
)

// SetPauses replaces the waits between tries of a change that meets another.
func (s *Session) SetPauses(pauses ...time.Duration) { s.pauses = pauses }

// RegionsIn is what reads an answer of EC2.
func RegionsIn(answer []byte) ([]trail.RegionView, error) { return regionsIn(answer) }
