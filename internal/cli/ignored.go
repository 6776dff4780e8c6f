package cli

import (
	"path"
	"regexp"
	"strings"
)

// pattern is a line of a .gitignore, below the directory that holds it.
// https://git-scm.com/docs/gitignore
type pattern struct {
	match       *regexp.Regexp // of a path from that directory
	negated     bool           // "!": what matches is not ignored after all
	directories bool           // "/" at the end: directories only
}

// patterns reads lines of a .gitignore. A line that cannot be read ignores nothing.
func patterns(lines []string) []pattern {
	var out []pattern
	for _, line := range lines {
		if p, ok := patternOf(line); ok {
			out = append(out, p)
		}
	}
	return out
}

func patternOf(line string) (p pattern, ok bool) {
	line = strings.TrimSuffix(line, "\r")
	for strings.HasSuffix(line, " ") && !strings.HasSuffix(line, `\ `) {
		line = line[:len(line)-1]
	}
	if line == "" || line[0] == '#' {
		return p, false
	}
	line, p.negated = strings.CutPrefix(line, "!")
	line, p.directories = strings.CutSuffix(line, "/")
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return p, false
	}
	begin := "^(?:.*/)?"
	if anchored {
		begin = "^"
	}
	var err error
	p.match, err = regexp.Compile(begin + globbed(line) + "$")
	return p, err == nil
}

// globbed writes a glob as a regular expression.
func globbed(glob string) string {
	var out strings.Builder
	for i := 0; i < len(glob); i++ {
		rest := glob[i:]
		atStart := i == 0 || glob[i-1] == '/'
		switch {
		case atStart && strings.HasPrefix(rest, "**/"):
			out.WriteString("(?:.*/)?")
			i += 2
		case atStart && rest == "**":
			out.WriteString(".+")
			i++
		case rest[0] == '*':
			out.WriteString("[^/]*")
		case rest[0] == '?':
			out.WriteString("[^/]")
		case rest[0] == '[':
			set, n := globSet(rest)
			out.WriteString(set)
			i += n - 1
		case rest[0] == '\\' && len(rest) > 1:
			out.WriteString(regexp.QuoteMeta(rest[1:2]))
			i++
		default:
			out.WriteString(regexp.QuoteMeta(rest[:1]))
		}
	}
	return out.String()
}

// globSet writes a set of characters, and returns how long it is in the glob.
func globSet(rest string) (set string, n int) {
	end := strings.IndexByte(rest[min(2, len(rest)):], ']')
	if end < 0 {
		return `\[`, 1
	}
	end += 2
	inner := strings.ReplaceAll(rest[1:end], `\`, `\\`)
	inner = strings.ReplaceAll(inner, "[", `\[`)
	if inner[0] == '!' {
		inner = "^" + inner[1:]
	}
	return "[" + inner + "]", end + 1
}

// level is the patterns of one directory.
type level struct {
	dir      string // slash-separated from the root of the tree; "." is the root
	patterns []pattern
}

// ignored says whether the patterns of the levels, outer ones first, ignore a path: the
// last that matches decides.
func ignored(levels []level, name string, directory bool) bool {
	for i := len(levels) - 1; i >= 0; i-- {
		below, ok := under(levels[i].dir, name)
		if !ok {
			continue
		}
		for j := len(levels[i].patterns) - 1; j >= 0; j-- {
			p := levels[i].patterns[j]
			if (directory || !p.directories) && p.match.MatchString(below) {
				return !p.negated
			}
		}
	}
	return false
}

// ignoredFile says so of a file that is looked at without the directories above it.
func ignoredFile(levels []level, name string) bool {
	for at := path.Dir(name); at != "." && at != "/"; at = path.Dir(at) {
		if ignored(levels, at, true) {
			return true
		}
	}
	return ignored(levels, name, false)
}

// under returns the path of name from dir.
func under(dir, name string) (below string, ok bool) {
	if dir == "." {
		return name, true
	}
	return strings.CutPrefix(name, dir+"/")
}
