package sandbox

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// An exchange is a request on its way to an answer.
type exchange struct {
	r         *http.Request
	body      []byte
	signature *wire.Signature // nil when there is none
	session   session         // that signed; zero when the key is not of a session
	skewed    time.Time       // by which it is judged, where a fault asks for another time than the right one
	known     bool            // AWS knows the caller in that Region, so that the call is recorded
	call      *wire.Call
	by        string // the service that makes the call for its caller; "" where nobody stands between
}

func (s *Sandbox) newExchange(r *http.Request) *exchange {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return &exchange{r: r, call: &wire.Call{RequestID: wire.NewUUID(), Time: s.now(), UserAgent: r.UserAgent(), SourceIP: host}}
}

// identify finds out who calls, and from where: it fills in the call and the body.
func (s *Sandbox) identify(x *exchange) *wire.Error {
	signature, err := wire.ParseSignature(x.r)
	if signature != nil {
		x.signature = signature
		x.call.Service, x.call.Region = signature.Service, signature.Region
	}
	if err != nil {
		return err
	}
	if x.session, err = s.session(signature); err != nil {
		return err
	}
	if err := s.readBody(x, x.session.Secret); err != nil {
		return err
	}
	if err := s.locate(x); err != nil {
		return err
	}
	x.call.Caller.Temporary = signature.Token != ""
	return s.nameCaller(x.call, signature.AccessKeyID, x.session)
}

// session returns the session that STS issued the key for; that of any other key is
// the zero session, whose secret is unknown.
func (s *Sandbox) session(g *wire.Signature) (session, *wire.Error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	known := s.w.Sessions[g.AccessKeyID]
	switch {
	case known == nil && strings.HasPrefix(g.AccessKeyID, issuedKey):
		return session{}, wire.Distrust(g.Service, wire.UnknownToken, "")
	case known == nil:
		return session{}, nil
	case subtle.ConstantTimeCompare([]byte(known.Token), []byte(g.Token)) != 1:
		return session{}, wire.Distrust(g.Service, wire.UnknownToken, "")
	case !s.now().Before(known.Expires):
		return session{}, wire.Distrust(g.Service, wire.ExpiredToken, "")
	}
	return *known, nil
}

// The largest bodies that are read: of S3, and of all other services.
const (
	largestObject  = 1 << 30
	largestRequest = 8 << 20
)

// readBody reads the body and checks that it is the one that was signed.
func (s *Sandbox) readBody(x *exchange, secret string) *wire.Error {
	limit := int64(largestRequest)
	if x.call.Service == "s3" {
		limit = largestObject
	}
	raw, err := io.ReadAll(http.MaxBytesReader(nil, x.r.Body, limit))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge) && x.call.Service == "s3":
		return &wire.Error{Code: "EntityTooLarge", Message: "Your proposed upload exceeds the maximum allowed size"}
	case errors.As(err, &tooLarge):
		return &wire.Error{Code: "RequestEntityTooLargeException", Message: "The request is too large.", Status: http.StatusRequestEntityTooLarge}
	case err != nil:
		return &wire.Error{Code: "IncompleteBody", Message: "The request body terminated unexpectedly"}
	}
	if err := x.signature.Verify(x.r, raw, secret, s.judgingTime(x)); err != nil {
		return err
	}
	body, refused := x.signature.Unwrap(x.r, raw, secret)
	x.body = body
	return refused
}

// locate finds the partition of the call. SigV2, which names no Region, is for the
// Region of the bucket.
func (s *Sandbox) locate(x *exchange) *wire.Error {
	c := x.call
	if c.Region == "" {
		_, bucket := s.store().Operation(x.r)
		c.Region = globalRegion("aws")
		if b, ok := s.store().Bucket(bucket); ok {
			c.Region = b.Region
		}
	}
	if !regionExists(c.Region) {
		return wire.Distrust(c.Service, wire.WrongCredential, "Credential should be scoped to a valid Region, not '"+c.Region+"'.")
	}
	c.Partition = partitionOf(c.Region)
	return nil
}

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// nameCaller finds the account of the key. An account that the world does not have
// comes into being, in the partition of the call; no account is in two partitions.
func (s *Sandbox) nameCaller(c *wire.Call, key string, known session) *wire.Error {
	switch {
	case known.Account != "":
		c.Account = known.Account
	case accountID.MatchString(key):
		c.Account = key
	default:
		c.Account = s.defaultAccount()
	}
	c.Caller.AccessKeyID, c.Caller.ARN, c.Caller.UserID = key, known.ARN, known.UserID
	if known.ARN == "" {
		c.Caller.ARN = "arn:" + c.Partition + ":iam::" + c.Account + ":user/sandbox"
		c.Caller.UserID = uniqueID("AIDA", c.Account)
	}
	a := s.lockToRead(c)
	defer s.mu.RUnlock()
	if a.Partition != c.Partition {
		return wire.Distrust(c.Service, wire.UnknownToken, "")
	}
	if o := s.organizationOf(c.Account); o != nil {
		c.Organization = o.ID
	}
	return nil
}

func (s *Sandbox) defaultAccount() string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.w.DefaultAccount
}

// lockToRead takes the read lock at a moment when the account of the caller exists,
// and returns that account. The world may have been reset since the last such moment.
func (s *Sandbox) lockToRead(c *wire.Call) *account {
	for {
		s.mu.RLock()
		if a := s.w.Accounts[c.Account]; a != nil {
			return a
		}
		s.mu.RUnlock()
		s.bear(c)
	}
}

func (s *Sandbox) bear(c *wire.Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accountOf(c.Account, c.Partition)
}

// uniqueID makes an ID like AIDAJQABLZS4A3QDU576Q, always the same of the same seed.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func uniqueID(prefix, seed string) string {
	sum := sha256.Sum256([]byte(prefix + seed))
	return prefix + base32.StdEncoding.EncodeToString(sum[:])[:17]
}

// checkRegion refuses a call into a Region that the account has not enabled. Global
// services are called everywhere, and answer for the account, not for a Region.
func (s *Sandbox) checkRegion(c *wire.Call) *wire.Error {
	if c.Service == "account" || c.Service == "organizations" {
		return nil
	}
	a := s.lockToRead(c)
	defer s.mu.RUnlock()
	if a.enabledIn(c.Region, s.now()) {
		return nil
	}
	if c.Service == "s3" {
		return &wire.Error{Code: "InvalidAccessKeyId", Message: "The AWS Access Key Id you provided does not exist in our records.", Status: http.StatusForbidden}
	}
	return wire.Distrust(c.Service, wire.UnknownToken, "")
}
