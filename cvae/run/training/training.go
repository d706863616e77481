// Package training makes runs: it trains the model of a configuration and keeps
// it in a run directory, or goes on with the one there.
package training

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// Options says where a run is kept and how it is watched.
type Options struct {
	Out    string
	Resume bool
	// AcceptCorpus goes on with a run whose corpus holds something else now.
	AcceptCorpus bool
	Threads      int             // 0: one per processor
	Progress     dialog.Progress // nil: nobody watches
	Cache        string          // a folder for encoded corpora; empty: none
	// Reading is that of [run.Reader].
	Reading func(what string, done, total int)
	Warn    func(string) // that of [run.Reader]
	// Tick is the most time without an event for Progress; 0: until the next
	// logged one.
	Tick time.Duration
	// SaveEvery is how much work a kill may cost; 0: a minute.
	SaveEvery time.Duration
	Ranks     ranks.Link // that train together; nil: this process alone
}

// A Training is a run about to be trained, or in training.
type Training struct {
	Config config.Config // complete
	// Warnings say what of a run that goes on is not as it was, such as the kernels,
	// which round differently, or a best model that is gone.
	Warnings []string
	// Finished says why training ended; Idle, that the run had ended before
	// and Train had nothing to do.
	Finished string
	Idle     bool
	// Together says that training itself has ended, on all ranks at once.
	Together bool

	options Options
	dir     *rundir.Dir // nil: nothing is kept
	log     *rundir.Log
	corpus  *corpora.Corpus
	words   tokenize.Tokenizer
	labels  cvae.Labels
	data    map[dialog.Split]*dialog.Set
	team    *cvae.Team
	model   *cvae.Model[float32]
	trainer *train.Trainer
	run     *run.Run // answers with the model as it is
	origin  run.Origin
	parts   cvae.Parts        // what the method chooses
	old     config.Config     // of a run that goes on
	saved   *checkpoint.State // nil: a fresh run
	first   run.Weights       // of the run that this one starts from
	fit     train.Fit         // of first
	sampled [][]string        // contexts of the samples
}

// Prepare resolves the configuration, reads the corpus, makes the tokenizer
// and the model, and in Out the run directory, or goes on with the run in it.
// An empty Out keeps nothing.
func Prepare(ctx context.Context, c config.Config, o Options) (t *Training, err error) {
	if o.Ranks == nil {
		o.Ranks = ranks.Alone{}
	}
	t = &Training{Config: c, options: o}
	defer func() {
		if err != nil {
			t.Close()
		}
	}()
	parts, err := t.Config.Resolve()
	if err != nil {
		return t, config.Error{Err: err}
	}
	if err = t.openCorpus(); err != nil {
		return t, err
	}
	if o.Out != "" {
		if t.dir, err = rundir.Create(o.Out, o.Resume); err != nil {
			return t, err
		}
	}
	if err = t.check(); err != nil {
		return t, err
	}
	if err = t.read(ctx); err != nil {
		return t, err
	}
	if err = t.build(ctx, parts); err != nil {
		return t, err
	}
	if err = t.checkRanks(); err != nil {
		return t, err
	}
	if err = t.begin(); err != nil {
		return t, err
	}
	return t, t.checkFirst()
}

// read reads the corpus once for what is to be learnt of it, the tokens and the
// labels, and once for the examples.
func (t *Training) read(ctx context.Context) error {
	counted, err := t.learn(ctx)
	if err != nil {
		return err
	}
	reader := run.NewReader(t.Config.Model, t.words, t.labels)
	reader.Cache, reader.Reading, reader.Warn = t.options.Cache, t.options.Reading, t.options.Warn
	if t.data, err = reader.Sets(ctx, t.corpus, counted, dialog.Train, dialog.Valid); err != nil {
		return err
	}
	return t.checkExamples()
}

// build makes the model with its first weights and its trainer.
func (t *Training) build(ctx context.Context, parts method.Parts) (err error) {
	t.parts = parts.Parts
	if err := t.checkMemory(machineMemory()); err != nil {
		return err
	}
	if t.team, err = cvae.NewTeam(t.options.Threads); err != nil {
		return err
	}
	if p := t.Config.Train.Precision; p != "" && !p.Fast(t.team.Path()) {
		t.Warnings = append(t.Warnings, fmt.Sprintf("this processor or build has no instructions for train.precision=%s; its products are computed one by one, with the same bits but far slower than in fp32", p))
	}
	parts.Labels = t.labels
	if t.model, err = cvae.New[float32](t.Config.Model, t.words.Size(), parts.Parts, t.Config.Seed, t.team); err != nil {
		return config.Error{Err: err}
	}
	t.run = run.New(t.options.Out, t.Config, t.words, t.model)
	t.run.Cache, t.run.Reading, t.run.Warn = t.options.Cache, t.options.Reading, t.options.Warn
	groups, err := t.groups(ctx)
	if err != nil {
		return err
	}
	t.trainer, err = t.newTrainer(parts, groups)
	return err
}

// Corpus is the corpus that is trained on.
func (t *Training) Corpus() *corpora.Corpus { return t.corpus }

// Run answers with the model as it is: with the best one once Train has ended.
// While it trains, callers wait for the next samples. It ends with Close.
func (t *Training) Run() *run.Run { return t.run }

// checkExamples refuses a corpus that there is nothing to learn from.
func (t *Training) checkExamples() error {
	for _, split := range []dialog.Split{dialog.Train, dialog.Valid} {
		if t.data[split].Len() > 0 {
			continue
		}
		if t.Config.Model.Mode == cvae.Dialogue {
			return fmt.Errorf("no dialogue of the %s split of %s has two turns with words in them, so there is no response to learn; for single sentences choose a text preset (yahoo, ptb, yelp-short)", split, t.corpus.Name())
		}
		return fmt.Errorf("no sentence of the %s split of %s has words in it, so there is nothing to learn", split, t.corpus.Name())
	}
	return nil
}

// fresh reports whether the run starts at step 0.
func (t *Training) fresh() bool { return t.dir == nil || t.dir.Fresh() }

// begin writes the first files of a fresh run, or loads the checkpoint of one
// that goes on.
func (t *Training) begin() error {
	path := string(t.team.Path())
	if t.dir == nil {
		t.Config.Kernels = path
		return t.initialise()
	}
	if !t.fresh() {
		return t.goOn(path)
	}
	t.Config.Kernels = path
	if err := t.initialise(); err != nil {
		return err
	}
	if err := t.writeFirst(); err != nil {
		return err
	}
	var err error
	t.log, err = t.dir.OpenLog(0)
	return err
}

// writeFirst writes the files of a run that never change.
func (t *Training) writeFirst() error {
	if err := t.writeConfig(); err != nil {
		return err
	}
	if t.labels != nil {
		b, err := run.MarshalLabels(t.labels)
		if err != nil {
			return err
		}
		if err := t.dir.WriteFile(rundir.LabelsFile, b); err != nil {
			return err
		}
		t.origin.Labels = run.Fingerprint(b)
	}
	b, err := run.MarshalTokenizer(t.words)
	if err != nil {
		return err
	}
	t.origin.Tokenizer = run.Fingerprint(b)
	if err := t.dir.WriteFile(rundir.TokenizerFile, b); err != nil {
		return err
	}
	return t.writeOrigin()
}

func (t *Training) writeConfig() error {
	b, err := t.Config.Marshal()
	if err != nil {
		return err
	}
	return t.dir.WriteFile(rundir.ConfigFile, b)
}

// initialise copies the parameters of another run, or word vectors, into a fresh
// model.
func (t *Training) initialise() error {
	if t.Config.Init == "" {
		return t.initialiseWords()
	}
	var err error
	if t.fit, err = train.Initialise(t.model, t.first.Tensors); err != nil {
		return fmt.Errorf("starting from run %s: %w", t.Config.Init, err)
	}
	t.first.Tensors = nil // they are in the model
	if n := len(t.fit.Reshaped); n > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("%d tensors are of another shape in run %s and begin fresh: %s; leave --preset and settings of sizes out to take them",
			n, t.Config.Init, strings.Join(t.fit.Groups(t.fit.Reshaped), ", ")))
	}
	return nil
}

// goOn writes what changes in the files of a run that goes on.
func (t *Training) goOn(path string) (err error) {
	t.Config.Embedding.Found = t.old.Embedding.Found
	if t.Config.Kernels = t.old.Kernels; t.old.Kernels != path {
		t.Warnings = append(t.Warnings, fmt.Sprintf("the run began on the %s kernels and goes on with %s: it will not be bit-identical to an uninterrupted run", t.old.Kernels, path))
	}
	if !reflect.DeepEqual(t.Config, t.old) { // the limits hold for the next resume too
		if err := t.writeConfig(); err != nil {
			return err
		}
	}
	if err := t.pin(); err != nil {
		return err
	}
	t.log, err = t.dir.OpenLog(t.saved.LogLength)
	return err
}

// Train trains until a limit, early stopping or the end of ctx, and then makes
// the best model the one that answers.
func (t *Training) Train(ctx context.Context) error {
	var err error
	if t.sampled, err = t.openings(ctx); err != nil {
		return err
	}
	t.Idle = true
	err = t.trainer.Run(ctx, t.saved)
	t.Together = true
	if err != nil {
		return t.orGone(err)
	}
	t.Finished = t.trainer.Finished()
	return t.orGone(t.bestAnswers(ctx))
}

// orGone is err, or why a file of the run could not be written or read: its directory is
// no longer there.
func (t *Training) orGone(err error) error {
	if t.dir == nil || !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, missing := os.Stat(t.options.Out); !errors.Is(missing, fs.ErrNotExist) {
		return err
	}
	return fmt.Errorf("the run directory %s was deleted or moved while it was trained in (%w); if it was moved, --resume --out with its new place goes on from the last save, else train again", t.options.Out, err)
}

// Exchanged is what the ranks sent each other, means of all steps of this process; nil
// where it trains alone, or has trained nothing.
func (t *Training) Exchanged() *dialog.Exchange { return t.trainer.Exchanged() }

// OutOfTime reports whether training ended because its time was spent.
func (t *Training) OutOfTime() bool { return t.trainer.OutOfTime() }

// Stopped reports whether training ended because the validation bound no longer improved.
func (t *Training) Stopped() bool { return t.trainer.Stopped() }

func (t *Training) newTrainer(parts method.Parts, groups []int) (*train.Trainer, error) {
	c := t.Config
	trainer, err := train.New(t.model, t.data[dialog.Train], t.data[dialog.Valid], train.Options{
		Seed: c.Seed, Batch: c.Batch, SameLength: c.SameLength, Window: c.LengthWindow, KeepBatches: c.KeepBatches, Groups: groups, Exchange: c.Train.Exchange,
		Optimiser: c.Optimiser, Schedule: parts.Schedule, Strategy: parts.Strategy, Phases: parts.Phases, Closing: parts.Closing,
		MaxEpochs: c.MaxEpochs, MaxSteps: c.MaxSteps, MaxTime: c.MaxTime,
		Interval: c.LogInterval, Tick: t.options.Tick, SaveEvery: t.options.SaveEvery, Situation: c.Situation(),
		Sampler: t, Lock: t.run.Locker(), Precision: c.Train.Precision, Sharded: c.Train.Shards > 0, Ranks: t.options.Ranks,
	}, keeper{t}, keeper{t})
	if err != nil {
		return nil, config.Error{Err: err}
	}
	return trainer, nil
}

// Close releases the directory and the data, and stops the workers.
func (t *Training) Close() {
	run.CloseSets(t.data)
	if t.log != nil {
		_ = t.log.Close() // every line was written before
	}
	if t.dir != nil {
		_ = t.dir.Close() // a lock of a process that is gone counts as none
	}
	if t.team != nil {
		t.team.Close()
	}
}
