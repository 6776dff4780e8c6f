package commands

import (
	"bytes"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// powershell reads PowerShell, or a batch file, by pattern: logical lines, which the
// escape byte continues, are cut into words.
func (h *hunt) powershell(s script, escape byte) {
	text := bytes.Clone(s.text)
	if escape == '`' {
		blankBlocks(text)
	}
	for from, to := range logicalLines(text, escape) {
		line := s.part(from, to)
		line.text = text[from:to]
		if !speaks(line.text) && !splats.Match(line.text) || escape == '^' && batchComment.Match(line.text) {
			continue
		}
		for _, fields := range tokens(line.text, escape) {
			fields = h.known(s.text, fields, escape)
			w := &walker{hunt: h, script: line}
			at := max(fields[0].from, 0)
			if f, ok := cmdlet(line, fields); ok {
				if strings.EqualFold(f.name, "New-CTTrail") {
					f.silent = h.unstarted()
				}
				f.at = line.place(at)
				f.blame, f.globalAt = f.at, f.at
				h.found = append(h.found, f)
				continue
			}
			w.judgeAll(at, [][]field{fields})
		}
	}
}

var (
	batchComment = regexp.MustCompile(`(?i)^\s*@?(rem\b|::)`)
	psBlocks     = regexp.MustCompile(`(?s)<#.*?#>|@".*?\n"@|@'.*?\n'@`)
)

// blankBlocks writes block comments and here-strings as blanks.
func blankBlocks(text []byte) {
	for _, m := range psBlocks.FindAllIndex(text, -1) {
		for i := m[0]; i < m[1]; i++ {
			if text[i] != '\n' && text[i] != '\r' {
				text[i] = ' '
			}
		}
	}
}

// tokens cuts a line into commands of words.
func tokens(text []byte, escape byte) [][]field {
	var out [][]field
	var now []field
	end := func() {
		if len(now) > 0 {
			out = append(out, now)
		}
		now = nil
	}
	for i := 0; i < len(text); {
		b := text[i]
		switch {
		case b == escape || b == ' ' || b == '\t' || b == '\r' || b == '\n':
			i++
		case b == '#' && escape == '`':
			end()
			return out
		case strings.IndexByte(";|&(){}", b) >= 0 && escape == '`' || (b == '|' || b == '&' || b == '(' || b == ')') && escape == '^':
			end()
			i++
		default:
			f := psWord(text, i, escape)
			if escape == '`' && len(now) == 1 && f.text == "=" {
				now = nil // an assignment of what the command says
			} else {
				now = append(now, f)
			}
			i = f.end
		}
	}
	end()
	return out
}

// psWord reads one word.
func psWord(text []byte, at int, escape byte) field {
	f := field{known: true, from: at}
	var b strings.Builder
	quote := byte(0)
	i := at
	for ; i < len(text); i++ {
		c := text[i]
		switch {
		case quote == 0 && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || strings.IndexByte(";|(){}", c) >= 0 && i > at && escape == '`' && text[i-1] != '$'):
			return done(f, b.String(), text, i)
		case quote == 0 && (c == '"' || c == '\'' && escape == '`'):
			quote = c
		case quote != 0 && c == quote:
			quote = 0
		case c == escape && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case c == '$' && quote != '\'' && bytes.HasPrefix(text[i:], []byte("${")): // its name is in braces
			f.known = false
			f.many = quote == 0
			b.WriteByte(0)
			if n := bytes.IndexAny(text[i:], "}\n"); n > 0 && text[i+n] == '}' {
				i += n
			}
		case c == '$' && escape == '`' && quote != '\'', c == '%' && escape == '^', c == '@' && i == at && escape == '`':
			f.known = false
			f.many = quote == 0
			b.WriteByte(0)
		default:
			b.WriteByte(c)
		}
	}
	return done(f, b.String(), text, i)
}

func done(f field, value string, text []byte, end int) field {
	f.text, f.to, f.end = value, end, max(end, f.from+1)
	f.name = string(text[f.from:min(end, f.from+60)])
	if string(text[f.from:end]) != value {
		f.from = -1
	}
	return f
}

// cmdlet judges New-CTTrail and Update-CTTrail of the AWS Tools for PowerShell.
func cmdlet(s script, fields []field) (f finding, ok bool) {
	i := slices.IndexFunc(fields, func(f field) bool {
		return strings.EqualFold(f.text, "New-CTTrail") || strings.EqualFold(f.text, "Update-CTTrail")
	})
	if i != 0 {
		return f, false
	}
	update := strings.EqualFold(fields[0].text, "Update-CTTrail")
	f = finding{name: fields[0].text, verdict: iac.Single, reason: trail.Say("iac.commands.flag-missing", "flag", "-IsMultiRegionTrail")}
	value, at, given := cmdletSwitch(s, fields, "-IsMultiRegionTrail")
	global, globalAt, hasGlobal := cmdletSwitch(s, fields, "-IncludeGlobalServiceEvent")
	f.excludesGlobal = hasGlobal && global == "$false"
	splat := slices.ContainsFunc(fields, func(f field) bool { return strings.HasPrefix(f.name, "@") })
	var edits []iac.Edit
	switch {
	case value == "$true":
		f.verdict, f.reason = iac.Multi, trail.Say("iac.commands.flag", "flag", "-IsMultiRegionTrail")
	case value == "$false":
		f.reason = trail.Say("iac.commands.flag-off", "flag", "-IsMultiRegionTrail")
		if at.End == 0 {
			return f, true
		}
		edits = append(edits, at)
	case given:
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.flags-unknown", "name", "-IsMultiRegionTrail")
		return f, true
	case splat && !update:
		f.verdict, f.byDefault, f.reason = iac.Unknown, iac.Single, trail.Say("iac.commands.flags-unknown", "name", "@")
		return f, true
	case update:
		return f, false
	default:
		e, _ := s.edit(fields[0].end, fields[0].end, " -IsMultiRegionTrail $true")
		edits = append(edits, e)
	}
	if f.excludesGlobal {
		if globalAt.End == 0 {
			return f, true
		}
		edits = append(edits, globalAt)
	}
	f.edits = edits
	return f, true
}

// cmdletSwitch returns the value of a parameter, and the edit that turns it on.
func cmdletSwitch(s script, fields []field, name string) (value string, on iac.Edit, given bool) {
	for i, f := range fields {
		word, after, joined := strings.Cut(strings.ToLower(f.name), ":")
		if !strings.HasPrefix(strings.ToLower(name), strings.TrimSuffix(word, "s")) || len(word) < 5 {
			continue
		}
		if !joined {
			if i+1 >= len(fields) {
				return "", on, true
			}
			after = strings.ToLower(fields[i+1].name)
			f = fields[i+1]
		}
		after = strings.ToLower(after)
		if after == "1" || after == "0" {
			after = map[string]string{"1": "$true", "0": "$false"}[after]
			return after, on, true
		}
		if f.end == 0 { // it stands in a hashtable
			return after, on, true
		}
		e, ok := s.edit(f.end-len(after), f.end, "$true")
		if !ok {
			return "", on, true
		}
		return after, e, true
	}
	return "", on, false
}

// known puts what a file gives to a variable, a list or a hashtable once in the place of its
// name: $flags, @params, %FLAGS%.
func (h *hunt) known(text []byte, fields []field, escape byte) []field {
	var out []field
	for _, f := range fields {
		if values, ok := assignedOnce(text, f, escape); ok {
			if n := len(values); n > 0 {
				values[n-1].end = f.end
			}
			out = append(out, values...)
			continue
		}
		out = append(out, f)
	}
	return out
}

// splats finds a call of the CLI whose words stand in a list: & aws @words.
var splats = regexp.MustCompile(`(?i)\baws(?:\.exe)?["']?\s+@\w`)

var psName = regexp.MustCompile(`^(?:[$@](\w+)|%(\w+)%)$`)

// assignedOnce are the words of a variable that is given one literal, and nothing else.
func assignedOnce(text []byte, f field, escape byte) ([]field, bool) {
	m := psName.FindStringSubmatch(f.name)
	if m == nil || f.known {
		return nil, false
	}
	if escape == '^' {
		set := regexp.MustCompile(`(?im)^([ \t]*)@?set\s+(?:/\w\s+)?"?`+m[2]+`=([^\r\n"]*)`).FindAllSubmatch(text, 2)
		if m[2] == "" || len(set) != 1 || len(set[0][1]) > 0 || strings.ContainsAny(string(set[0][2]), "%!") {
			return nil, false
		}
		return fieldsOf(string(set[0][2]), false), true
	}
	given := regexp.MustCompile(`(?im)^([ \t]*)\$`+m[1]+`\s*(\+?)=\s*`).FindAllSubmatchIndex(text, 2)
	changed := regexp.MustCompile(`(?i)\$` + m[1] + `(?:\.\w+\s*(?:=|\()|\[[^\]]*\]\s*=)`)
	if m[1] == "" || len(given) != 1 || given[0][2] < given[0][3] || given[0][4] < given[0][5] || changed.Match(text) {
		return nil, false
	}
	rest := text[given[0][1]:]
	if table := psTable.FindSubmatch(rest); table != nil {
		return tableFields(string(table[1]))
	}
	if words := psArray.Find(rest); words != nil {
		var out []field
		for _, w := range psString.FindAllSubmatch(words, -1) {
			out = append(out, field{text: string(w[1]) + string(w[2]), known: true, from: -1})
		}
		return out, true
	}
	return nil, false
}

var (
	psTable  = regexp.MustCompile(`^@\{([^{}]*)\}`)
	psArray  = regexp.MustCompile(`^(?:@\(\s*)?(?:'[^'$]*'|"[^"$` + "`" + `]*")(?:\s*,\s*(?:'[^'$]*'|"[^"$` + "`" + `]*"))*\s*\)?[ \t]*(?:\r?\n|$)`)
	psString = regexp.MustCompile(`'([^']*)'|"([^"]*)"`)
	psPair   = regexp.MustCompile(`^\s*['"]?(\w+)['"]?\s*=\s*(.*?)\s*$`)
)

// tableFields are the parameters that a hashtable stands for.
func tableFields(table string) (out []field, ok bool) {
	for _, pair := range regexp.MustCompile(`[;\n]`).Split(table, -1) {
		pair, _, _ = strings.Cut(pair, " #")
		m := psPair.FindStringSubmatch(pair)
		switch {
		case m != nil:
			out = append(out, field{text: "-" + m[1], known: true, from: -1, name: "-" + m[1]}, field{text: m[2], known: true, from: -1, name: m[2]})
		case strings.TrimSpace(pair) != "" && strings.TrimSpace(pair)[0] != '#':
			return nil, false
		}
	}
	return out, true
}
