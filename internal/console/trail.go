package console

import (
	"slices"
	"time"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// trailView is one trail with all that is known of it.
type trailView struct {
	Account trail.AccountID `json:"account"`
	Taken   time.Time       `json:"taken"`
	trailRow
	GlobalServiceEvents bool             `json:"globalServiceEvents"`
	KeyPrefix           string           `json:"keyPrefix"`
	KMSKeyID            string           `json:"kmsKeyId"`
	SNSTopicARN         trail.ARN        `json:"snsTopicArn"`
	LogGroupARN         trail.ARN        `json:"logGroupArn"`
	LogRoleARN          trail.ARN        `json:"logRoleArn"`
	InsightSelectors    bool             `json:"hasInsightSelectors"`
	Selectors           *trail.Selectors `json:"selectors"` // null: they could not be read
	Status              []statusRow      `json:"status"`
	Stack               string           `json:"stack"`
	Tags                []tagRow         `json:"tags"`
	Gaps                []gapRow         `json:"gaps"` // of this trail
}

type statusRow struct {
	Region            trail.Region `json:"region"`
	Home              bool         `json:"home"`
	Seen              bool         `json:"seen"`
	Logging           bool         `json:"logging"`
	LatestDelivery    time.Time    `json:"latestDelivery,omitzero"`
	DeliveryError     string       `json:"deliveryError"`
	DigestError       string       `json:"digestError"`
	NotificationError string       `json:"notificationError"`
	LogsError         string       `json:"logsError"`
}

// Errors are what any delivery of the Region met, by AWS's names of their fields.
func (s statusRow) Errors() []nameValue {
	var out []nameValue
	for _, e := range []nameValue{
		{"LatestDeliveryError", s.DeliveryError},
		{"LatestDigestDeliveryError", s.DigestError},
		{"LatestNotificationError", s.NotificationError},
		{"LatestCloudWatchLogsDeliveryError", s.LogsError},
	} {
		if e.Value != "" {
			out = append(out, e)
		}
	}
	return out
}

type nameValue struct{ Name, Value string }

type tagRow struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

func (c *Console) trail(r *request) (answer, error) {
	a, err := c.assess(r)
	if err != nil {
		return answer{}, err
	}
	t, err := trailOf(r, a.Snapshot)
	if err != nil {
		return answer{}, err
	}
	owner, err := c.options.Eyes.Owner(r.Context(), r.account.ID, t)
	if err != nil {
		return answer{}, err
	}
	return answer{page: "trail", title: t.Name, tab: "trails", view: trailViewOf(a.Snapshot, t, owner)}, nil
}

// trailOf finds the trail that the address names.
func trailOf(r *request, s trail.Snapshot) (trail.Trail, error) {
	arn := r.URL.Query().Get("arn")
	t, ok := s.Trail(trail.ARN(arn))
	if !ok {
		return t, notFound("console.missing.trail", "trail", arn, "account", string(s.Account))
	}
	return t, nil
}

func trailViewOf(s trail.Snapshot, t trail.Trail, o plan.Owner) trailView {
	v := trailView{
		Account: s.Account, Taken: s.Taken, trailRow: trailRowOf(s, t),
		GlobalServiceEvents: t.GlobalServiceEvents, KeyPrefix: t.KeyPrefix, KMSKeyID: t.KMSKeyID,
		SNSTopicARN: t.SNSTopicARN, LogGroupARN: t.LogGroupARN, LogRoleARN: t.LogRoleARN,
		InsightSelectors: t.InsightSelectors, Selectors: t.Selectors, Status: statusRows(s, t), Stack: o.Stack,
		Tags: each(o.Tags, func(t plan.Tag) tagRow { return tagRow{t.Key, t.Value} }),
		Gaps: []gapRow{},
	}
	for _, g := range s.Gaps {
		if g.Trail == t.ARN {
			v.Gaps = append(v.Gaps, gapRow{g.Region, g.Action, g.Kind, g.Trail, g.Error})
		}
	}
	for _, g := range []*trail.Gap{o.Gap, o.TagGap} {
		if g != nil {
			v.Gaps = append(v.Gaps, gapRow{g.Region, g.Action, g.Kind, g.Trail, g.Error})
		}
	}
	return v
}

// statusRows lists the Regions that the trail reaches, or should, its home first.
func statusRows(s trail.Snapshot, t trail.Trail) []statusRow {
	out := []statusRow{}
	for _, view := range s.Regions {
		st, seen := t.Status[view.Region]
		if !seen && view.Region != t.HomeRegion && (!t.MultiRegion || !view.OptStatus.Usable()) {
			continue
		}
		out = append(out, statusRow{
			Region: view.Region, Home: view.Region == t.HomeRegion, Seen: seen, Logging: st.Logging, LatestDelivery: st.LatestDelivery,
			DeliveryError: st.DeliveryError, DigestError: st.DigestError, NotificationError: st.NotificationError, LogsError: st.LogsError,
		})
	}
	slices.SortStableFunc(out, func(a, b statusRow) int { return order(b.Home) - order(a.Home) })
	return out
}

func order(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Command is the command line that converts the trail.
func (v trailView) Command() string { return "trailspan convert --trail " + v.Name }

// SelectorBlock is one selector, line by line in AWS's words.
type selectorBlock struct {
	Title string
	Lines []string
}

// Blocks are the selectors as AWS spells them.
func (v trailView) Blocks() []selectorBlock {
	if v.Selectors == nil {
		return nil
	}
	var out []selectorBlock
	for _, b := range v.Selectors.Basic {
		out = append(out, basicBlock(b))
	}
	for _, a := range v.Selectors.Advanced {
		out = append(out, advancedBlock(a))
	}
	return out
}

func basicBlock(b trail.EventSelector) selectorBlock {
	out := selectorBlock{Title: "EventSelector", Lines: []string{
		"ReadWriteType = " + b.ReadWriteType, "IncludeManagementEvents = " + text(b.IncludeManagementEvents),
	}}
	for _, s := range b.ExcludeManagementEventSources {
		out.Lines = append(out.Lines, "ExcludeManagementEventSources: "+s)
	}
	for _, d := range b.DataResources {
		for _, value := range d.Values {
			out.Lines = append(out.Lines, "DataResources: "+d.Type+" "+value)
		}
	}
	return out
}

func advancedBlock(a trail.AdvancedEventSelector) selectorBlock {
	out := selectorBlock{Title: "AdvancedEventSelector"}
	if a.Name != "" {
		out.Title += ": " + a.Name
	}
	for _, f := range a.FieldSelectors {
		for _, op := range []struct {
			name   string
			values []string
		}{
			{"Equals", f.Equals},
			{"StartsWith", f.StartsWith},
			{"EndsWith", f.EndsWith},
			{"NotEquals", f.NotEquals},
			{"NotStartsWith", f.NotStartsWith},
			{"NotEndsWith", f.NotEndsWith},
		} {
			for _, value := range op.values {
				out.Lines = append(out.Lines, f.Field+" "+op.name+" "+value)
			}
		}
	}
	return out
}
