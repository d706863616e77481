package run

import (
	"context"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
)

// Situation is what the remedies of a collapse depend on: what is in the configuration,
// and by the log how far training came. A run without a log, or with one that
// cannot be read, is taken to have ended long ago.
func (r *Run) Situation(ctx context.Context) latent.Situation {
	s := r.Config.Situation()
	var last dialog.Event
	for e, err := range rundir.Follow(r.Dir).Events(ctx, func() bool { return false }) {
		if err != nil {
			return s
		}
		if e.Step >= last.Step && e.StepsPerEpoch > 0 {
			last = e
		}
	}
	if last.Step == 0 {
		return s
	}
	s.Epochs = float64(last.Step) / float64(last.StepsPerEpoch)
	c := r.Config
	if parts, err := c.Resolve(); err == nil && parts.Schedule != nil && len(parts.Phases) == 0 {
		limits := train.Options{MaxEpochs: c.MaxEpochs, MaxSteps: c.MaxSteps}
		s.Rising = train.Rising(parts.Schedule, train.Clock{Step: last.Step, Epoch: int(s.Epochs), StepsPerEpoch: last.StepsPerEpoch, PlannedSteps: limits.Planned(last.StepsPerEpoch)})
	}
	return s
}
