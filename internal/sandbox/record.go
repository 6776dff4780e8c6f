package sandbox

import (
	"strings"
	"time"
)

// A record is an event as CloudTrail writes it, member by member in its order.
// Members of which AWS leaves out the empty ones are left out here too.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type record struct {
	EventVersion                 string           `json:"eventVersion"`
	UserIdentity                 userIdentity     `json:"userIdentity"`
	EventTime                    string           `json:"eventTime"` // 2024-07-31T13:06:24Z
	EventSource                  string           `json:"eventSource"`
	EventName                    string           `json:"eventName"`
	AWSRegion                    string           `json:"awsRegion"`
	SourceIPAddress              string           `json:"sourceIPAddress"`
	UserAgent                    string           `json:"userAgent"`
	ErrorCode                    string           `json:"errorCode,omitempty"`
	ErrorMessage                 string           `json:"errorMessage,omitempty"`
	RequestParameters            any              `json:"requestParameters"`
	ResponseElements             any              `json:"responseElements"`
	AdditionalEventData          any              `json:"additionalEventData,omitempty"`
	RequestID                    string           `json:"requestID,omitempty"`
	EventID                      string           `json:"eventID"`
	ReadOnly                     *bool            `json:"readOnly,omitempty"`
	Resources                    []recordResource `json:"resources,omitempty"`
	EventType                    string           `json:"eventType"`
	APIVersion                   string           `json:"apiVersion,omitempty"`
	ManagementEvent              *bool            `json:"managementEvent,omitempty"`
	RecipientAccountID           string           `json:"recipientAccountId"`
	SharedEventID                string           `json:"sharedEventID,omitempty"`
	ServiceEventDetails          any              `json:"serviceEventDetails,omitempty"`
	VPCEndpointID                string           `json:"vpcEndpointId,omitempty"`
	VPCEndpointAccountID         string           `json:"vpcEndpointAccountId,omitempty"`
	EventCategory                string           `json:"eventCategory"`
	Addendum                     any              `json:"addendum,omitempty"`
	SessionCredentialFromConsole string           `json:"sessionCredentialFromConsole,omitempty"`
	TLSDetails                   *tlsDetails      `json:"tlsDetails,omitempty"`
}

// The version of records, the category of management events, and that of data events.
const (
	recordVersion      = "1.11"
	managementCategory = "Management"
	dataCategory       = "Data"
)

type recordResource struct {
	AccountID string `json:"accountId,omitempty"`
	Type      string `json:"type,omitempty"`
	ARN       string `json:"ARN,omitempty"`
	ARNPrefix string `json:"ARNPrefix,omitempty"`
}

type tlsDetails struct {
	TLSVersion               string `json:"tlsVersion,omitempty"`
	CipherSuite              string `json:"cipherSuite,omitempty"`
	ClientProvidedHostHeader string `json:"clientProvidedHostHeader,omitempty"`
}

// global says whether the event is of a service that has no Regions. The global
// endpoint of STS cannot be told from the one of its Region, which SDKs call.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html#cloudtrail-concepts-global-service-events
func (r *record) global() bool {
	service, _, _ := strings.Cut(r.EventSource, ".")
	return isGlobal(service)
}

// isGlobal names the services of which the events are recorded in the global Region.
func isGlobal(service string) bool {
	switch service {
	case "account", "cloudfront", "iam", "organizations", "route53", "support":
		return true
	}
	return false
}

// entry makes a record an entry of the history. The error is of a time that is not
// one, or of members that have no JSON.
func (r *record) entry() (entry, error) {
	at, err := time.Parse(time.RFC3339, r.EventTime)
	if err != nil {
		return entry{}, err
	}
	text, err := jsonText(r)
	if err != nil {
		return entry{}, err
	}
	e := entry{
		Account: r.RecipientAccountID, Region: r.AWSRegion, Time: at.UTC().Truncate(time.Second),
		EventID: r.EventID, EventSource: r.EventSource, EventName: r.EventName,
		Username: r.UserIdentity.username(), AccessKeyID: r.UserIdentity.AccessKeyID,
		ReadOnly: r.ReadOnly != nil && *r.ReadOnly, Management: r.EventCategory == managementCategory, Global: r.global(),
		Resources: r.resourceARNs(), Text: []byte(text),
	}
	if e.Management {
		e.Resources = r.namedResources()
	}
	return e, nil
}
