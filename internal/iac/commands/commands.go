// Package commands finds the trails that commands and programs make: the AWS CLI in shell
// scripts, Makefiles, Dockerfiles, CI files, Jenkinsfiles, cloud-init, PowerShell and
// Markdown; Ansible and Pulumi tasks; calls of the SDKs and of the CDK.
//
// Shell, YAML and Go are decided by their syntax. Makefiles, Dockerfiles, Jenkinsfiles and
// Markdown are cut into scripts by their lines, and the scripts are decided by syntax.
// PowerShell, batch files, Python, TypeScript, JavaScript, Java, Kotlin, Scala, C#, Ruby and
// PHP are decided by pattern.
// What else Markdown shows is read by iac.Documents.
//
// Configurations of Terraform and templates hold scripts too: they are taken from the strings
// of the one by its syntax, and from the keys of the other, and are read as what they are.
//
// It never runs anything, and never says that a command records every Region when the
// flag that decides is not in sight.
package commands

import (
	"bytes"
	"cmp"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// The kinds of files that can hold a command or a call.
const (
	Shell      iac.Kind = "shell"
	Make       iac.Kind = "make"
	Docker     iac.Kind = "dockerfile"
	YAML       iac.Kind = "yaml"
	Jenkins    iac.Kind = "jenkinsfile"
	PowerShell iac.Kind = "powershell"
	Batch      iac.Kind = "batch"
	Markdown   iac.Kind = "markdown"
	Go         iac.Kind = "go"
	Python     iac.Kind = "python"
	JavaScript iac.Kind = "javascript"
	Java       iac.Kind = "java"
	Kotlin     iac.Kind = "kotlin"
	Scala      iac.Kind = "scala"
	CSharp     iac.Kind = "csharp"
	Ruby       iac.Kind = "ruby"
	PHP        iac.Kind = "php"
	// What others read holds scripts as well.
	Terraform iac.Kind = "terraform"
	JSON      iac.Kind = "json"
)

// most is the number of bytes of the longest file that is read.
const most = 8 << 20

type reader struct{}

// New returns the Reader of commands and of code.
func New() iac.Reader { return reader{} }

// extensions of files that say their kind by it.
var extensions = map[string]iac.Kind{
	".sh": Shell, ".bash": Shell, ".zsh": Shell, ".ksh": Shell, ".bats": Shell, ".mk": Make, ".dockerfile": Docker,
	".yml": YAML, ".yaml": YAML, ".jenkinsfile": Jenkins, ".groovy": Jenkins, ".ps1": PowerShell, ".psm1": PowerShell,
	".bat": Batch, ".cmd": Batch, ".md": Markdown, ".markdown": Markdown, ".mdx": Markdown, ".rst": Markdown, ".adoc": Markdown, ".asciidoc": Markdown, ".go": Go,
	".tf": Terraform, ".tofu": Terraform, ".json": JSON, ".template": JSON,
	".py": Python, ".ts": JavaScript, ".tsx": JavaScript, ".js": JavaScript, ".jsx": JavaScript, ".mjs": JavaScript, ".cjs": JavaScript, ".mts": JavaScript, ".cts": JavaScript,
	".java": Java, ".kt": Kotlin, ".kts": Kotlin, ".scala": Scala, ".cs": CSharp, ".csx": CSharp, ".rb": Ruby, ".rake": Ruby, ".php": PHP,
}

var shebang = regexp.MustCompile(`^(?:\xef\xbb\xbf)?#!.*\b(ba|z|k|da|a)?sh\b`)

// Kind recognizes a file by its name, and one without a telling name by its first line.
// A YAML file is one of ours only if it speaks of what makes a trail, for most are others'.
func (reader) Kind(name string, text []byte) iac.Kind {
	base := strings.ToLower(path.Base(name))
	kind := extensions[path.Ext(base)]
	switch {
	case base == "makefile" || base == "gnumakefile":
		kind = Make
	case base == "dockerfile" || base == "containerfile" || strings.HasPrefix(base, "dockerfile."):
		kind = Docker
	case strings.HasPrefix(base, "jenkinsfile"):
		kind = Jenkins
	case kind == "" && shebang.Match(text[:min(len(text), 200)]):
		kind = Shell
	}
	if kind == YAML && !speaks(text) || kind == Terraform && !hasCall(text) || kind == JSON && !holdsScripts(base, text) {
		return ""
	}
	return kind
}

var subjects = regexp.MustCompile(`(create|update)[-_]?(trail|subscription)|ct-?trail`)

// speaks says whether a text can have a trail at all.
func speaks(text []byte) bool {
	lower := bytes.ToLower(text)
	return bytes.Contains(lower, []byte("cloudtrail")) || subjects.Match(lower)
}

// Read finds the trails, and drops every fix that would not do what it should.
func (reader) Read(in iac.Input) iac.File {
	file := iac.File{Kind: reader{}.Kind(in.Path, in.Text)}
	if file.Kind == "" || !speaks(in.Text) {
		return file
	}
	if len(in.Text) > most {
		file.Why = trail.Say("iac.commands.too-large", "size", "8 MiB")
		file.Unreadable = file.Why.Key
		return file
	}
	found, why := find(in, file.Kind)
	file.Why, file.Unreadable = why, why.Key
	verify(in, file.Kind, found)
	for _, f := range found {
		file.Trails = append(file.Trails, f.trail(in.Text))
	}
	return file
}

// find returns what a file has, in its order, and why it could not be understood.
func find(in iac.Input, kind iac.Kind) (found []finding, unreadable trail.Note) {
	h := &hunt{in: in, written: map[string]string{}, holes: map[string]string{}}
	unreadable = h.read(kind)
	slices.SortStableFunc(h.found, func(a, b finding) int { return cmp.Compare(a.at, b.at) })
	return h.found, unreadable
}

// read finds what the file has, by its kind.
func (h *hunt) read(kind iac.Kind) (unreadable trail.Note) {
	whole := script{text: h.in.Text}
	switch kind {
	case Shell:
		unreadable = h.shell(whole, nil)
	case Make:
		h.makefile()
	case Docker:
		h.dockerfile()
	case YAML, JSON:
		unreadable = h.yaml()
	case Terraform:
		h.terraform()
	case Jenkins:
		h.jenkinsfile()
	case PowerShell:
		h.powershell(whole, '`')
	case Batch:
		h.powershell(whole, '^')
	case Markdown:
		h.markdown()
	case Go:
		unreadable = h.golang()
	case Python, JavaScript:
		h.calls(kind)
	case Java, Kotlin, Scala:
		h.builders(kind)
	case CSharp:
		h.initializers()
	case Ruby, PHP:
		h.hashes(kind)
	}
	return unreadable
}

// A hunt goes through one file.
type hunt struct {
	in    iac.Input
	found []finding
	deep  int // scripts within scripts
	// started says whether something in the file starts the logging of a trail; nil is not looked for.
	started *bool
	// written are the files that a script has written so far, by name; what its variables
	// hold stands there as x. "" is a file whose text is not in sight.
	written map[string]string
	// holes are what other programs fill into scripts: what the file has in the place of the
	// variables of a shell, by their names.
	holes map[string]string
}

// A finding is a trail with positions in bytes.
type finding struct {
	name               string
	at, blame          int // where it begins; where what is wrong stands
	verdict, byDefault iac.Verdict
	reason             trail.Note
	excludesGlobal     bool // global service events are left out
	globalAt           int
	unvalidated        trail.Note // why log files are not validated; none when they are, or nobody knows
	silent             trail.Note // why it does not log
	edits              []iac.Edit
	unfixed            trail.Note // why there are none, where nothing else says it
	elsewhere          []iac.Edit // of what decides where that is declared
}

func (f finding) trail(text []byte) iac.Trail {
	line, column := position(text, f.at)
	t := iac.Trail{Name: f.name, Line: line, Column: column, Verdict: f.verdict, Default: cmp.Or(f.byDefault, f.verdict), Reason: f.reason, Fix: f.edits, Elsewhere: f.elsewhere}
	if len(f.edits) == 0 {
		t.Unfixed = f.unfixed
	}
	problem := func(rule string, at int, message trail.Note) {
		line, column := position(text, at)
		t.Problems = append(t.Problems, iac.Problem{Rule: rule, Line: line, Column: column, Message: message})
	}
	if f.verdict == iac.Single {
		problem(iac.SingleRegion, f.blame, f.reason)
	}
	if f.excludesGlobal && f.verdict == iac.Multi {
		problem(iac.GlobalServiceEvents, f.globalAt, trail.Say("iac.commands.global-excluded"))
	}
	if f.silent.Key != "" {
		problem(iac.NotLogging, f.at, f.silent)
	}
	if f.unvalidated.Key != "" {
		problem(iac.LogFileValidation, f.at, f.unvalidated)
	}
	return t
}

// position returns the line and column, in characters, of a byte.
func position(text []byte, at int) (line, column int) {
	at = max(0, min(at, len(text)))
	start := bytes.LastIndexByte(text[:at], '\n') + 1
	return bytes.Count(text[:at], []byte("\n")) + 1, utf8.RuneCount(text[start:at]) + 1
}

// verify reads the file again as it would stand after all fixes: every fixed trail must
// be multi-Region, with global service events, and nothing else may be different.
// If it is not so, each fix has to prove itself alone.
func verify(in iac.Input, kind iac.Kind, found []finding) {
	all := make([]int, len(found))
	for i := range all {
		all[i] = i
	}
	if proved(in, kind, found, all) {
		return
	}
	for i := range found {
		if i >= 64 || !proved(in, kind, found, []int{i}) {
			found[i].edits = nil
		}
	}
}

func proved(in iac.Input, kind iac.Kind, found []finding, which []int) bool {
	var edits []iac.Edit
	fixed := map[int]bool{}
	for _, i := range which {
		edits = append(edits, found[i].edits...)
		fixed[i] = len(found[i].edits) > 0
	}
	if len(edits) == 0 {
		return true
	}
	text, ok := apply(in.Text, edits)
	if !ok {
		return false
	}
	in.Text = text
	after, _ := find(in, kind)
	if len(after) != len(found) {
		return false
	}
	for i, a := range after {
		if fixed[i] && (a.verdict != iac.Multi || a.excludesGlobal) || !fixed[i] && a.verdict != found[i].verdict || a.name != found[i].name {
			return false
		}
	}
	return true
}

// apply makes edits of one file; it does not when they touch each other.
func apply(text []byte, edits []iac.Edit) ([]byte, bool) {
	edits = slices.Clone(edits)
	slices.SortStableFunc(edits, func(a, b iac.Edit) int { return cmp.Compare(a.Start, b.Start) })
	var out []byte
	last := 0
	for _, e := range edits {
		if e.Start < last || e.End < e.Start || e.End > len(text) {
			return nil, false
		}
		out = append(append(out, text[last:e.Start]...), e.Text...)
		last = e.End
	}
	return append(out, text[last:]...), true
}
