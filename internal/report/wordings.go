package report

import (
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// voice gives a Note its words.
type voice interface{ Note(n trail.Note) string }

// scribe speaks English, and writes down the Note behind each sentence, so that whoever
// reads the JSON can say it in another language.
type scribe struct {
	english *say.Speaker
	said    wordings
}

func newScribe(s *say.Speaker) *scribe { return &scribe{s, wordings{}} }

// Note says a Note, and remembers it when it is one of the catalog: any other is its own
// sentence already.
func (s *scribe) Note(n trail.Note) string {
	text := s.english.Note(n)
	if text != n.Key {
		s.said[text] = n
	}
	return text
}

// wordings are the Notes of a document by the English sentences in it. They are a member
// of the document that holds the sentences:
//
//	"sentences": {"no trail reaches this Region": {"key": "reason.no-trail"}}
type wordings map[string]trail.Note

// note is the Note of a sentence, when its words still say just that. A sentence of
// another version of the catalog, or one that was edited, is said as it stands.
func (s wordings) note(english *say.Speaker, text string) trail.Note {
	if n, ok := s[text]; ok && english.Note(n) == text {
		return n
	}
	return sentence(text)
}

func (s wordings) notes(english *say.Speaker, texts []string) []trail.Note {
	return each(texts, func(text string) trail.Note { return s.note(english, text) })
}
