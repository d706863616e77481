package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/corpora"
)

func newCorpusFormats(runF func(context.Context, *corpusOptions) error) *cobra.Command {
	o := &corpusOptions{}
	c := &cobra.Command{
		Use: "formats", Short: "List the formats that can be read", Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out = c.OutOrStdout()
			return runF(c.Context(), o)
		},
	}
	c.Flags().BoolVar(&o.JSON, "json", false, "print JSON")
	return c
}

// A formatReport is the JSON of one format.
type formatReport struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Layout  string `json:"layout"`
	Licence string `json:"licence"`
	Turns   string `json:"turns"`
}

func runCorpusFormats(_ context.Context, o *corpusOptions) error {
	list := []formatReport{}
	for _, f := range corpora.Formats() {
		list = append(list, formatReport{Name: f.Name, Title: f.Title, Layout: f.Layout, Licence: f.Licence, Turns: f.Turns})
	}
	if o.JSON {
		return printJSON(o.Out, list)
	}
	for _, f := range list {
		fmt.Fprintf(o.Out, "%s: %s\n    %s; licence: %s\n", f.Name, f.Title, f.Layout, f.Licence)
	}
	return nil
}

// checkFormat refuses a name of no format.
func checkFormat(name string) error {
	var names []string
	for _, f := range corpora.Formats() {
		names = append(names, f.Name)
	}
	if name == "" || slices.Contains(names, name) {
		return nil
	}
	return usagef("there is no format %q%s", name, didYouMean("", nearest(name, names)))
}
