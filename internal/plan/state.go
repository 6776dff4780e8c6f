package plan

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// State is what is there, by AWS's names: of a trail its settings, of a bucket its
// policy … Values are bool or string. Nil or empty: it is not there.
type State map[string]any

// Names of State. They are AWS's, where AWS has one.
const (
	IsMultiRegionTrail         = "IsMultiRegionTrail"
	IncludeGlobalServiceEvents = "IncludeGlobalServiceEvents"
	IsLogging                  = "IsLogging"
	Exists                     = "Exists" // of a bucket
	Policy                     = "Policy"
	PublicAccessBlocked        = "PublicAccessBlocked"
	KMSKeyID                   = "KmsKeyId"
	DeliveryError              = "LatestDeliveryError"
	Selectors                  = "EventSelectors" // basic or advanced
)

// Equal says whether two States are the same.
func (s State) Equal(t State) bool {
	return len(s) == 0 && len(t) == 0 || reflect.DeepEqual(s, t)
}

// Satisfies says whether s has all that want has; an empty want wants nothing there.
func (s State) Satisfies(want State) bool {
	if len(want) == 0 {
		return len(s) == 0
	}
	for k, v := range want {
		if s[k] != v {
			return false
		}
	}
	return true
}

// EqualBut says whether s and t are the same in all that the calls do not bring about.
func (s State) EqualBut(t State, calls []Call) bool {
	a, b := maps.Clone(s), maps.Clone(t)
	for _, c := range calls {
		for k := range c.Want {
			delete(a, k)
			delete(b, k)
		}
	}
	return a.Equal(b)
}

// Change is one difference between two States. Nil stands for what is not there.
type Change struct {
	Name     string
	From, To any
}

// Changes lists how two States differ, by name.
func Changes(from, to State) []Change {
	names := slices.Collect(maps.Keys(from))
	for k := range to {
		if _, both := from[k]; !both {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	var out []Change
	for _, k := range names {
		if from[k] != to[k] {
			out = append(out, Change{k, from[k], to[k]})
		}
	}
	return out
}

// Diff writes the differences of two States in one line that needs no language:
//
//	IsMultiRegionTrail: false → true; KmsKeyId: – → alias/logs
func Diff(from, to State) string {
	if len(to) == 0 {
		return Exists + ": true → false"
	}
	var out []string
	for _, c := range Changes(from, to) {
		out = append(out, fmt.Sprintf("%s: %s → %s", c.Name, shown(c.From), shown(c.To)))
	}
	return strings.Join(out, "; ")
}

// shown is a value of a State; what is not there is a dash.
func shown(v any) string {
	if v == nil {
		return "–"
	}
	return fmt.Sprint(v)
}

// With returns s with the values of change.
func (s State) With(change State) State {
	out := maps.Clone(s)
	if out == nil {
		out = State{}
	}
	maps.Copy(out, change)
	return out
}

// TrailState is the State of a trail: every setting that AWS lets one change, so
// that drift in any of them is seen. Unset strings are left out.
func TrailState(t trail.Settings) State {
	s := State{
		"S3BucketName":             t.Bucket,
		IncludeGlobalServiceEvents: t.GlobalServiceEvents,
		IsMultiRegionTrail:         t.MultiRegion,
		"IsOrganizationTrail":      t.Organization,
		"LogFileValidationEnabled": t.LogFileValidation,
	}
	for name, v := range map[string]string{
		"S3KeyPrefix":               t.KeyPrefix,
		"SnsTopicARN":               string(t.SNSTopicARN),
		"CloudWatchLogsLogGroupArn": string(t.LogGroupARN),
		"CloudWatchLogsRoleArn":     string(t.LogRoleARN),
		KMSKeyID:                    t.KMSKeyID,
	} {
		if v != "" {
			s[name] = v
		}
	}
	return s
}

// StatusState is the State of the status of a trail in a Region, as far as it tells that
// the trail records.
func StatusState(st trail.Status) State {
	s := State{IsLogging: st.Logging}
	if st.DeliveryError != "" {
		s[DeliveryError] = st.DeliveryError
	}
	return s
}

// SelectorsState is the State of the selectors of a trail.
func SelectorsState(x *trail.Selectors) State {
	text, err := json.Marshal(x)
	if err != nil {
		return State{Selectors: err.Error()} // selectors are texts and truths, which have a JSON
	}
	return State{Selectors: string(text)}
}
