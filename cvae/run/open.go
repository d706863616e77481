// Package run opens training runs and keeps them: the model in a run directory
// answers as a dialog.Responder.
package run

import (
	"fmt"
	"os"
	"sync"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// A Run is a trained model with its tokenizer. It is safe for concurrent use.
type Run struct {
	Dir       string
	Config    config.Config
	Tokenizer tokenize.Tokenizer
	// Cache is the folder for encoded corpora; empty: none.
	Cache string
	// Reading is told how far the reading of a corpus is, in dialogues; total
	// is 0 while it is not known, and done at the end. Nil: nobody watches.
	Reading func(what string, done, total int)
	latent  *dialog.LatentCard // nil: not measured
	labels  cvae.Labels        // nil without a condition
	team    *cvae.Team
	model   *cvae.Model[float32]
	mu      sync.Mutex // the model serves one caller at a time
}

// Open loads the best model of a run directory to work on threads workers, 0
// meaning one per processor.
func Open(dir string, threads int) (*Run, error) {
	return open(files{os.DirFS(dir), dir}, threads)
}

// OpenBuiltin opens the model that is part of this program.
func OpenBuiltin(threads int) (*Run, error) {
	return open(files{builtin.Files(), "built-in model"}, threads)
}

func open(from files, threads int) (*Run, error) {
	c, err := from.config()
	if err != nil {
		return nil, err
	}
	t, err := from.tokenizer()
	if err != nil {
		return nil, err
	}
	saved, err := from.model()
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	r := &Run{Dir: from.dir, Config: c, Tokenizer: t}
	if r.latent, err = from.latent(); err != nil {
		return nil, err
	}
	parts, err := r.Config.Resolve()
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	if r.labels, err = from.labels(r.Config.Model.Condition); err != nil {
		return nil, err
	}
	if err := r.build(parts, threads); err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	if err := train.Restore(r.model, saved); err != nil {
		r.Close()
		return nil, fmt.Errorf("%s does not fit %s: %w", from.path(rundir.ModelFile), rundir.ConfigFile, err)
	}
	return r, nil
}

// build makes the model with its first weights.
func (r *Run) build(parts method.Parts, threads int) (err error) {
	if r.team, err = cvae.NewTeam(threads); err != nil {
		return err
	}
	parts.Labels = r.labels
	r.model, err = cvae.New[float32](r.Config.Model, r.Tokenizer.Size(), parts.Parts, r.Config.Seed, r.team)
	return err
}

// Close stops the workers.
func (r *Run) Close() { r.team.Close() }

// Parameters is the number of trained numbers of the model.
func (r *Run) Parameters() int { return r.model.Count() }
