package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"time"

	"github.com/spf13/cobra"

	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/report/page"
	"github.com/cvae-go/cvae/cvae/report/sheet"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/metric"
)

// reportOptions are the arguments and flags of report.
type reportOptions struct {
	Paths    []string // of the runs
	Collect  report.Options
	Split    string
	JSON     bool
	Sheets   sheets
	Out, Err io.Writer
}

func newReport(runF func(context.Context, *reportOptions) error) *cobra.Command {
	o := &reportOptions{Collect: report.Defaults()}
	c := &cobra.Command{
		Use:   "report RUN…",
		Short: "Compare the responses and the latent spaces of runs",
		Long: `Compare the responses and the latent spaces of runs of one corpus.

It says whether each latent is alive, whether the responses are diverse because
of z (greedy over z) or only because of token sampling (z fixed), and at what
price in likelihood. All runs answer the same contexts, drawn with the seed.

The folder --out gets report.json, report.md, report.html and plots/. For the
embedding projector (tensorboard --logdir DIR) it gets vectors.tsv and
metadata.tsv of the first run with a latent, vectors-2.tsv and metadata-2.tsv of
the second, and projector_config.pbtxt. reference-lm/ holds the language model
that judges the responses: method lm, trained for --lm-steps on the turns
of the training split. --csv adds report.csv with every number and --latex report.tex with
tables: there runs that differ in their seed alone are one line, the mean and the standard
deviation over the seeds. Files of an earlier report that this one does not have are
removed. Ctrl-C stops; the same command then continues.`,
		Example: `  cvae report runs/vae runs/bn --out reports/a
  cvae report runs/bn --out reports/b --vectors glove.txt --max-contexts 100 --lm-steps 0`,
		Args: arguments(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			o.Paths, o.Out, o.Err = args, c.OutOrStdout(), c.ErrOrStderr()
			return runF(c.Context(), o)
		},
	}
	f, d := c.Flags(), &o.Collect
	f.StringVar(&d.Out, "out", "", "folder of the report (required)")
	f.IntVarP(&d.Samples, "number", "n", d.Samples, "responses to a context")
	f.IntVar(&d.MaxContexts, "max-contexts", d.MaxContexts, "contexts to answer at most")
	f.StringVar(&d.Vectors, "vectors", "", "`file` of word vectors, as GloVe's, for embedding metrics and coherence (default: none)")
	f.StringVar(&d.Label, "labels", "", "`name` of the label that colours the latent space (default: topic, act, emotion, intent, or the first there is)")
	f.IntVar(&d.LMSteps, "lm-steps", d.LMSteps, "steps to train the reference language model at most; 0: no perplexities")
	addSource(f, (*source)(&d.Source), "the runs'")
	f.StringVar(&o.Split, "split", string(d.Split), "train, valid or test")
	f.Uint64Var(&d.Seed, "seed", d.Seed, "seed of all random numbers")
	f.BoolVar(&o.JSON, "json", false, "print report.json")
	o.Sheets.add(f, "report")
	addThreads(c, &d.Threads)
	return c
}

func (o *reportOptions) validate() error {
	d := &o.Collect
	switch {
	case d.Out == "":
		return usagef("--out is missing; name a folder for the report")
	case d.Samples < 1 || d.Samples > dialog.MaxResponses:
		return usagef("-n is %d; it must be from 1 to %d", d.Samples, dialog.MaxResponses)
	case d.MaxContexts < 1:
		return usagef("--max-contexts is %d; it must be at least 1", d.MaxContexts)
	case d.LMSteps < 0:
		return usagef("--lm-steps is %d; it must be 0 or more", d.LMSteps)
	}
	if err := checkSplit(o.Split); err != nil {
		return err
	}
	d.Split = dialog.Split(o.Split)
	if err := source(d.Source).validate(); err != nil {
		return err
	}
	return checkThreads(d.Threads)
}

func runReport(ctx context.Context, o *reportOptions) error {
	if err := o.validate(); err != nil {
		return err
	}
	if path := o.Collect.Vectors; path != "" {
		if err := metric.CheckVectors(path); err != nil {
			return usageError{fmt.Errorf("--vectors: %w", err)}
		}
	}
	if err := report.CheckFolder(o.Collect.Out, "report.json", "report.md", "report.html", "vectors.tsv", "metadata.tsv", "projector_config.pbtxt", "report.csv", "report.tex"); err != nil {
		return usageError{err}
	}
	lean()
	o.Collect.Cache = tokenCache()
	said := warning(o.Err)
	var runs []*run.Run
	for _, path := range o.Paths {
		r, err := run.Open(path, o.Collect.Threads)
		if err != nil {
			return err
		}
		defer r.Close()
		warned(o.Err, r)
		r.Cache, r.Warn = o.Collect.Cache, said
		runs = append(runs, r)
	}
	r, err := report.Collect(ctx, runs, o.Collect, stages(o.Err, time.Now))
	for _, measured := range runs {
		warned(o.Err, measured)
	}
	if err != nil {
		if exitCode(err) == exitInterrupted {
			return fmt.Errorf("%w; what is measured is kept: the same command continues", errInterrupted)
		}
		return err
	}
	files, err := reportFiles(r, o.Sheets)
	if err == nil {
		err = report.WriteFiles(o.Collect.Out, files)
	}
	if err != nil {
		return fmt.Errorf("writing the report: %w", err)
	}
	if o.JSON {
		return printJSON(o.Out, r)
	}
	return o.print(r)
}

// reportFiles are the files of a report by name.
func reportFiles(r report.Report, s sheets) (map[string][]byte, error) {
	contents := map[string]func(io.Writer) error{
		"report.json": func(w io.Writer) error { return indented(w, r) },
	}
	addPoints(contents, r)
	numbers, err := sheet.Report(r)
	if err != nil {
		return nil, err
	}
	s.files(contents, "report", numbers)
	return pageFiles("report", page.Report(r), contents)
}

// pageFiles are the files of a page, and others, by name.
func pageFiles(name string, p page.Page, contents map[string]func(io.Writer) error) (map[string][]byte, error) {
	contents[name+".md"], contents[name+".html"] = p.Markdown, p.HTML
	files := make(map[string][]byte)
	for name, write := range contents {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return nil, err
		}
		files[name] = b.Bytes()
	}
	plots, err := p.Plots()
	if err != nil {
		return nil, err
	}
	for name, svg := range plots {
		files[path.Join(page.PlotFolder, name)] = svg
	}
	return files, nil
}

// addPoints adds the latent spaces for the embedding projector.
func addPoints(contents map[string]func(io.Writer) error, r report.Report) {
	number := ""
	var tensors []report.Tensor
	for _, m := range r.Models {
		if len(m.Points) == 0 {
			continue
		}
		if len(tensors) > 0 {
			number = fmt.Sprintf("-%d", len(tensors)+1)
		}
		t := report.Tensor{Name: m.Run, Vectors: "vectors" + number + ".tsv", Metadata: "metadata" + number + ".tsv"}
		contents[t.Vectors] = func(w io.Writer) error { return report.WriteVectors(w, m.Points) }
		contents[t.Metadata] = func(w io.Writer) error { return report.WriteMetadata(w, m.Plane.Label, m.Points) }
		tensors = append(tensors, t)
	}
	if len(tensors) > 0 {
		contents["projector_config.pbtxt"] = func(w io.Writer) error { return report.WriteProjector(w, tensors) }
	}
}

func indented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}
