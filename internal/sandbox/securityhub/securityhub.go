// Package securityhub is as much of AWS Security Hub CSPM as a provider of findings
// meets: a hub is enabled in a Region, takes findings in the AWS Security Finding Format,
// and gives them back. It checks nothing by itself: standards, controls, insights,
// members and aggregation it has not.
//
// Its nouns: the store is Security Hub of all accounts and Regions; a hub is that of one
// account in one Region; a finding is what a provider has sent, told apart by its product
// and its ID.
package securityhub

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store has the hubs of all accounts and Regions. The zero Store has none.
type Store struct {
	Hubs map[string]*Hub // by account/Region; where there is none, it is not enabled
}

// A Hub is Security Hub in one Region of one account.
type Hub struct {
	Since     time.Time
	Generator string                     // ControlFindingGenerator
	Findings  map[string]json.RawMessage // by key
}

// Enable makes a hub, and says whether there was none.
func (s *Store) Enable(account, region string, now time.Time) bool {
	if s.Hubs == nil {
		s.Hubs = map[string]*Hub{}
	}
	place := account + "/" + region
	if s.Hubs[place] != nil {
		return false
	}
	s.Hubs[place] = &Hub{Since: now, Generator: "SECURITY_CONTROL", Findings: map[string]json.RawMessage{}}
	return true
}

// hub is that of the caller, in the Region of the call.
func (s *Store) hub(c *wire.Call) (*Hub, error) {
	h := s.Hubs[c.Account+"/"+c.Region]
	if h == nil {
		return nil, &wire.Error{
			Code: "InvalidAccessException", Status: http.StatusUnauthorized,
			Message: "Account " + c.Account + " is not subscribed to AWS Security Hub",
		}
	}
	return h, nil
}

// operations answer calls, on the Store that there is at the time.
type operations struct {
	store func() *Store
	fails func() bool
}

// Operations is what the sandbox has of
// https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Operations.html
// store is asked at every call, and fails whether findings fail one by one where Security
// Hub is not enabled, in place of the call.
func Operations(store func() *Store, fails func() bool) map[string]wire.Operation {
	o := operations{store, fails}
	return map[string]wire.Operation{
		"BatchImportFindings": wire.Op(o.batchImportFindings),
		"DescribeHub":         wire.Op(o.describeHub),
		"DisableSecurityHub":  wire.Op(o.disableSecurityHub),
		"EnableSecurityHub":   wire.Op(o.enableSecurityHub),
		"GetFindings":         wire.Op(o.getFindings),
	}
}

func invalid(format string, args ...any) error {
	return wire.Errorf("InvalidInputException", format, args...)
}
