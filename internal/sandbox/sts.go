package sandbox

import (
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// stsOperations is what the sandbox has of
// https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html
func (s *Sandbox) stsOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"AssumeRole":        wire.Op(s.assumeRole),
		"GetCallerIdentity": wire.Op(s.getCallerIdentity),
		"GetSessionToken":   wire.Op(s.getSessionToken),
	}
}

// issuedKey begins every access key ID that the sandbox issues. A key that begins so
// and is not known any longer is nobody's, while all other keys are somebody's.
const issuedKey = "ASIASANDBOX"

type callerIdentity struct {
	UserID  string `json:"UserId"`
	Account string
	Arn     string
}

func (s *Sandbox) getCallerIdentity(c *wire.Call, _ struct{}) (callerIdentity, error) {
	return callerIdentity{UserID: c.Caller.UserID, Account: c.Account, Arn: c.Caller.ARN}, nil
}

type assumeRoleInput struct {
	RoleArn         string
	RoleSessionName string
	DurationSeconds *int
	ExternalID      string `json:"ExternalId"`
}

type assumeRoleOutput struct {
	Credentials     credentials
	AssumedRoleUser assumedRoleUser
}

type assumedRoleUser struct {
	AssumedRoleID string `json:"AssumedRoleId"`
	Arn           string
}

type credentials struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      wire.Time
}

var roleARN = regexp.MustCompile(`^arn:(aws|aws-cn|aws-us-gov):iam::([0-9]{12}):role/(?:[\x21-\x7e]*/)?([\w+=,.@-]+)$`)

// assumeRole issues a session of the role. Of a role that IAM has, its trust policy
// decides. All others can be assumed by anybody, unless the world file names the roles
// that there are or the external ID that they ask for.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (s *Sandbox) assumeRole(c *wire.Call, in assumeRoleInput) (assumeRoleOutput, error) {
	m := roleARN.FindStringSubmatch(in.RoleArn)
	if m == nil {
		return assumeRoleOutput{}, wire.Errorf("ValidationError", "%s is invalid", in.RoleArn)
	}
	partition, account, role := m[1], m[2], m[3]
	known := s.w.IAM.Role(in.RoleArn)
	if partition != c.Partition || known == nil && !s.mayAssume(account, role, in.ExternalID) || known != nil && !s.trusts(c, account, in) {
		return assumeRoleOutput{}, assumeDenied(c, in.RoleArn)
	}
	if err := s.checkChaining(c, in); err != nil {
		return assumeRoleOutput{}, err
	}
	if known != nil && or(in.DurationSeconds, 0) > known.MaxSession {
		return assumeRoleOutput{}, wire.Errorf("ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	id := roleID(known, account, role) + ":" + in.RoleSessionName
	arn := "arn:" + partition + ":sts::" + account + ":assumed-role/" + role + "/" + in.RoleSessionName
	seconds := or(in.DurationSeconds, 3600)
	s.accountOf(account, partition)
	return assumeRoleOutput{
		Credentials:     s.issue(session{Account: account, ARN: arn, UserID: id, Expires: c.Time.Add(time.Duration(seconds) * time.Second)}),
		AssumedRoleUser: assumedRoleUser{AssumedRoleID: id, Arn: arn},
	}, nil
}

// checkChaining holds sessions that one role opens of another to an hour.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
func (s *Sandbox) checkChaining(c *wire.Call, in assumeRoleInput) error {
	if s.w.Sessions[c.Caller.AccessKeyID] != nil && strings.Contains(c.Caller.ARN, ":assumed-role/") && or(in.DurationSeconds, 0) > 3600 {
		return wire.Errorf("ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining")
	}
	return nil
}

// assumeDenied is what STS answers for a role that does not exist just as for one
// that does not trust the caller.
func assumeDenied(c *wire.Call, role string) *wire.Error {
	e := wire.Errorf("AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s", c.Caller.ARN, role)
	e.Status = http.StatusForbidden
	return e
}

// mayAssume says whether a role of the account can be assumed. Where there is an
// organization, the world is its accounts: others are a typing error. The management
// account has no OrganizationAccountAccessRole, as the role is made in the accounts
// that it creates.
// https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_accounts_access.html
func (s *Sandbox) mayAssume(account, role, externalID string) bool {
	a := s.w.Accounts[account]
	if a == nil {
		return s.w.Organization == nil
	}
	switch {
	case a.State != "ACTIVE":
		return false
	case a.ExternalID != "" && a.ExternalID != externalID:
		return false
	case a.Roles != nil:
		return slices.Contains(a.Roles, role)
	case s.w.Organization != nil && s.w.Organization.ManagementAccount == account:
		return role != "OrganizationAccountAccessRole"
	}
	return true
}

type getSessionTokenInput struct {
	DurationSeconds *int
}

type getSessionTokenOutput struct {
	Credentials credentials
}

// getSessionToken issues a session of the caller, which cannot be one itself.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
func (s *Sandbox) getSessionToken(c *wire.Call, in getSessionTokenInput) (getSessionTokenOutput, error) {
	if s.w.Sessions[c.Caller.AccessKeyID] != nil {
		e := wire.Errorf("AccessDenied", "Cannot call GetSessionToken with session credentials")
		e.Status = http.StatusForbidden
		return getSessionTokenOutput{}, e
	}
	seconds := or(in.DurationSeconds, 43200)
	expires := c.Time.Add(time.Duration(seconds) * time.Second)
	return getSessionTokenOutput{s.issue(session{Account: c.Account, ARN: c.Caller.ARN, UserID: c.Caller.UserID, Expires: expires})}, nil
}

// issue makes the keys of a session, and forgets sessions that were over a day ago.
func (s *Sandbox) issue(granted session) credentials {
	for key, old := range s.w.Sessions {
		if s.now().Sub(old.Expires) > 24*time.Hour {
			delete(s.w.Sessions, key)
		}
	}
	key := issuedKey + rand.Text()[:9]
	granted.Created, granted.Expires = s.now(), granted.Expires.Truncate(time.Second)
	granted.Secret = (rand.Text() + rand.Text())[:40]
	granted.Token = "FwoGZXIvYXdzE" + strings.Repeat(rand.Text(), 2)
	s.w.Sessions[key] = &granted
	return credentials{AccessKeyID: key, SecretAccessKey: granted.Secret, SessionToken: granted.Token, Expiration: wire.Time{Time: granted.Expires}}
}
