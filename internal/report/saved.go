package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// SavedError says what keeps a saved report from being read. Its Note wants no more
// values but "what", the name of the file.
type SavedError struct{ Note trail.Note }

func (e *SavedError) Error() string {
	return fmt.Errorf("reading a saved report: %s", e.Note.Key).Error()
}

func notSaved(key string, nameValue ...string) *SavedError {
	return &SavedError{trail.Say(key, nameValue...)}
}

// Saved is a report that was saved as JSON, found to be whole and of a kind that is
// known. Its accounts are read again, one after the other, each time that it is shown.
type Saved struct {
	source io.ReadSeeker
	schema string
	// head and tail are the members of the document around its accounts.
	head, tail rawObject
	count      int
}

// OpenSaved reads a report to its end, and keeps of its accounts their number only. Its
// errors are a SavedError or those of r.
func OpenSaved(r io.ReadSeeker) (*Saved, error) {
	s := &Saved{source: r}
	var all rawObject
	err := s.walk(func(m rawMember) error { all = append(all, m); return nil }, func(json.RawMessage) error { s.count++; return nil })
	if err != nil {
		return nil, err
	}
	if s.schema, err = knownSchema(all); err != nil {
		return nil, err
	}
	s.arrange(all)
	return s, s.sound()
}

// arrange puts what a report begins with before its accounts, whatever sorted the members.
func (s *Saved) arrange(all rawObject) {
	if !s.listed() {
		s.head = all
		return
	}
	first := func(name string) int {
		if i := slices.Index([]string{"schema", "generatedAt"}, name); i >= 0 {
			return i - 2
		}
		return 0
	}
	slices.SortStableFunc(all, func(a, b rawMember) int { return first(a.name) - first(b.name) })
	for _, m := range all {
		if slices.Contains([]string{"summary", "skipped", "controlCatalog"}, m.name) {
			s.tail = append(s.tail, m)
		} else {
			s.head = append(s.head, m)
		}
	}
}

// Kind is what is reported: check, plan, plan-organization, prove, runs or lint.
func (s *Saved) Kind() string {
	return strings.TrimSuffix(strings.TrimPrefix(s.schema, "trailspan/"), "/v1")
}

// Formats are those in which the report can be shown.
func (s *Saved) Formats() []Format {
	switch s.schema {
	case CheckSchema:
		return CheckFormats()
	case PlanSchema, OrganizationSchema:
		return planFormats()
	case LintSchema:
		return LintFormats()
	default:
		return plainFormats()
	}
}

// Show shows the report as the command that saved it would have; as JSON it is what it
// is, with every member, known or not.
func (s *Saved) Show(w io.Writer, f Format, o Options) error {
	if !slices.Contains(s.Formats(), f) {
		return unknownFormat(f)
	}
	if f == JSON {
		return s.json(w)
	}
	switch s.schema {
	case CheckSchema:
		return s.check(w, f, o)
	case OrganizationSchema:
		return s.organization(w, f, o)
	default:
		return s.single(w, f, o)
	}
}

// json writes the members in the order in which they were, and accounts one by one.
func (s *Saved) json(w io.Writer) error {
	if !s.listed() {
		return writeJSON(w, s.head)
	}
	list := jsonList{w: w, name: "accounts", head: s.head}
	if err := s.accounts(func(raw json.RawMessage) error { return list.add(raw) }); err != nil {
		return err
	}
	return list.end(s.tail)
}

// listed says whether the report is a list of accounts.
func (s *Saved) listed() bool { return s.schema == CheckSchema || s.schema == OrganizationSchema }

// accounts hands over one account after the other.
func (s *Saved) accounts(one func(json.RawMessage) error) error {
	return s.walk(func(rawMember) error { return nil }, one)
}

// walk reads the document from its beginning to its end.
func (s *Saved) walk(member func(rawMember) error, account func(json.RawMessage) error) error {
	if _, err := s.source.Seek(0, io.SeekStart); err != nil {
		return err
	}
	d := json.NewDecoder(s.source)
	err := walkDocument(d, member, account)
	return s.explain(d, err)
}

// explain says of an error of the decoder where in the file it is.
func (s *Saved) explain(d *json.Decoder, err error) error {
	var syntax *json.SyntaxError
	var wrong *json.UnmarshalTypeError
	switch {
	case errors.Is(err, io.EOF) && d.InputOffset() == 0:
		return notSaved("fail.report-empty")
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return notSaved("fail.report-truncated")
	case errors.As(err, &syntax), errors.As(err, &wrong), errors.Is(err, errShape):
		return notSaved("fail.report-broken", "line", s.lineAt(d.InputOffset()))
	default:
		return err
	}
}

// lineAt counts lines from 1.
func (s *Saved) lineAt(offset int64) string {
	line := 1
	if _, err := s.source.Seek(0, io.SeekStart); err == nil {
		counter := &lineCounter{}
		_, _ = io.CopyN(counter, s.source, offset) // what cannot be read is not counted
		line += counter.n
	}
	return strconv.Itoa(line)
}

type lineCounter struct{ n int }

func (c *lineCounter) Write(b []byte) (int, error) {
	c.n += bytes.Count(b, []byte("\n"))
	return len(b), nil
}

// errShape says that the JSON is no object, or its accounts no list.
var errShape = errors.New("it is not the JSON of a report")

func walkDocument(d *json.Decoder, member func(rawMember) error, account func(json.RawMessage) error) error {
	if err := expect(d, '{'); err != nil {
		return err
	}
	seen := map[string]bool{}
	for d.More() {
		tok, err := d.Token()
		if err != nil {
			return err
		}
		name := fmt.Sprint(tok)
		if seen[name] {
			return errShape
		}
		seen[name] = true
		if name == "accounts" {
			err = walkList(d, account)
		} else {
			m := rawMember{name: name}
			if err = d.Decode(&m.value); err == nil {
				err = member(m)
			}
		}
		if err != nil {
			return err
		}
	}
	if err := expect(d, '}'); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errShape
	}
	return nil
}

func walkList(d *json.Decoder, element func(json.RawMessage) error) error {
	if err := expect(d, '['); err != nil {
		return err
	}
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return err
		}
		if err := element(raw); err != nil {
			return err
		}
	}
	return expect(d, ']')
}

func expect(d *json.Decoder, want json.Delim) error {
	tok, err := d.Token()
	if err == nil && tok != want {
		return errShape
	}
	return err
}

var schemaName = regexp.MustCompile(`^trailspan/([a-z-]+)/v([0-9]+)$`)

// knownSchema says of what the members are a report, or why that is not known.
func knownSchema(all rawObject) (string, error) {
	known := []string{CheckSchema, PlanSchema, OrganizationSchema, ProofSchema, RunsSchema, LintSchema}
	var schema string
	if raw, there := all.get("schema"); !there || json.Unmarshal(raw, &schema) != nil {
		return "", notSaved("fail.report-foreign")
	}
	if slices.Contains(known, schema) {
		return schema, nil
	}
	if m := schemaName.FindStringSubmatch(schema); m != nil && slices.Contains(known, "trailspan/"+m[1]+"/v1") {
		return "", notSaved("fail.report-newer", "schema", schema, "known", "trailspan/"+m[1]+"/v1")
	}
	return "", notSaved("fail.report-schema", "schema", schema, "known", strings.Join(known, ", "))
}

// rawObject is an object whose members keep their order, and all that they say.
type rawObject []rawMember

type rawMember struct {
	name  string
	value json.RawMessage
}

func (o rawObject) get(name string) (json.RawMessage, bool) {
	i := slices.IndexFunc(o, func(m rawMember) bool { return m.name == name })
	if i < 0 {
		return nil, false
	}
	return o[i].value, true
}

// MarshalJSON writes the members as they are.
func (o rawObject) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			out.WriteByte(',')
		}
		name, err := indented(m.name, "")
		if err != nil {
			return nil, err
		}
		out.WriteString(name + ":" + string(m.value))
	}
	out.WriteByte('}')
	return out.Bytes(), nil
}
