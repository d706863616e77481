package train

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Tally is what one batch of training saw, sums over its examples in nats.
type Tally struct {
	*cvae.Result
	Examples, Tokens int
	GradNorm         float64
}

// A Session is the hold a Strategy has on the model and its data. All that is
// random in it depends on the seed and on how many Gradients there were in the
// run, so that a resumed run draws the same.
type Session interface {
	// Gradients computes the gradients of the loss on a batch, those of all
	// groups: they share one norm.
	Gradients(*dialog.Batch) (Tally, error)
	// Apply moves the parameters of a group along the gradients, clipped by
	// their joint norm, and returns the norm.
	Apply(group nn.Group) (float64, error)
	// RandomBatch is one of the batches of the epoch, drawn with replacement;
	// another after every Gradients.
	RandomBatch() *dialog.Batch
	// ValidationMI estimates the mutual information of response and latent on
	// the validation set within batches, in nats, with the same draws each time.
	ValidationMI(context.Context) (float64, error)
}

var _ Session = (*Trainer)(nil)

// Gradients implements Session.
func (t *Trainer) Gradients(b *dialog.Batch) (Tally, error) {
	g, err := t.graph(b.Size())
	if err != nil {
		return Tally{}, err
	}
	t.model.ZeroGrad(nn.Whole)
	r, err := g.Run(b, cvae.Draws{Seed: t.options.Seed, Purpose: posteriorNoise, Step: t.state.runs()}, t.beta())
	if err != nil {
		return Tally{}, err
	}
	t.state.Extra++
	if err := finite(r); err != nil {
		return Tally{}, fmt.Errorf("%w: %w; %w", ErrDiverged, err, t.optimiser.blame())
	}
	t.observed = r.Observed
	return Tally{Result: r, Examples: b.Size(), Tokens: b.Tokens()}, nil
}

// finite refuses a result that is not a number, naming the term.
func finite(r *cvae.Result) error {
	for _, term := range []struct {
		name   string
		values []float64
	}{{"distortion", r.Rec}, {"KL", r.KL}, {"bag-of-words loss", r.Bag}, {"side term", []float64{r.Side}}} {
		for _, v := range term.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("the %s of the loss is %v", term.name, v)
			}
		}
	}
	return nil
}

// Apply implements Session.
func (t *Trainer) Apply(group nn.Group) (float64, error) {
	norm, err := t.optimiser.step(group)
	if err != nil {
		return norm, fmt.Errorf("%w: %w", ErrDiverged, err)
	}
	if u, ok := t.model.Parts.Posterior.(cvae.AfterUpdater); ok {
		u.AfterUpdate(t.observed)
	}
	t.measured = nil
	return norm, nil
}

// RandomBatch implements Session.
func (t *Trainer) RandomBatch() *dialog.Batch {
	draw := rng.New(t.options.Seed, rng.Shuffle, t.state.runs(), rowRandom)
	return t.model.Batch(t.train, t.plan.batch(draw.IntN(t.plan.size())))
}

// ValidationMI implements Session.
func (t *Trainer) ValidationMI(ctx context.Context) (float64, error) {
	report, err := t.measure(ctx)
	return float64(report.MI.Minibatch), err
}

// graph returns the training graph for batches of n examples.
func (t *Trainer) graph(n int) (*cvae.Graph[float32], error) {
	if g := t.graphs[n]; g != nil {
		return g, nil
	}
	g, err := t.model.TrainingGraph(n)
	if err == nil {
		t.graphs[n] = g
	}
	return g, err
}

// NewSession returns a hold on a model outside a run, for measuring joint
// steps: it has no data.
func NewSession(m *cvae.Model[float32], o Options) Session {
	o.Schedule = Constant(1)
	return &Trainer{model: m, options: o, plan: lengths{}, optimiser: newOptimiser(o.Optimiser, m), graphs: map[int]*cvae.Graph[float32]{}}
}
