package sandbox

import "github.com/trailspan/trailspan/internal/sandbox/wire"

type updateDataStoreInput struct {
	EventDataStore string
	dataStoreSettings
}

// updateEventDataStore changes the settings of an event data store.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html
func (s *Sandbox) updateEventDataStore(c *wire.Call, in updateDataStoreInput) (dataStoreDescription, error) {
	d, err := s.activeDataStore(c, in.EventDataStore)
	if err != nil {
		return dataStoreDescription{}, err
	}
	after := *d
	if err := s.applyDataStoreSettings(c, &after, in.dataStoreSettings); err != nil {
		return dataStoreDescription{}, err
	}
	a, _ := parseARN(d.ARN)
	if err := admitDataStore(s.accountOf(a.Account, c.Partition), &after); err != nil {
		return dataStoreDescription{}, err
	}
	*d = after
	return d.description(), nil
}

// activeDataStore finds an event data store that is not about to be deleted.
func (s *Sandbox) activeDataStore(c *wire.Call, id string) (*dataStore, error) {
	d, err := s.dataStore(c, id)
	if err != nil {
		return nil, err
	}
	if d.Status == storePending {
		return nil, wire.Errorf("InactiveEventDataStoreException", "The event data store %s is inactive.", d.ARN)
	}
	return d, nil
}

// deleteEventDataStore marks an event data store for deletion, which AWS does after
// seven days; it stays to be seen.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html
func (s *Sandbox) deleteEventDataStore(c *wire.Call, in dataStoreName) (nothing, error) {
	d, err := s.activeDataStore(c, in.EventDataStore)
	if err != nil {
		return nothing{}, err
	}
	if d.TerminationProtection {
		return nothing{}, wire.Errorf("EventDataStoreTerminationProtectedException", "The event data store %s cannot be deleted because termination protection is enabled for it.", d.ARN)
	}
	d.Status, d.Updated = storePending, s.now()
	return nothing{}, nil
}

// restoreEventDataStore takes an event data store back that was to be deleted.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html
func (s *Sandbox) restoreEventDataStore(c *wire.Call, in dataStoreName) (dataStoreDescription, error) {
	if err := s.moveDataStore(c, in.EventDataStore, storePending, storeEnabled); err != nil {
		return dataStoreDescription{}, err
	}
	return s.getEventDataStore(c, in)
}

// startEventDataStoreIngestion makes an event data store take events again.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartEventDataStoreIngestion.html
func (s *Sandbox) startEventDataStoreIngestion(c *wire.Call, in dataStoreName) (nothing, error) {
	return nothing{}, s.moveDataStore(c, in.EventDataStore, storeStopped, storeEnabled)
}

// stopEventDataStoreIngestion makes an event data store take no more events.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html
func (s *Sandbox) stopEventDataStoreIngestion(c *wire.Call, in dataStoreName) (nothing, error) {
	return nothing{}, s.moveDataStore(c, in.EventDataStore, storeEnabled, storeStopped)
}

// moveDataStore takes an event data store from one status to another.
func (s *Sandbox) moveDataStore(c *wire.Call, id, from, to string) error {
	d, err := s.dataStore(c, id)
	if err != nil {
		return err
	}
	if d.Status != from {
		return wire.Errorf("InvalidEventDataStoreStatusException", "The event data store %s has the status %s, not %s.", d.ARN, d.Status, from)
	}
	d.Status, d.Updated = to, s.now()
	return nil
}
