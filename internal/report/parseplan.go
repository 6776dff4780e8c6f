package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// savedPlan is what is read back of the JSON of a plan. What is foretold, what it costs,
// where its source is, what becomes of other trails, and what came
// of it are passed over: they are judged anew.
type savedPlan struct {
	planJSON
	Predicted json.RawMessage `json:"predicted"`
	Result    json.RawMessage `json:"result"`
}

const largestPlan = 16 << 20 // bytes

// ParsePlan reads a plan that was saved as JSON, as far as applying it needs: all but
// Predicted. Sentences come back as Notes whose key is the sentence. A saved plan is
// going to change an account, so that what is not understood to the letter is an
// error: another schema, a field or an action that does not exist, a value of another
// type, an ID that is none.
func ParsePlan(r io.Reader) (plan.Plan, error) {
	data, err := io.ReadAll(io.LimitReader(r, largestPlan+1))
	if err != nil {
		return plan.Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	if len(data) > largestPlan {
		return plan.Plan{}, errors.New("reading the plan: it is larger than 16 MiB")
	}
	d, err := decodePlan(data)
	if err != nil {
		return plan.Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	if err := d.check(); err != nil {
		return plan.Plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	return d.plan(), nil
}

// decodePlan looks at the schema first: it explains every other fault.
func decodePlan(data []byte) (savedPlan, error) {
	var head struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return savedPlan{}, readable(data, err)
	}
	if head.Schema != PlanSchema {
		return savedPlan{}, fmt.Errorf("its schema is %q, not %q", head.Schema, PlanSchema)
	}
	if err := namesOnce(json.NewDecoder(bytes.NewReader(data))); err != nil {
		return savedPlan{}, err
	}
	var d savedPlan
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	return d, readable(data, strict.Decode(&d))
}

// readable says without Go's words what is wrong with the JSON.
func readable(text []byte, err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &wrong):
		return misread(text, err)
	case wrong.Field == "":
		return fmt.Errorf("a plan is a JSON object, not: %s", wrong.Value)
	}
	path := strings.Split(wrong.Field, ".")
	return fmt.Errorf("the value of %q can not be of the JSON type: %s", path[len(path)-1], wrong.Value)
}

func misread(text []byte, err error) error {
	if line, column, ok := Place(text, err); ok {
		return fmt.Errorf("it is not a saved plan: see line %d, column %d", line, column)
	}
	return errors.New(strings.TrimPrefix(err.Error(), "json: "))
}

// namesOnce refuses a name that an object has twice: which one counts is told by no
// standard, and a person may have read the other.
// https://www.rfc-editor.org/rfc/rfc8259#section-4
//
// It follows each value, and so is for JSON that was found to be valid and not nested
// without end, which json.Unmarshal does.
func namesOnce(d *json.Decoder) error {
	tok, err := d.Token()
	if err != nil {
		return err
	}
	if tok != json.Delim('{') && tok != json.Delim('[') {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if tok == json.Delim('{') {
			if err := newName(d, seen); err != nil {
				return err
			}
		}
		if err := namesOnce(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}

// newName reads a name; as encoding/json does, it takes no notice of upper case.
func newName(d *json.Decoder, seen map[string]bool) error {
	tok, err := d.Token()
	if err != nil {
		return err
	}
	name := strings.ToLower(fmt.Sprint(tok))
	if seen[name] {
		return fmt.Errorf("%q is there twice", tok)
	}
	seen[name] = true
	return nil
}

// runName is what a run may be called: it becomes the name of a file.
var runName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

var regionName = regexp.MustCompile(`^[a-z]{2,}(-[a-z0-9]+)+$`)

func (d savedPlan) check() error {
	if _, err := trail.ParseAccountID(string(d.Account)); err != nil {
		return err
	}
	if err := d.checkAim(); err != nil {
		return err
	}
	for _, r := range d.Expect {
		if !regionName.MatchString(string(r)) {
			return fmt.Errorf("%q is not a Region", r)
		}
	}
	for _, g := range d.Gates {
		if !slices.Contains([]plan.GateStatus{plan.Pass, plan.Warn, plan.Block, plan.UnknownGate}, g.Status) {
			return fmt.Errorf("gate %q has the unknown status %q", g.ID, g.Status)
		}
	}
	return checkSteps(d.Steps)
}

// checkAim looks at the trail and the run, which a plan without steps does not need.
func (d savedPlan) checkAim() error {
	idle := len(d.Steps) == 0
	if _, _, _, _, err := trail.ParseTrailARN(string(d.Trail)); err != nil && (!idle || d.Trail != "") {
		return err
	}
	if !runName.MatchString(d.Run) && (!idle || d.Run != "") {
		return fmt.Errorf("%q is not the name of a run", d.Run)
	}
	return nil
}

func checkSteps(steps []plan.Step) error {
	for i, s := range steps {
		if s.ID != i+1 {
			return fmt.Errorf("step %d is numbered %d", i+1, s.ID)
		}
		if err := checkStep(s); err != nil {
			return fmt.Errorf("step %d: %w", s.ID, err)
		}
	}
	return nil
}

func checkStep(s plan.Step) error {
	for _, c := range append([]plan.Call{s.Call}, s.Undo...) {
		if !slices.Contains(actions(), c.Action) {
			return fmt.Errorf("%q is not an action of a plan", c.Action)
		}
		if !regionName.MatchString(string(c.Region)) {
			return fmt.Errorf("%q is not a Region", c.Region)
		}
		if err := checkState(c.Want); err != nil {
			return err
		}
	}
	if err := checkState(s.Before); err != nil {
		return err
	}
	return checkState(s.After)
}

func actions() []string {
	return []string{
		plan.UpdateTrail, plan.CreateTrail, plan.DeleteTrail, plan.StartLogging, plan.StopLogging,
		plan.CreateBucket, plan.DeleteBucket, plan.PutPublicAccessBlock, plan.PutBucketPolicy, plan.DeleteBucketPolicy,
	}
}

// checkState looks at the values in the order of their names, so that the same plan
// always has the same error.
func checkState(s plan.State) error {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		switch s[name].(type) {
		case bool, string:
		default:
			return fmt.Errorf("the state %s is neither true, false nor a string", name)
		}
	}
	return nil
}

func (d savedPlan) plan() plan.Plan {
	p := plan.Plan{Account: d.Account, Run: d.Run, Trail: d.Trail, Why: sentence(d.Why), Steps: d.Steps, Expect: d.Expect}
	for _, g := range d.Gates {
		p.Gates = append(p.Gates, plan.Gate{ID: g.ID, Status: g.Status, Message: sentence(g.Message), Evidence: g.Evidence, Hint: sentence(g.Hint)})
	}
	for _, c := range d.Becomes {
		p.Becomes = append(p.Becomes, plan.Consequence{Trail: c.Trail, Note: sentence(c.Note)})
	}
	return p
}

// sentence is a Note that is said as it is, in every language.
func sentence(text string) trail.Note { return trail.Note{Key: text} }
