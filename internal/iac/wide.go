package iac

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// IsWide says whether a text is in UTF-16, as PowerShell writes what it redirects.
func IsWide(text []byte) bool {
	return bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff"))
}

// narrow returns a text in UTF-8, and whether it was in UTF-16.
func narrow(text []byte) ([]byte, bool) {
	if !IsWide(text) {
		return text, false
	}
	var order binary.ByteOrder = binary.LittleEndian
	if text[0] == 0xfe {
		order = binary.BigEndian
	}
	units := make([]uint16, 0, len(text)/2)
	for i := 2; i+1 < len(text); i += 2 {
		units = append(units, order.Uint16(text[i:]))
	}
	return []byte(string(utf16.Decode(units))), true
}

// unfixable is what was found in a text that cannot be edited as it stands.
func unfixable(f File) File {
	for i := range f.Trails {
		f.Trails[i].Fix, f.Trails[i].Elsewhere, f.Trails[i].Start = nil, nil, nil
	}
	return f
}
