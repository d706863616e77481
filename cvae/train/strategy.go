package train

import (
	"context"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
)

// A Tally is what one batch of training saw, sums over its examples in nats.
type Tally struct {
	*cvae.Result
	Examples, Tokens int
	GradNorm         float64
}

// A Session is the hold a Strategy has on the model.
type Session interface {
	// Gradients adds the gradients of the loss on a batch.
	Gradients(*dialog.Batch) (Tally, error)
	// Apply moves the parameters of a part along the gradients, clipped by
	// their joint norm, clears all gradients, and returns the norm.
	Apply(part nn.Part) (float64, error)
}

// A Strategy decides which updates one step of training consists of.
type Strategy interface {
	// Step may return between two updates when ctx ends.
	Step(context.Context, Session, *dialog.Batch) (Tally, error)
}

// Joint updates everything at once, on every batch.
type Joint struct{}

// Step implements Strategy.
func (Joint) Step(_ context.Context, s Session, b *dialog.Batch) (Tally, error) {
	tally, err := s.Gradients(b)
	if err != nil {
		return tally, err
	}
	tally.GradNorm, err = s.Apply(nn.Whole)
	return tally, err
}

// Gradients implements Session.
func (t *Trainer) Gradients(b *dialog.Batch) (Tally, error) {
	g, err := t.graph(b.Size())
	if err != nil {
		return Tally{}, err
	}
	t.model.ZeroGrad(nn.Whole)
	r, err := g.Run(b, cvae.Draws{Seed: t.options.Seed, Purpose: posteriorNoise, Step: t.state.Step}, t.beta())
	if err != nil {
		return Tally{}, err
	}
	if err := finite(r); err != nil {
		return Tally{}, fmt.Errorf("%w: %w; %w", ErrDiverged, err, t.optimiser.blame())
	}
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
func (t *Trainer) Apply(part nn.Part) (float64, error) {
	norm, err := t.optimiser.step(part)
	if err != nil {
		return norm, fmt.Errorf("%w: %w", ErrDiverged, err)
	}
	return norm, nil
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

// NewSession returns a hold on a model outside a run, for measuring steps.
func NewSession(m *cvae.Model[float32], o Options) Session {
	o.Schedule = Constant(1)
	return &Trainer{model: m, options: o, optimiser: newOptimiser(o.Optimiser, m), graphs: map[int]*cvae.Graph[float32]{}}
}
