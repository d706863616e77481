package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/method"
)

// methodsOptions are the flags of methods.
type methodsOptions struct {
	JSON bool
	Out  io.Writer
}

// A methodReport is the JSON of one method.
type methodReport struct {
	Name       string            `json:"name"`
	Title      string            `json:"title"`
	Cite       string            `json:"cite"`
	Parameters []parameterReport `json:"parameters"`
	Config     map[string]string `json:"config"` // settings of the run in the place of the preset's
}

type parameterReport struct {
	Name    string `json:"name"`
	Default any    `json:"default"` // "0 (text 0.1)" where the modes differ
	Source  string `json:"source"`
}

func newMethods(runF func(context.Context, *methodsOptions) error) *cobra.Command {
	o := &methodsOptions{}
	c := &cobra.Command{
		Use: "methods", Short: "List the methods and their settings", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

func runMethods(_ context.Context, o *methodsOptions) error {
	if !o.JSON {
		return printMethods(o.Out)
	}
	list := []methodReport{}
	for _, m := range method.All() {
		r := methodReport{Name: m.Name, Title: m.Title, Cite: m.Cite, Parameters: []parameterReport{}, Config: map[string]string{}}
		maps.Copy(r.Config, m.Config)
		for _, p := range m.Parameters {
			r.Parameters = append(r.Parameters, parameterReport{Name: p.Name, Default: defaultOf(p), Source: p.Source})
		}
		list = append(list, r)
	}
	return printJSON(o.Out, list)
}

// defaultOf is the default of a parameter in both modes.
func defaultOf(p method.Parameter) any {
	if p.Dialogue == p.Text {
		return p.Dialogue
	}
	return fmt.Sprintf("%v (text %v)", p.Dialogue, p.Text)
}

func printMethods(w io.Writer) error {
	for _, m := range method.All() {
		fmt.Fprintf(w, "%s: %s (%s)\n", m.Name, m.Title, m.Cite)
		var rows [][2]string
		for _, p := range m.Parameters {
			rows = append(rows, [2]string{fmt.Sprintf("    %s.%s = %v", m.Name, p.Name, defaultOf(p)), p.Help})
		}
		for _, key := range slices.Sorted(maps.Keys(m.Config)) {
			rows = append(rows, [2]string{fmt.Sprintf("    %s = %s", key, m.Config[key]), "in the place of the preset's"})
		}
		if err := printTable(w, rows); err != nil {
			return err
		}
	}
	return nil
}
