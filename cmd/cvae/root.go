package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae"
)

// newRoot is the command cvae with all its commands.
func newRoot() *cobra.Command {
	root := group("cvae", "Train and question conditional variational autoencoders of dialogue",
		newTrain(runTrain), newWatch(runWatch), newCheck(runCheck), newEval(runEval), newReply(runReply), newChat(runChat), newScore(runScore), newProbe(runProbe), newReport(runReport), newCompare(runCompare), newExport(runExport), newImport(runImport), newExperiment(), newReconstruct(runReconstruct), newInterpolate(runInterpolate), newServe(runServe), newExplore(runExplore),
		newMethods(runMethods), newCorpus(), newBench(), newVersion(runVersion), newMan(runMan))
	root.Long = root.Short + `.

Data goes to standard output, progress and messages to standard error.
Exit status: 0 done, 1 failure, 2 wrong command line or configuration,
130 interrupted after saving.`
	info, _ := debug.ReadBuildInfo()
	root.Version = builtFrom(info).String()
	root.SetVersionTemplate("{{.Name}} {{.Version}}\n")
	root.SilenceErrors, root.SilenceUsage = true, true
	root.SetFlagErrorFunc(flagError)
	root.SetHelpCommand(newHelp(root))
	return root
}

// newHelp is the command help. Cobra's own prints the help of root for a
// command that does not exist.
func newHelp(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND]", Short: "Print help on a command",
		RunE: func(_ *cobra.Command, args []string) error {
			command, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 {
				err = fmt.Errorf("there is no help on %s", strings.Join(args, " "))
			}
			if err != nil {
				return usageError{err}
			}
			return command.Help()
		},
	}
}

// group is a command that only holds others.
func group(name, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{
		Use: name, Short: short,
		Args: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			var names []string
			for _, sub := range c.Commands() {
				names = append(names, sub.Name())
			}
			return usageError{fmt.Errorf("unknown command %q for %s%s", args[0], c.CommandPath(), didYouMean(c.CommandPath()+" ", nearest(args[0], names)))}
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(commands...)
	return c
}

// addThreads adds the flag --threads.
func addThreads(c *cobra.Command, threads *int) {
	c.Flags().IntVar(threads, "threads", 0, "worker threads; 0: one per processor")
}

// addPrecision adds the flag --precision of commands that reply.
func addPrecision(c *cobra.Command, p *cvae.Precision) {
	c.Flags().StringVar((*string)(p), "precision", string(cvae.FP32), "fp32, or bf16 to read half as many bytes of parameters for each word, rounded; for processors with AVX512_BF16")
}

// checkPrecision refuses a precision that there is not.
func checkPrecision(p cvae.Precision) error {
	if p != "" && p != cvae.FP32 && p != cvae.BF16 {
		return usagef("--precision is %q; it must be fp32 or bf16", p)
	}
	return nil
}

// checkThreads refuses a number of threads that cannot be.
func checkThreads(threads int) error {
	if threads < 0 || threads > 1024 {
		return usagef("--threads is %d; it must be from 0 to 1024", threads)
	}
	return nil
}
