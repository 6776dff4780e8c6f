package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/trailspan/trailspan/internal/report"
)

func (a *app) versionCommand() *cobra.Command {
	c := a.command("version", "version")
	c.Args = noArgs
	c.RunE = func(*cobra.Command, []string) error { return a.version() }
	return c
}

func (a *app) version() error {
	format, err := a.formatOf(report.Text, report.JSON)
	if err != nil {
		return err
	}
	v := struct {
		Version string `json:"version"`
		Commit  string `json:"commit,omitempty"`
		Go      string `json:"go"`
		OS      string `json:"os"`
		Arch    string `json:"arch"`
	}{Version, commit(), runtime.Version(), runtime.GOOS, runtime.GOARCH}
	return a.show(func(w io.Writer, _ report.Options) error {
		if format == report.JSON {
			return json.NewEncoder(w).Encode(v)
		}
		_, err := fmt.Fprintf(w, "trailspan %s %s %s/%s\n", v.Version, v.Go, v.OS, v.Arch)
		return err
	})
}

// commit is the one that the program was built from, when the build knew it.
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value
		}
	}
	return ""
}
