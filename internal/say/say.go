// Package say gives sentences their language. It holds the catalog: every sentence
// that trailspan says to a person, by key, in English and in Japanese.
//
// It decides nothing and knows no sentence by itself: rooms that judge hand over a
// trail.Note, a key with values, and the windows that show it ask a Speaker. Machine
// formats are always spoken in English.
//
// Its nouns: Lang, a language; Speaker, one who speaks it; catalog, what can be
// said; key, the address of a sentence; placeholder, a {name} that a value replaces.
//
// The catalog is a folder per language with one file per room. In the code a key
// stands as a literal, or as a literal prefix with a dot in it and something after it
// ("verdict." + string(v), or as a format), or as a key with a literal suffix that
// begins with a dot (key + ".hint"): so the tests can tell which keys are used.
package say

import (
	"sync"

	"github.com/trailspan/trailspan/internal/trail"
)

// Speaker says sentences in one language. It never changes, so that many may share it.
type Speaker struct {
	lang      Lang
	sentences catalog
}

// New returns a Speaker of a language; of one that has no catalog, of English.
func New(l Lang) *Speaker {
	if l != Japanese {
		l = English
	}
	return &Speaker{lang: l, sentences: catalogs(l)()}
}

// Each catalog is read once, and never written.
var (
	inEnglish  = sync.OnceValue(func() catalog { return readCatalog(English) })
	inJapanese = sync.OnceValue(func() catalog { return readCatalog(Japanese) })
)

func catalogs(l Lang) func() catalog {
	if l == Japanese {
		return inJapanese
	}
	return inEnglish
}

// Lang returns the language that s speaks.
func (s *Speaker) Lang() Lang { return s.lang }

// Say returns the sentence of a key, with the values of alternating names and values
// in place of its {names}. A key without a sentence is said as it is, so that a
// sentence that comes from elsewhere, from a saved plan say, can stand for a key.
func (s *Speaker) Say(key string, nameValue ...string) string {
	return s.Note(trail.Say(key, nameValue...))
}

// Note says a Note, as Say does.
func (s *Speaker) Note(n trail.Note) string {
	text, ok := s.sentences[n.Key]
	if !ok {
		return n.Key
	}
	return fill(text, n.Args)
}
