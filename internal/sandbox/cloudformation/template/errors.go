package template

import (
	"fmt"
	"strings"
)

// Error is a sentence of CloudFormation about a template or its parameters, which its
// API answers as ValidationError.
type Error struct{ Sentence string }

func (e *Error) Error() string { return e.Sentence }

// formatErrorf is about the form of the template.
func formatErrorf(format string, args ...any) error {
	return sentencef("Template format error: "+format, args...)
}

// templateErrorf is about what the template asks for, mostly with its functions.
func templateErrorf(format string, args ...any) error {
	return sentencef("Template error: "+format, args...)
}

func sentencef(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// bracketed lists names as CloudFormation does: [A, B].
func bracketed(names []string) string { return "[" + strings.Join(names, ", ") + "]" }
