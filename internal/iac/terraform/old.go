package terraform

import (
	"regexp"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// mostRepairs bounds how often a file is parsed again.
const mostRepairs = 20

// quotedName is a line that gives an attribute whose name stands in quotes.
var quotedName = regexp.MustCompile(`(?m)^[ \t]*"([A-Za-z_][^"\n]*)"[ \t]*=`)

// parseOld parses a text, and what HashiCorp's parser refuses in it though what it means is plain: quoted names of
// attributes, as Terraform had them up to 0.11 (tags { "Name" = … }), and escapes like \$ that are none. They are read
// as other names and characters of the same length, so that everything stands where it does.
func parseOld(text []byte, name string) (*hcl.File, hcl.Diagnostics) {
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	for i := 0; i < mostRepairs && diags.HasErrors(); i++ {
		var ok bool
		if text, ok = repaired(text, diags); !ok {
			break
		}
		file, diags = hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	}
	return file, diags
}

// repaired is a text without the errors; not ok if any of them is another one.
func repaired(text []byte, diags hcl.Diagnostics) (out []byte, ok bool) {
	out = slices.Clone(text)
	for _, d := range diags {
		switch {
		case d.Severity != hcl.DiagError:
		case d.Subject == nil || d.Subject.Start.Byte >= len(out):
			return nil, false
		case d.Summary == "Invalid escape sequence" && out[d.Subject.Start.Byte] == '\\':
			out[d.Subject.Start.Byte] = '_'
		case d.Summary != "Invalid argument name" || !unquote(out, d.Subject.Start.Byte):
			return nil, false
		}
	}
	return out, true
}

// unquote makes names of the quoted ones from a place to the line that closes their block; false if there are none.
func unquote(text []byte, at int) bool {
	from := lineStart(text, at)
	block := text[from:]
	if end := regexp.MustCompile(`(?m)^[ \t]*\}`).FindIndex(block); end != nil {
		block = block[:end[0]]
	}
	all := quotedName.FindAllSubmatchIndex(block, -1)
	for _, m := range all {
		name := block[m[2]:m[3]]
		for i, c := range name {
			if !inName(c) {
				name[i] = '_'
			}
		}
		block[m[2]-1], block[m[3]] = ' ', ' '
	}
	return len(all) > 0
}

// inName says whether a name may have a byte.
func inName(c byte) bool {
	return c == '-' || c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}
