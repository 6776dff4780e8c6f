package sandbox

import (
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/cloudformation"
	"github.com/trailspan/trailspan/internal/sandbox/iam"
	"github.com/trailspan/trailspan/internal/sandbox/kms"
	"github.com/trailspan/trailspan/internal/sandbox/logs"
	"github.com/trailspan/trailspan/internal/sandbox/securityhub"
	"github.com/trailspan/trailspan/internal/sandbox/sns"
)

// world is everything the sandbox remembers. It is one tree that encodes to JSON,
// so that --state can keep it and reset can make it anew. Handlers hold the lock of
// the Sandbox while they use it.
type world struct {
	DefaultAccount string
	Switches       Switches
	ClockOffset    time.Duration // ahead of the machine's clock
	Organization   *organization
	Accounts       map[string]*account // by ID
	Sessions       map[string]*session // by access key ID, issued by STS
	Feeds          map[string]*feed    // what trails deliver, see feedKey
	Keys           *keyring            // that digests are signed with
	CloudFormation *cloudformation.Store
	SNS            *sns.Store // topics and subscriptions of all accounts
	IAM            *iam.Store
	Logs           *logs.Store // of which what is in events is kept apart
	KMS            *kms.Store  // keys of all accounts
	SecurityHub    *securityhub.Store
	History        string // the file with its events, in the StateDir
}

// An account is born on first use when the world file does not name it.
type account struct {
	ID         string
	Name       string
	Email      string
	Partition  string    // aws, aws-cn, aws-us-gov
	State      string    // as in Organizations: ACTIVE, SUSPENDED …
	Joined     time.Time // the organization; zero: with the organization
	ExternalID string    // that AssumeRole into the account must give; "" means none
	Roles      []string  // names of those that can be assumed; nil means all
	OptStatus  map[string]optStatus
	Trails     map[string]*trailRecord // that this account owns, by ARN
	DataStores map[string]*dataStore   // by ARN
	NoSupport  bool                    // the account has no support plan, and no Support API
	Earlier    map[string][]earlier    // by ARN: what other Regions still see of its trails, oldest first
}

// earlier is a trail as it was before a change of which other Regions than the home
// Region learn only at Until. No Trail means that there was none.
type earlier struct {
	Until time.Time
	Trail *trailRecord `json:",omitempty"`
}

// optStatus is a RegionOptStatus that differs from the default of the Region.
// A status of ENABLING or DISABLING becomes ENABLED or DISABLED at Until.
type optStatus struct {
	Status string
	Until  time.Time
}

type organization struct {
	ID                string // o-…
	ManagementAccount string
	Created           time.Time
	FeatureSet        string   // ALL or CONSOLIDATED_BILLING
	TrustedAccess     bool     // for cloudtrail.amazonaws.com
	Members           []string // account IDs, the management account among them
	DelegatedAdmins   []string // for cloudtrail.amazonaws.com
	Units             []unit   `json:",omitempty"` // parents before their children
}

// unit is an organizational unit.
type unit struct {
	ID       string
	Name     string
	Parent   string   // an ID; "" is the root
	Accounts []string // that are in it, and not in one below it
}

// session is a set of temporary credentials.
type session struct {
	Secret  string
	Token   string
	Account string
	ARN     string
	UserID  string
	Created time.Time
	Expires time.Time
}

// trailRecord is a trail as it is kept: the settings, and per Region what has come of them.
type trailRecord struct {
	Name                       string
	ARN                        string
	HomeRegion                 string
	S3BucketName               string
	S3KeyPrefix                string
	SnsTopicName               string
	SnsTopicARN                string
	IncludeGlobalServiceEvents bool
	IsMultiRegionTrail         bool
	IsOrganizationTrail        bool
	LogFileValidationEnabled   bool
	CloudWatchLogsLogGroupArn  string
	CloudWatchLogsRoleArn      string
	KmsKeyID                   string // always a full key ARN
	Logging                    bool
	StartLogging               time.Time
	StopLogging                time.Time
	EventSelectors             []eventSelector         // nil: the default
	AdvancedEventSelectors     []advancedEventSelector // excludes EventSelectors
	CustomEventSelectors       bool
	InsightSelectors           []insightSelector
	Tags                       []tag
	Created                    time.Time
	DeliveryErrors             map[string]string // by Region: S3 error codes that the world file forces
}

type tag struct {
	Key   string
	Value *string `json:",omitempty"`
}

type eventSelector struct {
	ReadWriteType                 string
	IncludeManagementEvents       bool
	DataResources                 []dataResource
	ExcludeManagementEventSources []string
}

type dataResource struct {
	Type   string
	Values []string
}

type advancedEventSelector struct {
	Name           string `json:",omitempty"`
	FieldSelectors []fieldSelector
}

type fieldSelector struct {
	Field         string
	Equals        []string `json:",omitempty"`
	StartsWith    []string `json:",omitempty"`
	EndsWith      []string `json:",omitempty"`
	NotEquals     []string `json:",omitempty"`
	NotStartsWith []string `json:",omitempty"`
	NotEndsWith   []string `json:",omitempty"`
}

type insightSelector struct {
	InsightType     string
	EventCategories []string `json:",omitempty"`
}

// dataStore is an event data store of CloudTrail Lake.
type dataStore struct {
	ARN                    string
	Name                   string
	Region                 string
	Status                 string
	MultiRegionEnabled     bool
	OrganizationEnabled    bool
	TerminationProtection  bool
	RetentionPeriod        int // days
	BillingMode            string
	KmsKeyID               string
	AdvancedEventSelectors []advancedEventSelector
	Tags                   []tag
	Created, Updated       time.Time
	Intakes                []intake // what it took, and takes
	Queries                []*lakeQuery
}

// Switches choose between readings of AWS where its behavior is not confirmed.
// The zero value is the cautious default of each.
type Switches struct {
	// SameNameConversion says what UpdateTrail answers when a trail becomes
	// multi-Region, and CreateTrail when it is made so, while another Region has a
	// trail of its own of the same name: "allow" (default) or "reject"
	// (TrailAlreadyExistsException).
	SameNameConversion string `yaml:"sameNameConversion" json:",omitempty"`
	// ConversionQuota says what UpdateTrail answers when a Region has no free slot
	// for the shadow trail: "reject" (default, MaximumNumberOfTrailsExceededException) or "allow".
	ConversionQuota string `yaml:"conversionQuota" json:",omitempty"`
	// NarrowingGlobalEvents says what multi-Region to single-Region does to
	// IncludeGlobalServiceEvents: "keep" (default) or "clear".
	NarrowingGlobalEvents string `yaml:"narrowingGlobalEvents" json:",omitempty"`
	// ShadowMutation says what a change by bare name answers in a Region where only
	// the shadow exists: "not-found" (default, TrailNotFoundException) or "home-region" (InvalidHomeRegionException).
	ShadowMutation string `yaml:"shadowMutation" json:",omitempty"`
	// MemberSelectors says whether GetEventSelectors of an organization trail works
	// from a member account: "allow" (default, as the user guide says) or "deny".
	MemberSelectors string `yaml:"memberSelectors" json:",omitempty"`
	// DefaultSelectors says what GetEventSelectors answers for a trail whose
	// selectors were never put: "basic" (default) or "advanced".
	DefaultSelectors string `yaml:"defaultSelectors" json:",omitempty"`
	// BucketProbe says which key CreateTrail and UpdateTrail try to write when they
	// verify the bucket: "home-region" (default, a log file of the home Region) or
	// "marker" (the empty objects AWSLogs/ACCOUNT/CloudTrail/ and, with log file
	// validation, AWSLogs/ACCOUNT/CloudTrail-Digest/, which stay in the bucket). Under
	// "marker" a policy that names the prefix of a Region is refused outright, under
	// "home-region" it is found wanting only in the status of the other Regions.
	BucketProbe string `yaml:"bucketProbe" json:",omitempty"`
	// Propagation delays the appearance of a change in other Regions than the home
	// Region, as eventual consistency does. Default 0.
	Propagation time.Duration `yaml:"propagation" json:",omitempty"`
	// ConflictWhilePropagating says what a change of a trail answers while the change
	// before it propagates: "off" (default: it is made) or "on" (ConflictException).
	ConflictWhilePropagating string `yaml:"conflictWhilePropagating" json:",omitempty"`
	// OptInDuration is how long EnableRegion and DisableRegion stay ENABLING or
	// DISABLING by the clock of the sandbox. Default 0: done at once.
	OptInDuration time.Duration `yaml:"optInDuration" json:",omitempty"`
	// LookupLimit says whether LookupEvents is held to two calls per second, account
	// and Region: "on" (default, ThrottlingException) or "off".
	LookupLimit string `yaml:"lookupLimit" json:",omitempty"`
	// DisabledSecurityHub says what BatchImportFindings answers where Security Hub is not
	// enabled: "reject" (default, InvalidAccessException, which the API reference has) or
	// "fail-findings" (each finding fails with InvalidAccess, as the user guide says).
	DisabledSecurityHub string `yaml:"disabledSecurityHub" json:",omitempty"`
	// QueryDuration is how long a query of an event data store stays RUNNING by the
	// clock of the sandbox. Default 0: it is FINISHED at once.
	QueryDuration time.Duration `yaml:"queryDuration" json:",omitempty"`
}
