package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cvae-go/cvae/corpora"
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

// trainOptions are the flags of train.
type trainOptions struct {
	Settings settings
	Path     string // of the run
	Resume   bool
	Accept   bool // the corpus, whatever it holds now
	DryRun   bool
	JSON     bool
	Plain    bool // lines instead of the view, also on a terminal
	Board    bool // write event files for TensorBoard
	Threads  int
	Ranks    int // that mpirun must have started; 0: any number
	In       io.Reader
	Out, Err io.Writer
	follows  bool // another rank than 0
}

// trainKeys are the configuration keys that have flags of their own.
var trainKeys = map[string]string{
	"corpus": "corpus", "format": "format", "preset": "preset", "method": "method", "seed": "seed",
	"max-epochs": "max_epochs", "max-steps": "max_steps", "max-time": "max_time",
	"map": "map", "encoding": "encoding", "gap": "gap", "clean": "clean", "init": "init_from", "skip-bad": "skip_bad", "dedup": "dedup",
}

func newTrain(runF func(context.Context, *trainOptions) error) *cobra.Command {
	o := &trainOptions{}
	c := &cobra.Command{
		Use:   "train",
		Short: "Train a model and measure it",
		Long: `Train a model and measure it.

Alone it trains method bn with preset tiny on the built-in corpus and keeps the
run in ./run. With a corpus the preset is small. Every setting is a key of
config.yaml; strongest first, its value comes from a flag, --set, the
environment (CVAE_OPTIMISER_LEARNING_RATE), --config, the method, the preset.

--set condition.labels=[topic,act] conditions responses on labels of the corpus,
condition.act_head=true on a prediction of their act (condition.act names the
label), and embedding.init=vectors.txt begins with word vectors such as GloVe's.
--set tokenizer.kind=bpe is for text without spaces between words, such as Chinese.
--set decoder.kind=cnn or transformer takes another decoder than an rnn, with every
method: decoder.dilations=[1,2,4] shapes the one, decoder.blocks, heads,
feed_forward, positions (learned or sinusoidal) and activation the other.
decoder.attention=context lets any of them look at every word of the context, and
train.exchange=0.3 shows it changes of subject, so that it does not stick to the old one.
--set train.precision=bf16 rounds what is multiplied in training to bfloat16, which
is faster on processors with AVX512_BF16 (AMD since Zen 4, Intel since Cooper Lake).

On a terminal it shows curves and replies while it trains. Ctrl-C saves the run
and stops; a second one leaves at once. So do SIGTERM and SIGUSR1. --resume continues from the last save. A
run knows its corpus by what it holds: --corpus may name another place of it, and
one that has changed is refused but for --accept-corpus.`,
		Example: `  cvae train
  cvae train --out runs/a --corpus dialogues.jsonl --method scale --set scale.des_std=0.9
  cvae train --out runs/a --resume --max-epochs 40`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			o.In, o.Out, o.Err = c.InOrStdin(), c.OutOrStdout(), c.ErrOrStderr()
			o.Settings.Flags = given(c.Flags(), trainKeys)
			return runF(c.Context(), o)
		},
	}
	f := c.Flags()
	f.StringVar(&o.Path, "out", "run", "run directory")
	f.StringVar(&o.Settings.File, "config", "", "file of settings, such as the config.yaml of a run")
	f.StringArrayVar(&o.Settings.Set, "set", nil, "one setting, `key=value`; may be repeated")
	f.BoolVar(&o.Resume, "resume", false, "continue the run in --out")
	f.BoolVar(&o.Accept, "accept-corpus", false, acceptHelp)
	f.BoolVar(&o.DryRun, "dry-run", false, "say what would be trained, in what time and memory, after a few trial steps, and stop")
	f.BoolVar(&o.JSON, "json", false, "print the evaluation, or with --dry-run the plan, as JSON")
	f.BoolVar(&o.Plain, "plain", false, "print lines instead of the training view")
	f.BoolVar(&o.Board, "tensorboard", false, "also write event files to the folder tensorboard of the run, for tensorboard --logdir")
	f.IntVar(&o.Ranks, "ranks", 0, "refuse to train on another number of processes than mpirun -n `N` starts; 0: any number")
	addTrainKeys(f)
	addThreads(c, &o.Threads)
	return c
}

// addTrainKeys adds the flags of trainKeys. Their defaults are those of the
// configuration, which alone reads their values.
func addTrainKeys(f *pflag.FlagSet) {
	f.String("corpus", "builtin", "corpus: a `path`, builtin or synthetic")
	f.String("format", "", "format of the corpus; see cvae corpus formats (default: detected)")
	f.String("map", "", mapHelp)
	f.String("encoding", "", encodingHelp)
	f.Var(new(gap), "gap", gapHelp)
	f.Bool("clean", false, cleanHelp)
	f.String("preset", "", "tiny, small, swda, yahoo, ptb or yelp-short (default: tiny on the built-in corpus, small on any other)")
	f.String("method", "bn", "method, or methods joined by +; see cvae methods")
	f.Uint64("seed", 1, "seed of all random numbers")
	f.Int("max-epochs", 0, "epochs to train at most, all phases together; 0: no limit (default: the preset's)")
	f.Int("max-steps", 0, "steps to train at most; 0: no limit")
	f.Duration("max-time", 0, "time to train at most; 0: no limit")
	f.String("init", "", "`run` whose parameters, tokens and, without --preset, sizes are the first ones; builtin: the built-in model")
	f.Bool("skip-bad", false, "leave malformed lines of the corpus out")
	f.Bool("dedup", false, "leave duplicate dialogues out")
}

// given returns the flags that were given, by key.
func given(f *pflag.FlagSet, keys map[string]string) map[string]any {
	values := map[string]any{}
	for name, key := range keys {
		if flag := f.Lookup(name); flag.Changed {
			values[key] = flag.Value.String()
		}
	}
	return values
}

// config is the configuration of the run: a saved one is changed by what was
// given alone.
func (o *trainOptions) config() (config.Config, error) {
	if err := checkThreads(o.Threads); err != nil {
		return config.Config{}, err
	}
	if o.Path == "" {
		return config.Config{}, usagef("--out is empty; name a folder")
	}
	if !o.Resume {
		return o.Settings.fresh()
	}
	saved, err := run.ReadConfig(o.Path)
	if errors.Is(err, run.ErrNoRun) {
		if pid, live := rundir.Running(o.Path); live { // which has not begun to train
			return saved, fmt.Errorf("%s: %w by process %d; wait for it, or stop it", o.Path, rundir.ErrLocked, pid)
		}
		return saved, fmt.Errorf("%w; there is no run to go on with: leave --resume out to start one there", err)
	}
	if err != nil {
		return saved, err
	}
	return o.Settings.over(saved)
}

func runTrain(ctx context.Context, o *trainOptions) error {
	ctx = whileRead(ctx)
	return onRanks(o.Ranks, func(link ranks.Link) error { return o.run(ctx, link) })
}

// run is the work of one rank.
func (o *trainOptions) run(ctx context.Context, link ranks.Link) error {
	done, err := o.join(link)
	if err != nil {
		return err
	}
	defer done()
	c, err := o.config()
	if err == nil {
		err = checkFormat(c.Format)
	}
	if err != nil {
		return o.Settings.located(err)
	}
	if err := o.shard(&c, link.Size()); err != nil {
		return o.Settings.located(err)
	}
	view := o.view()
	events := &board{next: &printer{w: o.Err}}
	if view != nil {
		events.next = view
	}
	options := training.Options{Out: o.Path, Resume: o.Resume, AcceptCorpus: o.Accept, Threads: o.Threads, Progress: events, Cache: tokenCache(), Reading: reading(o.Err, o.Plain), Warn: warning(o.Err), Tick: tick(o.Err), Ranks: link}
	if o.DryRun {
		options.Out = ""
	}
	lean()
	t, err := training.Prepare(ctx, c, options)
	if err != nil {
		return apart{o.Settings.located(err)}
	}
	defer t.Close()
	warn(o.Err, t.Warnings)
	if o.DryRun {
		o.note(t)
		return printPlan(ctx, o, t)
	}
	if n := t.Corpus().Skipped(); n > 0 {
		fmt.Fprintf(o.Err, "warning: %s malformed lines of the corpus are left out\n", grouped(n))
	}
	if o.Board {
		defer events.close()
		if err := events.begin(ctx, o.Path); err != nil {
			return err
		}
	}
	if err = o.train(ctx, t, view); err != nil && !t.Together {
		err = apart{err}
	}
	return err
}

// shard cuts the batches of a fresh run for several ranks, and refuses settings that say
// otherwise.
func (o *trainOptions) shard(c *config.Config, ranks int) error {
	if ranks == 1 || o.Resume || c.Train.Shards != 0 {
		return nil
	}
	given, err := o.Settings.layers()
	if err != nil {
		return err
	}
	if given.Get("train.shards") != nil {
		return usageError{config.KeyError{Key: "train.shards", Err: fmt.Errorf("train.shards is 0, and %d ranks train batches that are cut; leave it out, or set it to %d", ranks, cvae.Shards)}}
	}
	c.Train.Shards = cvae.Shards
	return nil
}

// tick is how often training says something at the least: every five seconds to a
// person, every thirty to a file, where an aggressive epoch of slow steps would else say
// nothing for many minutes.
func tick(w io.Writer) time.Duration {
	if !isTerminal(w) {
		return 30 * time.Second
	}
	return 5 * time.Second
}

// train trains, measures and shows replies. Without a view it prints lines.
func (o *trainOptions) train(ctx context.Context, t *training.Training, view *trainView) error {
	fmt.Fprintf(o.Err, "training %s on %s: preset %s, %s parameters, run %s\n",
		t.Config.Method, printable(t.Corpus().Name()), t.Config.Preset, grouped(t.Run().Parameters()), printable(o.Path))
	o.note(t)
	trained := t.Train
	if view != nil {
		trained = func(ctx context.Context) error { return view.train(ctx, t) }
	}
	err := trained(ctx)
	if err != nil && exitCode(err) == exitInterrupted {
		return fmt.Errorf("%w; the run is saved: go on with cvae train --resume --out %s", errInterrupted, safe.Argument(o.Path))
	}
	if errors.Is(err, train.ErrDiverged) {
		return fmt.Errorf("%w; lower optimiser.learning_rate, which is %g, and train into another folder: the last save in %s is from before", err, t.Config.Optimiser.LearningRate, o.Path)
	}
	if err != nil {
		return err
	}
	if o.follows {
		return nil
	}
	if t.Idle && t.Evaluated() {
		fmt.Fprintf(o.Err, "the run is finished: %s; %s\n", t.Finished, o.further(t))
		return nil
	}
	fmt.Fprintf(o.Err, "trained: %s\n", t.Finished)
	if e := t.Exchanged(); e != nil {
		fmt.Fprintln(o.Err, exchanged(e))
	}
	return o.measure(ctx, t)
}

// note says what is not as usual.
func (o *trainOptions) note(t *training.Training) {
	for _, note := range t.Notes() {
		fmt.Fprintln(o.Err, printable(note))
	}
}

// further says how to train more than a run that has ended.
func (o *trainOptions) further(t *training.Training) string {
	if !t.Stopped() {
		return "raise the limit to train on"
	}
	return fmt.Sprintf("for more patience train into another folder with --set optimiser.patience=%d, which was %d; --init %s begins there with this model",
		2*t.Config.Optimiser.Patience, t.Config.Optimiser.Patience, safe.Argument(o.Path))
}

// measure evaluates the best model on the test split.
func (o *trainOptions) measure(ctx context.Context, t *training.Training) error {
	report, err := t.Measure(ctx, announce(o.Err, "evaluating"))
	if err != nil {
		if exitCode(err) == exitInterrupted {
			err = fmt.Errorf("%w while evaluating; the run is saved: cvae train --resume --out %s evaluates it again", errInterrupted, safe.Argument(o.Path))
		}
		return err
	}
	if err := o.print(ctx, t, report); err != nil {
		return err
	}
	outcome, err := t.Outcome(ctx, report)
	if err != nil {
		return fmt.Errorf("looking at what training has reached: %w; the run is whole", err)
	}
	reached, next := outcome.Lines()
	fmt.Fprintf(o.Err, "%s\n%s\n", printable(reached), printable(next))
	return nil
}

// print prints the evaluation, and without JSON some replies.
func (o *trainOptions) print(ctx context.Context, t *training.Training, report eval.Report) error {
	if o.JSON {
		return printJSON(o.Out, report)
	}
	fmt.Fprintln(o.Out, eval.FirstLine(report))
	return o.sample(ctx, t)
}

// sample prints three replies to the first context of the validation split, or
// three sentences: the likeliest for a z, and two that are drawn.
func (o *trainOptions) sample(ctx context.Context, t *training.Training) error {
	q := dialog.Request{Sampling: t.Run().Sampling()}
	q.N, q.Seed = 3, t.Config.Seed
	if t.Run().Sentences() {
		return o.sampleSentences(ctx, t.Run(), q)
	}
	first, err := firstTurn(t.Corpus())
	if err != nil {
		return err
	}
	q.Context = []string{first}
	reply, err := t.Run().Respond(ctx, q, nil)
	if err != nil {
		return err
	}
	return printReply(o.Out, reply)
}

// sampleSentences prints the sentences.
func (o *trainOptions) sampleSentences(ctx context.Context, r *run.Run, q dialog.Request) error {
	line := 0
	for _, way := range []struct {
		name        string
		n           int
		temperature float64
	}{{"greedy", 1, 0}, {"sampled", 2, 1}} {
		q.N, q.Temperature = way.n, way.temperature
		reply, err := r.Respond(ctx, q, nil)
		if err != nil {
			return err
		}
		for _, answer := range reply.Responses {
			line++
			fmt.Fprintf(o.Out, "%3d  %-7s  %s\n", line, way.name, printable(answer.Shown()))
		}
	}
	return nil
}

// firstTurn is the opening of the first dialogue of the validation split.
func firstTurn(c *corpora.Corpus) (string, error) {
	for d, err := range c.Dialogues(dialog.Valid) {
		if err != nil {
			return "", err
		}
		if len(d.Turns) > 1 {
			return d.Turns[0].Text, nil
		}
	}
	return "", errors.New("the validation split has no dialogue of two turns")
}
