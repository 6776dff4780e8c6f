package iac

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/trailspan/trailspan/internal/trail"
)

// Config is what the users of a tree want of lint:
//
//	ignore: ["examples/**"]            # as in .gitignore, from the directory of the file
//	rules: {log-file-validation: on}   # on or off
//	severities: {single-region: critical}
type Config struct {
	Ignore     []string
	Rules      map[string]bool
	Severities map[string]trail.Severity
}

// On says whether a rule is to be looked at.
func (c Config) On(rule string) bool {
	if on, ok := c.Rules[rule]; ok {
		return on
	}
	r, _ := ruleOf(rule)
	return r.On
}

// Severity is that of a rule.
func (c Config) Severity(rule string) trail.Severity {
	if s, ok := c.Severities[rule]; ok {
		return s
	}
	r, _ := ruleOf(rule)
	return r.Severity
}

// ConfigError is what is wrong with a configuration.
type ConfigError struct {
	Line int
	Note trail.Note // with the placeholder line
}

func (e *ConfigError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Note.Key) }

func wrongConfig(line int, key string, value, offered string) error {
	return &ConfigError{line, trail.Say("lint.config."+key, "line", strconv.Itoa(line), "value", value, "offered", offered)}
}

// ParseConfig reads a configuration. Its errors are ConfigErrors.
func ParseConfig(text []byte) (Config, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return Config{}, wrongConfig(yamlLine(err), "syntax", err.Error(), "")
	}
	if len(doc.Content) == 0 {
		return Config{}, nil
	}
	c := Config{Rules: map[string]bool{}, Severities: map[string]trail.Severity{}}
	return c, pairs(doc.Content[0], func(key, value *yaml.Node) error {
		switch key.Value {
		case "ignore":
			return c.ignore(value)
		case "rules":
			return pairs(value, c.rule)
		case "severities":
			return pairs(value, c.severity)
		default:
			return wrongConfig(key.Line, "key", key.Value, "ignore, rules, severities")
		}
	})
}

func (c *Config) ignore(list *yaml.Node) error {
	if list.Kind != yaml.SequenceNode {
		return wrongConfig(list.Line, "list", list.Value, "")
	}
	for _, x := range list.Content {
		if x.Kind != yaml.ScalarNode {
			return wrongConfig(x.Line, "list", x.Value, "")
		}
		c.Ignore = append(c.Ignore, x.Value)
	}
	return nil
}

func (c *Config) rule(key, value *yaml.Node) error {
	if err := knownRule(key); err != nil {
		return err
	}
	switch strings.ToLower(value.Value) {
	case "on", "true", "yes":
		c.Rules[key.Value] = true
	case "off", "false", "no":
		c.Rules[key.Value] = false
	default:
		return wrongConfig(value.Line, "value", value.Value, "on, off")
	}
	return nil
}

func (c *Config) severity(key, value *yaml.Node) error {
	if err := knownRule(key); err != nil {
		return err
	}
	all := []string{string(trail.Critical), string(trail.High), string(trail.Medium), string(trail.Low), string(trail.Info)}
	if !slices.Contains(all, value.Value) {
		return wrongConfig(value.Line, "value", value.Value, strings.Join(all, ", "))
	}
	c.Severities[key.Value] = trail.Severity(value.Value)
	return nil
}

func knownRule(key *yaml.Node) error {
	if _, ok := ruleOf(key.Value); ok {
		return nil
	}
	var all []string
	for _, r := range Rules() {
		all = append(all, r.ID)
	}
	return wrongConfig(key.Line, "key", key.Value, strings.Join(all, ", "))
}

// pairs goes through a mapping, and wants each key once.
func pairs(n *yaml.Node, do func(key, value *yaml.Node) error) error {
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return nil
	}
	if n.Kind != yaml.MappingNode {
		return wrongConfig(n.Line, "mapping", n.Value, "")
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if seen[key.Value] {
			return wrongConfig(key.Line, "twice", key.Value, "")
		}
		seen[key.Value] = true
		if err := do(key, n.Content[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// yamlLine finds the line in an error of the parser; 1 when it names none.
func yamlLine(err error) int {
	_, after, _ := strings.Cut(err.Error(), "line ")
	digits := after[:len(after)-len(strings.TrimLeft(after, "0123456789"))]
	if line, err := strconv.Atoi(digits); err == nil && line > 0 {
		return line
	}
	return 1
}
