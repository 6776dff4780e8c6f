package lake

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// show writes a value of a column as results do: {type=IAMUser, principalid=AIDA…}.
func show(v any, f field) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case time.Time:
		return v.Format(timeFormat)
	case map[string]any:
		return braced(v, f)
	case []any:
		return "[" + strings.Join(each(v), ", ") + "]"
	}
	return fmt.Sprint(v)
}

func braced(m map[string]any, f field) string {
	var parts []string
	for _, part := range f.fields {
		parts = append(parts, strings.ToLower(part.name)+"="+inner(m[part.name], part))
	}
	if f.shape != row {
		for _, k := range slices.Sorted(maps.Keys(m)) {
			parts = append(parts, k+"="+inner(plain(m[k]), field{}))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// inner is a value within another, where NULL shows.
func inner(v any, f field) string {
	if v == nil {
		return "null"
	}
	return show(v, f)
}

func each(values []any) []string {
	shown := make([]string, len(values))
	for i, v := range values {
		shown[i] = inner(v, field{name: "", shape: texts})
	}
	return shown
}
