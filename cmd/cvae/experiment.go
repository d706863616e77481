package main

import "github.com/spf13/cobra"

// newExperiment is the command with an experiment of the papers a subcommand, each
// in a file of its own.
func newExperiment() *cobra.Command {
	return group("experiment", "Repeat an experiment of the papers and draw it",
		newSynthetic(runCompare),
		newCommittedRate(runCommittedRate),
	)
}
