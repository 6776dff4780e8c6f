package trail

// Note is a sentence for a person that has not been given a language yet: the key of
// a message in the catalog, and the values of its {placeholders}.
type Note struct {
	Key  string            `json:"key"`
	Args map[string]string `json:"args,omitempty"`
}

// Say makes a Note of a key and alternating names and values.
func Say(key string, nameValue ...string) Note {
	n := Note{Key: key}
	for i := 0; i+1 < len(nameValue); i += 2 {
		if n.Args == nil {
			n.Args = map[string]string{}
		}
		n.Args[nameValue[i]] = nameValue[i+1]
	}
	return n
}

// Severity of a finding.
type Severity string

// The severities, worst first.
const (
	Critical Severity = "critical"
	High     Severity = "high"
	Medium   Severity = "medium"
	Low      Severity = "low"
	Info     Severity = "info"
)

// Finding is something a person can act on.
type Finding struct {
	ID       string // the address of the rule: the same name in reports and in docs/findings.md
	Severity Severity
	Region   Region // "" when it is not about one
	Trail    ARN    // "" when it is not about one
	Message  Note
	Hint     Note
}
