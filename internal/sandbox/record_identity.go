package sandbox

import (
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// userIdentity says who did it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
type userIdentity struct {
	Type             string `json:"type"`
	PrincipalID      string `json:"principalId,omitempty"`
	ARN              string `json:"arn,omitempty"`
	AccountID        string `json:"accountId,omitempty"`
	AccessKeyID      string `json:"accessKeyId,omitempty"`
	UserName         string `json:"userName,omitempty"`
	SessionContext   any    `json:"sessionContext,omitempty"`
	InvokedBy        string `json:"invokedBy,omitempty"`
	IdentityProvider string `json:"identityProvider,omitempty"`
	OnBehalfOf       any    `json:"onBehalfOf,omitempty"`
	CredentialID     string `json:"credentialId,omitempty"`
	InScopeOf        any    `json:"inScopeOf,omitempty"`
}

// sessionContext is of temporary credentials.
type sessionContext struct {
	SessionIssuer *sessionIssuer    `json:"sessionIssuer,omitempty"`
	Attributes    sessionAttributes `json:"attributes"`
}

type sessionIssuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

type sessionAttributes struct {
	CreationDate     string `json:"creationDate"`
	MFAAuthenticated string `json:"mfaAuthenticated"`
}

// identityOf describes the caller of a call, who used the session unless that is zero.
func identityOf(c *wire.Call, used session) userIdentity {
	u := userIdentity{PrincipalID: c.Caller.UserID, ARN: c.Caller.ARN, AccountID: c.Account, AccessKeyID: c.Caller.AccessKeyID}
	name := u.ARN[strings.LastIndexByte(u.ARN, '/')+1:]
	switch {
	case strings.HasSuffix(u.ARN, ":root"):
		u.Type, u.PrincipalID = "Root", c.Account
	case strings.Contains(u.ARN, ":assumed-role/"):
		u.Type = "AssumedRole"
	default:
		u.Type, u.UserName = "IAMUser", name
	}
	if used.Account == "" {
		return u
	}
	context := sessionContext{Attributes: sessionAttributes{CreationDate: recordTime(used.Created), MFAAuthenticated: "false"}}
	if u.Type == "AssumedRole" {
		context.SessionIssuer = issuerOf(c)
	}
	u.SessionContext = context
	return u
}

// issuerOf is the role of an ARN like arn:aws:sts::123456789012:assumed-role/Audit/alice.
func issuerOf(c *wire.Call) *sessionIssuer {
	_, rest, _ := strings.Cut(c.Caller.ARN, ":assumed-role/")
	role, _, _ := strings.Cut(rest, "/")
	principal, _, _ := strings.Cut(c.Caller.UserID, ":")
	return &sessionIssuer{
		Type: "Role", PrincipalID: principal, AccountID: c.Account, UserName: role,
		ARN: "arn:" + c.Partition + ":iam::" + c.Account + ":role/" + role,
	}
}

// username is what LookupEvents calls the caller: the name of a user, or that of the
// session of a role.
func (u *userIdentity) username() string {
	switch u.Type {
	case "Root":
		return "root"
	case "AssumedRole":
		_, session, _ := strings.Cut(u.PrincipalID, ":")
		return session
	case "AWSService":
		return u.InvokedBy
	}
	return u.UserName
}

// recordTime writes a time as records have it.
func recordTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
