package cfn

import "bytes"

// looksLikeTemplate says whether a text has a key that stands at the root of templates, or a
// trail as a part of a template has it. It is asked of every file, and expressions over
// lines are slow.
func looksLikeTemplate(text []byte) bool {
	root := rootKey
	if isJSON(text) {
		root = jsonKey
	}
	for _, key := range []string{"AWSTemplateFormatVersion", "Resources"} {
		if anywhere(text, key, root) {
			return true
		}
	}
	return !isJSON(text) && anywhere(text, trailType, typed)
}

// anywhere says whether a word stands in a text with what is right before and after it.
func anywhere(text []byte, word string, right func(before, after []byte) bool) bool {
	for at := 0; ; {
		i := bytes.Index(text[at:], []byte(word))
		if i < 0 {
			return false
		}
		i += at
		at = i + len(word)
		if right(text[:i], text[at:]) {
			return true
		}
	}
}

// rootKey is a key of YAML that begins a line.
func rootKey(before, after []byte) bool {
	before = bytes.TrimSuffix(unquoted(before), []byte("\ufeff"))
	return (len(before) == 0 || before[len(before)-1] == '\n') && colonFollows(after, " \t")
}

// jsonKey is a key of JSON, wherever it stands.
func jsonKey(before, after []byte) bool {
	return bytes.HasSuffix(before, []byte(`"`)) && bytes.HasPrefix(after, []byte(`"`)) && colonFollows(after, " \t\r\n\f")
}

// typed is the value of an indented Type.
func typed(before, after []byte) bool {
	if len(after) > 0 && isWord(after[0]) {
		return false
	}
	line := before[bytes.LastIndexByte(before, '\n')+1:]
	line = bytes.TrimRight(unquoted(line), " \t")
	line, colon := bytes.CutSuffix(line, []byte(":"))
	line, key := bytes.CutSuffix(unquoted(bytes.TrimRight(line, " \t")), []byte("Type"))
	indent := unquoted(line)
	return colon && key && len(indent) > 0 && len(bytes.Trim(indent, " \t")) == 0
}

// unquoted leaves out a quote at the end.
func unquoted(text []byte) []byte {
	if n := len(text); n > 0 && (text[n-1] == '"' || text[n-1] == '\'') {
		return text[:n-1]
	}
	return text
}

// colonFollows says whether a colon comes next, behind a quote and blanks.
func colonFollows(text []byte, blank string) bool {
	if len(text) > 0 && (text[0] == '"' || text[0] == '\'') {
		text = text[1:]
	}
	return bytes.HasPrefix(bytes.TrimLeft(text, blank), []byte(":"))
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
