package train

import (
	"context"
	"errors"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
)

// A Session is the hold a Strategy has on the model and its data. All that is
// random in it depends on the seed and on how many Gradients there were in the
// run, so that a resumed run draws the same.
type Session interface {
	// Gradients computes the update of a batch, with the gradients of all
	// groups: they share one norm. It lasts until the next call.
	Gradients(*dialog.Batch) (*Update, error)
	// Apply moves the parameters of a group as the last update says, and notes
	// the norm of its gradients in it.
	Apply(*Update, nn.Group) error
	// Fit computes the update of the auxiliary prior, which moves nothing else.
	Fit(*dialog.Batch) (*Update, error)
	// RandomBatch is one of the batches of the epoch, drawn with replacement;
	// another after every Gradients.
	RandomBatch() *dialog.Batch
	// ValidationMI estimates the mutual information of response and latent on
	// the validation set within batches, in nats, with the same draws each time.
	ValidationMI(context.Context) (float64, error)
}

var _ Session = (*Trainer)(nil)

// Gradients implements Session.
func (t *Trainer) Gradients(b *dialog.Batch) (*Update, error) {
	u, err := t.mover.Gradients(b, t.state.runs(), t.beta())
	t.state.Extra++
	if err == nil {
		err = t.agreement.meet(t.watch, t.saver)
	}
	return u, err
}

// Fit implements Session.
func (t *Trainer) Fit(b *dialog.Batch) (*Update, error) {
	u, err := t.mover.Fit(b, t.state.runs())
	t.state.Extra++
	if err == nil {
		err = t.agreement.meet(t.watch, t.saver)
	}
	return u, err
}

// Apply implements Session.
func (t *Trainer) Apply(u *Update, group nn.Group) error {
	t.validation.changed()
	return t.mover.Apply(u, group)
}

// RandomBatch implements Session.
func (t *Trainer) RandomBatch() *dialog.Batch { return t.batches.random(t.state.runs()) }

// ValidationMI implements Session.
func (t *Trainer) ValidationMI(ctx context.Context) (float64, error) {
	if !t.validation.model.Latent().HasInformation() {
		return 0, errors.New("the mutual information of a latent of several steps is not known, and this strategy needs it")
	}
	report, err := t.measure(ctx)
	return float64(report.MI.Minibatch), err
}
