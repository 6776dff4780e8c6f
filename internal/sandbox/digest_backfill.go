package sandbox

import (
	"slices"
	"time"
)

// A backfill is the digests of a feed that missed their time. They come later, as a chain
// of their own, with a suffix to their names; the chain of the others goes on past them.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
type backfill struct {
	Previous *link          `json:",omitempty"` // nil: a starting digest comes next
	Missed   []missedDigest `json:",omitempty"` // oldest first
}

// A missedDigest is an hour of which no digest could be delivered.
type missedDigest struct {
	Start, End time.Time
	Files      []deliveredLog `json:",omitempty"`
}

const (
	backfillSuffix = "_backfill"
	backfillHeader = "X-Amz-Meta-Backfill-Generation-Timestamp"
)

// missDigest leaves the hour that ends then to the backfill.
func (s *Sandbox) missDigest(d *delivery, end time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.chain.Backfill == nil {
		d.chain.Backfill = &backfill{}
	}
	files, rest := d.chain.until(end)
	d.chain.Backfill.Missed = append(d.chain.Backfill.Missed, missedDigest{d.chain.Start, end, files})
	d.chain.Start, d.chain.Files = end, slices.Clip(rest)
	s.changed()
}

// deliverBackfill delivers all digests that were missed, and says whether it could. What
// has been missing for too long is given up.
func (s *Sandbox) deliverBackfill(d *delivery) bool {
	for b := d.chain.Backfill; b != nil && len(b.Missed) > 0; {
		if !s.deliverMissed(d, b, b.Missed[0]) {
			if d.now.Sub(b.Missed[0].End) <= redeliver {
				return false
			}
			s.giveUp(b)
		}
	}
	return true
}

// deliverMissed delivers one digest. It is signed with the key of the day on which it is
// made, which verifiers look for around the time that its metadata says.
func (s *Sandbox) deliverMissed(d *delivery, b *backfill, m missedDigest) bool {
	if s.wouldFail(d, digestFolder) != "" {
		return false
	}
	g := s.newDigest(d, m.Start, m.End, backfillSuffix)
	g.addFiles(m.Files)
	g.follow(b.Previous)
	o, next, err := s.sealed(d, g, d.now)
	if err != nil {
		return false
	}
	o.metadata.Set(backfillHeader, d.now.UTC().Format("2006-01-02T15:04:05.000Z"))
	return s.hand(d, o, func() { b.Previous, b.Missed = next, b.Missed[1:] }) == ""
}

func (s *Sandbox) giveUp(b *backfill) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b.Missed = b.Missed[1:]
	s.changed()
}
