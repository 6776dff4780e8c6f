package sandbox

import (
	"crypto/tls"
	"errors"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// An outcome is how a call ended; the zero outcome is success.
type outcome struct{ code, message string }

func outcomeOf(err error) outcome {
	if err == nil {
		return outcome{}
	}
	var e *wire.Error
	if errors.As(err, &e) {
		return outcome{e.Code, e.Message}
	}
	return outcome{wire.CodeOf(err), err.Error()}
}

// record puts a call into the history, and returns when it is kept. Calls whose
// caller AWS would not know are not recorded, and neither are those that were left
// hanging.
func (s *Sandbox) record(x *exchange, o outcome) error {
	if !x.known || x.call.Operation == "" || o.code == noAnswer || isDistrust(o.code) || isUnseen(x.call) {
		return nil
	}
	r := s.newRecord(x, o)
	if x.call.Service == "s3" {
		describeS3(s.store(), x, r)
	} else {
		s.describeCall(x, r)
	}
	if r.EventCategory == dataCategory && !s.selectsData() {
		return nil
	}
	return s.enter(append(s.shared(x, r), r)...)
}

// enter puts records into the history, and returns when they are kept.
func (s *Sandbox) enter(records ...*record) error {
	var seq uint64
	for _, r := range records {
		e, err := r.entry()
		if err != nil {
			return err
		}
		seq = s.history.append(e)
	}
	return s.history.sync(seq)
}

// isUnseen says whether CloudTrail has no event for a call.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/logs/logging_cw_api_calls.html
func isUnseen(c *wire.Call) bool { return c.Service == "logs" && c.Operation == "PutLogEvents" }

// isDistrust says whether an error means that AWS does not believe who is calling.
func isDistrust(code string) bool {
	return slices.Contains([]string{
		"AuthFailure", "ExpiredToken", "ExpiredTokenException", "IncompleteSignature", "InvalidAccessKeyId", "InvalidClientTokenId",
		"InvalidSignatureException", "MissingAuthenticationToken", "RequestExpired", "SignatureDoesNotMatch", "UnrecognizedClientException",
	}, code)
}

// newRecord is what all records of calls have.
func (s *Sandbox) newRecord(x *exchange, o outcome) *record {
	c := x.call
	r := &record{
		EventVersion: recordVersion, UserIdentity: identityOf(c, x.session),
		EventTime: recordTime(c.Time), EventSource: c.Service + ".amazonaws.com", EventName: c.Operation, AWSRegion: c.Region,
		SourceIPAddress: c.SourceIP, UserAgent: c.UserAgent, ErrorCode: o.code, ErrorMessage: o.message,
		RequestID: c.RequestID, EventID: wire.NewUUID(), ReadOnly: new(onlyReads(c.Operation)), EventType: "AwsApiCall",
		ManagementEvent: new(true), RecipientAccountID: c.Account, EventCategory: managementCategory, TLSDetails: x.tls(),
	}
	if isGlobal(c.Service) {
		r.AWSRegion = globalRegion(c.Partition)
	}
	if c.Service == "ec2" && o.code != "" {
		r.ErrorCode = "Client." + o.code
	}
	return r
}

// onlyReads says whether an operation of any service only reads, by its name.
// Issuing credentials is reading, as CloudTrail sees it, and so is using a key.
func onlyReads(operation string) bool {
	return slices.ContainsFunc([]string{
		"Assume", "BatchGet", "Decrypt", "Describe", "Encrypt", "Filter", "GenerateDataKey", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "Select",
	}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

func (x *exchange) tls() *tlsDetails {
	if x.r.TLS == nil {
		return nil
	}
	return &tlsDetails{
		TLSVersion:  strings.Replace(tls.VersionName(x.r.TLS.Version), "TLS ", "TLSv", 1),
		CipherSuite: tls.CipherSuiteName(x.r.TLS.CipherSuite), ClientProvidedHostHeader: x.r.Host,
	}
}

// describeCall fills in what was asked for, and, of a change, what was answered.
func (s *Sandbox) describeCall(x *exchange, r *record) {
	service := s.services[x.call.Service]
	if service == nil {
		return
	}
	r.RequestParameters = service.RequestParameters(x.call.Operation, x.call.Input)
	if x.call.Service == "ec2" {
		r.RequestParameters = ec2Parameters(r.RequestParameters)
	}
	if r.ErrorCode == "" && !service.Reads(x.call.Operation) {
		r.ResponseElements = service.ResponseElements(x.call.Operation, x.call.Output)
	}
	describePublish(x, r)
	describeKMS(x, r)
	describeStackCall(x, r)
	if arn := assumedRole(r); arn != "" {
		r.Resources = []recordResource{{AccountID: accountOfARN(arn), Type: "AWS::IAM::Role", ARN: arn}}
	}
}

// assumedRole is the ARN of the role that a call assumed, or "".
func assumedRole(r *record) string {
	if r.EventSource != "sts.amazonaws.com" || r.EventName != "AssumeRole" || r.ErrorCode != "" {
		return ""
	}
	return parameter(r.RequestParameters, "roleArn")
}

// accountOfARN is the fifth part of an ARN.
func accountOfARN(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

// shared makes the record that the account of a role gets when another account
// assumes it. The two share an ID, and of the caller the role's account learns little.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html
func (s *Sandbox) shared(x *exchange, r *record) []*record {
	other := accountOfARN(assumedRole(r))
	if other == "" || other == r.RecipientAccountID {
		return nil
	}
	r.SharedEventID = wire.NewUUID()
	theirs := *r
	theirs.EventID, theirs.RecipientAccountID = wire.NewUUID(), other
	theirs.UserIdentity = userIdentity{Type: "AWSAccount", PrincipalID: r.UserIdentity.PrincipalID, AccountID: x.call.Account}
	return []*record{&theirs}
}
