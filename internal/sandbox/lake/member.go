package lake

import "bytes"

// memberOf returns the text of a member of an object, or nil. The JSON must be without
// spaces between its tokens; of what is no such JSON it returns anything.
func memberOf(object []byte, name string) []byte {
	if len(object) == 0 || object[0] != '{' {
		return nil
	}
	for rest := object[1:]; len(rest) > 0 && rest[0] == '"'; {
		key := rest[:valueEnd(rest)]
		if len(key) == len(rest) {
			return nil
		}
		rest = rest[len(key)+1:] // past the colon
		value := rest[:valueEnd(rest)]
		if string(key[1:len(key)-1]) == name {
			return value
		}
		if len(value) == len(rest) {
			return nil
		}
		rest = rest[len(value)+1:] // past the comma or the brace
	}
	return nil
}

// valueEnd is where the first value of a text ends.
func valueEnd(text []byte) int {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			i += stringEnd(text[i:]) - 1
		case '{', '[':
			depth++
			continue
		case '}', ']':
			if depth--; depth < 0 {
				return i // of a number or a word
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
			continue
		default:
			continue
		}
		if depth == 0 {
			return i + 1
		}
	}
	return len(text)
}

// stringEnd is where the string ends with which a text begins.
func stringEnd(text []byte) int {
	for i := 1; i < len(text); i++ {
		n := bytes.IndexByte(text[i:], '"')
		if n < 0 {
			break
		}
		before := text[:i+n]
		if escapes := len(before) - len(bytes.TrimRight(before, `\`)); escapes%2 == 0 {
			return i + n + 1
		}
		i += n
	}
	return len(text)
}
