package cli

import "testing"

func TestNearest(t *testing.T) {
	for name, tt := range map[string]struct {
		typed   string
		offered []string
		want    string
	}{
		"a letter is missing":                    {"chek", []string{"convert", "check"}, "check"},
		"a letter is too many":                   {"runns", []string{"runs"}, "runs"},
		"a letter is wrong":                      {"jsom", []string{"json", "text"}, "json"},
		"two letters changed places":             {"us-esat-1", []string{"us-east-2", "us-east-1"}, "us-east-1"},
		"two slips":                              {"--excldue-region", []string{"--exclude-regions"}, "--exclude-regions"},
		"three slips are a guess":                {"rollbuckets", []string{"rollback"}, ""},
		"a third of a short word is a slip":      {"xm", []string{"md"}, ""},
		"one letter means no long flag":          {"-z", []string{"--org", "--yes"}, ""},
		"the first of several that are as near":  {"eu-west-4", []string{"eu-west-1", "eu-west-2"}, "eu-west-1"},
		"what was typed is an offer":             {"text", []string{"text"}, "text"},
		"nothing was typed":                      {"", []string{"en", "ja"}, ""},
		"nothing is offered":                     {"x", nil, ""},
		"letters of more than a byte slip twice": {"証", []string{"跡"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := nearest(tt.typed, tt.offered); got != tt.want {
				t.Errorf("nearest(%q) = %q, want %q", tt.typed, got, tt.want)
			}
		})
	}
}
