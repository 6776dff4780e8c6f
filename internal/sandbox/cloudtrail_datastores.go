package sandbox

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// The states of an event data store that the sandbox knows.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
const (
	storeEnabled = "ENABLED"
	storeStopped = "STOPPED_INGESTION"
	storePending = "PENDING_DELETION"
)

// dataStoreQuota is how many event data stores an account may have in a Region.
const dataStoreQuota = 10

// The ways to be billed, with the days that events can be kept at most.
const (
	extendableRetention = "EXTENDABLE_RETENTION_PRICING"
	fixedRetention      = "FIXED_RETENTION_PRICING"
)

// dataStoreSettings are the members that CreateEventDataStore and
// UpdateEventDataStore share.
type dataStoreSettings struct {
	Name                         *string
	AdvancedEventSelectors       *[]advancedEventSelector
	MultiRegionEnabled           *bool
	OrganizationEnabled          *bool
	RetentionPeriod              *int
	TerminationProtectionEnabled *bool
	KmsKeyID                     *string `json:"KmsKeyId"`
	BillingMode                  *string
}

type createDataStoreInput struct {
	dataStoreSettings
	TagsList       []tag
	StartIngestion *bool
}

// dataStoreDescription is an event data store as its operations show it. TagsList is
// only in the answer of CreateEventDataStore.
type dataStoreDescription struct {
	EventDataStoreArn            string
	Name                         string
	Status                       string
	AdvancedEventSelectors       []advancedEventSelector
	MultiRegionEnabled           bool
	OrganizationEnabled          bool
	RetentionPeriod              int
	TerminationProtectionEnabled bool
	TagsList                     []tag `json:",omitempty"`
	CreatedTimestamp             wire.Time
	UpdatedTimestamp             wire.Time
	KmsKeyID                     string `json:"KmsKeyId,omitempty"`
	BillingMode                  string
}

func (d *dataStore) description() dataStoreDescription {
	return dataStoreDescription{
		EventDataStoreArn:            d.ARN,
		Name:                         d.Name,
		Status:                       d.Status,
		AdvancedEventSelectors:       d.selectors(),
		MultiRegionEnabled:           d.MultiRegionEnabled,
		OrganizationEnabled:          d.OrganizationEnabled,
		RetentionPeriod:              d.RetentionPeriod,
		TerminationProtectionEnabled: d.TerminationProtection,
		CreatedTimestamp:             wire.Time{Time: d.Created},
		UpdatedTimestamp:             wire.Time{Time: d.Updated},
		KmsKeyID:                     d.KmsKeyID,
		BillingMode:                  d.BillingMode,
	}
}

// selectors are those that were given, or all management events.
func (d *dataStore) selectors() []advancedEventSelector {
	if len(d.AdvancedEventSelectors) > 0 {
		return d.AdvancedEventSelectors
	}
	s := defaultAdvancedSelector()
	s.Name = "Default management events"
	return []advancedEventSelector{s}
}

// createEventDataStore makes an event data store, which takes events at once unless
// told otherwise, in all Regions unless told otherwise.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html
func (s *Sandbox) createEventDataStore(c *wire.Call, in createDataStoreInput) (dataStoreDescription, error) {
	if err := checkTags(in.TagsList); err != nil {
		return dataStoreDescription{}, err
	}
	d := s.newDataStore(c, in)
	if err := s.applyDataStoreSettings(c, d, in.dataStoreSettings); err != nil {
		return dataStoreDescription{}, err
	}
	owner := s.ownerFor(c, d.OrganizationEnabled)
	d.ARN = resourceARN{c.Partition, "cloudtrail", c.Region, owner.ID, "eventdatastore", wire.NewUUID()}.String()
	if err := admitDataStore(owner, d); err != nil {
		return dataStoreDescription{}, err
	}
	owner.DataStores[d.ARN] = d
	out := d.description()
	out.TagsList = d.Tags
	return out, nil
}

func (s *Sandbox) newDataStore(c *wire.Call, in createDataStoreInput) *dataStore {
	d := &dataStore{
		Region:                c.Region,
		Status:                storeEnabled,
		MultiRegionEnabled:    true,
		TerminationProtection: true,
		RetentionPeriod:       366,
		BillingMode:           extendableRetention,
		Tags:                  in.TagsList,
		Created:               s.now(),
	}
	if in.StartIngestion != nil && !*in.StartIngestion {
		d.Status = storeStopped
	}
	if value(in.BillingMode) == fixedRetention {
		d.RetentionPeriod = 2557
	}
	return d
}

// admitDataStore looks for another event data store of the name, and for a free place.
func admitDataStore(owner *account, d *dataStore) error {
	n := 0
	for _, other := range owner.DataStores {
		if other.ARN == d.ARN || other.Region != d.Region {
			continue
		}
		if n++; other.Name == d.Name {
			return wire.Errorf("EventDataStoreAlreadyExistsException", "An event data store named %s already exists.", d.Name)
		}
	}
	if n >= dataStoreQuota {
		return wire.Errorf("EventDataStoreMaxLimitExceededException", "The account %s already has %d event data stores in %s.", owner.ID, dataStoreQuota, d.Region)
	}
	return nil
}

// applyDataStoreSettings puts the settings of a request into an event data store that
// is not yet the world's.
func (s *Sandbox) applyDataStoreSettings(c *wire.Call, d *dataStore, in dataStoreSettings) error {
	set(&d.Name, in.Name)
	set(&d.AdvancedEventSelectors, in.AdvancedEventSelectors)
	set(&d.MultiRegionEnabled, in.MultiRegionEnabled)
	set(&d.OrganizationEnabled, in.OrganizationEnabled)
	set(&d.RetentionPeriod, in.RetentionPeriod)
	set(&d.TerminationProtection, in.TerminationProtectionEnabled)
	set(&d.BillingMode, in.BillingMode)
	d.Updated = s.now()
	if in.AdvancedEventSelectors != nil && len(*in.AdvancedEventSelectors) > 0 {
		if err := checkSelectors(*in.AdvancedEventSelectors, "event data store", storeFieldsOf); err != nil {
			return err
		}
	}
	if value(in.OrganizationEnabled) {
		if err := s.checkMayOrganize(c); err != nil {
			return err
		}
	}
	if in.KmsKeyID != nil {
		key, err := s.dataStoreKey(c, *in.KmsKeyID)
		if err != nil {
			return err
		}
		d.KmsKeyID = key
	}
	return d.check()
}

// set puts a member that is there into a setting.
func set[T any](setting, member *T) {
	if member != nil {
		*setting = *member
	}
}

func (d *dataStore) check() error {
	const code = "InvalidParameterException"
	longest := map[string]int{extendableRetention: 3653, fixedRetention: 2557}[d.BillingMode]
	switch {
	case len(d.Name) < 3 || len(d.Name) > 128 || strings.Trim(d.Name, alphanumeric+"._-") != "":
		return wire.Errorf(code, "The event data store name %q is not valid.", d.Name)
	case longest == 0:
		return wire.Errorf(code, "The billing mode %s is not valid.", d.BillingMode)
	case d.RetentionPeriod < 7 || d.RetentionPeriod > longest:
		return wire.Errorf(code, "The retention period must be between 7 and %d days.", longest)
	}
	return nil
}

type dataStoreName struct{ EventDataStore string }

// getEventDataStore shows one event data store.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
func (s *Sandbox) getEventDataStore(c *wire.Call, in dataStoreName) (dataStoreDescription, error) {
	d, err := s.dataStore(c, in.EventDataStore)
	if err != nil {
		return dataStoreDescription{}, err
	}
	return d.description(), nil
}

// dataStore finds an event data store of the caller, by its ARN or the ID at the end
// of it, in the Region of the call.
func (s *Sandbox) dataStore(c *wire.Call, id string) (*dataStore, error) {
	complete := func(owner string) string {
		return resourceARN{c.Partition, "cloudtrail", c.Region, owner, "eventdatastore", id}.String()
	}
	if isARN(id) {
		complete = func(string) string { return id }
	}
	a, ok := parseARN(complete(c.Account))
	if !ok || a.Service != "cloudtrail" || a.Type != "eventdatastore" {
		return nil, wire.Errorf("EventDataStoreARNInvalidException", "The event data store ARN %s is not valid.", id)
	}
	for _, owner := range s.ownersFor(s.accountOf(c.Account, c.Partition)) {
		d := owner.DataStores[complete(owner.ID)]
		mine := owner.ID == c.Account || d != nil && d.OrganizationEnabled && s.isDelegatedAdmin(c.Account)
		if d != nil && d.Region == c.Region && mine {
			return d, nil
		}
	}
	return nil, wire.Errorf("EventDataStoreNotFoundException", "The event data store %s was not found.", complete(c.Account))
}

type listDataStoresInput struct {
	NextToken  string
	MaxResults *int
}

type listDataStoresOutput struct {
	EventDataStores []dataStoreInfo
	NextToken       string `json:",omitempty"`
}

type dataStoreInfo struct {
	EventDataStoreArn string
	Name              string
}

// listEventDataStores lists the event data stores of the Region by name. The token is
// the ARN to go on after.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html
func (s *Sandbox) listEventDataStores(c *wire.Call, in listDataStoresInput) (listDataStoresOutput, error) {
	stores := slices.DeleteFunc(slices.Collect(maps.Values(s.accountOf(c.Account, c.Partition).DataStores)),
		func(d *dataStore) bool { return d.Region != c.Region })
	slices.SortFunc(stores, func(a, b *dataStore) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ARN, b.ARN)) })
	if in.NextToken != "" {
		i := slices.IndexFunc(stores, func(d *dataStore) bool { return d.ARN == in.NextToken })
		if i < 0 {
			return listDataStoresOutput{}, wire.Errorf("InvalidNextTokenException", "The token is not valid.")
		}
		stores = stores[i+1:]
	}
	out := listDataStoresOutput{EventDataStores: []dataStoreInfo{}}
	for i, d := range stores {
		if in.MaxResults != nil && i == max(*in.MaxResults, 1) {
			out.NextToken = stores[i-1].ARN
			break
		}
		out.EventDataStores = append(out.EventDataStores, dataStoreInfo{d.ARN, d.Name})
	}
	return out, nil
}
