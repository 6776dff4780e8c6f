package s3

import (
	"maps"
	"slices"
	"strconv"
)

// A listedVersion is a row of a listing of objects or versions.
type listedVersion struct {
	key    string
	latest bool
	version
}

// currentObjects lists the objects that are not deleted.
func (b *bucket) currentObjects(w window) page[listedVersion] {
	rows := func(key string) []listedVersion {
		if v, ok := b.visible(key); ok {
			return []listedVersion{{key, true, v}}
		}
		return nil
	}
	return paginate(b.keys, w, rows, func(v listedVersion) string { return v.ID })
}

// listObjects is the first version of the listing, which goes on by a marker. It
// tells the next marker only where there is a delimiter; else it is the last key.
func (s *Store) listObjects(q *request) (*answer, error) {
	w, err := q.window("max-keys")
	if err != nil {
		return nil, err
	}
	w.after = q.query.Get("marker")
	p := q.bucket.currentObjects(w)
	e := q.frame("ListBucketResult", w, "MaxKeys", p.truncated)
	e.add("Marker", q.encode(w.after))
	if p.truncated && w.delimiter != "" {
		e.add("NextMarker", q.encode(p.last))
	}
	return q.objectsAnswer(e, p, true), nil
}

func (s *Store) listObjectsV2(q *request) (*answer, error) {
	w, err := q.window("max-keys")
	if err != nil {
		return nil, err
	}
	w.after = q.query.Get("start-after")
	if q.has("continuation-token") {
		if w.after, err = fromToken(q.query.Get("continuation-token")); err != nil {
			return nil, err
		}
	}
	p := q.bucket.currentObjects(w)
	e := q.frame("ListBucketResult", w, "MaxKeys", p.truncated)
	e.add("KeyCount", itoa(p.count()))
	if q.has("start-after") {
		e.add("StartAfter", q.encode(q.query.Get("start-after")))
	}
	if q.has("continuation-token") {
		e.add("ContinuationToken", q.query.Get("continuation-token"))
	}
	if p.truncated {
		e.add("NextContinuationToken", token(p.last))
	}
	return q.objectsAnswer(e, p, q.query.Get("fetch-owner") == "true"), nil
}

func (q *request) objectsAnswer(e *element, p page[listedVersion], withOwner bool) *answer {
	for _, v := range p.rows {
		row := v.listed(q, "Contents")
		if withOwner {
			row.children = append(row.children, ownerElement(v.Traits.Owner))
		}
		e.children = append(e.children, row)
	}
	q.addPrefixes(e, p.prefixes)
	a := documentAnswer(e.document())
	a.set("x-amz-bucket-region", q.bucket.Region)
	q.tellCharged(a)
	return a
}

// listed is a row as XML; a delete marker has no content to tell of.
func (v listedVersion) listed(q *request, name string) *element {
	e := tree(name, text("Key", q.encode(v.key)), text("LastModified", timestamp(v.Modified)))
	if v.Marker {
		return e
	}
	e.add("ETag", quoted(v.ETag))
	if v.Checksum.Algorithm != "" {
		e.add("ChecksumAlgorithm", v.Checksum.Algorithm)
		e.add("ChecksumType", v.Checksum.Kind)
	}
	e.add("Size", strconv.FormatInt(sizeOf(v.Body), 10))
	e.add("StorageClass", v.Traits.class())
	return e
}

// allVersions lists every version, those of a key newest first.
func (b *bucket) allVersions(w window) page[listedVersion] {
	rows := func(key string) []listedVersion {
		var all []listedVersion
		for i, v := range slices.Backward(b.Objects[key]) {
			all = append(all, listedVersion{key, i == len(b.Objects[key])-1, v})
		}
		return all
	}
	return paginate(b.keys, w, rows, func(v listedVersion) string { return v.ID })
}

func (s *Store) listObjectVersions(q *request) (*answer, error) {
	w, err := q.window("max-keys")
	if err != nil {
		return nil, err
	}
	w.after, w.afterID = q.query.Get("key-marker"), q.query.Get("version-id-marker")
	if w.afterID != "" && w.after == "" {
		return nil, invalidArgument("A version-id marker cannot be specified without a key marker.", "version-id-marker", w.afterID)
	}
	p := q.bucket.allVersions(w)
	e := q.frame("ListVersionsResult", w, "MaxKeys", p.truncated)
	e.add("KeyMarker", q.encode(w.after))
	e.add("VersionIdMarker", w.afterID)
	if p.truncated {
		e.add("NextKeyMarker", q.encode(p.last))
		if p.lastID != "" {
			e.add("NextVersionIdMarker", p.lastID)
		}
	}
	for _, v := range p.rows {
		name := "Version"
		if v.Marker {
			name = "DeleteMarker"
		}
		row := v.listed(q, name)
		row.add("VersionId", v.ID)
		row.add("IsLatest", strconv.FormatBool(v.latest))
		row.children = append(row.children, ownerElement(v.Traits.Owner))
		e.children = append(e.children, row)
	}
	q.addPrefixes(e, p.prefixes)
	return documentAnswer(e.document()), nil
}

// A listedUpload is a row of the listing of unfinished uploads.
type listedUpload struct {
	id string
	*upload
}

// unfinished lists uploads by key, those of a key by the time they began.
func (b *bucket) unfinished(w window) page[listedUpload] {
	byKey := map[string][]listedUpload{}
	for _, id := range slices.Sorted(maps.Keys(b.Uploads)) {
		u := b.Uploads[id]
		byKey[u.Key] = append(byKey[u.Key], listedUpload{id, u})
	}
	for _, uploads := range byKey {
		slices.SortStableFunc(uploads, func(x, y listedUpload) int { return x.Started.Compare(y.Started) })
	}
	rows := func(key string) []listedUpload { return byKey[key] }
	return paginate(slices.Sorted(maps.Keys(byKey)), w, rows, func(u listedUpload) string { return u.id })
}

func (s *Store) listMultipartUploads(q *request) (*answer, error) {
	w, err := q.window("max-uploads")
	if err != nil {
		return nil, err
	}
	w.after = q.query.Get("key-marker")
	if w.after != "" { // without a key marker S3 ignores the other one
		w.afterID = q.query.Get("upload-id-marker")
	}
	p := q.bucket.unfinished(w)
	e := q.frame("ListMultipartUploadsResult", w, "MaxUploads", p.truncated)
	e.children[0].name = "Bucket"
	e.add("KeyMarker", q.encode(w.after))
	e.add("UploadIdMarker", w.afterID)
	if p.truncated {
		e.add("NextKeyMarker", q.encode(p.last))
		e.add("NextUploadIdMarker", p.lastID)
	}
	for _, u := range p.rows {
		e.children = append(e.children, u.listed(q))
	}
	q.addPrefixes(e, p.prefixes)
	return documentAnswer(e.document()), nil
}

func (u listedUpload) listed(q *request) *element {
	e := tree("Upload", text("Key", q.encode(u.Key)), text("UploadId", u.id),
		tree("Initiator", text("ID", u.Initiator)), ownerElement(u.Traits.Owner),
		text("StorageClass", u.Traits.class()), text("Initiated", timestamp(u.Started)))
	e.children = append(e.children, u.checksumElements()...)
	return e
}
