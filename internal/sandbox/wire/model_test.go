package wire

import (
	"slices"
	"testing"
)

func serviceNames() []string {
	return []string{"account", "cloudformation", "cloudtrail", "ec2", "iam", "kms", "logs", "organizations", "securityhub", "sns", "sts", "support"}
}

// Every model is whole: it loads, every shape that is named is there, and every
// pattern can be held against a value.
func TestModels(t *testing.T) {
	for _, name := range serviceNames() {
		m, err := load(name)
		if err != nil {
			t.Errorf("load(%s): %v", name, err)
			continue
		}
		for op, o := range m.Operations {
			if o.Name != op {
				t.Errorf("%s: the operation %s is named %q", name, op, o.Name)
			}
			for _, r := range []*member{o.Input, o.Output} {
				if r != nil && m.Shapes[r.Shape] == nil {
					t.Errorf("%s.%s: no shape %s", name, op, r.Shape)
				}
			}
		}
		for shapeName, s := range m.Shapes {
			refs := []*member{s.Member, s.Key, s.Value}
			for _, r := range s.Members {
				refs = append(refs, r)
			}
			for _, r := range refs {
				if r != nil && m.Shapes[r.Shape] == nil {
					t.Errorf("%s: %s names the shape %s, which is not there", name, shapeName, r.Shape)
				}
			}
			if s.Pattern != "" && s.expression() == nil {
				t.Errorf("%s: the pattern of %s cannot be used: %s", name, shapeName, s.Pattern)
			}
		}
	}
}

// The promises of the package comment of the generator: all of CloudTrail with its
// shapes, and at least the names of everything else.
func TestModelsHaveOperations(t *testing.T) {
	for name, want := range map[string]int{"cloudtrail": 60, "ec2": 700, "cloudformation": 80, "organizations": 60, "account": 15, "kms": 50} {
		m, err := load(name)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Operations) < want {
			t.Errorf("%s has %d operations, want at least %d", name, len(m.Operations), want)
		}
	}
	m, _ := load("cloudtrail")
	for name, o := range m.Operations {
		if o.Input == nil || o.Output == nil {
			t.Errorf("cloudtrail.%s has no shapes", name)
		}
	}
}

func TestLoadUnknown(t *testing.T) {
	if _, err := load("dynamodb"); err == nil {
		t.Error("load(dynamodb) found a model")
	}
}

// Patterns of Java that RE2 says otherwise, or not at all.
func TestCompilePattern(t *testing.T) {
	for _, tt := range []struct {
		pattern, value string
		want           bool
	}{
		{`[a-z]+`, "abc", true},
		{`[a-z]+`, "abc1", false},                                 // Java's matches() means all of the value
		{`^(r-[0-9a-z]{4,32})|(\d{12})$`, "123456789012x", false}, // also around an alternative
		{`[\u0020-\u00FF]+`, "é", true},                           // \u is \x{} in RE2
		{`[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*`, "emoji \U0001F600", true}, // surrogate pairs
		{`^[a-zA-Z0-9-_.]+$`, "a-b_c.d", true},                                                 // a dash that is no range
	} {
		re := compilePattern(tt.pattern)
		if re == nil || re.MatchString(tt.value) != tt.want {
			t.Errorf("%s on %q: got %v, want %v", tt.pattern, tt.value, !tt.want, tt.want)
		}
	}
	if compilePattern(`(?=x)`) != nil {
		t.Error("a look-ahead compiled")
	}
}

func TestReads(t *testing.T) {
	for _, tt := range []struct {
		service, operation string
		want               bool
	}{
		{"cloudtrail", "DescribeTrails", true},
		{"cloudtrail", "LookupEvents", true},
		{"cloudtrail", "UpdateTrail", false},
		{"cloudtrail", "Get", false}, // a verb alone names nothing
		{"sts", "GetCallerIdentity", true},
		{"sts", "GetSessionToken", false}, // it makes a session
		{"account", "ListRegions", true},
		{"account", "EnableRegion", false},
	} {
		if got := NewService(tt.service, nil).Reads(tt.operation); got != tt.want {
			t.Errorf("Reads(%s:%s) = %v", tt.service, tt.operation, got)
		}
	}
}

func TestHas(t *testing.T) {
	s := NewService("cloudtrail", nil)
	if !s.Has("CancelQuery") || s.Has("cancelQuery") || s.Has("") {
		t.Error("Has does not know names exactly")
	}
	if !slices.Contains(serviceNames(), s.name) {
		t.Error("the service forgot its name")
	}
}
