package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/page"
	"github.com/cvae-go/cvae/cvae/report/sheet"
)

// compareOptions are the flags of compare.
type compareOptions struct {
	Experiment string // a name or a file
	Path       string // --out
	Corpus     string // instead of the experiment's
	Methods    []string
	Seeds      int // the first ones; 0: all
	MaxTime    time.Duration
	Jobs       int
	Claims     bool // judge what is recorded, train nothing
	JSON       bool
	Sheets     sheets
	Threads    int
	Out, Err   io.Writer
}

func newCompare(runF func(context.Context, *compareOptions) error) *cobra.Command {
	o := &compareOptions{}
	c := &cobra.Command{
		Use: "compare --experiment NAME|FILE --out DIR", Short: "Train and measure a grid of methods and seeds, and judge claims",
		Long: `Train and measure every row of an experiment with every seed, and say which of
the claims of the papers the runs reproduce.

A row and a seed that is done already is not repeated, so a comparison that was
interrupted goes on where it was. The results are small JSON files in
DIR/results, the runs are in DIR/runs. Several processes may work on one DIR, also
those of mpirun: each takes runs that no other has in work. At the end DIR/compare.html and
DIR/compare.md with DIR/plots show the claims with their intervals, the rows,
rate and distortion, and what training took; --csv adds compare.csv and --latex compare.tex, where a
number is the mean over seeds and its standard deviation. With --claims nothing is trained:
the results in DIR are judged and shown, also of a comparison that still runs,
or without --out those that come with the program are judged.

Experiments: ` + strings.Join(experiment.Names(), " ") + ", or a YAML file.",
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.Out, o.Err = c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Experiment, "experiment", "", "experiment: a `name`, or a YAML file")
	f.StringVar(&o.Path, "out", "", "folder of the results and the runs")
	f.StringVar(&o.Corpus, "corpus", "", "corpus: a `path` in place of the experiment's")
	f.StringSliceVar(&o.Methods, "methods", nil, "rows to run (default: all)")
	f.IntVar(&o.Seeds, "seeds", 0, "run the first `K` seeds; 0: all")
	f.DurationVar(&o.MaxTime, "max-time", 0, "stop the training of each run after this time, from where more time goes on; 0: when the experiment says")
	f.IntVar(&o.Jobs, "jobs", 1, "runs at a time; they share the threads")
	f.BoolVar(&o.Claims, "claims", false, "judge what is recorded, without training")
	f.BoolVar(&o.JSON, "json", false, "print JSON")
	o.Sheets.add(f, "compare")
	addThreads(c, &o.Threads)
	return c
}

func (o *compareOptions) validate() error {
	switch {
	case o.Seeds < 0:
		return usagef("--seeds is %d; it must not be negative", o.Seeds)
	case o.MaxTime < 0:
		return usagef("--max-time is %s; it must not be negative", o.MaxTime)
	case o.Jobs < 1 || o.Jobs > 64:
		return usagef("--jobs is %d; it must be from 1 to 64", o.Jobs)
	case !o.Claims && o.Experiment == "":
		return usagef("--experiment is missing; the experiments are %s, or name a YAML file", strings.Join(experiment.Names(), " "))
	case !o.Claims && o.Path == "":
		return usagef("--out is missing; name a folder for the results")
	case o.Path == "" && o.Sheets != (sheets{}):
		return usagef("--out is missing; name the folder for the tables")
	case o.Claims && o.Path != "" && o.Experiment == "":
		return usagef("--experiment is missing; name the one whose results are in %s", o.Path)
	}
	return checkThreads(o.Threads)
}

func runCompare(ctx context.Context, o *compareOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	if _, err := os.Stat(o.Path); o.Claims && o.Path != "" && err != nil {
		return usagef("--out %s: there are no results", o.Path)
	}
	if o.Claims {
		return o.judge(ctx)
	}
	ctx = whileRead(ctx)
	return onRanksThat(nil, 0, func(link ranks.Link) error { return o.run(ctx, link) })
}

// run is the work of one rank, which takes runs that no other has in work.
func (o *compareOptions) run(ctx context.Context, link ranks.Link) error {
	spec, err := o.spec()
	if err != nil {
		return err
	}
	if link.Rank() > 0 {
		o.Err = io.Discard
	}
	lead, err := o.lead(link)
	if err != nil {
		return err
	}
	defer lead.end()
	lean()
	if set := environment(); set != nil {
		fmt.Fprintf(o.Err, "%s has no effect here: the file of an experiment says all that its runs are made of\n", strings.Join(set, " "))
	}
	grid := &experiment.Grid{Spec: spec, Dir: o.Path, Jobs: o.Jobs, MaxTime: o.MaxTime, Report: grids(o.Err, o.every(), time.Now), Lab: newLab(o), First: link.Rank()}
	results, err := grid.Run(ctx)
	if err != nil && exitCode(err) == exitInterrupted {
		return fmt.Errorf("%w; what is done is kept in %s: give the same command to go on", errInterrupted, o.Path)
	}
	if len(results) > 0 && lead.shows() {
		err = errors.Join(o.show(ctx, spec, results), err)
	}
	return err
}

// spec is the experiment as the flags narrow it.
func (o *compareOptions) spec() (experiment.Spec, error) {
	spec, err := experiment.Find(o.Experiment)
	if err != nil {
		return spec, usageError{err}
	}
	if o.Corpus != "" {
		spec.Corpus = o.Corpus
	}
	if spec, err = spec.Only(o.Methods, o.Seeds); err != nil {
		return spec, usageError{err}
	}
	return spec, nil
}

// every is how often a run says where it is: every five seconds to a person, and
// twice a minute to a file.
func (o *compareOptions) every() time.Duration {
	if t := tick(o.Err); t > 0 {
		return t
	}
	return 30 * time.Second
}

// judge prints the claims over recorded results.
func (o *compareOptions) judge(ctx context.Context) error {
	names := experiment.Names()
	if o.Experiment != "" {
		names = []string{o.Experiment}
	}
	var all []experiment.Experiment
	for _, name := range names {
		spec, err := experiment.Find(name)
		if err != nil {
			return usageError{err}
		}
		if o.Path != "" {
			results, err := experiment.Read(os.DirFS(filepath.Join(o.Path, "results")), spec)
			if err != nil {
				return err
			}
			return o.show(ctx, spec, results)
		}
		e, err := experiment.Recorded(spec)
		if err != nil {
			return err
		}
		all = append(all, e)
	}
	return o.print(all)
}

// show compares the sentences of the runs too, and prints all.
func (o *compareOptions) show(ctx context.Context, spec experiment.Spec, results experiment.Results) error {
	differences, err := experiment.Differences(ctx, o.Path, spec, results)
	if err != nil {
		return err
	}
	return o.print([]experiment.Experiment{{Spec: spec, Results: results, Differences: differences}})
}

// print writes the tables of experiments and the claims.
func (o *compareOptions) print(all []experiment.Experiment) error {
	claims, err := experiment.Judge(all)
	if err == nil && o.Path != "" {
		err = o.write(all[0], claims)
	}
	if err != nil {
		return err
	}
	if o.JSON && o.Claims {
		return printJSON(o.Out, map[string]any{"claims": claims})
	}
	if o.JSON {
		return printJSON(o.Out, map[string]any{"results": all[0].Results, "differences": all[0].Differences, "claims": claims})
	}
	for _, e := range all {
		fmt.Fprintf(o.Out, "## %s: %s\n\n", e.Spec.Name, e.Spec.Title)
		if err := experiment.WriteTable(o.Out, e); err != nil {
			return err
		}
		fmt.Fprintln(o.Out)
	}
	if o.Experiment != "" {
		claims = experiment.Tested(claims)
	}
	fmt.Fprintf(o.Out, "## Claims\n\n")
	return experiment.WriteClaims(o.Out, claims)
}

// write shows an experiment as a page in the folder of its results.
func (o *compareOptions) write(e experiment.Experiment, claims []experiment.Judged) error {
	places, err := o.places(e.Spec)
	if err != nil {
		return err
	}
	contents := map[string]func(io.Writer) error{}
	o.Sheets.files(contents, "compare", sheet.Comparison(e))
	files, err := pageFiles("compare", page.Comparison(e, claims, places), contents)
	if err == nil {
		err = report.WriteFiles(o.Path, files)
	}
	if err != nil {
		return fmt.Errorf("writing the page: %w", err)
	}
	return nil
}

// places are those that were kept of the rows of an experiment, each of its first
// seed that has some.
func (o *compareOptions) places(s experiment.Spec) (map[string]report.Places, error) {
	all := map[string]report.Places{}
	for _, row := range s.Rows {
		for _, seed := range row.Seeds {
			p, known, err := report.ReadPlaces(o.Path, row.Name, seed)
			if err != nil {
				return nil, err
			}
			if known {
				all[row.Name] = p
				break
			}
		}
	}
	return all, nil
}
