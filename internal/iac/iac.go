// Package iac reads infrastructure as code: it finds the CloudTrail trails that a file
// declares or makes, says of each whether it will record every Region, and knows the
// smallest edit that makes it so.
//
// It never runs what it reads, never fetches anything, and never guesses: what another
// value decides that is not in sight is unknown, and says what decides. It does not
// print files either: an edit is a range of bytes and what stands there afterwards.
//
// Its nouns: a Reader knows one family of files; a File is what it found in one; a Trail
// is a declaration, or a command, with its Verdict; an Edit changes bytes.
package iac

import (
	"io/fs"

	"github.com/trailspan/trailspan/internal/trail"
)

// Kind of a file: what language it speaks.
type Kind string

// Verdict says how many Regions a trail will record.
type Verdict string

// Unknown depends on what is not in sight, or differs between allowed values.
const (
	Multi   Verdict = "multi"
	Single  Verdict = "single"
	Unknown Verdict = "unknown"
)

// Rules are the addresses of what can be wrong with a trail.
const (
	SingleRegion        = "single-region"         // it records one Region
	GlobalServiceEvents = "global-service-events" // multi-Region without them, which AWS refuses
	NotLogging          = "not-logging"           // it is made, and not started
	ManagementEvents    = "management-events"     // its selectors leave some out
	LogFileValidation   = "log-file-validation"   // nobody can prove that its log files are whole
	BucketPolicy        = "bucket-policy"         // it is multi-Region, and may not write what other Regions have
)

// Input is a file to read.
type Input struct {
	Path string // slash-separated, relative to Tree
	Text []byte
	// Tree has the files around it: variables, modules, parameter files. Nil: there are none.
	Tree fs.FS
	// Parameters are values that are known to be used, by name.
	Parameters map[string]string
}

// File is what a Reader found in a file.
type File struct {
	Kind   Kind
	Trails []Trail // in the order of the file
	// Unreadable says why the file could not be understood, with its line if that is
	// known; "" when it could.
	Unreadable string
	// Why says the same in the words of the catalog; Unreadable is its key then.
	// It is empty when only the words of a parser are known.
	Why trail.Note
}

// Trail is a declaration of a trail, or a command that makes or changes one.
type Trail struct {
	Name         string // logical or resource name, or the command
	Line, Column int    // from 1; columns count characters
	Verdict      Verdict
	// Default is what the declared defaults give; it differs from Verdict only when that is Unknown.
	Default Verdict
	Reason  trail.Note
	// Problems are what is wrong, single-region first; empty for a trail that is right.
	Problems []Problem
	// Fix makes the trail multi-Region, with global service events; nil when it cannot be made here.
	Fix []Edit
	// Unfixed says why there is no Fix of a trail that needs one; empty when there is one, or
	// when Reason says it already.
	Unfixed trail.Note
	// Elsewhere does so where the deciding value is declared, as a default of a parameter or
	// variable: others may count on that.
	Elsewhere []Edit
	// Alone says that Elsewhere decides this trail and nothing else that is in sight.
	Alone bool
	// Start makes the trail log; nil when it does, or when that is decided elsewhere.
	Start []Edit
}

// Problem is a rule that a trail breaks.
type Problem struct {
	Rule         string
	Line, Column int
	Message      trail.Note
}

// Edit puts Text in the place of the bytes from Start up to End.
type Edit struct {
	Path       string // "" is the file itself
	Start, End int
	Text       string
}

// A Reader knows one family of files.
type Reader interface {
	// Kind recognizes a file by its name and text; "" is not one of its family.
	Kind(path string, text []byte) Kind
	// Read finds the trails. It never fails and never panics: what it cannot understand it says.
	Read(in Input) File
}
