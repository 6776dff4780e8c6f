package cli

import (
	"errors"
	"os"

	"github.com/spf13/pflag"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

// ownerFlags name the code that makes trails. Both files are read and never written.
type ownerFlags struct {
	terraformState, source string

	state *plan.TerraformState // nil when it was not given
	file  *plan.SourceFile
	text  []byte // of file
}

func (f *ownerFlags) define(a *app, fs *pflag.FlagSet) {
	fs.StringVar(&f.terraformState, "terraform-state", "", a.flagText("terraform-state"))
	fs.StringVar(&f.source, "source", "", a.flagText("source"))
}

// read reads the files, before anything else happens.
func (f *ownerFlags) read() error {
	if f.terraformState != "" {
		text, err := os.ReadFile(f.terraformState)
		if err != nil {
			return unreadable(f.terraformState, err)
		}
		state, err := plan.ReadTerraformState(f.terraformState, text)
		if err != nil {
			return fail(exitUsage, trail.Say("fail.terraform-state", "file", f.terraformState, "error", err.Error()))
		}
		f.state = &state
	}
	if f.source != "" {
		text, err := os.ReadFile(f.source)
		if err != nil {
			return unreadable(f.source, err)
		}
		file, err := plan.ReadSource(f.source, text)
		switch {
		case errors.Is(err, plan.ErrNoTrailInSource):
			return fail(exitUsage, trail.Say("fail.source-no-trail", "file", f.source))
		case err != nil:
			return fail(exitUsage, trail.Say("fail.source", "file", f.source, "error", err.Error()))
		}
		f.file, f.text = &file, text
	}
	return nil
}

// known adds what the files say to what AWS said.
func (f ownerFlags) known(t trail.Trail, o plan.Owner) plan.Owner {
	if f.state != nil {
		o.State, o.Address = f.state.Name, f.state.Address(t)
	}
	if f.file != nil && f.file.Makes(t, o) {
		o.Source, o.Language = f.file.Name, f.file.Kind()
	}
	return o
}

// where finds the trail in its source. A file that may make another trail would lead
// astray.
func (f ownerFlags) where(t trail.Trail, o plan.Owner, drift plan.Drift) (*plan.Source, error) {
	out := plan.SourceOf(t, o, f.file, drift)
	if f.file != nil && out.File == f.file.Name && out.Line == 0 {
		return nil, fail(exitUsage, trail.Say("fail.source-which", "file", f.source, "trail", t.Name))
	}
	return out, nil
}
