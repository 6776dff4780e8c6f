package cloud

import (
	"regexp"
	"strings"
)

var words = regexp.MustCompile(`[A-Z][a-z0-9]*|[A-Z0-9]+`)

// deed says in words what an action does: cloudtrail:DescribeTrails is "describing
// trails".
func deed(action string) string {
	_, operation, _ := strings.Cut(action, ":")
	w := words.FindAllString(operation, -1)
	if len(w) == 0 {
		return action
	}
	w[0] = gerund(w[0])
	return strings.ToLower(strings.Join(w, " "))
}

func gerund(verb string) string {
	switch {
	case verb == "Get" || verb == "Put" || verb == "Stop":
		return verb + verb[len(verb)-1:] + "ing"
	case strings.HasSuffix(verb, "e"):
		return strings.TrimSuffix(verb, "e") + "ing"
	default:
		return verb + "ing"
	}
}
