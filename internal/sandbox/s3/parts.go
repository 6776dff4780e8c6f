package s3

import (
	"maps"
	"slices"
	"strconv"
)

func (s *Store) listParts(q *request) (*answer, error) {
	id, u, err := q.findUpload()
	if err != nil {
		return nil, err
	}
	limit, err := partLimit(q.query.Get("max-parts"), "max-parts")
	if err != nil {
		return nil, err
	}
	after, err := wholeNumber(q.query.Get("part-number-marker"), 0, "part-number-marker")
	if err != nil {
		return nil, err
	}
	var all []part
	for _, n := range slices.Sorted(maps.Keys(u.Parts)) {
		all = append(all, u.Parts[n])
	}
	shown, truncated, next := pageOfParts(all, after, limit)
	e := tree("ListPartsResult", text("Bucket", q.bucket.Name), text("Key", q.key), text("UploadId", id),
		tree("Initiator", text("ID", u.Initiator)), ownerElement(u.Traits.Owner), text("StorageClass", u.Traits.class()),
		text("PartNumberMarker", itoa(after)), text("NextPartNumberMarker", itoa(next)), text("MaxParts", itoa(limit)),
		text("IsTruncated", strconv.FormatBool(truncated)))
	e.children = append(e.children, u.checksumElements()...)
	for _, p := range shown {
		e.children = append(e.children, p.listed())
	}
	return documentAnswer(e.document()), nil
}

func (u *upload) checksumElements() []*element {
	if u.Algorithm == "" {
		return nil
	}
	return []*element{text("ChecksumAlgorithm", u.Algorithm), text("ChecksumType", u.Kind)}
}

func (p part) listed() *element {
	e := tree("Part", text("PartNumber", itoa(p.Number)), text("LastModified", timestamp(p.Modified)),
		text("ETag", quoted(p.ETag)), text("Size", strconv.FormatInt(p.Size, 10)))
	e.children = append(e.children, p.Checksum.element()...)
	return e
}

func partLimit(value, name string) (int, error) {
	n, err := wholeNumber(value, 1000, name)
	return min(n, 1000), err
}

// wholeNumber reads a parameter that counts.
func wholeNumber(value string, absent int, name string) (int, error) {
	if value == "" {
		return absent, nil
	}
	n, err := strconv.ParseInt(value, 10, 32)
	if err != nil || n < 0 {
		return 0, invalidArgument("Argument "+name+" must be an integer between 0 and 2147483647", name, value)
	}
	return int(n), nil
}

// pageOfParts returns the parts with numbers beyond after, at most limit.
func pageOfParts(parts []part, after, limit int) (page []part, truncated bool, next int) {
	for _, p := range parts {
		if p.Number <= after {
			continue
		}
		if len(page) == limit {
			return page, limit > 0, next
		}
		page = append(page, p)
		next = p.Number
	}
	return page, false, next
}
