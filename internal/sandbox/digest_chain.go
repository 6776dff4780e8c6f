package sandbox

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A chain is the digests of a feed: each hour has one, which names the one before.
type chain struct {
	Start    time.Time      // of the hour that has no digest yet, in whole seconds
	Retry    time.Time      `json:",omitzero"`  // when a digest that failed is tried again
	Previous *link          `json:",omitempty"` // nil: a starting digest comes next
	Files    []deliveredLog `json:",omitempty"` // since Start
	Backfill *backfill      `json:",omitempty"` // nil: no digest has missed its time
}

// A link is what a digest says of the one before.
type link struct{ Bucket, Key, Hash, Signature string }

// A deliveredLog is a log file that no digest lists yet.
type deliveredLog struct {
	Bucket, Key    string
	Hash           string
	Oldest, Newest time.Time // events
	At             time.Time // of the delivery
}

// due is when the next digest is to be delivered.
func (c *chain) due() time.Time {
	if due := c.Start.Add(digestEvery); due.After(c.Retry) {
		return due
	}
	return c.Retry
}

// until splits the log files into those delivered before a time, and the others.
func (c *chain) until(end time.Time) (before, rest []deliveredLog) {
	for _, f := range c.Files {
		if f.At.Before(end) {
			before = append(before, f)
		} else {
			rest = append(rest, f)
		}
	}
	return before, rest
}

// deliverDigests delivers the digests of all hours that are over, and says whether it
// could. Once log file validation is off, the hour under way has the last one. A digest
// that fails while the next one is due has missed its time, and comes with the backfill.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
func (s *Sandbox) deliverDigests(d *delivery) bool {
	for d.chain != nil && !d.chain.Start.Add(digestEvery).After(d.now) {
		end := d.chain.Start.Add(digestEvery)
		if !s.deliverDigest(d, end) {
			if d.now.Sub(end) < digestEvery {
				return false
			}
			s.missDigest(d, end)
		}
		if !d.src.trail.LogFileValidationEnabled {
			s.deliverBackfill(d)
			s.dropChain(d)
		}
	}
	return d.chain == nil || s.deliverBackfill(d)
}

// deliverLastDigest delivers what no digest of a feed that ended lists yet. It ends now;
// if that were no time after the digest before, with the next round.
func (s *Sandbox) deliverLastDigest(d *delivery) bool {
	if d.chain == nil {
		return true
	}
	end := d.now.Truncate(time.Second)
	return end.After(d.chain.Start) && s.deliverDigest(d, end)
}

// deliverDigest delivers the digest of the time from the start of the chain to end,
// and says whether it could.
func (s *Sandbox) deliverDigest(d *delivery, end time.Time) bool {
	if code := s.wouldFail(d, digestFolder); code != "" {
		s.failDigest(d, code)
		return false
	}
	files, rest := d.chain.until(end)
	if d.end != nil && end.Equal(d.now.Truncate(time.Second)) {
		files, rest = d.chain.Files, nil // the last one
	}
	g := s.newDigest(d, d.chain.Start, end, "")
	g.addFiles(files)
	g.follow(d.chain.Previous)
	o, next, err := s.sealed(d, g, end)
	if err != nil {
		s.failDigest(d, wire.CodeOf(err))
		return false
	}
	if code := s.hand(d, o, func() {
		*d.chain = chain{Start: end, Previous: next, Files: rest, Backfill: d.chain.Backfill}
		d.Digest, d.DigestError = end, ""
	}); code != "" {
		s.failDigest(d, code)
		return false
	}
	return true
}

// sealed signs a digest with the key of its Region.
func (s *Sandbox) sealed(d *delivery, g *digest, end time.Time) (object, *link, error) {
	k, err := s.keyring().at(d.Region, end)
	if err != nil {
		return object{}, nil, err
	}
	return g.seal(k)
}

// newDigest is a digest of the time from start to end that lists nothing yet.
func (s *Sandbox) newDigest(d *delivery, start, end time.Time, suffix string) *digest {
	return &digest{
		Account: d.Account, Start: digestTime(start), End: digestTime(end),
		Bucket: d.src.trail.S3BucketName, Key: s.digestKey(d, end, suffix),
	}
}

// digestKey is the key of the digest that ends at a time. Unlike that of a log file it
// names the trail and its home Region, for each trail has chains of its own.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
func (s *Sandbox) digestKey(d *delivery, end time.Time, suffix string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	t := d.src.trail
	name := d.Account + "_CloudTrail-Digest_" + d.Region + "_" + t.Name + "_" + t.HomeRegion + end.UTC().Format("_20060102T150405Z") + suffix + ".json.gz"
	return s.folderKey(d.src, digestFolder) + d.Region + end.UTC().Format("/2006/01/02/") + name
}

func (s *Sandbox) failDigest(d *delivery, code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.DigestError != code {
		d.DigestError = code
		s.changed()
	}
}

// dropChain ends the chain of a feed without log file validation.
func (s *Sandbox) dropChain(d *delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Chain == d.chain {
		d.Chain = nil
	}
	d.chain = nil
	s.changed()
}
