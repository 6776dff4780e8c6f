package terraform

import "github.com/hashicorp/hcl/v2/hclsyntax"

// Body parses a configuration for those who look for other things in it than resources. It
// has what could be understood; nil when it cannot be parsed at all.
func Body(name string, text []byte) *hclsyntax.Body {
	if len(text) > largest || tooDeep(text) != "" {
		return nil
	}
	file, _ := parseOld(text, name)
	if file == nil {
		return nil
	}
	body, _ := file.Body.(*hclsyntax.Body)
	return body
}
