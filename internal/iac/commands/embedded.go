package commands

import (
	"bytes"
	"regexp"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// within reads a text that a file holds as a file of another kind, and puts what is found
// where the file has it; false: it is no such text. Verbatim says that the lines of the text
// stand in the file as they are, but for what indents them.
func (h *hunt) within(kind iac.Kind, s script, verbatim bool) bool {
	if h.deep > nested || len(s.text) == 0 || !speaks(s.text) {
		return true
	}
	h.unstarted()
	in := iac.Input{Path: h.in.Path, Text: s.text, Tree: h.in.Tree}
	inner := &hunt{in: in, written: h.written, deep: h.deep + 1, started: h.started, holes: h.holes}
	if inner.read(kind).Key != "" && kind == YAML {
		return false
	}
	for _, f := range inner.found {
		f.edits, f.elsewhere = s.outward(h.in.Text, f.edits, verbatim), s.outward(h.in.Text, f.elsewhere, verbatim)
		f.at, f.blame, f.globalAt = s.place(max(0, f.at)), s.place(max(0, f.blame)), s.place(max(0, f.globalAt))
		h.found = append(h.found, f)
	}
	return true
}

// plain are the texts that every way to quote a text leaves alone.
var plain = regexp.MustCompile(`^[\w =:,.-]*$`)

// outward are edits of the text of a script as edits of the file that holds it; nil when one
// of them cannot be made there.
func (s script) outward(file []byte, edits []iac.Edit, verbatim bool) (out []iac.Edit) {
	for _, e := range edits {
		if !verbatim {
			e.Text = s.inline(file, e)
		}
		if e.Path != "" || !verbatim && !plain.MatchString(strings.ReplaceAll(e.Text, `\n`, "")) {
			return nil
		}
		moved, ok := s.edit(e.Start, e.End, e.Text)
		if ok && strings.Contains(e.Text, "\n") {
			moved, ok = s.lines(file, e)
		}
		if !ok {
			return nil
		}
		out = append(out, moved)
	}
	return out
}

// inline is the text of an edit on one line: its line ends are written as the one before it
// in the script, or are blanks where that is no text of the file.
func (s script) inline(file []byte, e iac.Edit) string {
	if at := bytes.LastIndexByte(s.text[:min(e.Start, len(s.text))], '\n'); at >= 0 {
		if i := s.place(at); i > 0 && i < len(file) && file[i] == 'n' && file[i-1] == '\\' {
			return strings.ReplaceAll(e.Text, "\n", `\n`)
		}
	}
	return lineBreak.ReplaceAllString(e.Text, " ")
}

var lineBreak = regexp.MustCompile(`\r?\n[ \t]*`)

// lines is an insertion of lines, indented and ended as those of the file.
func (s script) lines(file []byte, e iac.Edit) (iac.Edit, bool) {
	if e.Start != e.End || e.Start >= len(s.text) {
		return e, false
	}
	first := s.place(bytes.LastIndexByte(s.text[:e.Start], '\n') + 1)
	start := bytes.LastIndexByte(file[:first], '\n') + 1
	indent := file[start:first]
	if len(bytes.TrimLeft(indent, " \t")) > 0 {
		return e, false
	}
	end := "\n"
	if start > 1 && file[start-2] == '\r' {
		end = "\r\n"
	}
	text := strings.ReplaceAll(strings.ReplaceAll(e.Text, "\r\n", "\n"), "\n", end+string(indent))
	at := s.place(e.Start)
	return iac.Edit{Start: at, End: at, Text: text}, true
}

var (
	interpreted = regexp.MustCompile(`^\s*#!.*\b(python|node)`)
	listed      = regexp.MustCompile(`^\s*(?:\{\s*"[^"\n]*"\s*:|\[\s*\{\s*")`)
	mapped      = regexp.MustCompile(`^(?:\s|#[^\n]*\n)*(?:---|[A-Za-z]\w*:\s)`)
	versioned   = regexp.MustCompile(`(?m)^(?:version:[ \t]*['"]?0\.\d|schemaVersion:)`)
)

// looks says what language a text speaks that a machine is given to run; "" is not told.
func looks(text []byte) iac.Kind {
	head := text[:min(len(text), 400)]
	if m := interpreted.FindSubmatch(head); m != nil {
		return map[string]iac.Kind{"python": Python, "node": JavaScript}[string(m[1])]
	}
	switch head = bytes.TrimLeft(head, " \t\r\n"); {
	case shebang.Match(head):
		return Shell
	case bytes.HasPrefix(head, []byte("#cloud-config")), mapped.Match(head) && versioned.Match(text), listed.Match(head):
		return YAML
	case bytes.HasPrefix(head, []byte("<powershell>")), bytes.HasPrefix(head, []byte("#ps1")):
		return PowerShell
	case bytes.HasPrefix(head, []byte("<script>")):
		return Batch
	}
	return ""
}

// unknown adds a variable of the shell for a value that stands at a byte and that nobody
// knows; holes learns how the file spells it.
func (w *writer) unknown(at int, spelled string, holes map[string]string) {
	name := "_" + strconv.Itoa(at)
	holes[name] = spelled
	for _, b := range []byte("${" + name + "}") {
		w.add(b, at)
	}
}

// spelled is the name of what is not known, as the file has it.
func (h *hunt) spelled(name string) string {
	if as, ok := h.holes[strings.TrimPrefix(name, "$")]; ok {
		return strings.ToValidUTF8(as[:min(len(as), 60)], "")
	}
	return name
}

// machine reads a text that a machine runs when it starts; otherwise is what it speaks when
// it does not tell, "" is nothing that is read.
func (h *hunt) machine(s script, otherwise iac.Kind, outer *scope, verbatim bool) {
	kind := looks(s.text)
	if kind == "" {
		kind = otherwise
	}
	switch kind {
	case "":
	case Shell:
		_ = h.shell(s, outer)
	case PowerShell:
		h.powershell(s, '`')
	case Batch:
		h.powershell(s, '^')
	default:
		if !h.within(kind, s, verbatim) {
			_ = h.shell(s, outer)
		}
	}
}
