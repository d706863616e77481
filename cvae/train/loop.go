package train

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/setting"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// ErrDiverged says that training met a number that is not finite. The last
// checkpoint is from before.
var ErrDiverged = errors.New("training has diverged")

// A Trainer trains one model on one set: it is the order in which its parts
// work, and where in the run they are.
type Trainer struct {
	options    Options
	state      state
	mover      *Mover
	batches    *batches
	validation *validation
	saver      *saver
	reporter   *reporter
	watch      *watch
	agreement  *agreement // nil: one rank
	halted     *halt      // nil: no limit has ended the run
}

// New prepares training. It refuses sets too small for one batch.
func New(m *cvae.Model[float32], train, valid *dialog.Set, o Options, k Keeper, p dialog.Progress) (t *Trainer, err error) {
	if err := o.Optimiser.Validate(); err != nil {
		return nil, err
	}
	o = o.complete()
	if o.Batch < least(m) {
		return nil, setting.Refuse("batch", "is %d; this method needs at least %d examples a batch", o.Batch, least(m))
	}
	b := newBatches(m, train, o)
	if b.size() == 0 {
		return nil, fmt.Errorf("%d training examples do not fill one batch of %d; --set batch=%d makes it smaller", train.Len(), o.Batch, max(1, train.Len()))
	}
	if err := o.checkPhases(b.size()); err != nil {
		return nil, err
	}
	if valid.Len() == 0 {
		return nil, errors.New("the validation split has no examples")
	}
	t = &Trainer{options: o, mover: NewMover(m, o.Optimiser, o.Seed), batches: b,
		validation: &validation{model: m, set: valid, seed: o.Seed, batch: o.Batch, ranks: o.Ranks},
		reporter:   newReporter(m, o, p), watch: &watch{now: time.Now}}
	t.mover.Precision = o.Precision
	if o.Sharded {
		if err := t.mover.Join(o.Ranks); err != nil {
			return nil, err
		}
	} else if o.Ranks.Size() > 1 {
		return nil, setting.Refuse("train.shards", "is 0 in this run, and %d ranks train batches that are cut: go on with one process, or begin another run under mpirun", o.Ranks.Size())
	}
	t.saver = &saver{keeper: k, every: o.SaveEvery, watch: t.watch}
	return t, nil
}

// BatchesPerEpoch is the number of batches of an epoch.
func (t *Trainer) BatchesPerEpoch() int { return t.batches.size() }

// FullBatches are the example numbers of at most n batches of the epoch, those of
// the size that the options ask for.
func (t *Trainer) FullBatches(n int) [][]int { return t.batches.full(n) }

// Finished says why training ended.
func (t *Trainer) Finished() string { return t.state.Finished }

// OutOfTime reports whether training ended because its time was spent.
func (t *Trainer) OutOfTime() bool { return strings.HasSuffix(t.Ended(), outOfTime) }

// Stopped reports whether training ended because the validation bound no longer improved.
func (t *Trainer) Stopped() bool { return t.Ended() == stopped }

// Ended says why training ended, before a closing phase; empty: it has not.
func (t *Trainer) Ended() string {
	if t.state.Finished == "" {
		return ""
	}
	return cmp.Or(t.state.Ending, t.state.Finished)
}

// Run trains until a limit, early stopping or the end of ctx. It goes on from
// s when s is not nil. It returns ctx's error after saving when ctx ended it.
func (t *Trainer) Run(ctx context.Context, s *checkpoint.State) error {
	t.options.Lock.Lock()
	defer t.options.Lock.Unlock()
	t.watch.start()
	if s == nil {
		if err := t.save(); err != nil {
			return err
		}
	} else if err := t.resume(*s); err != nil {
		return fmt.Errorf("resuming: %w", err)
	}
	ctx, err := t.agree(ctx)
	if err != nil {
		return err
	}
	t.saver.put()
	if t.canGoOn() {
		if err := t.raised(); err != nil {
			return err
		}
	}
	for t.state.Finished == "" {
		if err := t.epoch(ctx); err != nil {
			return err
		}
	}
	return nil
}

const stopped = "the validation bound no longer improves"

// limit says why the run is over, if it is.
func (t *Trainer) limit() string {
	if t.state.Finished == stopped {
		return stopped
	}
	if t.closing() {
		return ""
	}
	return t.options.reached(t.state.Step, t.state.Epoch, t.elapsed())
}

// epoch runs to the end of the current epoch, or to a limit.
func (t *Trainer) epoch(ctx context.Context) error {
	t.batches.turn(t.state.Epoch)
	for t.state.Cursor < t.batches.size() {
		if reason := t.limit(); reason != "" {
			return t.finish(ctx, reason)
		}
		if ctx.Err() != nil {
			return t.interrupted(ctx)
		}
		if !t.due() { // otherwise the end of another process came between a step and its report
			if err := t.step(ctx); err != nil {
				return err
			}
		}
		if t.due() {
			if err := t.report(ctx); err != nil {
				return t.orInterrupted(ctx, err)
			}
		}
		if t.saver.due() {
			if err := t.watch.aside(t.save); err != nil {
				return err
			}
		}
	}
	return t.endEpoch(ctx)
}

// step trains on the next batch.
func (t *Trainer) step(ctx context.Context) error {
	t.restart()
	tally, err := t.phase().Strategy.Step(ctx, t, t.batches.at(t.state.Cursor))
	switch {
	case ctx.Err() != nil && errors.Is(err, context.Cause(ctx)):
		return t.interrupted(ctx)
	case err != nil:
		return fmt.Errorf("step %d: %w", t.state.Step+1, err)
	}
	if err := t.reporter.meter.add(tally); err != nil {
		return err
	}
	t.agreement.stepped()
	t.state.Step++
	t.state.Extra--
	t.state.Cursor++
	if t.options.Tick > 0 && !t.due() && t.watch.silent() >= t.options.Tick {
		t.reporter.tick(t.stamp(), t.watch.look())
	}
	return nil
}

// endEpoch validates and begins the next epoch. A run interrupted while
// validating validates again when it is resumed.
func (t *Trainer) endEpoch(ctx context.Context) error {
	if err := t.report(ctx); err != nil {
		return t.orInterrupted(ctx, err)
	}
	if e, ok := t.mover.model.Parts.Posterior.(cvae.EpochEnder); ok && !t.state.Ended {
		e.EndEpoch()
	}
	t.state.Ended = true
	var answers []dialog.Sample
	err := t.calibrate(ctx)
	if err == nil {
		answers, err = t.examine(ctx)
	}
	if err == nil {
		err = t.phase().Strategy.EndEpoch(ctx, t)
	}
	if err == nil {
		err = t.validate(ctx, answers) // of what was measured, so nothing can come between it and the save
	}
	if err != nil {
		return t.orInterrupted(ctx, err)
	}
	if err := t.nextEpoch(); err != nil {
		return err
	}
	return t.watch.aside(t.save)
}

// nextEpoch begins the next epoch, the next phase, or ends training.
func (t *Trainer) nextEpoch() (err error) {
	t.state.Ended = false
	t.state.Epoch++
	t.state.Cursor = 0
	reason := ""
	switch {
	case t.closing():
		if t.state.Epoch-t.state.PhaseEpoch >= t.options.Closing.Epochs {
			t.state.Finished = fmt.Sprintf("%s; then %d epochs of the %s", t.state.Ending, t.options.Closing.Epochs, t.options.Closing.Name)
		}
		return nil
	case !t.lastPhase():
		t.endPhase()
	default:
		reason, err = t.decayOrStop()
	}
	if reason = cmp.Or(reason, t.limit()); reason == "" || err != nil {
		return err
	}
	return t.end(reason)
}

// finish validates once more and ends training.
func (t *Trainer) finish(ctx context.Context, reason string) error {
	if err := t.halt(); err != nil {
		return err
	}
	if err := t.report(ctx); err != nil {
		return t.orInterrupted(ctx, err)
	}
	if t.state.Validated != t.state.Step || t.state.Step == 0 {
		// The best model may be replaced before the run is saved again, and a raised limit
		// needs the one that it was.
		if t.halted.best != nil {
			if err := t.watch.aside(t.save); err != nil {
				return err
			}
		}
		err := t.calibrated(ctx, func() error {
			answers, err := t.examine(ctx)
			if err != nil {
				return err
			}
			return t.validate(ctx, answers)
		})
		if err != nil {
			return t.orInterrupted(ctx, err)
		}
	}
	if err := t.end(reason); err != nil {
		return err
	}
	return t.save()
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

// due reports whether the steps since the last report are to be told of now.
func (t *Trainer) due() bool {
	return t.reporter.meter.Steps > 0 && t.state.Step%max(1, t.options.Interval) == 0
}

// report tells of the steps since the last report. Where ctx ends it has told nothing.
func (t *Trainer) report(ctx context.Context) error {
	if t.reporter.meter.Steps == 0 {
		return nil
	}
	at := t.stamp()
	answers, err := t.answers(ctx)
	if err != nil {
		return err
	}
	spent := t.watch.lap()
	return t.watch.aside(func() error {
		t.reporter.stepped(at, t.agreement.lap(), t.situation(), spent, answers)
		return nil
	})
}

// answers are samples of the model as it is.
func (t *Trainer) answers(ctx context.Context) (list []dialog.Sample, err error) {
	err = t.watch.aside(func() (err error) { list, err = t.reporter.sample(ctx); return err })
	return list, err
}

// stamp is an event that says where training is.
func (t *Trainer) stamp() dialog.Event {
	elapsed := t.watch.elapsed()
	e := dialog.Event{Step: t.state.Step, Epoch: t.state.Epoch + 1, StepsPerEpoch: t.batches.size(), Phase: t.phase().Name,
		Beta: t.beta(), LearningRate: t.mover.optimiser.learningRate(),
		Elapsed: elapsed, Remaining: t.options.remaining(t.state.Step, t.batches.size(), elapsed)}
	if c := t.clock(); t.closing() && t.state.Step > 0 {
		e.Remaining = elapsed / time.Duration(t.state.Step) * time.Duration(c.PlannedSteps-c.Step)
	}
	return e
}
