package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (s *Store) getObjectAttributes(q *request) (*answer, error) {
	wanted, err := q.wantedAttributes()
	if err != nil {
		return nil, err
	}
	v, err := s.find(q)
	if err != nil {
		return nil, err
	}
	if notModified, err := q.mayRead(v); err != nil || notModified {
		return q.notModified(v), err
	}
	result := tree("GetObjectAttributesResponse")
	for _, name := range []string{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"} {
		if !slices.Contains(wanted, name) {
			continue
		}
		e, err := q.attribute(v, name)
		if err != nil {
			return nil, err
		}
		result.children = append(result.children, e...)
	}
	a := documentAnswer(result.document())
	a.set("Last-Modified", v.Modified.Format(http.TimeFormat))
	q.bucket.tellVersion(a, v)
	return a, nil
}

// wantedAttributes reads the header that lists them; it may come more than once.
func (q *request) wantedAttributes() ([]string, error) {
	var wanted []string
	for _, name := range strings.Split(strings.Join(q.http.Header.Values("X-Amz-Object-Attributes"), ","), ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		if !slices.Contains([]string{"ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"}, name) {
			return nil, invalidArgument("Invalid attribute name specified.", "x-amz-object-attributes", name)
		}
		wanted = append(wanted, name)
	}
	if len(wanted) == 0 {
		return nil, invalidRequest("The x-amz-object-attributes header specifying the attributes to be retrieved is either missing or empty")
	}
	return wanted, nil
}

// attribute is one element of the answer; ObjectParts only objects have that came in parts.
func (q *request) attribute(v version, name string) ([]*element, error) {
	switch name {
	case "ETag":
		return []*element{text(name, v.ETag)}, nil
	case "Checksum":
		if v.Checksum.Algorithm == "" {
			return nil, nil
		}
		return []*element{tree(name, v.Checksum.elements()...)}, nil
	case "StorageClass":
		return []*element{text(name, v.Traits.class())}, nil
	case "ObjectSize":
		return []*element{text(name, strconv.FormatInt(sizeOf(v.Body), 10))}, nil
	default:
		if len(v.Parts) == 0 {
			return nil, nil
		}
		return q.objectParts(v)
	}
}

func (q *request) objectParts(v version) ([]*element, error) {
	limit, err := partLimit(q.header("X-Amz-Max-Parts"), "x-amz-max-parts")
	if err != nil {
		return nil, err
	}
	after, err := wholeNumber(q.header("X-Amz-Part-Number-Marker"), 0, "x-amz-part-number-marker")
	if err != nil {
		return nil, err
	}
	shown, truncated, next := pageOfParts(v.Parts, after, limit)
	e := tree("ObjectParts", text("PartsCount", itoa(len(v.Parts))), text("PartNumberMarker", itoa(after)),
		text("NextPartNumberMarker", itoa(next)), text("MaxParts", itoa(limit)), text("IsTruncated", strconv.FormatBool(truncated)))
	for _, p := range shown {
		children := []*element{text("PartNumber", itoa(p.Number)), text("Size", strconv.FormatInt(p.Size, 10))}
		e.children = append(e.children, tree("Part", append(children, p.Checksum.element()...)...))
	}
	return []*element{e}, nil
}
