package run

import (
	"context"
	"fmt"

	"github.com/cvae-go/cvae/cvae/eval/latent"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

// Situation is what the remedies of a collapse depend on: what is in the configuration,
// and by the log how far training came. A run without a log is taken
// to have ended long ago, and so is one whose log cannot be read, of which it warns.
func (r *Run) Situation(ctx context.Context) latent.Situation {
	s := r.Config.Situation()
	var last dialog.Event
	log := rundir.Follow(r.Dir)
	for e, err := range log.Events(ctx, func() bool { return false }) {
		if err != nil {
			r.WarnOf(err.Error() + "; how far training came is not known")
			return s
		}
		if e.Step >= last.Step && e.StepsPerEpoch > 0 {
			last = e
		}
	}
	if n := log.Skipped(); n > 0 {
		r.WarnOf(fmt.Sprintf("%d lines of %s hold no event and are left out; cvae check --repair %s takes them out", n, r.files.path(rundir.LogFile), safe.Argument(r.Dir)))
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
