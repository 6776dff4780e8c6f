package sandbox

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// worldFile is a world as it is written in YAML. A world may be broken on purpose,
// with buckets that are missing and policies that deny, so that only what no AWS
// account can be is refused.
type worldFile struct {
	DefaultAccount placed            `yaml:"defaultAccount"`
	Switches       Switches          `yaml:"switches"`
	Organization   *organizationFile `yaml:"organization"`
	Accounts       []accountFile     `yaml:"accounts"`
	Buckets        []bucketFile      `yaml:"buckets"`
	Topics         []topicFile       `yaml:"topics"`
	LogGroups      []logGroupFile    `yaml:"logGroups"`
	Keys           []keyFile         `yaml:"keys"`
	Faults         []faultFile       `yaml:"faults"`
}

type organizationFile struct {
	ID                      placed     `yaml:"id"`
	ManagementAccount       placed     `yaml:"managementAccount"`
	FeatureSet              placed     `yaml:"featureSet"`    // ALL, the default, or CONSOLIDATED_BILLING
	TrustedAccess           *bool      `yaml:"trustedAccess"` // of CloudTrail; true is the default
	DelegatedAdministrators []placed   `yaml:"delegatedAdministrators"`
	Units                   []unitFile `yaml:"units"` // an account that is in none is at the root
}

type unitFile struct {
	ID       placed   `yaml:"id"`
	Name     string   `yaml:"name"`
	Parent   placed   `yaml:"parent"` // a unit above it in the file; the root when left out
	Accounts []placed `yaml:"accounts"`
}

type accountFile struct {
	ID              placed          `yaml:"id"`
	Name            string          `yaml:"name"`
	Email           string          `yaml:"email"`
	Partition       placed          `yaml:"partition"`  // aws is the default
	State           placed          `yaml:"state"`      // as in Organizations; ACTIVE is the default
	Member          *bool           `yaml:"member"`     // of the organization; true is the default when there is one
	ExternalID      string          `yaml:"externalId"` // that AssumeRole into the account must give
	Roles           []string        `yaml:"roles"`      // names of those that can be assumed; all, when left out
	OptedIn         []placed        `yaml:"optedIn"`
	Regions         pairs           `yaml:"regions"` // Region: RegionOptStatus
	IAMRoles        []iamRoleFile   `yaml:"iamRoles"`
	Trails          []trailFile     `yaml:"trails"`
	EventDataStores []dataStoreFile `yaml:"eventDataStores"`
	Stacks          []stackFile     `yaml:"stacks"`
	SupportPlan     placed          `yaml:"supportPlan"` // business is the default; none has no Support API
	SecurityHub     securityHubFile `yaml:"securityHub"`
	line            int
}

// UnmarshalYAML reads the account and remembers where it stands.
func (f *accountFile) UnmarshalYAML(n *yaml.Node) error {
	type fields accountFile
	if err := n.Load((*fields)(f), yaml.WithKnownFields()); err != nil {
		return err
	}
	f.line = n.Line
	return nil
}

type securityHubFile struct {
	Regions []placed `yaml:"regions"` // where it is enabled
}

type trailFile struct {
	Name                   placed                      `yaml:"name"`
	HomeRegion             placed                      `yaml:"homeRegion"`
	Bucket                 string                      `yaml:"bucket"`
	KeyPrefix              string                      `yaml:"keyPrefix"`
	MultiRegion            bool                        `yaml:"multiRegion"`
	Organization           bool                        `yaml:"organization"`
	GlobalServiceEvents    *bool                       `yaml:"globalServiceEvents"` // true is the default
	LogFileValidation      bool                        `yaml:"logFileValidation"`
	Logging                *bool                       `yaml:"logging"` // true is the default
	KMSKeyID               string                      `yaml:"kmsKeyId"`
	SNSTopic               string                      `yaml:"snsTopic"` // name or ARN
	LogGroupARN            string                      `yaml:"logGroupArn"`
	LogRoleARN             string                      `yaml:"logRoleArn"`
	EventSelectors         list[eventSelector]         `yaml:"eventSelectors"`
	AdvancedEventSelectors list[advancedEventSelector] `yaml:"advancedEventSelectors"`
	InsightSelectors       list[insightSelector]       `yaml:"insightSelectors"`
	Tags                   pairs                       `yaml:"tags"`
	DeliveryErrors         pairs                       `yaml:"deliveryErrors"` // Region: S3 error code
}

type dataStoreFile struct {
	Name                   placed                      `yaml:"name"`
	Region                 placed                      `yaml:"region"`
	MultiRegion            *bool                       `yaml:"multiRegion"` // true is the default
	Organization           bool                        `yaml:"organization"`
	Status                 placed                      `yaml:"status"` // ENABLED is the default
	AdvancedEventSelectors list[advancedEventSelector] `yaml:"advancedEventSelectors"`
}

type stackFile struct {
	Name   placed   `yaml:"name"`
	Region placed   `yaml:"region"`
	Trails []string `yaml:"trails"`
}

type bucketFile struct {
	Name    placed     `yaml:"name"`
	Account placed     `yaml:"account"` // the default account is the default
	Region  placed     `yaml:"region"`  // the global Region of the partition is the default
	Policy  policyText `yaml:"policy"`
}

// policyText is "documented", "none", "", or a bucket policy, as JSON text or as YAML.
type policyText string

// UnmarshalYAML takes a policy that is written in YAML as the JSON that it means.
func (p *policyText) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		return n.Load((*string)(p))
	}
	var tree any
	if err := n.Load(&tree); err != nil {
		return err
	}
	text, err := jsonText(tree)
	*p = policyText(text)
	return err
}

// parseWorld reads a world file. Its error is of one thing, with the line.
func parseWorld(text []byte) (*worldFile, error) {
	f := &worldFile{}
	if err := loadYAML(text, f); err != nil {
		return nil, err
	}
	return f, f.Switches.check()
}

// check refuses a switch that is in no known position.
func (s Switches) check() error {
	for _, c := range []struct {
		name, value string
		positions   []string
	}{
		{"sameNameConversion", s.SameNameConversion, []string{"allow", "reject"}},
		{"conversionQuota", s.ConversionQuota, []string{"allow", "reject"}},
		{"narrowingGlobalEvents", s.NarrowingGlobalEvents, []string{"keep", "clear"}},
		{"shadowMutation", s.ShadowMutation, []string{"not-found", "home-region"}},
		{"memberSelectors", s.MemberSelectors, []string{"allow", "deny"}},
		{"defaultSelectors", s.DefaultSelectors, []string{"basic", "advanced"}},
		{"bucketProbe", s.BucketProbe, []string{"home-region", "marker"}},
		{"lookupLimit", s.LookupLimit, []string{"on", "off"}},
		{"disabledSecurityHub", s.DisabledSecurityHub, []string{"reject", "fail-findings"}},
		{"conflictWhilePropagating", s.ConflictWhilePropagating, []string{"on", "off"}},
	} {
		if c.value != "" && !slices.Contains(c.positions, c.value) {
			return fmt.Errorf("the switch %s is %q, but it can only be %s", c.name, c.value, strings.Join(c.positions, " or "))
		}
	}
	if s.Propagation < 0 || s.OptInDuration < 0 || s.QueryDuration < 0 {
		return fmt.Errorf("the switches propagation, optInDuration and queryDuration cannot be negative")
	}
	return nil
}

var organizationID = regexp.MustCompile(`^o-[a-z0-9]{10,32}$`)

// checkAccount refuses what is not an account ID.
func (p placed) checkAccount() error {
	if !accountID.MatchString(p.text) {
		return p.errorf("%q is not an account ID of 12 digits", p.text)
	}
	return nil
}

// checkRegion refuses what is not a Region of the partition.
func (p placed) checkRegion(partition string) error {
	switch {
	case !regionExists(p.text):
		return p.errorf("there is no Region %q", p.text)
	case partitionOf(p.text) != partition:
		return p.errorf("the Region %s is not in the partition %s of the account", p.text, partition)
	}
	return nil
}

// checkOneOf refuses text that is none of the choices.
func (p placed) checkOneOf(what string, choices ...string) error {
	if !slices.Contains(choices, p.text) {
		return p.errorf("the %s is %q, but it can only be %s", what, p.text, strings.Join(choices, ", "))
	}
	return nil
}
