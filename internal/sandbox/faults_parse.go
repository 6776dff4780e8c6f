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
	Bucket   placed        `yaml:"bucket"`
	Error    string        `yaml:"error"`
	Message  string        `yaml:"message"`
	Status   int           `yaml:"status"`
	Latency  time.Duration `yaml:"latency"`
	Throttle int           `yaml:"throttle"`
	Hang     bool          `yaml:"hang"`
	Expire   bool          `yaml:"expire"`
	Outage   bool          `yaml:"outage"`
	Skew     time.Duration `yaml:"clockSkew"`
	After    int           `yaml:"after"`
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
		Bucket: file.Bucket.or(""), Expire: file.Expire, Outage: file.Outage, ClockSkew: duration(file.Skew), After: file.After,
	}
	for _, check := range []func(fault) error{s.checkFaultAction, checkFaultPlace, checkFaultBucket, checkFaultDeed, checkFaultNumbers, checkFaultOfService} {
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
	for _, set := range []bool{f.Error != "", f.Throttle != 0, f.Hang, f.Expire, f.Outage, f.ClockSkew != 0} {
		if set {
			deeds++
		}
	}
	switch {
	case deeds > 1:
		return fmt.Errorf("a fault has only one of error, throttle, hang, expire, outage and clockSkew")
	case deeds == 0 && f.Latency == 0:
		return fmt.Errorf("a fault needs one of error, throttle, hang, expire, outage, clockSkew and latency")
	case f.Error == "" && (f.Message != "" || f.Status != 0):
		return fmt.Errorf("message and status are of an error, and there is none")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("the status %d is not one of an error, 400 to 599", f.Status)
	}
	return nil
}

func checkFaultNumbers(f fault) error {
	switch {
	case f.Throttle < 0 || f.Times < 0 || f.After < 0 || f.Latency < 0:
		return fmt.Errorf("throttle, times, after and latency cannot be negative")
	case f.Throttle > 0 && f.Times > 0:
		return fmt.Errorf("throttle says how often, so times has no place beside it")
	}
	return nil
}

// checkFaultBucket lets only calls to S3 have a bucket.
func checkFaultBucket(f fault) error {
	name, _, _ := strings.Cut(strings.ToLower(f.Action), ":")
	switch {
	case f.Bucket == "":
		return nil
	case !isPattern(f.Bucket):
		return fmt.Errorf("the bucket %q is not a pattern of names, * and ?", f.Bucket)
	case name != "s3":
		return fmt.Errorf("a bucket is of an action of S3, such as s3:PutObject, and not of %s", f.Action)
	}
	return nil
}

// checkFaultOfService keeps from what happens to a whole service all that is said of
// single calls.
func checkFaultOfService(f fault) error {
	var deed string
	switch {
	case f.Outage:
		deed = "outage"
	case f.ClockSkew != 0:
		deed = "clockSkew"
	default:
		return nil
	}
	switch {
	case f.Action != "*" && !strings.HasSuffix(f.Action, ":*"):
		return fmt.Errorf("%s is of a whole service, such as cloudtrail:*, and not of %s", deed, f.Action)
	case f.Latency != 0 || f.Times != 0 || f.After != 0 || f.Bucket != "":
		return fmt.Errorf("%s lasts as long as the fault, so that latency, times, after and bucket have no place beside it", deed)
	case f.ClockSkew != 0 && f.Account != "*":
		return fmt.Errorf("clockSkew is of a Region: which account calls is not known while a signature is judged")
	}
	return nil
}

// isPattern keeps out what path.Match reads as more than names, * and ?.
func isPattern(p string) bool {
	_, err := path.Match(p, "")
	return err == nil && !strings.ContainsAny(p, `[]\/`)
}

func hasWildcard(p string) bool { return strings.ContainsAny(p, "*?") }
