package s3

import (
	"net/http"
	"strconv"
	"time"
)

// A lock keeps a version of an object from being deleted:
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
type lock struct {
	Mode  string    `json:",omitempty"` // GOVERNANCE or COMPLIANCE; "" means no retention
	Until time.Time `json:",omitzero"`
	Hold  string    `json:",omitempty"` // legal hold, ON or OFF; "" means never set
}

func (b *bucket) lockable() bool { return b.Documents["object-lock"] != nil }

// holds tells whether a version may not be deleted, or its retention not be shortened.
func (l lock) holds(q *request) bool {
	if l.Hold == "ON" {
		return true
	}
	return l.retains(q)
}

func (l lock) retains(q *request) bool {
	if l.Mode == "" || !q.now.Before(l.Until) {
		return false
	}
	return l.Mode != "GOVERNANCE" || !isTrue(q.header("X-Amz-Bypass-Governance-Retention"))
}

func lockedAway() *failure {
	return fail(http.StatusForbidden, "AccessDenied", "Access Denied because object protected by object lock.")
}

// newLock reads the lock of a new object: its own, or the default of the bucket.
func (q *request) newLock() (lock, error) {
	mode, until, hold := q.header("X-Amz-Object-Lock-Mode"), q.header("X-Amz-Object-Lock-Retain-Until-Date"), q.header("X-Amz-Object-Lock-Legal-Hold")
	if (mode != "" || hold != "" || until != "") && !q.bucket.lockable() {
		return lock{}, invalidRequest("Bucket is missing ObjectLockConfiguration")
	}
	if (mode == "") != (until == "") {
		return lock{}, invalidArgument("x-amz-object-lock-retain-until-date and x-amz-object-lock-mode must both be supplied", "x-amz-object-lock-mode", mode)
	}
	if hold != "" && hold != "ON" && hold != "OFF" {
		return lock{}, invalidArgument("Legal Hold must be either of 'ON' or 'OFF'", "x-amz-object-lock-legal-hold", hold)
	}
	l := lock{Hold: hold}
	if mode == "" {
		l.Mode, l.Until = q.bucket.defaultRetention(q.now)
		return l, nil
	}
	if mode != "GOVERNANCE" && mode != "COMPLIANCE" {
		return lock{}, invalidArgument("Unknown wormMode directive.", "x-amz-object-lock-mode", mode)
	}
	t, err := parseTime(until)
	if err != nil {
		return lock{}, invalidArgument("The retain until date must be provided in ISO 8601 format", "x-amz-object-lock-retain-until-date", until)
	}
	if !t.After(q.now) {
		return lock{}, invalidArgument("The retain until date must be in the future!", "x-amz-object-lock-retain-until-date", until)
	}
	l.Mode, l.Until = mode, t
	return l, nil
}

// defaultRetention is what the bucket gives to every new object.
func (b *bucket) defaultRetention(now time.Time) (mode string, until time.Time) {
	d := b.Documents["object-lock"].find("Rule").find("DefaultRetention")
	if d == nil {
		return "", time.Time{}
	}
	days, _ := strconv.Atoi(d.text("Days"))
	years, _ := strconv.Atoi(d.text("Years"))
	return d.text("Mode"), now.AddDate(years, 0, days).UTC()
}

// tell writes the lock into an answer.
func (l lock) tell(a *answer) {
	if l.Mode != "" {
		a.set("x-amz-object-lock-mode", l.Mode)
		a.set("x-amz-object-lock-retain-until-date", timestamp(l.Until))
	}
	a.set("x-amz-object-lock-legal-hold", l.Hold)
}

// findLockable returns a version in a bucket that has Object Lock.
func (s *Store) findLockable(q *request) (version, error) {
	if !q.bucket.lockable() {
		return version{}, invalidRequest("Bucket is missing Object Lock Configuration")
	}
	return s.find(q)
}

func noLockConfiguration() *failure {
	return fail(http.StatusNotFound, "NoSuchObjectLockConfiguration", "The specified object does not have a ObjectLock configuration")
}

func (s *Store) getObjectRetention(q *request) (*answer, error) {
	v, err := s.findLockable(q)
	if err != nil {
		return nil, err
	}
	if v.Lock.Mode == "" {
		return nil, noLockConfiguration()
	}
	return documentAnswer(tree("Retention", text("Mode", v.Lock.Mode), text("RetainUntilDate", timestamp(v.Lock.Until))).document()), nil
}

func (s *Store) putObjectRetention(q *request) (*answer, error) {
	v, err := s.findLockable(q)
	if err != nil {
		return nil, err
	}
	shape := group("Retention", oneOf("Mode", "GOVERNANCE", "COMPLIANCE"), date("RetainUntilDate"))
	d, err := parseXML(q.body)
	if err != nil || d.name != shape.name || !shape.fits(d) || (d.find("Mode") == nil) != (d.find("RetainUntilDate") == nil) {
		return nil, malformedXML()
	}
	wanted := lock{Hold: v.Lock.Hold, Mode: d.text("Mode")}
	if wanted.Mode != "" {
		if wanted.Until, err = parseTime(d.text("RetainUntilDate")); err != nil {
			return nil, malformedXML()
		}
		if !wanted.Until.After(q.now) {
			return nil, invalidArgument("The retain until date must be in the future!", "RetainUntilDate", d.text("RetainUntilDate"))
		}
	}
	shortens := wanted.Until.Before(v.Lock.Until) || v.Lock.Mode == "COMPLIANCE" && wanted.Mode != "COMPLIANCE"
	if shortens && v.Lock.retains(q) {
		return nil, lockedAway()
	}
	return s.setLock(q, v, wanted), nil
}

func (s *Store) getObjectLegalHold(q *request) (*answer, error) {
	v, err := s.findLockable(q)
	if err != nil {
		return nil, err
	}
	if v.Lock.Hold == "" {
		return nil, noLockConfiguration()
	}
	return documentAnswer(tree("LegalHold", text("Status", v.Lock.Hold)).document()), nil
}

func (s *Store) putObjectLegalHold(q *request) (*answer, error) {
	v, err := s.findLockable(q)
	if err != nil {
		return nil, err
	}
	shape := group("LegalHold", oneOf("Status", "ON", "OFF").must())
	d, err := parseXML(q.body)
	if err != nil || d.name != shape.name || !shape.fits(d) {
		return nil, malformedXML()
	}
	wanted := v.Lock
	wanted.Hold = d.text("Status")
	return s.setLock(q, v, wanted), nil
}

func (s *Store) setLock(q *request, v version, l lock) *answer {
	q.bucket.Objects[q.key][q.bucket.index(q.key, v.ID)].Lock = l
	return newAnswer(0)
}
