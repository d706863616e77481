package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae"
)

// versionOptions are where version prints.
type versionOptions struct {
	JSON bool
	Out  io.Writer
}

// A versionReport is what version prints.
type versionReport struct {
	Version  string   `json:"version"`
	Revision *string  `json:"revision"` // nil: not built in a checkout
	Time     *string  `json:"time"`     // of the revision, RFC 3339
	Modified *bool    `json:"modified"` // whether the checkout had changes
	Go       string   `json:"go"`
	System   string   `json:"system"`
	Kernels  string   `json:"kernels"`
	Paths    []string `json:"paths"`
}

func newVersion(runF func(context.Context, *versionOptions) error) *cobra.Command {
	o := &versionOptions{}
	c := &cobra.Command{
		Use: "version", Short: "Print the version and the kernels of this machine", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func runVersion(_ context.Context, o *versionOptions) error {
	info, _ := debug.ReadBuildInfo()
	r := builtFrom(info)
	if o.JSON {
		return printJSON(o.Out, r)
	}
	if _, err := fmt.Fprintln(o.Out, "cvae", r); err != nil {
		return err
	}
	return printTable(o.Out, [][2]string{{"revision", r.revision()}, {"kernels", r.Kernels + " of " + strings.Join(r.Paths, ", ")}})
}

// builtFrom is the version that the build information tells; info may be nil.
func builtFrom(info *debug.BuildInfo) versionReport {
	paths := cvae.Kernels()
	r := versionReport{
		Version: "unknown", Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		Kernels: paths[len(paths)-1], Paths: paths,
	}
	if info == nil {
		return r
	}
	if info.Main.Version != "" {
		r.Version = info.Main.Version
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			r.Revision = &s.Value
		case "vcs.time":
			r.Time = &s.Value
		case "vcs.modified":
			modified := s.Value == "true"
			r.Modified = &modified
		}
	}
	return r
}

// revision shows the commit, its time, and whether files had changed since.
func (r versionReport) revision() string {
	if r.Revision == nil {
		return "not recorded in this build"
	}
	text := *r.Revision
	if r.Time != nil {
		text += " of " + *r.Time
	}
	if r.Modified != nil && *r.Modified {
		text += ", with changes"
	}
	return text
}

func (r versionReport) String() string { return r.Version + " " + r.Go + " " + r.System }
