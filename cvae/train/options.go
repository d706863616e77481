package train

import (
	"context"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
)

// Options says how long and how a model is trained.
type Options struct {
	Seed       uint64
	Batch      int  // examples a batch
	SameLength bool // batches of one response length
	// Window is how many batches' worth of examples are sorted by length
	// together; 1: batches are random. Methods with batch statistics need
	// random batches: the mean of a batch of one length tells the length, and
	// at test time that is no longer taken out.
	Window int
	// KeepBatches draws random batches once, for all epochs. Groups, one number
	// for each example, asks for batches of one group each; nil: none. With
	// either, lengths do not matter.
	KeepBatches bool
	Groups      []int
	// Exchange is the share of the examples that are shown the response of another example of
	// their batch in place of all turns but the last, and before a turn that stands alone, so
	// that the model learns to follow a change of subject. Validation is not changed by it.
	Exchange  float64
	Optimiser Optimiser
	Schedule  Schedule // nil: Constant(1)
	Strategy  Strategy // nil: Joint
	Phases    []Phase  // nil: one
	// Closing begins when a limit, or early stopping, has ended the last phase. It
	// starts from the best model, and the limits do not count its epochs. A run whose
	// limit is raised goes back to before it. Nil: none.
	Closing *Phase
	// The limits count all phases but Closing together.
	MaxEpochs int // 0: no limit
	MaxSteps  int // 0: no limit
	MaxTime   time.Duration
	Interval  int // steps between events
	// Tick is the most time without an event, for people who watch; the ticks
	// in between do not end the stretch that events are means of. 0: none.
	Tick time.Duration
	// Situation is the methods and settings of the run, on which the remedies
	// of a collapse depend.
	Situation latent.Situation
	// SaveEvery is how much work a kill may cost; 0: a minute.
	SaveEvery time.Duration
	Sampler   Sampler // nil: no samples
	// Precision is that of the products that compute gradients; empty: FP32.
	Precision cvae.Precision
	// Sharded cuts every batch into the same shards for any number of ranks; it costs
	// time and memory. Ranks are the processes that compute them; nil: this one alone.
	Sharded bool
	Ranks   ranks.Link
	// Lock is held while the model is used, but for the samples: others that
	// hold it may use the model then. Nil: there are none.
	Lock sync.Locker
}

// complete fills in what is nil or 0.
func (o Options) complete() Options {
	if o.Schedule == nil {
		o.Schedule = Constant(1)
	}
	if o.Strategy == nil {
		o.Strategy = Joint{}
	}
	if o.SaveEvery == 0 {
		o.SaveEvery = time.Minute
	}
	if o.Ranks == nil {
		o.Ranks = ranks.Alone{}
	}
	if o.Lock == nil {
		o.Lock = new(sync.Mutex)
	}
	return o
}

// A Sampler shows what the model in training answers, for every event but
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
	// Logged says how much of what was reported is kept, and Rewind forgets what came
	// after it, once save has saved the run.
	Logged() int64
	Rewind(logged int64, save func() error) error
}
