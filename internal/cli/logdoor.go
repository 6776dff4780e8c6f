package cli

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/trail"
)

// logDoor lets a proof into AWS, tells it which errors will not pass, and remembers where
// buckets are.
type logDoor struct {
	session *cloud.Session
	mu      sync.Mutex
	where   map[string]trail.Region
}

func newLogDoor(s *cloud.Session) *logDoor {
	return &logDoor{session: s, where: map[string]trail.Region{}}
}

// hidden marks an error that waiting does not mend.
func hidden(err error) error {
	if err == nil {
		return nil
	}
	if g, passes := cloud.GapOf(err); !passes {
		return &prove.HiddenError{Gap: g}
	}
	return err
}

// Mark sends a mark.
func (d *logDoor) Mark(ctx context.Context, r trail.Region, name string) (string, time.Time, error) {
	id, at, err := d.session.AskForTrail(ctx, r, name)
	return id, at, hidden(err)
}

// Files lists log files.
func (d *logDoor) Files(ctx context.Context, p prove.Place, after string) ([]prove.File, error) {
	all, err := d.session.Objects(ctx, d.region(ctx, p), p.Bucket, p.Folder, after)
	out := make([]prove.File, len(all))
	for i, o := range all {
		out[i] = prove.File{Key: o.Key, Modified: o.Modified}
	}
	return out, hidden(err)
}

// Read reads a log file.
func (d *logDoor) Read(ctx context.Context, p prove.Place, key string, use func(io.Reader) error) error {
	return hidden(d.session.ReadObject(ctx, d.region(ctx, p), p.Bucket, key, use))
}

// Status asks for the status of a trail.
func (d *logDoor) Status(ctx context.Context, r trail.Region, arn trail.ARN) (trail.Status, error) {
	st, err := d.session.TrailStatus(ctx, r, arn)
	return st, hidden(err)
}

// History asks event history.
func (d *logDoor) History(ctx context.Context, r trail.Region, from, to time.Time, use func(string) bool) error {
	return hidden(d.session.LookUp(ctx, r, from, to, use))
}

// region finds out once where a bucket is.
func (d *logDoor) region(ctx context.Context, p prove.Place) trail.Region {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.where[p.Bucket]; !known {
		d.where[p.Bucket] = d.session.BucketRegion(ctx, p.Bucket, p.Home)
	}
	return d.where[p.Bucket]
}
