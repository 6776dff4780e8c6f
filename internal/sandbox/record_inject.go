package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// The largest body of POST /_sandbox/events, and the largest record in it.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html
const (
	largestInjection = 64 << 20
	largestRecord    = 256 << 10
)

// injected is the answer of POST /_sandbox/events.
type injected struct {
	Recorded int `json:"recorded"`
}

// postEvents records events that no call made: a list of them, or as many as a seed
// makes. Of a list that has a mistake nothing is recorded.
//
//	[{"recipientAccountId":"123456789012","awsRegion":"ap-south-1","eventName":"RunInstances"}]
//	{"seed":1,"count":5000,"days":30,"account":"123456789012","regions":["ap-south-1"]}
func (s *Sandbox) postEvents(r *http.Request) (any, error) {
	text, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, largestInjection))
	if err != nil {
		return nil, fmt.Errorf("reading the events: %w", err)
	}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("{")) {
		return s.generate(text)
	}
	var list []json.RawMessage
	if err := json.Unmarshal(text, &list); err != nil {
		return nil, errors.New(`the events are neither a JSON list of records nor {"seed":1,"count":1000,"days":30}`)
	}
	entries := make([]entry, 0, len(list))
	for i, one := range list {
		e, err := s.injection(one)
		if err != nil {
			return nil, fmt.Errorf("event %d: %w", i+1, err)
		}
		entries = append(entries, e)
	}
	return injected{len(entries)}, s.inject(entries)
}

// inject keeps entries that were made up.
func (s *Sandbox) inject(entries []entry) error {
	var seq uint64
	for _, e := range entries {
		seq = s.history.append(e)
	}
	if err := s.history.sync(seq); err != nil {
		return adminError{err, http.StatusInternalServerError}
	}
	return nil
}

// given is a record of which much may be missing. Account and Region are short for
// recipientAccountId and awsRegion.
type given struct {
	record
	Account string `json:"account"`
	Region  string `json:"region"`
}

// injection reads a record, and fills in what it leaves out.
func (s *Sandbox) injection(text []byte) (entry, error) {
	if len(text) > largestRecord {
		return entry{}, fmt.Errorf("it has %d bytes, more than the %d that CloudTrail allows", len(text), largestRecord)
	}
	var g given
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	d.UseNumber()
	if err := d.Decode(&g); err != nil {
		return entry{}, errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	if g.RecipientAccountID == "" {
		g.RecipientAccountID = g.Account
	}
	if g.AWSRegion == "" {
		g.AWSRegion = g.Region
	}
	now := s.now()
	if err := s.checkPlace(g.RecipientAccountID, g.AWSRegion, now); err != nil {
		return entry{}, err
	}
	if err := g.fill(now); err != nil {
		return entry{}, err
	}
	return g.entry()
}

// checkPlace refuses events of an account and Region in which nothing can happen.
func (s *Sandbox) checkPlace(account, region string, now time.Time) error {
	switch {
	case !accountID.MatchString(account):
		return fmt.Errorf("its recipientAccountId %q is not an account ID of 12 digits", account)
	case !regionExists(region):
		return fmt.Errorf("its awsRegion %q is not a Region", region)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accountOf(account, partitionOf(region)); !a.enabledIn(region, now) {
		return fmt.Errorf("the Region %s is not enabled in the account %s", region, account)
	}
	return nil
}

// fill gives a record what it must have. Its time must be one that event history shows.
func (r *record) fill(now time.Time) error {
	if r.EventName == "" {
		return errors.New("its eventName is missing")
	}
	for _, m := range []struct {
		at        *string
		otherwise string
	}{
		{&r.EventVersion, recordVersion},
		{&r.EventTime, recordTime(now)},
		{&r.EventSource, usualSource(r.EventName)},
		{&r.SourceIPAddress, "198.51.100.7"},
		{&r.UserAgent, "trailspan-sandbox"},
		{&r.EventID, wire.NewUUID()},
		{&r.RequestID, wire.NewUUID()},
		{&r.EventType, "AwsApiCall"},
		{&r.EventCategory, r.usualCategory()},
	} {
		if *m.at == "" {
			*m.at = m.otherwise
		}
	}
	if r.ReadOnly == nil {
		r.ReadOnly = new(onlyReads(r.EventName))
	}
	if r.ManagementEvent == nil {
		r.ManagementEvent = new(r.EventCategory == managementCategory)
	}
	r.fillIdentity()
	return r.check(now)
}

// usualCategory is what the other members say of the category.
func (r *record) usualCategory() string {
	if r.ManagementEvent != nil && !*r.ManagementEvent {
		return dataCategory
	}
	return managementCategory
}

func (r *record) fillIdentity() {
	if r.UserIdentity.Type != "" {
		return
	}
	account := r.RecipientAccountID
	r.UserIdentity = userIdentity{
		Type: "IAMUser", PrincipalID: uniqueID("AIDA", account+"/sandbox"), AccountID: account,
		ARN: "arn:" + partitionOf(r.AWSRegion) + ":iam::" + account + ":user/sandbox", UserName: "sandbox",
	}
}

// check refuses a record of a time or category that the history cannot have.
func (r *record) check(now time.Time) error {
	at, err := time.Parse(time.RFC3339, r.EventTime)
	switch {
	case err != nil:
		return fmt.Errorf("its eventTime %q is not a time such as 2024-07-31T13:06:24Z", r.EventTime)
	case at.After(now) || at.Before(now.Add(-retention)):
		return fmt.Errorf("its eventTime %s is not within the 90 days before %s, the time in the sandbox", r.EventTime, recordTime(now))
	case !slices.Contains([]string{managementCategory, dataCategory}, r.EventCategory):
		return fmt.Errorf("its eventCategory is %q, but it can only be %s or %s", r.EventCategory, managementCategory, dataCategory)
	}
	r.EventTime = recordTime(at)
	return nil
}

// usualSource is the service that has an operation of that name.
func usualSource(eventName string) string {
	for _, a := range activities() {
		if a.name == eventName {
			return a.service + ".amazonaws.com"
		}
	}
	return "sandbox.amazonaws.com"
}
