package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/experiment"
	"github.com/cvae-go/cvae/cvae/report"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
)

// resultVersion changes with what a result means, so that older ones are not
// taken for new ones.
const resultVersion = 2

// A lab trains and measures the runs of a comparison.
type lab struct {
	dir     string        // of the comparison
	threads int           // of one run
	tick    time.Duration // the most time without a word of a run
	mu      sync.Mutex
	corpora map[string]string // content by all that decides what is read
}

func newLab(o *compareOptions) *lab {
	threads := o.Threads
	if threads == 0 {
		threads = runtime.GOMAXPROCS(0)
	}
	return &lab{dir: o.Path, threads: max(1, threads/o.Jobs), tick: o.every(), corpora: map[string]string{}}
}

// config is the resolved configuration of a trial.
func (l *lab) config(t experiment.Trial) (config.Config, error) {
	values := maps.Clone(t.Spec.Set)
	if values == nil {
		values = map[string]any{}
	}
	maps.Copy(values, t.Row.Set)
	s := settings{Sealed: true, Flags: map[string]any{
		"corpus": t.Spec.Corpus, "preset": t.Spec.Preset, "method": t.Row.Method, "seed": t.Seed,
		"max_epochs": t.Row.MaxEpochs, "max_steps": t.Row.MaxSteps, "max_time": t.Row.MaxTime,
	}}
	for _, key := range slices.Sorted(maps.Keys(values)) {
		s.Set = append(s.Set, fmt.Sprintf("%s=%v", key, values[key]))
	}
	c, err := s.fresh()
	if err == nil {
		_, err = c.Resolve()
	}
	return c, err
}

// Identify implements experiment.Lab.
func (l *lab) Identify(ctx context.Context, t experiment.Trial) (id experiment.Identity, err error) {
	c, err := l.config(t)
	if err != nil {
		return id, err
	}
	content, err := l.content(ctx, c)
	if err != nil {
		return id, err
	}
	changed, err := c.Identity()
	if err != nil {
		return id, err
	}
	id.Settings = c.Deciding()
	for _, settings := range []map[string]string{changed, id.Settings} {
		if err := nameContents(settings); err != nil {
			return id, err
		}
	}
	measured := []any{resultVersion, changed, content, t.Spec.Split, samples(t.Spec), t.Spec.Probe, t.Spec.Diversity}
	if t.Spec.Place != "" { // others keep the hash that they had before there were places
		measured = append(measured, t.Spec.Place)
	}
	key, err := json.Marshal(measured)
	if err != nil {
		return id, fmt.Errorf("identifying %s: %w", t.Name(), err)
	}
	sum := sha256.Sum256(key)
	id.Hash = hex.EncodeToString(sum[:])
	return id, nil
}

// samples is the number of importance samples of an experiment.
func samples(s experiment.Spec) int {
	if s.Samples == 0 {
		return eval.DefaultSamples
	}
	return s.Samples
}

// nameContents puts the content of files that a run begins with in the place of
// their names.
func nameContents(settings map[string]string) error {
	for key, inside := range map[string]string{"embedding.init": "", "tokenizer.file": "", "init_from": rundir.ModelFile} {
		if settings[key] == "" {
			continue
		}
		sum, err := contentOf(filepath.Join(settings[key], inside))
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		settings[key] = sum
	}
	return nil
}

// contentOf is a hash of a file.
func contentOf(path string) (string, error) {
	file, _, err := regular.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// content is a hash of all dialogues of a corpus.
func (l *lab) content(ctx context.Context, c config.Config) (string, error) {
	corpus, err := run.OpenCorpus(c)
	if err != nil {
		return "", err
	}
	key := fmt.Sprintf("%q %+v %d", c.Corpus, c.Reading, c.Seed) // the seed may split it
	l.mu.Lock()
	defer l.mu.Unlock()
	if sum, known := l.corpora[key]; known {
		return sum, nil
	}
	sum := sha256.New()
	if err := writeCorpus(ctx, sum, corpus); err != nil {
		return "", err
	}
	l.corpora[key] = hex.EncodeToString(sum.Sum(nil))
	return l.corpora[key], nil
}

// writeCorpus writes all that can be learnt from a corpus.
func writeCorpus(ctx context.Context, w io.Writer, c *corpora.Corpus) error {
	e := json.NewEncoder(w)
	for p, err := range c.Pass(c.Splits()...) {
		if err == nil {
			err = context.Cause(ctx)
		}
		if err == nil {
			err = e.Encode([]any{p.Split, p.Turns, p.Labels})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Run implements experiment.Lab.
func (l *lab) Run(ctx context.Context, t experiment.Trial, dir string, watch func(experiment.At)) (r experiment.Result, err error) {
	c, err := l.config(t)
	if err != nil {
		return r, err
	}
	stops := t.MaxTime > 0 && (c.MaxTime == 0 || t.MaxTime < c.MaxTime)
	if stops {
		c.MaxTime = t.MaxTime
	}
	events := &watched{tell: watch}
	job, err := training.Prepare(ctx, c, training.Options{Out: dir, Resume: true, Threads: l.threads, Cache: tokenCache(), Progress: events, Tick: l.tick})
	if err != nil {
		return r, err
	}
	defer job.Close()
	if err := job.Train(ctx); err != nil {
		return r, err
	}
	measured, err := job.Run().Evaluate(ctx, job.Corpus(), dialog.Split(t.Spec.Split),
		eval.Options{Seed: c.Seed, Samples: samples(t.Spec), SampleExamples: training.SampledExamples}, events.measured)
	if err != nil {
		return r, err
	}
	if err := job.WriteEvaluation(measured); err != nil {
		return r, err
	}
	if err := experiment.WriteBounds(dir, measured.PerExample); err != nil {
		return r, err
	}
	if r, err = l.result(ctx, job, measured, dir); err != nil {
		return r, err
	}
	if stops && job.OutOfTime() {
		r.StoppedAfter = t.MaxTime.Seconds()
	}
	if t.Spec.Probe != "" && !job.Run().Latent().None() {
		if err := l.probe(ctx, job, t.Spec.Probe, r.Measures); err != nil {
			return r, err
		}
	}
	if t.Spec.Place != "" {
		if err := l.place(ctx, job, t, r.Measures); err != nil {
			return r, err
		}
	}
	if t.Spec.Diversity > 0 {
		err = l.diversity(ctx, job.Run(), t.Spec, r.Measures)
	}
	return r, err
}

// watched tells where a run is.
type watched struct {
	at   experiment.At
	tell func(experiment.At)
}

// Report implements dialog.Progress.
func (w *watched) Report(e dialog.Event) {
	w.at.Report(e)
	w.tell(w.at)
}

// measured says how much of the measurement is done.
func (w *watched) measured(done, total int) {
	w.at.Measured = float64(done) / float64(total)
	w.tell(w.at)
}

// probe adds the accuracies of a linear classifier, as probe.LABELS.
func (l *lab) probe(ctx context.Context, job *training.Training, label string, measures map[string]float64) error {
	const draws = 5
	report, err := job.Run().Probe(ctx, job.Corpus(), label, draws, 1, nil)
	if err != nil {
		return err
	}
	measures["probe.majority"] = float64(report.Majority)
	for _, s := range report.Scores {
		measures[fmt.Sprintf("probe.%d", s.Labels)] = float64(s.Accuracy)
	}
	return nil
}

// place adds where training puts its examples, as place.KEY, and keeps the places
// for a picture.
func (l *lab) place(ctx context.Context, job *training.Training, t experiment.Trial, measures map[string]float64) error {
	p, names, err := job.Place(ctx, t.Spec.Place)
	if err != nil {
		return err
	}
	more, err := experiment.Measures(p)
	if err != nil {
		return err
	}
	for _, key := range experiment.PlaceKeys() {
		if v, known := more[key]; known {
			measures["place."+key] = v
		}
	}
	return report.Places{Label: t.Spec.Place, Names: names, Placement: p}.Write(l.dir, t.Row.Name, t.Seed)
}

// diversity adds what the report says of the responses of a run. The reference
// language model is trained once for all runs.
func (l *lab) diversity(ctx context.Context, r *run.Run, s experiment.Spec, measures map[string]float64) error {
	o := report.Defaults()
	o.Out, o.Split, o.MaxContexts, o.Threads, o.Cache = filepath.Join(l.dir, "report"), dialog.Split(s.Split), s.Diversity, l.threads, tokenCache()
	l.mu.Lock() // one trains the reference model, the others find it
	defer l.mu.Unlock()
	all, err := report.Collect(ctx, []*run.Run{r}, o, nil)
	if err != nil {
		return err
	}
	for _, row := range all.Runs {
		more, err := experiment.Measures(row)
		if err != nil {
			return err
		}
		for key, v := range more {
			measures[experiment.Decodings()[row.Decoding]+key] = v
		}
	}
	return nil
}

// result gathers what is known of a run that has ended.
func (l *lab) result(ctx context.Context, job *training.Training, measured eval.Report, dir string) (r experiment.Result, err error) {
	r = experiment.Result{Finished: job.Finished, Kernels: job.Config.Kernels, Threads: l.threads, Collapses: []string{}}
	if r.Measures, err = experiment.Measures(measured); err != nil {
		return r, err
	}
	for _, f := range measured.Findings {
		r.Collapses = append(r.Collapses, f.Name)
	}
	parts, err := job.Config.Build()
	if err != nil {
		return r, err
	}
	all, log := 0, rundir.Follow(dir)
	for e, err := range log.Events(ctx, func() bool { return false }) {
		if err != nil {
			return r, fmt.Errorf("reading the log: %w", err)
		}
		if closes := parts.Closes(); closes == "" || e.Phase != closes {
			r.Measures["steps"], r.Measures["epochs"] = float64(e.Step), float64(e.Epoch)
		}
		all, r.Minutes = e.Step, e.Elapsed.Minutes()
		if e.Best {
			r.Measures["best_step"] = float64(e.Step)
		}
	}
	if closing := float64(all) - r.Measures["steps"]; closing > 0 {
		r.Measures["closing_steps"] = closing
	}
	if all > 0 {
		r.Measures["ms_per_step"] = float64(time.Duration(r.Minutes*float64(time.Minute)).Milliseconds()) / float64(all)
	}
	return r, nil
}
