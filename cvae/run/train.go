package run

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
	"reflect"
	"time"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// Options says where a run is kept and how it is watched.
type Options struct {
	Out      string
	Resume   bool
	Threads  int             // 0: one per processor
	Progress dialog.Progress // nil: nobody watches
	Cache    string          // a folder for encoded corpora; empty: none
	// Reading is that of Run.
	Reading func(what string, done, total int)
	// SaveEvery is how much work a kill may cost; 0: a minute.
	SaveEvery time.Duration
}

// A Session is a run about to train, or training.
type Session struct {
	*Run
	// Kernels is the kernel path of this machine; Warning is not empty when a
	// resumed run began on another, which rounds differently.
	Warning string
	// Finished says why training ended; Idle, that the run had ended before
	// and Train had nothing to do.
	Finished string
	Idle     bool
	options  Options
	dir      *rundir.Dir
	log      *rundir.Log
	parts    method.Parts
	trainer  *train.Trainer
	data     map[dialog.Split]*dialog.Set
	corpus   *corpora.Corpus
	saved    *checkpoint.State // nil: a fresh run
	sampled  [][]string        // contexts of the samples
}

// Prepare resolves the configuration, reads the corpus, makes the tokenizer
// and the model, and in Out the run directory, or goes on with the run in it.
// An empty Out keeps nothing.
func Prepare(ctx context.Context, c config.Config, o Options) (s *Session, err error) {
	s = &Session{Run: &Run{Dir: o.Out, Config: c, Cache: o.Cache, Reading: o.Reading}, options: o}
	defer func() {
		if err != nil {
			s.Close()
		}
	}()
	if s.parts, err = s.Config.Resolve(); err != nil {
		return s, err
	}
	if s.corpus, err = OpenCorpus(s.Config); err != nil {
		return s, err
	}
	if err = s.corpus.CheckSplits(); err != nil {
		return s, err
	}
	if o.Out != "" {
		if s.dir, err = rundir.Create(o.Out, o.Resume); err != nil {
			return s, err
		}
	}
	counted, err := s.tokenizer(ctx)
	if err != nil {
		return s, err
	}
	if err = s.readLabels(ctx); err != nil {
		return s, err
	}
	if s.data, err = s.sets(ctx, s.corpus, counted, dialog.Train, dialog.Valid); err != nil {
		return s, err
	}
	if err = s.checkExamples(); err != nil {
		return s, err
	}
	if err = s.build(s.parts, o.Threads); err != nil {
		return s, err
	}
	if s.trainer, err = s.newTrainer(); err != nil {
		return s, err
	}
	return s, s.begin()
}

// checkExamples refuses a corpus that there is nothing to learn from.
func (s *Session) checkExamples() error {
	for _, split := range []dialog.Split{dialog.Train, dialog.Valid} {
		if s.data[split].Len() > 0 {
			continue
		}
		if s.Config.Model.Mode == cvae.Dialogue {
			return fmt.Errorf("no dialogue of the %s split of %s has two turns with words in them, so there is no response to learn; for single sentences choose a text preset (yahoo, ptb, yelp-short)", split, s.corpus.Name())
		}
		return fmt.Errorf("no sentence of the %s split of %s has words in it, so there is nothing to learn", split, s.corpus.Name())
	}
	return nil
}

// OpenCorpus opens the corpus of a configuration and refuses sentences where
// the model needs dialogues.
func OpenCorpus(c config.Config) (*corpora.Corpus, error) {
	corpus, err := corpora.Open(c.Corpus, corpora.Options{Format: c.Format, SkipBad: c.SkipBad, Dedup: c.Dedup, Seed: c.Seed})
	if err != nil {
		return nil, err
	}
	if c.Model.Mode == cvae.Dialogue && corpus.Format().Turns == "sentences" {
		return nil, config.Error{Err: fmt.Errorf("%s holds sentences, and preset %s learns from dialogues; use a text preset (yahoo, ptb, yelp-short)", c.Corpus, c.Preset)}
	}
	return corpus, nil
}

// fresh reports whether the run starts at step 0.
func (s *Session) fresh() bool { return s.dir == nil || s.dir.Fresh() }

// until ends a sequence with the error of ctx when ctx ends.
func until(ctx context.Context, dialogues iter.Seq2[dialog.Dialogue, error]) iter.Seq2[dialog.Dialogue, error] {
	return func(yield func(dialog.Dialogue, error) bool) {
		for d, err := range dialogues {
			if ctx.Err() != nil {
				err = context.Cause(ctx)
			}
			if !yield(d, err) || err != nil {
				return
			}
		}
	}
}

// begin writes the first files of a fresh run, or loads the checkpoint of one
// that goes on.
func (s *Session) begin() error {
	path := string(s.team.Path())
	if s.dir == nil {
		s.Config.Kernels = path
		return s.initialise()
	}
	if !s.fresh() {
		return s.goOn(path)
	}
	s.Config.Kernels = path
	if err := s.initialise(); err != nil {
		return err
	}
	if err := s.writeFirst(); err != nil {
		return err
	}
	var err error
	s.log, err = s.dir.OpenLog(0)
	return err
}

func (s *Session) writeFirst() error {
	if err := s.writeConfig(); err != nil {
		return err
	}
	if err := s.writeLabels(); err != nil {
		return err
	}
	return s.writeTokenizer()
}

func (s *Session) writeConfig() error {
	b, err := s.Config.Marshal()
	if err != nil {
		return err
	}
	return s.dir.WriteFile(rundir.ConfigFile, b)
}

// initialise copies the parameters of another run, or word vectors, into a fresh
// model.
func (s *Session) initialise() error {
	if s.Config.Init == "" {
		return s.initialiseWords()
	}
	saved, _, err := checkpoint.LoadModel(filepath.Join(s.Config.Init, rundir.ModelFile))
	if err != nil {
		return fmt.Errorf("starting from run %s: %w", s.Config.Init, err)
	}
	if err := train.Initialise(s.model, saved); err != nil {
		return fmt.Errorf("starting from run %s: %w", s.Config.Init, err)
	}
	return nil
}

// goOn checks that the run in the directory is this one and loads its
// checkpoint.
func (s *Session) goOn(path string) error {
	old, err := ReadConfig(s.Dir)
	if err != nil {
		return err
	}
	if _, err := old.Resolve(); err != nil { // settings as numbers, however YAML wrote them
		return fmt.Errorf("%s: %w", s.dir.Path(rundir.ConfigFile), err)
	}
	if err := s.Config.SameRun(old); err != nil {
		return err
	}
	s.Config.Embedding.Found = old.Embedding.Found
	if s.Config.Kernels = old.Kernels; old.Kernels != path {
		s.Warning = fmt.Sprintf("the run began on the %s kernels and goes on with %s: it will not be bit-identical to an uninterrupted run", old.Kernels, path)
	}
	if !reflect.DeepEqual(s.Config, old) { // the limits hold for the next resume too
		if err := s.writeConfig(); err != nil {
			return err
		}
	}
	state, err := checkpoint.Load(s.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no checkpoint: %w", s.Dir, err)
	}
	if err != nil {
		return err
	}
	s.saved = &state
	s.log, err = s.dir.OpenLog(state.LogLength)
	return err
}

// Train trains until a limit, early stopping or the end of ctx, and then makes
// the best model the one that answers.
func (s *Session) Train(ctx context.Context) error {
	var err error
	if s.sampled, err = s.openings(ctx); err != nil {
		return err
	}
	s.Idle = true
	if err := s.trainer.Run(ctx, s.saved); err != nil {
		return err
	}
	s.Finished = s.trainer.Finished()
	best, err := keeper{s}.LoadBest()
	if err != nil {
		return fmt.Errorf("reading the best model back: %w", err)
	}
	if err := train.Restore(s.model, best); err != nil {
		return err
	}
	return s.describe(ctx)
}

func (s *Session) newTrainer() (*train.Trainer, error) {
	t, err := train.New(s.model, s.data[dialog.Train], s.data[dialog.Valid], train.Options{
		Seed: s.Config.Seed, Batch: s.Config.Batch, SameLength: s.Config.SameLength, Window: s.Config.LengthWindow,
		Optimiser: s.Config.Optimiser, Schedule: s.parts.Schedule, Strategy: s.parts.Strategy, Phases: s.parts.Phases,
		MaxEpochs: s.Config.MaxEpochs, MaxSteps: s.Config.MaxSteps, MaxTime: s.Config.MaxTime,
		Interval: s.Config.LogInterval, SaveEvery: s.options.SaveEvery,
	}, keeper{s}, keeper{s})
	if err != nil {
		return nil, config.Error{Err: err}
	}
	return t, nil
}

// Close releases the directory and the data, and stops the workers.
func (s *Session) Close() {
	closeSets(s.data)
	if s.log != nil {
		_ = s.log.Close() // every line was written before
	}
	if s.dir != nil {
		_ = s.dir.Close() // a lock of a process that is gone counts as none
	}
	if s.team != nil {
		s.team.Close()
	}
}

// keeper keeps checkpoints, the best model and the log in the run directory,
// and passes events on.
type keeper struct{ *Session }

func (k keeper) Checkpoint(c checkpoint.State) error {
	if err := k.log.Sync(); err != nil {
		return err
	}
	c.LogLength = k.log.Length()
	return checkpoint.Save(k.Dir, c)
}

func (k keeper) SaveBest(model []safetensors.Tensor, step int, bound float64) error {
	return checkpoint.SaveModel(k.dir.Path(rundir.ModelFile), model, map[string]string{
		"step": fmt.Sprint(step), "method": k.Config.Method, "bound": fmt.Sprint(bound),
	})
}

func (k keeper) LoadBest() ([]safetensors.Tensor, error) {
	model, _, err := checkpoint.LoadModel(k.dir.Path(rundir.ModelFile))
	return model, err
}
