package wire

import (
	"net/http"
	"net/url"
	"strings"
)

// routeName finds the operation by method and path.
func (m *model) routeName(r *http.Request) (string, *Error) {
	for name, o := range m.Operations {
		if _, ok := matchRoute(o, r); ok {
			return name, nil
		}
	}
	return "", &Error{Code: "UnknownOperationException", Status: http.StatusNotFound}
}

// matchRoute compares a request with the route of an operation, such as
// POST /listRegions or GET /things/{Name}, and returns the values of the braces.
func matchRoute(o *operationModel, r *http.Request) (map[string]string, bool) {
	route, _, _ := strings.Cut(o.HTTP.RequestURI, "?")
	want, got := strings.Split(route, "/"), strings.Split(r.URL.EscapedPath(), "/")
	if o.HTTP.Method != r.Method || len(want) != len(got) {
		return nil, false
	}
	values := map[string]string{}
	for i, w := range want {
		if !strings.HasPrefix(w, "{") {
			if w != got[i] {
				return nil, false
			}
			continue
		}
		v, err := url.PathUnescape(got[i])
		if err != nil {
			return nil, false
		}
		values[strings.Trim(w, "{}+")] = v
	}
	return values, true
}

// decodeREST reads the body as decodeJSON does, and what the model places in the
// path, the query string or a header.
func (m *model) decodeREST(o *operationModel, r *http.Request, body []byte) (map[string]any, error) {
	out, err := m.decodeJSON(o.Input, body)
	if err != nil {
		return nil, err
	}
	inPath, _ := matchRoute(o, r)
	inQuery := r.URL.Query()
	for name, member := range m.shapeOf(o.Input).Members {
		var text string
		switch member.Location {
		case "uri":
			text = inPath[member.LocationName]
		case "querystring":
			text = inQuery.Get(member.LocationName)
		case "header":
			text = r.Header.Get(member.LocationName)
		default:
			continue
		}
		delete(out, name)
		if text == "" {
			continue
		}
		if out[name], err = scalarFromText(m.shapeOf(member), text); err != nil {
			return nil, err
		}
	}
	return out, nil
}
