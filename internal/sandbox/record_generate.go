package sandbox

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// An activityOrder asks for made-up activity.
type activityOrder struct {
	Seed    uint64   `json:"seed"`
	Count   int      `json:"count"`
	Days    int      `json:"days"`    // over which it is spread, up to now; 30 when left out
	Account string   `json:"account"` // the default account when left out
	Regions []string `json:"regions"` // all enabled ones when left out
}

// The most events that one order makes, and how many are kept at a time, while as many are made.
const (
	largestOrder = 5_000_000
	orderBatch   = 5_000
)

// generate makes up activity. The same order at the same time makes the same events,
// IDs included.
func (s *Sandbox) generate(text []byte) (any, error) {
	o := activityOrder{Days: 30, Account: s.defaultAccount()}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&o); err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	now := s.now()
	if err := s.checkOrder(&o, now); err != nil {
		return nil, err
	}
	g, kept := newGenerator(o, now), make(chan error, 1)
	kept <- nil
	for done := 0; done < o.Count; done += orderBatch {
		batch, err := g.batch(done, min(done+orderBatch, o.Count))
		if before := <-kept; err != nil || before != nil {
			return nil, cmp.Or(before, err)
		}
		go func() { kept <- s.inject(batch) }() // while the next is made
	}
	return injected{o.Count}, <-kept
}

// batch makes the events of those numbers, but for the last.
func (g *generator) batch(from, to int) ([]entry, error) {
	list := make([]entry, 0, to-from)
	for n := from; n < to; n++ {
		e, err := g.event(n).entry()
		if err != nil {
			return nil, err
		}
		list = append(list, e)
	}
	return list, nil
}

// checkOrder fills in the Regions, and refuses an order that cannot be met.
func (s *Sandbox) checkOrder(o *activityOrder, now time.Time) error {
	switch {
	case o.Count < 1 || o.Count > largestOrder:
		return fmt.Errorf("count is %d, but it can only be 1 to %d", o.Count, largestOrder)
	case o.Days < 1 || o.Days > 90:
		return fmt.Errorf("days is %d, but it can only be 1 to 90", o.Days)
	}
	if len(o.Regions) == 0 {
		if !accountID.MatchString(o.Account) {
			return fmt.Errorf("account is %q, not an account ID of 12 digits", o.Account)
		}
		s.mu.Lock()
		o.Regions = s.accountOf(o.Account, "aws").enabledRegions(now)
		s.mu.Unlock()
	}
	for _, region := range o.Regions {
		if err := s.checkPlace(o.Account, region, now); err != nil {
			return err
		}
	}
	return nil
}

// A generator makes up events.
type generator struct {
	order    activityOrder
	begin    time.Time
	span     time.Duration
	chance   *rand.Rand
	everyday []activity // but for those of global services
	all      []activity
}

func newGenerator(o activityOrder, now time.Time) *generator {
	span := time.Duration(o.Days) * 24 * time.Hour
	if o.Days == 90 {
		span -= time.Hour // or the first would be over at once
	}
	g := &generator{order: o, begin: now.Add(-span), span: span, chance: rand.New(rand.NewPCG(o.Seed, 0)), all: activities()}
	for _, a := range g.all {
		if !isGlobal(a.service) {
			g.everyday = append(g.everyday, a)
		}
	}
	return g
}

// event makes the event of that number. Later numbers are of later times.
func (g *generator) event(n int) *record {
	region := g.order.Regions[g.chance.IntN(len(g.order.Regions))]
	choices := g.everyday
	if region == globalRegion(partitionOf(region)) {
		choices = g.all
	}
	a := choices[g.chance.IntN(len(choices))]
	step := g.span / time.Duration(g.order.Count)
	at := g.begin.Add(time.Duration(n)*step + time.Duration(g.chance.Int64N(int64(step)+1)))
	r := &record{
		EventVersion: recordVersion, UserIdentity: g.identity(region), EventTime: recordTime(at),
		EventSource: a.service + ".amazonaws.com", EventName: a.name, AWSRegion: region,
		SourceIPAddress: fmt.Sprintf("198.51.100.%d", 1+g.chance.IntN(254)), UserAgent: "aws-cli/2.31.0",
		RequestParameters: a.parameters(g.chance.Uint32()), RequestID: g.id(), EventID: g.id(), ReadOnly: new(onlyReads(a.name)),
		EventType: "AwsApiCall", ManagementEvent: new(true), RecipientAccountID: g.order.Account, EventCategory: managementCategory,
	}
	if g.chance.IntN(50) == 0 {
		r.ErrorCode = "AccessDenied"
		r.ErrorMessage = "User: " + r.UserIdentity.ARN + " is not authorized to perform: " + a.service + ":" + a.name
	}
	return r
}

func (g *generator) id() string {
	var b [16]byte
	for i := range b {
		b[i] = byte(g.chance.Uint32())
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return formatUUID(b)
}

// identity is one of a few users of the account, each with one key.
func (g *generator) identity(region string) userIdentity {
	names := []string{"alice", "bob", "carol", "deploy", "monitoring"}
	name := names[g.chance.IntN(len(names))]
	account := g.order.Account
	return userIdentity{
		Type: "IAMUser", PrincipalID: uniqueID("AIDA", account+"/"+name), AccountID: account,
		ARN:         "arn:" + partitionOf(region) + ":iam::" + account + ":user/" + name,
		AccessKeyID: uniqueID("AKIA", account+"/"+name)[:20], UserName: name,
	}
}
