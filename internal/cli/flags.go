package cli

import (
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/report"
	"github.com/trailspan/trailspan/internal/trail"
)

// shared are the flags of every command.
type shared struct {
	profile, region, endpoint string
	sandbox                   bool
	world                     string
	format, output, lang      string
	noColor, quiet, verbose   bool
}

func (s *shared) define(a *app, f *pflag.FlagSet) {
	say := func(name string) string { return a.speaker.Say("cli.flag." + name) }
	f.StringVar(&s.profile, "profile", "", say("profile"))
	f.StringVar(&s.region, "region", "", say("region"))
	f.StringVar(&s.endpoint, "endpoint-url", "", say("endpoint-url"))
	f.BoolVar(&s.sandbox, "sandbox", false, say("sandbox"))
	f.StringVar(&s.world, "world", "", say("world"))
	f.StringVar(&s.format, "format", "text", say("format"))
	f.StringVarP(&s.output, "output", "o", "", say("output"))
	f.StringVar(&s.lang, "lang", "", say("lang"))
	f.BoolVar(&s.noColor, "no-color", false, say("no-color"))
	f.BoolVar(&s.quiet, "quiet", false, say("quiet"))
	f.BoolVarP(&s.verbose, "verbose", "v", false, say("verbose"))
}

var regionCode = regexp.MustCompile(`^[a-z]{2,4}(-[a-z]+)+-[0-9]+$`)

// check refuses what no command can mean.
func (s *shared) check() error {
	switch {
	case s.region != "" && !regionCode.MatchString(s.region):
		return noRegion(s.region)
	case s.sandbox && s.endpoint != "":
		return fail(exitUsage, trail.Say("fail.sandbox-endpoint"))
	case s.sandbox && s.profile != "":
		return fail(exitUsage, trail.Say("fail.sandbox-profile"))
	case s.endpoint != "" && !strings.HasPrefix(s.endpoint, "http://") && !strings.HasPrefix(s.endpoint, "https://"):
		return fail(exitUsage, trail.Say("fail.endpoint", "url", s.endpoint))
	default:
		return nil
	}
}

// formatOf returns the format when it is one of those that the command has.
func (a *app) formatOf(offered ...report.Format) (report.Format, error) {
	f, err := report.ParseFormat(a.shared.format)
	if err != nil || !slices.Contains(offered, f) {
		return "", fail(exitUsage, trail.Say("fail.format", "format", a.shared.format, "offered", formatNames(offered))).meant(a.shared.format, textsOf(offered))
	}
	return f, nil
}

// spoken is for commands that go on for a while: they speak to a person, on standard
// output.
func (a *app) spoken(command string) error {
	if _, err := a.formatOf(report.Text); err != nil {
		return err
	}
	if a.shared.output != "" {
		return fail(exitUsage, trail.Say("fail.no-output", "command", command))
	}
	return nil
}

// flag adds a flag with its text from the catalog.
func (a *app) flagText(name string) string { return a.speaker.Say("cli.flag." + name) }

// regions reads a list of Regions from a flag.
func regions(list []string) ([]trail.Region, error) {
	var out []trail.Region
	for _, r := range list {
		if !regionCode.MatchString(r) {
			return nil, noRegion(r)
		}
		out = append(out, trail.Region(r))
	}
	return out, nil
}

func noRegion(code string) error {
	return fail(exitUsage, trail.Say("fail.region", "region", code)).meant(code, regionNames())
}

// accountIDs reads a list of accounts from a flag.
func accountIDs(list []string) ([]trail.AccountID, error) {
	var out []trail.AccountID
	for _, s := range list {
		id, err := trail.ParseAccountID(strings.TrimSpace(s))
		if err != nil {
			return nil, fail(exitUsage, trail.Say("fail.account", "account", s))
		}
		if slices.Contains(out, id) {
			continue
		}
		out = append(out, id)
	}
	return out, nil
}

// langFlag finds --lang before the command line is parsed: the complaints of the
// parser need a language too.
func langFlag(args []string) string {
	for i, a := range args {
		if v, ok := strings.CutPrefix(a, "--lang="); ok {
			return v
		}
		if a == "--lang" && i+1 < len(args) {
			return args[i+1]
		}
	}
	return ""
}
