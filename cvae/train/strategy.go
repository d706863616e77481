package train

import (
	"context"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/dialog"
)

// A Strategy decides which updates one step of training consists of. A run
// owns its Strategy, which may keep state between steps.
type Strategy interface {
	// Step trains on a batch. When ctx ends it may return context.Cause(ctx)
	// between two updates: the run is saved, and Step is called on the same
	// batch when it goes on.
	Step(context.Context, Session, *dialog.Batch) (Tally, error)
	// EndEpoch is called after the last step of an epoch. When it returns an
	// error because ctx has ended it must not have changed the state.
	EndEpoch(context.Context, Session) error
	// State is all that Restore needs, the position inside a step included.
	State() []safetensors.Tensor
	Restore([]safetensors.Tensor) error
}

// Joint updates everything at once, on every batch.
type Joint struct{}

var _ Strategy = Joint{}

// Step implements Strategy.
func (Joint) Step(_ context.Context, s Session, b *dialog.Batch) (Tally, error) {
	u, err := s.Gradients(b)
	if err != nil {
		return Tally{}, err
	}
	err = s.Apply(u, nn.Whole)
	return u.Tally, err
}

// Fitting moves the auxiliary prior alone (Razavi et al. 2019).
type Fitting struct{ Joint }

var _ Strategy = Fitting{}

// Step implements Strategy.
func (Fitting) Step(_ context.Context, s Session, b *dialog.Batch) (Tally, error) {
	u, err := s.Fit(b)
	if err != nil {
		return Tally{}, err
	}
	err = s.Apply(u, nn.Auxiliary)
	return u.Tally, err
}

// EndEpoch implements Strategy.
func (Joint) EndEpoch(context.Context, Session) error { return nil }

// State implements Strategy: there is none.
func (Joint) State() []safetensors.Tensor { return nil }

// Restore implements Strategy.
func (Joint) Restore(saved []safetensors.Tensor) error { return restore(nil, saved) }
