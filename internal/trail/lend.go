package trail

import "slices"

// ShareSelectors lets accounts of one organization lend each other what they read of
// an organization trail: its selectors are the same wherever they are asked for, and a
// member account may not be allowed to read them.
func ShareSelectors(all []Snapshot) {
	known := map[ARN]*Selectors{}
	for _, s := range all {
		for _, t := range s.Trails {
			if t.Selectors != nil {
				known[t.ARN] = t.Selectors
			}
		}
	}
	for i := range all {
		all[i] = all[i].Borrow(known)
	}
}

// Wanting returns the trails of other accounts whose selectors were not read: those
// that Borrow has a use for.
func (s Snapshot) Wanting() []ARN {
	var out []ARN
	for _, t := range s.Trails {
		if t.Selectors == nil && t.ARN.Owner() != s.Account {
			out = append(out, t.ARN)
		}
	}
	return out
}

// Borrow returns s with the selectors that it lacks, by the ARN of their trail. The
// Gaps that they fill are dropped.
func (s Snapshot) Borrow(known map[ARN]*Selectors) Snapshot {
	filled := map[ARN]bool{}
	trails := slices.Clone(s.Trails)
	for i := range trails {
		if t := &trails[i]; t.Selectors == nil && known[t.ARN] != nil {
			t.Selectors = known[t.ARN]
			filled[t.ARN] = true
		}
	}
	if len(filled) == 0 {
		return s
	}
	s.Trails = trails
	s.Gaps = slices.DeleteFunc(slices.Clone(s.Gaps), func(g Gap) bool { return g.Action == GetEventSelectors && filled[g.Trail] })
	return s
}
