package train

import (
	"errors"
	"fmt"
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/ranks"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// A Tally is what one batch of training saw, sums over its examples in nats.
type Tally struct {
	*cvae.Result
	Examples, Tokens int
	Words            []int // (B) predicted, of each response
	GradNorm         float64
}

// An Update is all that one batch says about how the model should move, the same on
// all ranks: a Strategy decides by its tally, and Apply reads its gradients and what the
// method observed.
type Update struct {
	// Tally is of the batch. Its Observed holds the batch statistics, by name.
	Tally
	// Params hold the gradients of the batch's mean loss in Grad; with several ranks, of
	// what is no embedding those alone that this rank owns. Those of an
	// embedding are 0 but for the rows that Touched lists; Touch adds to them.
	Params []*nn.Param[float32]
}

// A Mover computes the updates of one model and makes them.
type Mover struct {
	// Precision is that of the products that compute gradients; empty: FP32. Parameters,
	// gradients and the state of the optimiser are float32 in both, and all that is
	// measured is computed in FP32.
	Precision cvae.Precision
	model     *cvae.Model[float32]
	optimiser *optimiser
	graphs    map[int]*cvae.Graph[float32] // by batch size
	sharded   *cvae.Sharded[float32]       // nil: batches are computed whole
	seed      uint64
}

// NewMover returns a Mover of a model whose random draws depend on the seed.
func NewMover(m *cvae.Model[float32], o Optimiser, seed uint64) *Mover {
	return &Mover{model: m, optimiser: newOptimiser(o, m), graphs: map[int]*cvae.Graph[float32]{}, seed: seed}
}

// Join cuts batches into shards, which the ranks of a link compute together.
func (m *Mover) Join(l ranks.Link) (err error) {
	if m.sharded, err = cvae.NewSharded(m.model, l); err == nil {
		m.optimiser.join(l)
	}
	return err
}

// Gradients computes the update of a batch with beta as the rate's weight. The
// draws are those of the given run of the graph. The update lasts until the
// next one.
func (m *Mover) Gradients(b *dialog.Batch, run int, beta float64) (*Update, error) {
	r, err := m.run(b, cvae.Draws{Seed: m.seed, Purpose: rng.Posterior, Step: run}, beta)
	if err != nil {
		return nil, err
	}
	return m.update(b, r)
}

// run sets the gradients of the model to those of a batch.
func (m *Mover) run(b *dialog.Batch, d cvae.Draws, beta float64) (*cvae.Result, error) {
	team := m.model.Team()
	defer team.Use(team.Use(m.Precision))
	if m.sharded != nil {
		return m.sharded.Run(b, d, beta)
	}
	g, err := m.graph(b.Size())
	if err != nil {
		return nil, err
	}
	m.model.ZeroGrad(nn.Whole | nn.Auxiliary)
	return g.Run(b, d, beta)
}

// Fit computes the update of the auxiliary prior from posteriors of a batch with the
// draws of the given run.
func (m *Mover) Fit(b *dialog.Batch, run int) (*Update, error) {
	m.model.ZeroGrad(nn.Whole | nn.Auxiliary)
	r, err := m.model.Score(b, cvae.Draws{Seed: m.seed, Purpose: rng.Posterior, Step: run})
	if err != nil {
		return nil, err
	}
	if !m.model.FitAuxiliary(b, r) {
		return nil, errors.New("this model has no auxiliary prior to fit")
	}
	r.Observed[gain] = r.Gain
	return m.update(b, r)
}

// gain is the name under which what the auxiliary prior saves is logged, in nats per
// response.
const gain = "prior_gain"

// update is that of a batch.
func (m *Mover) update(b *dialog.Batch, r *cvae.Result) (*Update, error) {
	u := &Update{Tally{Result: r, Examples: b.Size(), Tokens: b.Tokens()}, m.model.Params()}
	for _, target := range b.Target {
		u.Words = append(u.Words, len(target))
	}
	if err := finite(u.Result); err != nil {
		return nil, fmt.Errorf("%w: %w; %w", ErrDiverged, err, m.optimiser.blame())
	}
	return u, nil
}

// Apply moves the parameters of a group along the gradients of the last update,
// clipped by the joint norm of all groups, which it notes in the tally.
func (m *Mover) Apply(u *Update, group nn.Group) (err error) {
	if u.GradNorm, err = m.optimiser.step(group); err != nil {
		return err
	}
	if m.sharded != nil {
		if err := m.sharded.Publish(group); err != nil {
			return err
		}
	}
	if a, ok := m.model.Parts.Posterior.(cvae.AfterUpdater); ok {
		a.AfterUpdate(u.Observed)
	}
	return nil
}

// graph returns the training graph for batches of n examples.
func (m *Mover) graph(n int) (*cvae.Graph[float32], error) {
	if g := m.graphs[n]; g != nil {
		return g, nil
	}
	g, err := m.model.TrainingGraph(n)
	if err == nil {
		m.graphs[n] = g
	}
	return g, err
}

// finite refuses a result that is not a number, naming the term.
func finite(r *cvae.Result) error {
	for _, term := range []struct {
		name   string
		values []float64
	}{{"distortion", r.Rec}, {"KL", r.KL}, {"bag-of-words loss", r.Bag}, {"auxiliary prior", r.Gain}, {"side term", []float64{r.Side}}} {
		for _, v := range term.values {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return fmt.Errorf("the %s of the loss is %v", term.name, v)
			}
		}
	}
	return nil
}
