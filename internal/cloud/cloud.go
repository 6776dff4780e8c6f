// Package cloud is the door to AWS: it looks at an account and says what was seen in
// the words of trail, gathers the evidence that a plan needs, and carries out the
// calls that a plan holds. It is the only room that imports the AWS SDK.
//
// It judges nothing, decides nothing and keeps nothing on disk. It changes AWS in one
// place only, Session.Do, of a Session that is ForChange; one that is ForFindings tells
// Security Hub what was found; all others refuse what is not known to be a read. Its errors are technical chains, not sentences for a person;
// Explain tells what kind of trouble an error is.
//
// Its nouns:
//
//	Session   one identity of one account, able to speak to every Region of its partition
//	Identity  who the Session is
//	Problem   what went wrong, for whoever has to find a sentence or an exit code
package cloud

import (
	"slices"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/account"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/trailspan/trailspan/internal/trail"
)

// A Session speaks to AWS as one identity. It is safe for concurrent use.
type Session struct {
	base    aws.Config    // as it was loaded
	cfg     aws.Config    // with the limits
	timeout time.Duration // of one call to one Region, its retries included
	pauses  []time.Duration
	writes  bool // it may change AWS

	family *family
	limits *limits
	// expected is the account that was asked for, "" when nobody asked for one.
	expected trail.AccountID

	mu       sync.Mutex
	identity *Identity
	trails   map[trail.Region]*cloudtrail.Client
}

// newSession makes a Session that only looks, whose calls count against the limits given.
func newSession(base aws.Config, timeout time.Duration, f *family, l *limits) *Session {
	cfg := unguarded(base, l)
	cfg.APIOptions = append(cfg.APIOptions, only(isRead))
	return &Session{
		base: base, cfg: cfg, timeout: timeout, pauses: conflictPauses(), family: f, limits: l,
		trails: map[trail.Region]*cloudtrail.Client{},
	}
}

// unguarded is the configuration of a Session that may send everything.
func unguarded(base aws.Config, l *limits) aws.Config {
	cfg := base.Copy()
	cfg.APIOptions = append(slices.Clone(base.APIOptions), l.middleware)
	return cfg
}

// Region is the Region that calls go to which could go to any.
func (s *Session) Region() trail.Region { return trail.Region(s.cfg.Region) }

// in returns the configuration for another Region.
func (s *Session) in(r trail.Region) aws.Config {
	cfg := s.cfg.Copy()
	cfg.Region = string(r)
	return cfg
}

// cloudTrail returns the client of a Region, which is made once.
func (s *Session) cloudTrail(r trail.Region) *cloudtrail.Client {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.trails[r] == nil {
		s.trails[r] = cloudtrail.NewFromConfig(s.in(r))
	}
	return s.trails[r]
}

// s3 returns a client of a Region. Emulators, and whatever else stands behind an
// endpoint of one's own, have no host name for each bucket.
func (s *Session) s3(r trail.Region) *s3.Client {
	return s3.NewFromConfig(s.in(r), func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil })
}

func (s *Session) sts() *sts.Client { return sts.NewFromConfig(s.cfg) }

func (s *Session) account() *account.Client { return account.NewFromConfig(s.cfg) }

func (s *Session) organizations() *organizations.Client { return organizations.NewFromConfig(s.cfg) }

func (s *Session) cloudFormation(r trail.Region) *cloudformation.Client {
	return cloudformation.NewFromConfig(s.in(r))
}
