package train

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog"
)

// InnerSteps is the name under which Aggressive is observed: the updates of the
// inference group in one step.
const InnerSteps = "inner_steps"

// Aggressive updates the inference group of the model many times for each
// update of the rest, on random batches, until the loss of a window of updates
// is above that of the window before. After the first epoch whose mutual
// information on validation is below that of the epoch before it is Joint for
// good (He et al. 2019, algorithm 1; control flow of the authors' text.py).
type Aggressive struct {
	Inner  int // most updates of the inference group a step
	Window int // updates between two looks at the loss

	joint       bool    // the aggressive phase is over
	information float64 // of the epoch before, nats; 0 before the first
	inner       int     // updates done of the step
	loss        float64 // of the window so far, nats
	tokens      int
	before      float64 // loss a token of the window before
}

var _ Strategy = (*Aggressive)(nil)

// noLoss stands for the loss of the window before the first, which therefore
// never stops a step.
const noLoss = 1e4

// Step implements Strategy. While aggressive, b trains the inference group only
// as the first batch of the inner updates.
func (a *Aggressive) Step(ctx context.Context, s Session, b *dialog.Batch) (Tally, error) {
	group := nn.Whole
	if !a.joint {
		group = nn.Generative
		if err := a.updateInference(ctx, s, b); err != nil {
			return Tally{}, err
		}
	}
	u, err := s.Gradients(b)
	if err != nil {
		return Tally{}, err
	}
	err = s.Apply(u, group)
	u.Observed[InnerSteps] = []float64{float64(a.inner)}
	a.inner = 0
	return u.Tally, err
}

// updateInference makes the inner updates of a step, those that are left of an
// interrupted one.
func (a *Aggressive) updateInference(ctx context.Context, s Session, b *dialog.Batch) error {
	if a.inner == 0 {
		a.loss, a.tokens, a.before = 0, 0, noLoss
	}
	for a.inner < a.Inner {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if a.inner > 0 {
			b = s.RandomBatch()
		}
		u, err := s.Gradients(b)
		if err != nil {
			return err
		}
		if err := s.Apply(u, nn.Inference); err != nil {
			return err
		}
		a.inner++
		a.loss += u.Loss * float64(u.Examples)
		a.tokens += u.Tokens
		if a.inner%a.Window == 0 && a.worse() {
			break
		}
	}
	return nil
}

// worse ends a window and reports whether its loss is above that of the window
// before.
func (a *Aggressive) worse() bool {
	now := a.loss / float64(a.tokens)
	if now > a.before {
		return true
	}
	a.before, a.loss, a.tokens = now, 0, 0
	return false
}

// EndEpoch implements Strategy.
func (a *Aggressive) EndEpoch(ctx context.Context, s Session) error {
	if a.joint {
		return nil
	}
	now, err := s.ValidationMI(ctx)
	if err != nil {
		return fmt.Errorf("estimating mutual information on the validation set: %w", err)
	}
	a.joint = now < a.information
	a.information = now
	return nil
}

// State implements Strategy.
func (a *Aggressive) State() []safetensors.Tensor {
	joint := int64(0)
	if a.joint {
		joint = 1
	}
	return aggressiveTensors([]int64{joint, int64(a.inner), int64(a.tokens)}, []float64{a.information, a.loss, a.before})
}

// Restore implements Strategy.
func (a *Aggressive) Restore(saved []safetensors.Tensor) error {
	counts, sums := make([]int64, 3), make([]float64, 3)
	if err := restore(aggressiveTensors(counts, sums), saved); err != nil {
		return err
	}
	a.joint, a.inner, a.tokens = counts[0] == 1, int(counts[1]), int(counts[2])
	a.information, a.loss, a.before = sums[0], sums[1], sums[2]
	return nil
}

func aggressiveTensors(counts []int64, sums []float64) []safetensors.Tensor {
	return []safetensors.Tensor{
		{Name: "aggressive.counts", Shape: []int{len(counts)}, Data: counts}, // joint, inner, tokens
		{Name: "aggressive.sums", Shape: []int{len(sums)}, Data: sums},       // information, loss, before
	}
}
