package run

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/dialog"
)

// Report implements dialog.Progress: a line in log.jsonl, and on to the
// watcher, followed by samples of the model as it is.
func (k keeper) Report(e dialog.Event) {
	k.Idle = false
	k.tell(e)
	if e.Kind != dialog.Warned {
		k.tell(dialog.Event{Kind: dialog.Sampled, Step: e.Step, Epoch: e.Epoch, StepsPerEpoch: e.StepsPerEpoch, Phase: e.Phase,
			LatentDim: e.LatentDim, Elapsed: e.Elapsed, Remaining: e.Remaining, Samples: k.samples(context.Background())})
	}
}

// tell writes and passes on one event. A log that cannot be written is no
// reason to lose training; the checkpoint that follows will say why.
func (k keeper) tell(e dialog.Event) {
	if k.log != nil {
		_ = k.log.Append(e)
	}
	if k.options.Progress != nil {
		k.options.Progress.Report(e)
	}
}

// WriteEvaluation writes eval.json and MODEL_CARD.md.
func (s *Session) WriteEvaluation(r eval.Report) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the evaluation: %w", err)
	}
	if err := s.dir.WriteFile(rundir.EvalFile, append(b, '\n')); err != nil {
		return err
	}
	return s.writeCard(r)
}

// Evaluated reports whether the run has an eval.json.
func (s *Session) Evaluated() bool {
	_, err := os.Stat(s.dir.Path(rundir.EvalFile))
	return err == nil
}
