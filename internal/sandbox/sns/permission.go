package sns

import (
	"encoding/json"
	"slices"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type permissionInput struct {
	TopicArn     string
	Label        string
	AWSAccountID []string `json:"AWSAccountId"`
	ActionName   []string
}

// addPermission adds a statement to the policy of a topic.
//
// https://docs.aws.amazon.com/sns/latest/api/API_AddPermission.html
func (s *Service) addPermission(c *wire.Call, in permissionInput) (nothing, error) {
	t, err := s.topic(c, in.TopicArn, "AddPermission")
	if err != nil {
		return nothing{}, err
	}
	d, err := t.document()
	if err != nil {
		return nothing{}, err
	}
	if d.find(in.Label) >= 0 {
		return nothing{}, invalid("Statement already exists")
	}
	added, err := in.statement(t)
	if err != nil {
		return nothing{}, err
	}
	d.Statement = append(d.Statement, encoded(added))
	return nothing{}, t.set("Policy", string(encoded(d)))
}

// statement is what AddPermission adds. One account or action stands alone, more are a list.
func (in permissionInput) statement(t *Topic) (statement, error) {
	if len(in.AWSAccountID) == 0 || len(in.ActionName) == 0 {
		return statement{}, invalid("AWSAccountId and ActionName must not be empty")
	}
	var who, what []string
	for _, id := range in.AWSAccountID {
		who = append(who, "arn:"+t.arn().partition+":iam::"+id+":root")
	}
	for _, name := range in.ActionName {
		if !inScope("SNS:" + name) {
			return statement{}, outOfServiceScope()
		}
		what = append(what, "SNS:"+name)
	}
	return statement{
		Sid: in.Label, Effect: "Allow", Principal: map[string]any{"AWS": oneOrMany(who)}, Action: oneOrMany(what), Resource: t.ARN,
	}, nil
}

func oneOrMany(list []string) any {
	if len(list) == 1 {
		return list[0]
	}
	return list
}

// removePermission takes a statement out of the policy of a topic, if it is there.
//
// https://docs.aws.amazon.com/sns/latest/api/API_RemovePermission.html
func (s *Service) removePermission(c *wire.Call, in permissionInput) (nothing, error) {
	t, err := s.topic(c, in.TopicArn, "RemovePermission")
	if err != nil {
		return nothing{}, err
	}
	d, err := t.document()
	if err != nil {
		return nothing{}, err
	}
	i := d.find(in.Label)
	if i < 0 {
		return nothing{}, nil
	}
	d.Statement = slices.Delete(d.Statement, i, i+1)
	t.Attributes["Policy"] = string(encoded(d))
	return nothing{}, nil
}

// document is the policy of a topic, ready to be changed.
func (t *Topic) document() (document, error) {
	var raw struct {
		Version   string
		ID        string `json:"Id"`
		Statement json.RawMessage
	}
	if err := json.Unmarshal([]byte(t.policy()), &raw); err != nil {
		return document{}, invalid("Policy Error: null")
	}
	d := document{Version: raw.Version, ID: raw.ID}
	if json.Unmarshal(raw.Statement, &d.Statement) != nil { // it is one that stands alone
		d.Statement = []json.RawMessage{raw.Statement}
	}
	return d, nil
}

// find returns the index of the statement with a label, -1 for none.
func (d document) find(label string) int {
	return slices.IndexFunc(d.Statement, func(raw json.RawMessage) bool {
		var s struct{ Sid string }
		return json.Unmarshal(raw, &s) == nil && s.Sid == label
	})
}
