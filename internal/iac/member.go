package iac

import "go.yaml.in/yaml/v4"

// Member returns the value of a key of a mapping; nil when there is none, and when it is no
// mapping.
func Member(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
