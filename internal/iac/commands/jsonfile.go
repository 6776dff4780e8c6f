package commands

import (
	"bytes"
	"strings"
)

// holdsScripts says whether a JSON file, or a template, is one of those whose strings are run: a template of
// CloudFormation, a document of Systems Manager, a configuration of Terraform. Most others
// only tell of commands.
func holdsScripts(base string, text []byte) bool {
	if !hasCall(text) && !hasInlineCode(text) {
		return false
	}
	if !bytes.HasPrefix(bytes.TrimLeft(text, "\ufeff \t\r\n"), []byte("{")) {
		return strings.HasSuffix(base, ".template") && has(text, "AWS::") && has(text, "\nResources:")
	}
	return strings.HasSuffix(base, ".tf.json") || strings.HasSuffix(base, ".tofu.json") ||
		has(text, `"AWS::`) && has(text, `"Resources"`) || has(text, `"schemaVersion"`) && has(text, "aws:run", "aws:execute", `"runtimeConfig"`)
}

// hasInlineCode says whether a text can be a template with the program of a function that
// makes a trail.
func hasInlineCode(text []byte) bool {
	return has(text, "ZipFile", "InlineCode") && has(text, "create_trail", "createTrail", "CreateTrail", "update_trail", "updateTrail", "UpdateTrail")
}
