package cfn

import "strings"

// mostVariables that one text of a serverless.yml may hold.
const mostVariables = 20

// serverless fills the ${variables} of a text, the innermost first.
// https://www.serverless.com/framework/docs/guides/variables
func (w world) serverless(s string, depth int) val {
	out := s
	for range mostVariables {
		start := strings.LastIndex(out, "${")
		if start < 0 {
			return bounded(out)
		}
		inner, after, closed := strings.Cut(out[start+2:], "}")
		if !closed {
			return dependsOn(s)
		}
		v := w.variable(inner, depth)
		switch {
		case v.is == unseen && len(v.by) == 0:
			return dependsOn(s)
		case start == 0 && after == "", v.is != text:
			return v
		}
		out = out[:start] + v.s + after
	}
	return dependsOn(s)
}

// variable is the first of several sources, parted by commas, that has a value. With the
// defaults, what comes from outside has none.
func (w world) variable(sources string, depth int) val {
	for {
		source, rest, more := cutSource(sources)
		v := w.source(source, depth)
		if v.is == unseen && len(v.by) == 0 && !w.t.byDefault || v.is != nothing && v.is != unseen {
			return v
		}
		if v.is == unseen && len(v.by) > 0 || !more {
			return dependsOn(v.by...)
		}
		sources = rest
	}
}

// cutSource cuts at the first comma that is in no quotes.
func cutSource(s string) (source, rest string, more bool) {
	quote := rune(0)
	for i, c := range s {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == ',':
			return strings.TrimSpace(s[:i]), s[i+1:], true
		}
	}
	return strings.TrimSpace(s), "", false
}

// source is a literal, or a value of the file itself. It is nothing where the file has
// no such value, and unseen where it comes from outside: with a name where that is
// another file, which may well have one.
func (w world) source(s string, depth int) val {
	if inner, ok := strings.CutPrefix(s, "strToBool("); ok {
		s = strings.TrimSpace(strings.TrimSuffix(inner, ")"))
	}
	at, own := strings.CutPrefix(s, "self:")
	switch {
	case own:
		return w.own(at, depth)
	case s == "sls:stage" && w.t.byDefault:
		if v := w.own("provider.stage", depth); v.is != nothing {
			return v
		}
		return literal("dev")
	case len(s) > 1 && (s[0] == '\'' || s[0] == '"') && s[len(s)-1] == s[0]:
		return literal(s[1 : len(s)-1])
	case strings.HasPrefix(s, "file("):
		return dependsOn("${" + s + "}")
	}
	if b, ok := yamlBoolean(s); ok {
		return literal(b)
	}
	return dependsOn()
}

// own is the value at a path through the file.
func (w world) own(path string, depth int) val {
	n := w.t.document
	for _, key := range strings.Split(path, ".") {
		if n != nil && (n.shape == list || n.shape == scalar && strings.Contains(n.value, "${")) {
			return dependsOn("${self:" + path + "}") // it is in another file, or an item of a list
		}
		n = n.of(key)
	}
	if n == nil {
		return val{is: nothing}
	}
	return w.eval(n, depth+1)
}
