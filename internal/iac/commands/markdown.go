package commands

import (
	"bytes"
	"regexp"
	"slices"

	"github.com/trailspan/trailspan/internal/iac"
)

var prompt = regexp.MustCompile(`^\s*(?:\$|%|#|>|PS [^>\n]*>|\[[^\]\n]*\][$#]|[\w.-]+@[\w.-]+[:~\w/.-]*[$#])[ \t]+`)

// markdown reads the fenced blocks of shells, and the commands that stand outside of blocks
// on lines of their own. What else blocks show is read by iac.Documents.
func (h *hunt) markdown() {
	var outside writer
	at := 0
	for _, fence := range iac.Fences(h.in.Text) {
		h.outside(&outside, at, fence.From)
		at = fence.To
		var block writer
		for _, line := range fence.Lines {
			for i := line.From; i < line.To; i++ {
				block.add(h.in.Text[i], i)
			}
			block.add('\n', line.To)
		}
		h.block(fence.Language, block.script)
	}
	h.outside(&outside, at, len(h.in.Text))
	h.prose(outside.script)
}

// outside adds what stands between blocks.
func (h *hunt) outside(w *writer, from, to int) {
	for i := from; i < to; i++ {
		w.add(h.in.Text[i], i)
	}
	w.add('\n', to)
}

// lone is a command that has a line of its own in a text: in an indented block, in an item
// of a list, or in backticks.
var lone = regexp.MustCompile("^[ \\t>]*(?:[-*+][ \\t]+|\\d+[.)][ \\t]+)?(`?)(?:[$%#][ \\t]+)?((?:sudo[ \\t]+)?(?:aws|awslocal)[ \\t][^`\\n]*?(?:create|update)-(?:trail|subscription)[ \\t]+(?:--|\\\\)[^`]*)(`?)[ \\t\\r\\n]*$")

// prose reads the commands that stand alone on their lines. One that only begins a sentence
// is no command: what follows the operation is an option, or the next line.
func (h *hunt) prose(s script) {
	text := bytes.ReplaceAll(s.text, []byte("\\\\\n"), []byte(" \\\n"))
	for from, to := range logicalLines(text, '\\') {
		if !hasCommand(text[from:to]) {
			continue
		}
		if m := lone.FindSubmatchIndex(text[from:to]); m != nil && m[3]-m[2] == m[7]-m[6] {
			line := s.part(from+m[4], from+m[5])
			line.text = text[from+m[4] : from+m[5]]
			_ = h.shell(line, nil)
		}
	}
}

func (h *hunt) block(language string, s script) {
	switch language {
	case "sh", "bash", "shell", "zsh", "ksh", "shell-script", "aws", "awscli", "cli":
		h.console(s, false)
	case "", "console", "shell-session", "sh-session", "shellsession", "bash-session", "terminal", "text", "txt", "plaintext", "none", "cmdline":
		h.console(s, true)
	case "powershell", "ps1", "pwsh", "posh":
		h.powershell(s, '`')
	case "bat", "batch", "cmd", "dos":
		h.powershell(s, '^')
	}
}

// console reads a block in which lines begin with a prompt, and others can be output. A
// block without prompts is a script; one that need not be a script has only the commands
// that begin a line.
func (h *hunt) console(s script, output bool) {
	// Documents double the backslash of a continued line, for their own renderer.
	text := bytes.ReplaceAll(s.text, []byte("\\\\\n"), []byte(" \\\n"))
	prompts := false
	for from, to := range logicalLines(text, '\\') {
		m := prompt.FindIndex(text[from:to])
		if m == nil || bytes.HasPrefix(bytes.TrimSpace(text[from:to]), []byte("#")) && !output {
			continue
		}
		prompts = true
		for i := from; i < from+m[1]; i++ {
			text[i] = ' '
		}
	}
	shown := s
	shown.text = text
	if !prompts && !output {
		_ = h.shell(shown, nil)
		return
	}
	for from, to := range logicalLines(text, '\\') {
		began := prompt.Match(s.text[from:to])
		first := bytes.Fields(text[from:to])
		if !speaks(text[from:to]) || len(first) == 0 || !began && prompts && output ||
			!began && output && !slices.Contains([]string{"aws", "awslocal", "sudo"}, string(first[0])) {
			continue
		}
		_ = h.shell(shown.part(from, to), nil)
	}
}
