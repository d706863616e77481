// Package run opens training runs and keeps them: the model in a run directory
// answers as a dialog.Responder.
package run

import (
	"fmt"
	"sync"
	"time"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
	"github.com/cvae-go/cvae/tokenize"
)

// A Run is a trained model with its tokenizer. It is safe for concurrent use.
type Run struct {
	Dir       string
	Config    config.Config
	Tokenizer tokenize.Tokenizer
	// Cache, Reading and Warn are those of its [Reader].
	Cache   string
	Reading func(what string, done, total int)
	Warn    func(string)
	// Warnings say what is not as it should be, and what was done about it.
	Warnings []string
	files    files
	weights  string // the file of parameters
	origin   Origin
	latent   *dialog.LatentCard // nil: not measured
	model    *cvae.Model[float32]
	mu       sync.Mutex // the model serves one caller at a time
	lmMu     sync.Mutex // of lm
	lm       *language  // nil: not opened yet
	said     sync.Map   // the warnings of WarnOf
}

// New is the run of a complete configuration, its tokenizer and its model, which
// serves this run alone. Closing the run stops the workers of the model.
func New(dir string, c config.Config, t tokenize.Tokenizer, m *cvae.Model[float32]) *Run {
	return &Run{Dir: dir, files: inFolder(dir), weights: rundir.ModelFile, Config: c, Tokenizer: t, model: m}
}

// Open loads the best model of a run directory to work on threads workers, 0
// meaning one per processor; or, where that is gone, its newest parameters, of which
// the run warns, as of a map of the latent space that is damaged. It refuses a tokenizer and labels that are not the run's. StartBuiltin
// is the model that is part of this program; a folder of that name is ./builtin.
func Open(dir string, threads int) (*Run, error) {
	if dir == StartBuiltin {
		return OpenBuiltin(threads)
	}
	return open(inFolder(dir), threads)
}

// BuiltinName is the Dir of the model that is part of this program.
const BuiltinName = "built-in model"

// OpenBuiltin opens the model that is part of this program.
func OpenBuiltin(threads int) (*Run, error) {
	return open(inProgram(), threads)
}

func open(from files, threads int) (*Run, error) {
	c, err := from.config()
	if err != nil {
		return nil, err
	}
	w, err := from.weights()
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	t, err := from.tokenizer(w.Origin)
	if err != nil {
		return nil, err
	}
	parts, err := c.Resolve()
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	latent, noMap := from.latent()
	if parts.Labels, err = from.labels(c.Model.Condition, w.Origin); err != nil {
		return nil, err
	}
	team, err := cvae.NewTeam(threads)
	if err != nil {
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	model, err := cvae.Blank[float32](c.Model, t.Size(), parts.Parts, c.Seed, team)
	if err != nil {
		team.Close()
		return nil, fmt.Errorf("opening run %s: %w", from.dir, err)
	}
	if err := train.Restore(model, w.Tensors); err != nil {
		team.Close()
		return nil, fmt.Errorf("%s does not fit %s: %w", from.path(w.File), rundir.ConfigFile, err)
	}
	r := New(from.dir, c, t, model)
	r.files, r.latent, r.weights, r.origin = from, latent, w.File, w.Origin
	if w.Warning != "" {
		r.Warnings = append(r.Warnings, w.Warning)
	}
	if noMap != nil {
		r.Warnings = append(r.Warnings, fmt.Sprintf("%v; the run goes on without the map of its latent space, and cvae check --repair %s measures it again", noMap, safe.Argument(from.dir)))
	}
	return r, nil
}

// Use rounds what the products of the model multiply to a precision. In [cvae.BF16] a
// reply reads half as many bytes of parameters; a warning says where the processor has no
// instructions for it. It is called before the run is asked.
func (r *Run) Use(p cvae.Precision) {
	team := r.model.Team()
	if team.Use(p); p == cvae.BF16 && !p.Fast(team.Path()) {
		r.Warnings = append(r.Warnings, "this processor or build has no instructions for bf16; products are computed one by one, with the same words but far slower than in fp32")
	}
}

// WarnOf warns of what is not as it should be, once: by Warn where that is set, else in
// Warnings.
func (r *Run) WarnOf(text string) {
	if _, said := r.said.LoadOrStore(text, true); said {
		return
	}
	if r.Warn != nil {
		r.Warn(text)
		return
	}
	r.Warnings = append(r.Warnings, text)
}

// Locker is held by whoever uses the model: one who trains it holds it too.
func (r *Run) Locker() sync.Locker { return &r.mu }

// Close stops the workers.
func (r *Run) Close() {
	if r.lm != nil {
		r.lm.Close()
	}
	r.model.Team().Close()
}

// Parameters is the number of trained numbers of the model.
func (r *Run) Parameters() int { return r.model.Count() }

// Written is when the parameters were written; zero for the model that is part of this
// program.
func (r *Run) Written() time.Time {
	info, err := r.files.Stat(r.weights)
	if err != nil || r.Dir == BuiltinName {
		return time.Time{}
	}
	return info.ModTime()
}
