package sandbox

import (
	"fmt"
	"path"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"
)

// faultFile is one fault as it is written.
type faultFile struct {
	Action   placed        `yaml:"action"`
	Region   placed        `yaml:"region"`
	Account  placed        `yaml:"account"`
	Error    string        `yaml:"error"`
	Message  string        `yaml:"message"`
	Status   int           `yaml:"status"`
	Latency  time.Duration `yaml:"latency"`
	Throttle int           `yaml:"throttle"`
	Hang     bool          `yaml:"hang"`
	Times    int           `yaml:"times"`
	Met      int           `yaml:"met"` // so that what GET gave can be given back
	line     int
}

// UnmarshalYAML reads the fault and remembers where it stands.
func (f *faultFile) UnmarshalYAML(n *yaml.Node) error {
	type fields faultFile
	if err := n.Load((*fields)(f), yaml.WithKnownFields()); err != nil {
		return err
	}
	f.line = n.Line
	return nil
}

// parseFaults reads a list of faults in YAML, of which JSON is a part. An error
// names the line.
func (s *Sandbox) parseFaults(text []byte) ([]fault, error) {
	var files []faultFile
	if err := loadYAML(text, &files); err != nil {
		return nil, err
	}
	return s.readFaults(files)
}

func (s *Sandbox) readFaults(files []faultFile) ([]fault, error) {
	list := make([]fault, 0, len(files))
	for _, file := range files {
		f, err := s.readFault(file)
		if err != nil {
			return nil, err
		}
		list = append(list, f)
	}
	return list, nil
}

func (s *Sandbox) readFault(file faultFile) (fault, error) {
	f := fault{
		Action: file.Action.or("*"), Region: file.Region.or("*"), Account: file.Account.or("*"),
		Error: file.Error, Message: file.Message, Status: file.Status,
		Latency: duration(file.Latency), Throttle: file.Throttle, Hang: file.Hang, Times: file.Times,
	}
	for _, check := range []func(fault) error{s.checkFaultAction, checkFaultPlace, checkFaultDeed} {
		if err := check(f); err != nil {
			return fault{}, fmt.Errorf("line %d: %w", file.line, err)
		}
	}
	return f, nil
}

// checkFaultAction finds misspelled actions, which would never be met.
func (s *Sandbox) checkFaultAction(f fault) error {
	if !isPattern(f.Action) {
		return fmt.Errorf("the action %q is not a pattern of names, * and ?", f.Action)
	}
	if f.Action == "*" {
		return nil
	}
	name, operation, ok := strings.Cut(f.Action, ":")
	if !ok {
		return fmt.Errorf("the action %q is not service:Operation, such as cloudtrail:DescribeTrails", f.Action)
	}
	service := s.services[strings.ToLower(name)]
	if hasWildcard(name) || name == "s3" {
		return nil
	}
	if service == nil {
		return fmt.Errorf("the sandbox has no service %q", name)
	}
	if !hasWildcard(operation) && !service.Has(operation) {
		return fmt.Errorf("%s has no operation %q", name, operation)
	}
	return nil
}

func checkFaultPlace(f fault) error {
	switch {
	case !isPattern(f.Region):
		return fmt.Errorf("the Region %q is not a pattern of names, * and ?", f.Region)
	case !hasWildcard(f.Region) && !regionExists(f.Region):
		return fmt.Errorf("there is no Region %q", f.Region)
	case !isPattern(f.Account):
		return fmt.Errorf("the account %q is not a pattern of digits, * and ?", f.Account)
	case !hasWildcard(f.Account) && !accountID.MatchString(f.Account):
		return fmt.Errorf("the account %q is not an account ID of 12 digits", f.Account)
	}
	return nil
}

func checkFaultDeed(f fault) error {
	deeds := 0
	for _, set := range []bool{f.Error != "", f.Throttle != 0, f.Hang} {
		if set {
			deeds++
		}
	}
	switch {
	case deeds > 1:
		return fmt.Errorf("a fault has only one of error, throttle and hang")
	case deeds == 0 && f.Latency == 0:
		return fmt.Errorf("a fault needs one of error, throttle, hang and latency")
	case f.Error == "" && (f.Message != "" || f.Status != 0):
		return fmt.Errorf("message and status are of an error, and there is none")
	case f.Throttle < 0 || f.Times < 0 || f.Latency < 0:
		return fmt.Errorf("throttle, times and latency cannot be negative")
	case f.Throttle > 0 && f.Times > 0:
		return fmt.Errorf("throttle says how often, so times has no place beside it")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("the status %d is not one of an error, 400 to 599", f.Status)
	}
	return nil
}

// isPattern keeps out what path.Match reads as more than names, * and ?.
func isPattern(p string) bool {
	_, err := path.Match(p, "")
	return err == nil && !strings.ContainsAny(p, `[]\/`)
}

func hasWildcard(p string) bool { return strings.ContainsAny(p, "*?") }
