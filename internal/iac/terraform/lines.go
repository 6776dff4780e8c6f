package terraform

import "bytes"

// lineStart is the offset of the first byte of a line.
func lineStart(text []byte, at int) int {
	return bytes.LastIndexByte(text[:at], '\n') + 1
}

// lineEnd is the offset behind the end of a line.
func lineEnd(text []byte, at int) int {
	if i := bytes.IndexByte(text[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(text)
}

// eol is how the line ends; the last one, without an end, as the file begins.
func eol(text []byte, start int) string {
	end := lineEnd(text, start)
	if end == len(text) && !bytes.HasSuffix(text, []byte("\n")) {
		end = lineEnd(text, 0)
	}
	if bytes.HasSuffix(text[:end], []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// blank is the white space that a line starts with.
func blank(line []byte) string {
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// indentation is by how much the file indents: as in the first block that shows it.
func (s *source) indentation() string {
	for _, b := range s.blocks {
		outer := blank(s.text[lineStart(s.text, b.head.Byte):b.head.Byte])
		for _, a := range b.attrs {
			start := lineStart(s.text, a.key.Start.Byte)
			inner := s.text[start:a.key.Start.Byte]
			if start > b.open && len(inner) > len(outer) && len(bytes.Trim(inner, " \t")) == 0 {
				return string(inner[len(outer):])
			}
		}
	}
	for _, at := range s.passed {
		if inner := blank(s.text[lineEnd(s.text, at.Start.Byte):at.End.Byte]); inner != "" {
			return inner
		}
	}
	return "  "
}
