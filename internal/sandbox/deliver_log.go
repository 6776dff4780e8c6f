package sandbox

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"time"
)

// largestLog is how long a log file can be before it is compressed.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const largestLog = 50 << 20

// batch is how many events are taken out of the history at a time.
const batch = 4096

// A logFile is a log file before it is delivered: {"Records":[…]}. It is compressed as it
// grows, so that several of them are not in memory at once.
type logFile struct {
	packed         bytes.Buffer
	gzip           *gzip.Writer // into packed; nil without records
	sum            hash.Hash    // of what is compressed
	size           int          // likewise
	cursor         uint64       // of the feed, once it is delivered
	oldest, newest time.Time
	records        int
	more           bool // the file is full, and there are more events
}

const logHead, logTail = `{"Records":[`, `]}`

// add puts an event into the file, unless it is full.
func (l *logFile) add(e *entry) bool {
	if l.records > 0 && l.size+1+len(e.Text)+len(logTail) > largestLog {
		l.more = true
		return false
	}
	if l.records == 0 {
		l.gzip, l.sum = newGzip(&l.packed), sha256.New()
		l.write([]byte(logHead))
		l.oldest, l.newest = e.Time, e.Time
	} else {
		l.write([]byte(","))
	}
	l.write(e.Text)
	l.records++
	if e.Time.Before(l.oldest) {
		l.oldest = e.Time
	}
	if e.Time.After(l.newest) {
		l.newest = e.Time
	}
	return true
}

func (l *logFile) write(text []byte) {
	_, _ = l.gzip.Write(text) // memory takes what it is given
	_, _ = l.sum.Write(text)  // never fails
	l.size += len(text)
}

// deliverLogs delivers the events that wait, and says whether none does any longer.
func (s *Sandbox) deliverLogs(d *delivery) bool {
	if d.end == nil && s.history.newest(d.Account, d.Region) <= d.Cursor {
		return true
	}
	for {
		if code := s.wouldFail(d, logFolder); code != "" {
			s.failLogs(d, code)
			return false
		}
		l := s.gather(d)
		if l.records == 0 {
			s.moveCursor(d, l.cursor)
			return true
		}
		if code := s.deliverLog(d, l); code != "" {
			s.failLogs(d, code)
			return false
		}
		if !l.more {
			return true
		}
	}
}

// gather makes a file of the events that the trail takes.
func (s *Sandbox) gather(d *delivery) *logFile {
	l := &logFile{cursor: d.Cursor}
	for {
		list := s.history.after(d.Account, d.Region, l.cursor, batch)
		if len(list) == 0 {
			break
		}
		for i := range list {
			e := &list[i]
			if d.end.excludes(e) {
				return l.close()
			}
			if d.src.trail.takes(e) && !l.add(e) {
				return l.close()
			}
			l.cursor = e.Seq
		}
	}
	return l.close()
}

func (l *logFile) close() *logFile {
	if l.records > 0 {
		l.write([]byte(logTail))
		_ = l.gzip.Close() // as write
	}
	return l
}

// excludes says whether an event came after the end. The event of the call that made
// an end is the last that belongs to it; it is recorded a moment after the end.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-digest-file-structure.html
func (e *ending) excludes(event *entry) bool {
	if e == nil || event.Seq <= e.Last {
		return false
	}
	return e.Call == "" || !bytes.Contains(event.Text, []byte(`"requestID":"`+e.Call+`"`))
}

// deliverLog puts a log file into the bucket, and returns the S3 error code, "" for none.
func (s *Sandbox) deliverLog(d *delivery, l *logFile) string {
	o := object{key: s.logKey(d), body: l.packed.Bytes()}
	return s.hand(d, o, func() {
		d.Cursor, d.Success, d.Error = l.cursor, d.at, ""
		d.files = append(d.files, o.key)
		if d.chain != nil && d.src.trail.LogFileValidationEnabled {
			d.chain.Files = append(d.chain.Files, deliveredLog{
				Bucket: d.src.trail.S3BucketName, Key: o.key, Hash: hex.EncodeToString(l.sum.Sum(nil)),
				Oldest: l.oldest, Newest: l.newest, At: d.at,
			})
		}
	})
}

// logKey is the key of a new log file. Its last part is random, so that no file takes
// the place of another.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
func (s *Sandbox) logKey(d *delivery) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	name := d.Account + "_CloudTrail_" + d.Region + d.at.UTC().Format("_20060102T1504Z_") + randomName() + ".json.gz"
	return s.folderKey(d.src, logFolder) + d.Region + d.at.UTC().Format("/2006/01/02/") + name
}

// randomName returns 16 random letters and digits.
func randomName() string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}

func compress(text []byte) []byte {
	var out bytes.Buffer
	z := newGzip(&out)
	_, _ = z.Write(text) // memory takes what it is given
	_ = z.Close()
	return out.Bytes()
}

func newGzip(out *bytes.Buffer) *gzip.Writer {
	z, _ := gzip.NewWriterLevel(out, gzip.BestSpeed) // which is a level that there is
	return z
}

// failLogs notes that a log file could not be delivered. What waits stays in the
// history, until it is older than redelivery goes.
func (s *Sandbox) failLogs(d *delivery, code string) {
	cursor := d.Cursor
	for {
		list := s.history.after(d.Account, d.Region, cursor, batch)
		for i := range list {
			if d.now.Sub(list[i].Time) <= redeliver {
				s.setFailure(d, code, cursor)
				return
			}
			cursor = list[i].Seq
		}
		if len(list) == 0 {
			s.setFailure(d, code, cursor)
			return
		}
	}
}

func (s *Sandbox) setFailure(d *delivery, code string, cursor uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Error != code || d.Cursor != cursor {
		d.Error, d.Cursor = code, cursor
		s.changed()
	}
}

// moveCursor passes over events that are not for the trail.
func (s *Sandbox) moveCursor(d *delivery, cursor uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Cursor != cursor {
		d.Cursor = cursor
		s.changed()
	}
}
