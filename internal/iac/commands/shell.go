package commands

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// Longer or deeper scripts are read line by line.
const (
	longest = 256 << 10
	deepest = 500
	nested  = 4 // scripts within scripts
)

// shell reads a script. What the parser refuses is read line by line, for most lines of
// a script with one mistake are right; it says what was refused.
func (h *hunt) shell(s script, outer *scope) (unreadable trail.Note) {
	if !speaks(s.text) || h.deep > nested {
		return trail.Note{}
	}
	h.deep++
	defer func() { h.deep-- }()
	if h.parse(s, outer) {
		return trail.Note{}
	}
	for from, to := range logicalLines(s.text, '\\') {
		line := s.part(from, to)
		if !speaks(line.text) {
			continue
		}
		if !h.parse(line, outer) {
			unreadable = trail.Say("iac.commands.not-language", "language", "shell")
		}
	}
	return unreadable
}

// parse reads a script as a whole.
func (h *hunt) parse(s script, outer *scope) bool {
	if len(s.text) > longest || depth(s.text) > deepest {
		return false
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(bytes.NewReader(masked(s.text)), "")
	if err != nil {
		return false
	}
	w := &walker{hunt: h, script: s, scope: newScope(file, outer, s)}
	w.file(file)
	return true
}

// depth is about how deep things are nested in a script.
func depth(text []byte) int {
	now, most := 0, 0
	for _, b := range text {
		switch b {
		case '(', '{', '`':
			now++
			most = max(most, now)
		case ')', '}', '\n':
			now = max(0, now-1)
		}
	}
	return most
}

// logicalLines gives the ranges of lines, those that are continued as one.
func logicalLines(text []byte, escape byte) func(yield func(from, to int) bool) {
	return func(yield func(from, to int) bool) {
		from := 0
		for i := 0; i <= len(text); i++ {
			if i < len(text) && text[i] != '\n' {
				continue
			}
			end := i
			if end > from && text[end-1] == '\r' {
				end--
			}
			if i < len(text) && end > from && text[end-1] == escape && escape != 0 {
				continue
			}
			if !yield(from, end) {
				return
			}
			from = i + 1
		}
	}
}

// A walker looks at every command of a script.
type walker struct {
	*hunt
	script script
	scope  *scope
	stack  []syntax.Node
}

func (w *walker) file(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		if n == nil {
			w.stack = w.stack[:len(w.stack)-1]
			return true
		}
		w.stack = append(w.stack, n)
		switch n := n.(type) {
		case *syntax.CallExpr:
			w.call(n)
		case *syntax.Stmt:
			w.writes(n)
			w.heredocs(n)
		}
		return true
	})
}

// function returns the name of the function that is being looked at.
func (w *walker) function() string {
	for _, n := range slices.Backward(w.stack) {
		if f, ok := n.(*syntax.FuncDecl); ok && f.Name != nil {
			return f.Name.Value
		}
	}
	return ""
}

func (w *walker) call(c *syntax.CallExpr) {
	if len(c.Args) == 0 {
		return
	}
	at := int(c.Args[0].Pos().Offset())
	*w.scope.spent = 0
	e := &expander{scope: w.scope, text: w.script.text, before: at}
	if f := w.function(); f != "" {
		e.before = len(w.script.text)
		if slices.ContainsFunc(c.Args, passesOn) {
			e.given = w.scope.given(f, e)
		}
	}
	all := e.words(c.Args)
	if len(all) == 0 {
		return
	}
	if all[0][0].known {
		if body := w.scope.wrapper(all[0][0].text); body != nil {
			all = w.scope.wrapped(body, all, w.script.text)
		}
	}
	w.judgeAll(at, all)
	w.scripts(c, all[0])
}

// judgeAll judges a command for everything that its variables can hold.
func (w *walker) judgeAll(at int, all [][]field) {
	var found []finding
	for _, fields := range all {
		if c, ok := parseCommand(fields); ok {
			if f, ok := w.judge(w.script, c); ok {
				found = append(found, f)
			}
		}
	}
	if len(found) == 0 {
		return
	}
	f := found[0]
	for _, other := range found[1:] {
		if other.verdict != f.verdict {
			f.edits = nil
			if f.verdict != iac.Unknown && other.verdict != iac.Unknown {
				f.reason = trail.Say("iac.commands.differs", "flag", multiFlag)
			} else if other.verdict == iac.Unknown {
				f.reason = other.reason
			}
			f.byDefault = found[0].byDefault
			f.verdict = iac.Unknown
		}
	}
	f.at = w.script.place(at)
	f.blame, f.globalAt = f.at, f.at
	w.found = append(w.found, f)
}

// runners run an argument as a script.
func runners() []string {
	return []string{"bash", "sh", "zsh", "dash", "ksh", "eval", "ssh", "su", "sudo"}
}

func runs(fields []field) bool {
	if len(fields) == 0 || slices.Contains(printers(), fields[0].text) {
		return false
	}
	return slices.ContainsFunc(fields, func(f field) bool { return slices.Contains(runners(), path.Base(f.text)) })
}

// scripts reads the arguments that are scripts themselves, as of bash -c.
func (w *walker) scripts(c *syntax.CallExpr, fields []field) {
	if !runs(fields) {
		return
	}
	for _, word := range c.Args[1:] {
		if len(word.Parts) != 1 {
			continue
		}
		from, to := int(word.Pos().Offset())+1, int(word.End().Offset())-1
		switch q := word.Parts[0].(type) {
		case *syntax.SglQuoted:
			if !q.Dollar {
				w.shell(w.script.part(from, to), w.scope)
			}
		case *syntax.DblQuoted:
			if !q.Dollar {
				w.shell(w.script.part(from, to).unescape("\"\\`", true), w.scope)
			}
		}
	}
}

// writes notes the file that a command writes: cat with a here-document, echo or printf.
func (w *walker) writes(s *syntax.Stmt) {
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(s.Redirs) == 0 {
		return
	}
	name, text := "", ""
	for _, r := range s.Redirs {
		switch {
		case r.Hdoc != nil:
			text = hereText(r.Hdoc)
		case r.Op == syntax.RdrOut && r.Word != nil:
			name = r.Word.Lit()
		}
	}
	if head := call.Args[0].Lit(); text == "" && (head == "echo" || head == "printf") && len(call.Args) == 2 {
		*w.scope.spent = 0
		e := &expander{scope: w.scope, text: w.script.text, before: int(call.Pos().Offset())}
		text = strings.ReplaceAll(e.one(call.Args[1]).text, "\x00", "x")
	}
	if name != "" {
		w.written[path.Clean(name)] = text
	}
}

// heredocs reads the here-documents that are run, or written to a script.
func (w *walker) heredocs(s *syntax.Stmt) {
	for _, r := range s.Redirs {
		if r.Hdoc == nil || len(r.Hdoc.Parts) == 0 {
			continue
		}
		from, to := int(r.Hdoc.Pos().Offset()), int(r.Hdoc.End().Offset())
		if from >= to || to > len(w.script.text) || !w.isScript(s, w.script.text[from:to]) {
			continue
		}
		w.shell(w.script.part(from, to), w.scope)
	}
}

// isScript says whether a here-document is run, or written to a script.
func (w *walker) isScript(s *syntax.Stmt, text []byte) bool {
	if shebang.Match(text[:min(200, len(text))]) {
		return true
	}
	*w.scope.spent = 0
	e := &expander{scope: w.scope, text: w.script.text, before: len(w.script.text)}
	for _, r := range s.Redirs {
		if r.Word != nil && (r.Op == syntax.RdrOut || r.Op == syntax.AppOut) && strings.HasSuffix(e.one(r.Word).text, ".sh") {
			return true
		}
	}
	call, ok := s.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	if w.pipedTo(s, e) {
		return true
	}
	fields := e.words(call.Args)
	if len(fields) == 0 {
		return false
	}
	last := fields[0][len(fields[0])-1].text
	return runs(fields[0]) || slices.ContainsFunc(fields[0], func(f field) bool { return f.text == "tee" }) && strings.HasSuffix(last, ".sh")
}

// pipedTo says whether a shell reads what a statement writes: cat <<EOF | bash.
func (w *walker) pipedTo(s *syntax.Stmt, e *expander) bool {
	if len(w.stack) < 2 {
		return false
	}
	pipe, ok := w.stack[len(w.stack)-2].(*syntax.BinaryCmd)
	if !ok || pipe.Op != syntax.Pipe || pipe.X != s {
		return false
	}
	call, ok := pipe.Y.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	fields := e.words(call.Args)
	return len(fields) > 0 && runs(fields[0])
}
