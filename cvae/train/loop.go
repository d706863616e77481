package train

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

const posteriorNoise = rng.Posterior

// ErrDiverged says that training met a number that is not finite. The last
// checkpoint is from before.
var ErrDiverged = errors.New("training has diverged")

// Options says how long and how a model is trained.
type Options struct {
	Seed       uint64
	Batch      int  // examples a batch
	SameLength bool // batches of one response length
	// Window is how many batches' worth of examples are sorted by length
	// together; 1: batches are random. Methods with batch statistics need
	// random batches: the mean of a batch of one length tells the length, and
	// at test time that is no longer taken out.
	Window    int
	Optimiser Optimiser
	Schedule  Schedule // nil: Constant(1)
	Strategy  Strategy // nil: Joint
	Phases    []Phase  // nil: one
	// The limits count all phases together.
	MaxEpochs int // 0: no limit
	MaxSteps  int // 0: no limit
	MaxTime   time.Duration
	Interval  int // steps between events
	// SaveEvery is how much work a kill may cost; 0: a minute.
	SaveEvery time.Duration
	Sampler   Sampler // nil: no samples
	// Lock is held while the model is used, but for the samples: others that
	// hold it may use the model then. Nil: there are none.
	Lock sync.Locker
}

// A Sampler shows what the model in training answers, after every event but
// warnings.
type Sampler interface {
	// Sample answers with the model as it is. It does not hold the Lock of the
	// trainer, and returns an error at once when ctx ends.
	Sample(context.Context) ([]dialog.Sample, error)
}

// A Keeper keeps what training makes.
type Keeper interface {
	// Checkpoint saves a state to resume from.
	Checkpoint(checkpoint.State) error
	// SaveBest and LoadBest keep the model with the best validation bound.
	SaveBest(model []safetensors.Tensor, step int, bound float64) error
	LoadBest() ([]safetensors.Tensor, error)
}

// A Trainer trains one model on one set.
type Trainer struct {
	model        *cvae.Model[float32]
	train, valid *dialog.Set
	options      Options
	keeper       Keeper
	progress     dialog.Progress

	optimiser *optimiser
	graphs    map[int]*cvae.Graph[float32]
	state     state
	plan      plan // of epoch laidOut
	laidOut   int
	meter     *meter
	now       func() time.Time
	began     time.Time // of this process's part of the run
	reported  time.Time
	saved     time.Time
	observed  map[string][]float64 // by the last Gradients
	measured  *eval.Report         // of the model as it is; nil: not measured
	warned    map[string]bool      // the collapses named and not withdrawn
	idle      time.Duration        // spent validating and saving since reported
}

// New prepares training. It refuses sets too small for one batch.
func New(m *cvae.Model[float32], train, valid *dialog.Set, o Options, k Keeper, p dialog.Progress) (*Trainer, error) {
	if err := o.Optimiser.Validate(); err != nil {
		return nil, err
	}
	if o.Schedule == nil {
		o.Schedule = Constant(1)
	}
	if o.Strategy == nil {
		o.Strategy = Joint{}
	}
	if o.SaveEvery == 0 {
		o.SaveEvery = time.Minute
	}
	if o.Lock == nil {
		o.Lock = new(sync.Mutex)
	}
	t := &Trainer{model: m, train: train, valid: valid, options: o, keeper: k, progress: p,
		optimiser: newOptimiser(o.Optimiser, m), graphs: map[int]*cvae.Graph[float32]{}, warned: map[string]bool{}, now: time.Now}
	if o.Batch < t.minBatch() {
		return nil, fmt.Errorf("batch is %d; this method needs at least %d examples a batch", o.Batch, t.minBatch())
	}
	t.layOut(0)
	if t.plan.size() == 0 {
		return nil, fmt.Errorf("%d training examples do not fill one batch of %d; lower batch", train.Len(), o.Batch)
	}
	if err := o.checkPhases(t.plan.size()); err != nil {
		return nil, err
	}
	if valid.Len() == 0 {
		return nil, errors.New("the validation split has no examples")
	}
	t.meter = newMeter(t.dim())
	return t, nil
}

// BatchesPerEpoch is the number of batches of an epoch.
func (t *Trainer) BatchesPerEpoch() int { return t.plan.size() }

// minBatch is the fewest examples a batch may have.
func (t *Trainer) minBatch() int {
	return max(2, t.model.Parts.MinBatch())
}

func (t *Trainer) dim() int {
	if t.model.Parts.Latent == cvae.None {
		return 0
	}
	return t.model.Config.Latent.Dim
}

// layOut makes the plan of an epoch.
func (t *Trainer) layOut(epoch int) {
	t.laidOut = epoch
	if t.options.SameLength {
		t.plan = sameLength(t.train, t.options.Batch, t.minBatch(), t.options.Seed, epoch)
	} else {
		t.plan = windowed(t.train, t.options.Batch, max(1, t.options.Window), t.options.Seed, epoch)
	}
}

// Run trains until a limit, early stopping or the end of ctx. It goes on from
// s when s is not nil. It returns ctx's error after saving when ctx ended it.
func (t *Trainer) Run(ctx context.Context, s *checkpoint.State) error {
	t.options.Lock.Lock()
	defer t.options.Lock.Unlock()
	t.began, t.reported = t.now(), t.now()
	if s == nil {
		if err := t.save(); err != nil {
			return err
		}
	} else if err := t.resume(*s); err != nil {
		return fmt.Errorf("resuming: %w", err)
	}
	t.saved = t.now()
	if t.state.Finished != "" && t.limit() == "" {
		t.state.Finished = "" // the limit that ended it has been raised
	}
	for t.state.Finished == "" {
		if err := t.epoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Finished says why training ended.
func (t *Trainer) Finished() string { return t.state.Finished }

// limit names the limit that has been reached, if any.
func (t *Trainer) limit() string {
	switch o := t.options; {
	case t.state.Finished == stopped:
		return stopped
	case o.MaxSteps > 0 && t.state.Step >= o.MaxSteps:
		return fmt.Sprintf("%d steps done", t.state.Step)
	case o.MaxEpochs > 0 && t.state.Epoch >= o.MaxEpochs:
		return fmt.Sprintf("%d epochs done", t.state.Epoch)
	case o.MaxTime > 0 && t.elapsed() >= o.MaxTime:
		return fmt.Sprintf("%s spent", o.MaxTime)
	}
	return ""
}

const stopped = "the validation bound no longer improves"

// epoch runs to the end of the current epoch, or to a limit.
func (t *Trainer) epoch(ctx context.Context) error {
	if t.laidOut != t.state.Epoch {
		t.layOut(t.state.Epoch)
	}
	for t.state.Cursor < t.plan.size() {
		if reason := t.limit(); reason != "" {
			return t.finish(ctx, reason)
		}
		if ctx.Err() != nil {
			return t.interrupted(ctx)
		}
		if err := t.step(ctx); err != nil {
			return err
		}
		if t.now().Sub(t.saved) >= t.options.SaveEvery {
			if err := t.aside(t.save); err != nil {
				return err
			}
		}
	}
	return t.endEpoch(ctx)
}

// endEpoch validates and begins the next epoch. A run interrupted while
// validating validates again when it is resumed.
func (t *Trainer) endEpoch(ctx context.Context) error {
	if err := t.report(ctx); err != nil {
		return err
	}
	if e, ok := t.model.Parts.Posterior.(cvae.EpochEnder); ok && !t.state.Ended {
		e.EndEpoch()
	}
	t.state.Ended = true
	_, err := t.measure(ctx)
	if err == nil {
		err = t.phase().Strategy.EndEpoch(ctx, t)
	}
	if err == nil {
		err = t.validate(ctx) // of what was measured, so nothing can come between it and the save
	}
	if err != nil {
		return t.orInterrupted(ctx, err)
	}
	if err := t.nextEpoch(); err != nil {
		return err
	}
	return t.aside(t.save)
}

// nextEpoch begins the next epoch, the next phase, or ends training.
func (t *Trainer) nextEpoch() (err error) {
	t.state.Ended = false
	t.state.Epoch++
	t.state.Cursor = 0
	if !t.lastPhase() {
		t.endPhase()
	} else if t.state.Finished, err = t.decayOrStop(); err != nil {
		return err
	}
	if t.state.Finished == "" {
		t.state.Finished = t.limit()
	}
	return nil
}

// interrupted saves and returns why ctx ended.
func (t *Trainer) interrupted(ctx context.Context) error {
	if err := t.save(); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// orInterrupted returns err, unless the end of ctx caused it: then it saves
// first.
func (t *Trainer) orInterrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return t.interrupted(ctx)
}

// finish validates once more and ends training.
func (t *Trainer) finish(ctx context.Context, reason string) error {
	if err := t.report(ctx); err != nil {
		return err
	}
	if t.state.Validated != t.state.Step || t.state.Step == 0 {
		if err := t.validate(ctx); err != nil {
			return t.orInterrupted(ctx, err)
		}
	}
	t.state.Finished = reason
	return t.save()
}

// step trains on the next batch.
func (t *Trainer) step(ctx context.Context) error {
	t.restart()
	batch := t.model.Batch(t.train, t.plan.batch(t.state.Cursor))
	tally, err := t.phase().Strategy.Step(ctx, t, batch)
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return t.interrupted(ctx)
	case err != nil:
		return fmt.Errorf("step %d: %w", t.state.Step+1, err)
	}
	if err := t.meter.add(tally); err != nil {
		return err
	}
	t.state.Step++
	t.state.Extra--
	t.state.Cursor++
	if t.state.Step%max(1, t.options.Interval) == 0 {
		return t.report(ctx)
	}
	return nil
}

// aside runs f without counting its time as training throughput.
func (t *Trainer) aside(f func() error) error {
	start := t.now()
	defer func() { t.idle += t.now().Sub(start) }()
	return f()
}

func (t *Trainer) elapsed() time.Duration { return t.state.Elapsed + t.now().Sub(t.began) }

// measure evaluates the model on the validation set, once as long as it does
// not change.
func (t *Trainer) measure(ctx context.Context) (eval.Report, error) {
	if t.measured != nil {
		return *t.measured, nil
	}
	start := t.now()
	defer func() { t.idle += t.now().Sub(start) }()
	report, err := eval.Evaluate(ctx, t.model, t.valid, eval.Options{
		Seed: t.options.Seed, Batch: t.options.Batch, Threads: t.model.Team().Threads(),
	}, nil)
	if err != nil {
		return report, fmt.Errorf("validating: %w", err)
	}
	if !report.NLL.ELBO.Known() {
		return report, fmt.Errorf("%w: the validation bound is not a number", ErrDiverged)
	}
	t.measured = &report
	return report, nil
}

// validate measures the model, keeps it if the bound of the generator that
// replies is the best so far, and names every collapse.
func (t *Trainer) validate(ctx context.Context) error {
	report, err := t.measure(ctx)
	if err != nil {
		return err
	}
	start := t.now()
	defer func() { t.idle += t.now().Sub(start) }()
	bound := float64(report.NLL.ELBO)
	best := t.state.better(bound)
	t.state.Validated = t.state.Step
	t.state.Stale++
	if best {
		t.state.Best, t.state.BestStep, t.state.Stale = &bound, t.state.Step, 0
		if err := t.keeper.SaveBest(modelTensors(t.model), t.state.Step, bound); err != nil {
			return err
		}
	}
	if err := t.tell(ctx, t.validated(report, best)); err != nil {
		return err
	}
	t.withdraw(report.Collapse)
	t.warn(report.Collapse)
	return nil
}

// decayOrStop lowers the learning rate, or says why training is over, after too
// many validations without a better bound.
func (t *Trainer) decayOrStop() (reason string, err error) {
	o := t.options.Optimiser
	if t.state.Stale < o.Patience || t.state.Epoch-t.state.PhaseEpoch < o.DecayFrom {
		return "", nil
	}
	if t.state.Decays >= o.Decays {
		return stopped, nil
	}
	t.state.Decays++
	t.state.Stale = 0
	t.optimiser.rate *= o.Decay
	saved, err := t.keeper.LoadBest()
	if err != nil {
		return "", fmt.Errorf("going back to the best model: %w", err)
	}
	t.measured = nil
	return "", Restore(t.model, saved)
}
