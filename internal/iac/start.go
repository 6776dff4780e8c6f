package iac

import "slices"

// Start makes a trail log, by its place in the file, with an edit of the file itself. It
// is not done when the Reader does not agree: the trail must then not be known as stopped,
// and nothing else may have changed.
func Start(r Reader, in Input, which int) (text []byte, done bool) {
	before := r.Read(in)
	if which >= len(before.Trails) || len(before.Trails[which].Start) == 0 {
		return in.Text, false
	}
	text, ok := Apply(in.Text, before.Trails[which].Start)
	if !ok {
		return in.Text, false
	}
	now := in
	now.Text, now.Tree = text, Overlay(in.Tree, map[string][]byte{in.Path: text})
	after := r.Read(now)
	if after.Unreadable != "" || len(after.Trails) != len(before.Trails) {
		return in.Text, false
	}
	for i, t := range after.Trails {
		was := before.Trails[i]
		if i == which {
			was.Problems = slices.DeleteFunc(slices.Clone(was.Problems), func(p Problem) bool { return p.Rule == NotLogging })
		}
		if t.Name != was.Name || t.Verdict != was.Verdict || !slices.EqualFunc(t.Problems, was.Problems, sameRule) {
			return in.Text, false
		}
	}
	return text, true
}
