package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

var (
	fence  = regexp.MustCompile("^((?:[ \\t]|>[ \\t]?|[-*+][ \\t]|\\d+[.)][ \\t])*)(```+|~~~+)[ \\t]*\\{?\\.?([\\w+#.-]*)")
	prompt = regexp.MustCompile(`^\s*(?:\$|%|#|>|PS [^>\n]*>|\[[^\]\n]*\][$#]|[\w.-]+@[\w.-]+[:~\w/.-]*[$#])[ \t]+`)
)

// markdown reads the fenced blocks of shells. Blocks of templates and of YAML are not
// read here.
func (h *hunt) markdown() {
	whole := script{text: h.in.Text}
	var block writer
	open, language, indent := "", "", 0
	for from, to := range logicalLines(whole.text, 0) {
		line := whole.text[from:to]
		m := fence.FindSubmatch(line)
		switch {
		case open == "" && m != nil:
			open, language, indent = string(m[2]), strings.ToLower(string(m[3])), len(m[1])
			block = writer{}
		case open != "" && m != nil && strings.HasPrefix(string(m[2]), open) && len(m[3]) == 0:
			h.block(language, block.script)
			open = ""
		case open != "":
			skip := 0
			for skip < indent && skip < len(line) && strings.IndexByte(" \t>", line[skip]) >= 0 {
				skip++
			}
			for i := skip; i < len(line); i++ {
				block.add(line[i], from+i)
			}
			block.add('\n', to)
		}
	}
	if open != "" {
		h.block(language, block.script)
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
