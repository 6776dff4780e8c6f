package s3

import (
	"encoding/xml"
	"net/http"
	"time"
)

// deletion is what became of a DeleteObject.
type deletion struct {
	marker bool   // a delete marker was made, or removed
	id     string // of the version or marker; "" in a bucket that was never versioned
	made   bool   // the marker is new
}

func (s *Store) deleteObject(q *request) (*answer, error) {
	if match := q.header("If-Match"); match != "" {
		v, there := q.bucket.visible(q.key)
		if !there {
			return nil, noSuchKey(q.key)
		}
		if !matches(match, v.ETag) {
			return nil, preconditionFailed("If-Match")
		}
	}
	d, err := s.deleteVersion(q, q.key, q.query.Get("versionId"), q.has("versionId"))
	if err != nil {
		return nil, err
	}
	a := noContent()
	a.set("x-amz-version-id", d.id)
	if d.marker {
		a.set("x-amz-delete-marker", "true")
	}
	q.tellCharged(a)
	return a, nil
}

// deleteVersion takes one version away, or, without an ID, hides the object: behind a
// delete marker where the bucket is versioned. What is not there is deleted already.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjectVersions.html
func (s *Store) deleteVersion(q *request, key, id string, byID bool) (deletion, error) {
	b := q.bucket
	if byID {
		return s.removeVersion(q, key, id)
	}
	if b.versioning() == "" {
		if i := b.index(key, "null"); i >= 0 {
			s.release(b.remove(key, i).Body)
		}
		return deletion{}, nil
	}
	marker := version{Marker: true, Modified: q.now.UTC().Truncate(time.Second), Traits: traits{Owner: b.Account}}
	marker, replaced := b.add(key, marker)
	for _, r := range replaced {
		s.release(r.Body)
	}
	return deletion{marker: true, id: marker.ID, made: true}, nil
}

func (s *Store) removeVersion(q *request, key, id string) (deletion, error) {
	if id == "" {
		return deletion{}, invalidArgument("Version id cannot be the empty string", "versionId", id)
	}
	if id != "null" && len(id) != len(newID()) {
		return deletion{}, invalidArgument("Invalid version id specified", "versionId", id)
	}
	i := q.bucket.index(key, id)
	if i < 0 {
		return deletion{id: id}, nil
	}
	if q.bucket.Objects[key][i].Lock.holds(q) {
		return deletion{}, lockedAway()
	}
	removed := q.bucket.remove(key, i)
	s.release(removed.Body)
	return deletion{marker: removed.Marker, id: id}, nil
}

// deleteRequest is the body of DeleteObjects.
type deleteRequest struct {
	XMLName xml.Name
	Quiet   bool
	Object  []struct {
		Key       *string
		VersionID *string `xml:"VersionId"`
		ETag      *string
	}
}

func (s *Store) deleteObjects(q *request) (*answer, error) {
	if !hasDigest(q.http.Header) {
		return nil, invalidRequest("Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
	}
	var d deleteRequest
	if err := xml.Unmarshal(q.body, &d); err != nil || d.XMLName.Local != "Delete" || len(d.Object) == 0 || len(d.Object) > 1000 {
		return nil, malformedXML()
	}
	result := tree("DeleteResult")
	for _, o := range d.Object {
		if o.Key == nil || *o.Key == "" {
			return nil, fail(http.StatusBadRequest, "UserKeyMustBeSpecified", "User key must be specified.")
		}
	}
	for _, o := range d.Object {
		one, err := s.deleteOne(q, *o.Key, o.VersionID, o.ETag)
		if err != nil {
			one = tree("Error", text("Key", *o.Key), text("Code", asFailure(err).code), text("Message", asFailure(err).message))
			if o.VersionID != nil {
				one.children = append(one.children, text("VersionId", *o.VersionID))
			}
		}
		if err != nil || !d.Quiet {
			result.children = append(result.children, one)
		}
	}
	a := documentAnswer(result.document())
	q.tellCharged(a)
	return a, nil
}

// deleteOne deletes one object of many, for which the caller is judged by itself.
func (s *Store) deleteOne(q *request, key string, id, etag *string) (*element, error) {
	b := q.bucket
	if err := s.mayDo(q, b, actionOn("DeleteObject", id != nil), b.arn(q.partition())+"/"+key); err != nil {
		return nil, err
	}
	if v, there := b.visible(key); etag != nil && (!there || !matches(*etag, v.ETag)) {
		return nil, preconditionFailed("ETag")
	}
	version := ""
	if id != nil {
		version = *id
	}
	d, err := s.deleteVersion(q, key, version, id != nil)
	if err != nil {
		return nil, err
	}
	one := tree("Deleted", text("Key", key))
	if id != nil {
		one.children = append(one.children, text("VersionId", *id))
	}
	if d.marker {
		one.children = append(one.children, text("DeleteMarker", "true"), text("DeleteMarkerVersionId", d.id))
	}
	return one, nil
}
