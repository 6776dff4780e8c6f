// Package trail holds the words of trailspan: what a CloudTrail trail is, what was
// seen of an account, and what could not be seen. It judges nothing and touches
// nothing; every other room speaks in its words.
//
// One word per idea:
//
//	Snapshot     what was seen of one account at one time
//	Gap          something that could not be looked at; data, never a verdict
//	Trail        a trail as AWS describes it, with its selectors and, per Region, its status
//	shadow       the copy of a multi-Region or organization trail in a Region or member account
//	Class        a kind of management event: read or write, of KMS, the RDS Data API or the rest; and global
//	Verdict      what is true of a Region or an account
//	Note         a sentence that has not been given a language yet
package trail

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// AccountID is the 12 digits of an AWS account.
type AccountID string

var accountID = regexp.MustCompile(`^[0-9]{12}$`)

// ParseAccountID accepts exactly 12 digits.
func ParseAccountID(s string) (AccountID, error) {
	if !accountID.MatchString(s) {
		return "", fmt.Errorf("%q is not an account ID: 12 digits", s)
	}
	return AccountID(s), nil
}

// ARN is an Amazon Resource Name. The ARN of a trail names its home Region and the
// account that owns it, and never changes, whatever is done to the trail.
type ARN string

var trailARN = regexp.MustCompile(`^arn:(aws[a-z-]*):cloudtrail:([a-z0-9-]+):([0-9]{12}):trail/([A-Za-z0-9._-]+)$`)

// ParseTrailARN takes the ARN of a trail apart.
func ParseTrailARN(s string) (arn ARN, home Region, owner AccountID, name string, err error) {
	m := trailARN.FindStringSubmatch(s)
	if m == nil {
		return "", "", "", "", fmt.Errorf("%q is not a trail ARN (arn:aws:cloudtrail:REGION:ACCOUNT:trail/NAME)", s)
	}
	return ARN(s), Region(m[2]), AccountID(m[3]), m[4], nil
}

// Owner returns the account in the ARN, or "" when there is none. An organization
// trail is owned by the management account, wherever it is seen.
func (a ARN) Owner() AccountID { return AccountID(a.field(4)) }

// Partition returns the partition in the ARN, also one whose Regions are not known.
func (a ARN) Partition() Partition { return Partition(a.field(1)) }

// Region returns the Region in the ARN: the home Region of a trail.
func (a ARN) Region() Region { return Region(a.field(3)) }

// Name returns what follows the last slash.
func (a ARN) Name() string { return string(a[strings.LastIndexByte(string(a), '/')+1:]) }

func (a ARN) field(n int) string {
	f := strings.SplitN(string(a), ":", 6)
	if len(f) < 6 {
		return ""
	}
	return f[n]
}

// Settings are the settings of a trail that AWS returns from DescribeTrails. They
// compare with ==.
type Settings struct {
	Bucket              string `json:"bucket"`
	KeyPrefix           string `json:"keyPrefix,omitempty"`
	SNSTopicARN         ARN    `json:"snsTopicArn,omitempty"`
	GlobalServiceEvents bool   `json:"globalServiceEvents"`
	MultiRegion         bool   `json:"multiRegion"`
	Organization        bool   `json:"organization"`
	LogFileValidation   bool   `json:"logFileValidation"`
	LogGroupARN         ARN    `json:"logGroupArn,omitempty"`
	LogRoleARN          ARN    `json:"logRoleArn,omitempty"`
	KMSKeyID            string `json:"kmsKeyId,omitempty"`
}

// Trail is a trail as it was seen in an account, once, whatever the number of
// Regions that show it.
type Trail struct {
	ARN        ARN    `json:"arn"`
	Name       string `json:"name"`
	HomeRegion Region `json:"homeRegion"`
	Settings
	InsightSelectors bool `json:"hasInsightSelectors,omitempty"`
	// Selectors is nil when they could not be read; a Gap says why.
	Selectors *Selectors `json:"selectors,omitempty"`
	// Status holds an answer of GetTrailStatus for each Region that was asked.
	// Status is per Region: a trail can deliver from one and fail from another.
	Status map[Region]Status `json:"status,omitempty"`
}

// Status is what GetTrailStatus answers in one Region of one account.
type Status struct {
	Logging           bool      `json:"logging"`
	DeliveryError     string    `json:"deliveryError,omitempty"` // an S3 error code; "" says nothing against it
	NotificationError string    `json:"notificationError,omitempty"`
	LogsError         string    `json:"logsError,omitempty"` // of CloudWatch Logs
	DigestError       string    `json:"digestError,omitempty"`
	LatestDelivery    time.Time `json:"latestDelivery,omitzero"`
	StartedLogging    time.Time `json:"startedLogging,omitzero"`
	StoppedLogging    time.Time `json:"stoppedLogging,omitzero"`
}

// An EventDataStore is a store of CloudTrail Lake, which can record management
// events without any trail.
type EventDataStore struct {
	ARN          ARN        `json:"arn"`
	Name         string     `json:"name"`
	HomeRegion   Region     `json:"homeRegion"`
	Status       string     `json:"status"` // ENABLED is the only one that records
	MultiRegion  bool       `json:"multiRegion"`
	Organization bool       `json:"organization"`
	Selectors    *Selectors `json:"selectors,omitempty"`
}
