package s3

import "net/http"

// The tags of an object, as a document of their own.

func (s *Store) getObjectTagging(q *request) (*answer, error) {
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	set := tree("TagSet")
	for _, t := range v.Traits.Tags {
		set.children = append(set.children, tree("Tag", text("Key", t.Key), text("Value", t.Value)))
	}
	a := documentAnswer(tree("Tagging", set).document())
	q.bucket.tellVersion(a, v)
	return a, nil
}

func (s *Store) putObjectTagging(q *request) (*answer, error) {
	d, err := parseXML(q.body)
	if shape := taggingShape(); err != nil || d.name != shape.name || !shape.fits(d) {
		return nil, malformedXML()
	}
	tags := tagsOf(d)
	if err := checkTags(tags, 10); err != nil {
		return nil, err
	}
	return s.setTags(q, tags, http.StatusOK)
}

func (s *Store) deleteObjectTagging(q *request) (*answer, error) {
	return s.setTags(q, nil, http.StatusNoContent)
}

func (s *Store) setTags(q *request, tags []tag, status int) (*answer, error) {
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	q.bucket.Objects[q.key][q.bucket.index(q.key, v.ID)].Traits.Tags = tags
	a := newAnswer(status)
	q.bucket.tellVersion(a, v)
	return a, nil
}
