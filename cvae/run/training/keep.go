package training

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/regular"
	"github.com/cvae-go/cvae/dialog/safe"
)

// keeper keeps checkpoints, the best model and the log in the run directory,
// and passes events on.
type keeper struct{ *Training }

func (k keeper) Checkpoint(c checkpoint.State) error {
	if k.options.Ranks.Rank() > 0 {
		return c.Join()
	}
	if err := k.log.Sync(); err != nil {
		return err
	}
	c.LogLength, c.Origin = k.log.Length(), k.origin.String()
	return checkpoint.Save(k.options.Out, c)
}

func (k keeper) SaveBest(model []safetensors.Tensor, step int, bound float64) error {
	return k.saveModel(model, step, fmt.Sprint(bound))
}

// saveNewest keeps parameters in the place of a best model that is gone. Without a
// bound they are no best.
func (k keeper) saveNewest(model []safetensors.Tensor, step int) error {
	return k.saveModel(model, step, "")
}

func (k keeper) saveModel(model []safetensors.Tensor, step int, bound string) error {
	metadata := k.origin.Metadata()
	metadata["step"], metadata["method"], metadata["bound"] = fmt.Sprint(step), k.Config.Method, bound
	return checkpoint.SaveModel(k.dir.Path(rundir.ModelFile), model, metadata)
}

// Logged implements train.Keeper: the length of the log in bytes.
func (k keeper) Logged() int64 { return k.log.Length() }

// Rewind implements train.Keeper.
func (k keeper) Rewind(logged int64, save func() error) error { return k.log.Rewind(logged, save) }

// LoadBest implements train.Keeper. A best model that has gone since training began
// is no reason to lose what was trained: the newest checkpoint takes its place. Ranks but
// the first keep no checkpoint.
func (k keeper) LoadBest() ([]safetensors.Tensor, error) {
	model, _, err := checkpoint.LoadModel(k.dir.Path(rundir.ModelFile))
	if err == nil {
		return model, nil
	}
	newest, fault := checkpoint.Load(k.options.Out)
	if fault != nil {
		return nil, err
	}
	why := fmt.Sprintf("%v; the parameters of step %d are used in its place", err, newest.Step)
	k.Report(dialog.Event{Kind: dialog.Warned, Step: newest.Step, Message: why})
	return newest.Model, k.saveNewest(newest.Model, newest.Step)
}

// Report implements dialog.Progress: a line in log.jsonl, but for ticks, and on
// to the watcher. A log that cannot be written is no reason to lose training; the
// checkpoint that follows will say why.
func (k keeper) Report(e dialog.Event) {
	k.Idle = false
	if k.log != nil && e.Kind != dialog.Ticked {
		_ = k.log.Append(e)
	}
	if k.options.Progress != nil {
		k.options.Progress.Report(e)
	}
}

// SampledExamples is how many test examples the evaluation after training takes
// importance samples of; cvae eval takes them of all.
const SampledExamples = 1000

// Measure evaluates the best model on the test split and writes eval.json and
// MODEL_CARD.md. progress may be nil.
func (t *Training) Measure(ctx context.Context, progress func(done, total int)) (eval.Report, error) {
	report, err := t.run.Evaluate(ctx, t.corpus, dialog.Test,
		eval.Options{Seed: t.Config.Seed, Samples: eval.DefaultSamples, SampleExamples: SampledExamples}, progress)
	if err != nil {
		return report, err
	}
	return report, t.orGone(t.WriteEvaluation(report))
}

// WriteEvaluation writes eval.json and MODEL_CARD.md.
func (t *Training) WriteEvaluation(r eval.Report) error {
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return fmt.Errorf("encoding the evaluation: %w", err)
	}
	if err := t.dir.WriteFile(rundir.EvalFile, safe.JSON(append(b, '\n'))); err != nil {
		return err
	}
	return t.writeCard(r)
}

// Evaluated reports whether the run has an evaluation that can be read, and a card.
func (t *Training) Evaluated() bool {
	dir := t.options.Out
	return CheckMeasured(dir, rundir.EvalFile) == nil && CheckMeasured(dir, rundir.CardFile) == nil
}

// mostMeasured is the most bytes of a file that measuring writes.
const mostMeasured = 64 << 20

// CheckMeasured reads eval.json, latent.json or MODEL_CARD.md of the run in dir, all of
// which measuring the best model makes. The error wraps fs.ErrNotExist where there is
// none.
func CheckMeasured(dir, name string) error {
	b, err := regular.Read(filepath.Join(dir, name), mostMeasured)
	if err != nil {
		return err
	}
	switch name {
	case rundir.EvalFile:
		return json.Unmarshal(b, &eval.Report{})
	case rundir.LatentFile:
		var card dialog.LatentCard
		if err := json.Unmarshal(b, &card); err != nil {
			return err
		}
		if card.Dim == 0 {
			return errors.New("it is of no dimension")
		}
		return card.Check()
	}
	if len(b) == 0 {
		return errors.New("it is empty")
	}
	return nil
}

// describe measures the latent space of the best model on the validation split
// and writes latent.json.
func (t *Training) describe(ctx context.Context) error {
	if t.dir == nil || t.model.Latent().None() {
		return nil
	}
	if t.Idle && CheckMeasured(t.options.Out, rundir.LatentFile) == nil {
		return nil
	}
	c, err := eval.Describe(ctx, t.model, t.data[dialog.Valid], t.Config.Seed)
	if err != nil {
		return fmt.Errorf("describing the latent space: %w", err)
	}
	if c.Check() != nil {
		return nil // a latent that ran away has no map, and is no reason to lose the end of training
	}
	b, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encoding the latent space: %w", err)
	}
	return t.dir.WriteFile(rundir.LatentFile, append(b, '\n'))
}
