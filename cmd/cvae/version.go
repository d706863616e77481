package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// versionOptions are where version prints.
type versionOptions struct {
	JSON bool
	Out  io.Writer
}

// A versionReport is what version prints.
type versionReport struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	System  string `json:"system"`
}

func newVersion(runF func(context.Context, *versionOptions) error) *cobra.Command {
	o := &versionOptions{}
	c := &cobra.Command{
		Use: "version", Short: "Print the version", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func runVersion(_ context.Context, o *versionOptions) error {
	r := built()
	if o.JSON {
		return printJSON(o.Out, r)
	}
	_, err := fmt.Fprintln(o.Out, "cvae", r)
	return err
}

// built is the version of this program.
func built() versionReport {
	r := versionReport{Version: "unknown", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		r.Version = info.Main.Version
	}
	return r
}

func (r versionReport) String() string { return r.Version + " " + r.Go + " " + r.System }
