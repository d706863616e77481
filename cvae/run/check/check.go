// Package check verifies a run directory file by file, and mends what can be made
// again of the other files.
package check

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
)

// A Finding is what is wrong with one file of a run.
type Finding struct {
	File  string `json:"file"`
	Fault string `json:"fault"`
	// Cure says what helps. With a repair of ours it says what that does, or did.
	Cure     string `json:"cure"`
	Repaired bool   `json:"repaired"`
	// mend makes the file again; nil: it cannot be.
	mend func(*rundir.Dir) error
	// measured says that measuring the best model makes the file again.
	measured bool
}

// Repairable reports whether Repair has a way to mend it.
func (f Finding) Repairable() bool { return f.mend != nil || f.measured }

// A checker holds what is known of a run while its files are looked at.
type checker struct {
	dir      string
	config   config.Config
	latent   bool // the model has a latent variable
	hasFile  bool // the configuration was read
	live     bool // a process trains in it
	state    *checkpoint.State
	model    *run.Weights // the best
	origin   run.Origin   // as it is carried
	findings []Finding
}

// Run looks at every file of the run in dir and at its corpus, and returns what is
// wrong, or lacking; nothing is. The error is one of [run.ErrNoRun] alone.
// [run.StartBuiltin] is the model that is part of this program.
func Run(dir string) ([]Finding, error) {
	if dir == run.StartBuiltin {
		return builtin(), nil
	}
	c := &checker{dir: dir}
	_, c.live = rundir.Running(dir)
	if err := c.configuration(); err != nil {
		return nil, err
	}
	c.checkpoint()
	c.best()
	c.fingerprints()
	c.tokens()
	c.fits()
	c.log()
	c.measured()
	c.factored()
	c.litter()
	return c.findings, nil
}

func (c *checker) path(name string) string { return filepath.Join(c.dir, name) }

// found adds a finding.
func (c *checker) found(name string, fault error, cure string, mend func(*rundir.Dir) error) {
	c.add(Finding{File: name, Fault: fault.Error(), Cure: cure, mend: mend})
}

func (c *checker) add(f Finding) { c.findings = append(c.findings, f) }

// sound reports whether a file has no finding.
func (c *checker) sound(name string) bool {
	return !slices.ContainsFunc(c.findings, func(f Finding) bool { return f.File == name })
}

func (c *checker) configuration() (err error) {
	c.config, err = run.ReadConfig(c.dir)
	if errors.Is(err, run.ErrNoRun) {
		return err
	}
	if err == nil {
		var parts method.Parts
		parts, err = c.config.Resolve()
		c.latent = err == nil && !parts.NoLatent
	}
	if err != nil {
		c.found(rundir.ConfigFile, err, "put back a copy of it: no other file says how the model is built", nil)
	}
	c.hasFile = err == nil
	return nil
}

// checkpoint reads the newest parameters and their state.
func (c *checker) checkpoint() {
	state, err := checkpoint.Load(c.dir)
	if err == nil {
		c.state, c.origin = &state, run.ParseOrigin(state.Origin)
		return
	}
	if !rundir.Trained(c.dir) { // an import never had one
		return
	}
	if _, _, whole := checkpoint.LoadModel(c.path(rundir.LastFile)); whole == nil {
		c.found(rundir.LastFile, err, "the run cannot be resumed, and its parameters are whole: start another from them by cvae train --init "+c.dir, nil)
		return
	}
	c.found(rundir.LastFile, err, "the run cannot be resumed; where "+rundir.ModelFile+" is whole it answers, and cvae train --init "+c.dir+" starts another run from it", nil)
}

// best reads the best model, which a run has after its first validation.
func (c *checker) best() {
	_, _, err := checkpoint.LoadModel(c.path(rundir.ModelFile))
	if err == nil {
		if w, err := run.ReadWeights(c.dir); err == nil {
			c.model = &w
			if w.Origin.Tokenizer != "" {
				c.origin.Tokenizer, c.origin.Labels = w.Origin.Tokenizer, w.Origin.Labels
			}
		}
		return
	}
	if c.state == nil {
		c.found(rundir.ModelFile, err, "there is no whole file of parameters that could take its place; put back a copy", nil)
		return
	}
	wanted, stateErr := train.HasBest(*c.state)
	if !wanted && stateErr == nil && errors.Is(err, fs.ErrNotExist) {
		return // before the first validation
	}
	state := *c.state
	c.found(rundir.ModelFile, err, fmt.Sprintf("the newest parameters, of step %d, take its place; the next validation of the run makes a best model", state.Step), func(d *rundir.Dir) error {
		metadata := run.ParseOrigin(state.Origin).Metadata()
		metadata["step"], metadata["method"] = fmt.Sprint(state.Step), c.config.Method
		return checkpoint.SaveModel(d.Path(rundir.ModelFile), state.Model, metadata)
	})
}

// fingerprints reads data.json and compares the corpus with it.
func (c *checker) fingerprints() {
	known, err := run.ReadOrigin(c.dir)
	if err != nil {
		c.lacksOrigin(err)
		known = c.origin
	}
	if !c.hasFile || known.Sum == "" {
		return
	}
	corpus, err := run.OpenCorpus(known.AsDetected(c.config))
	if err == nil {
		err = known.CheckCorpus(corpus, c.config.Corpus)
	}
	if err != nil {
		c.found("the corpus", err, "the model answers all the same; what reads the corpus takes its place from --corpus", nil)
	}
}

// lacksOrigin finds that data.json is gone. A checkpoint that carries the fingerprint
// of the corpus tells whether it can be written again. A run of an older version has
// none.
func (c *checker) lacksOrigin(err error) {
	if c.origin.Sum == "" && errors.Is(err, fs.ErrNotExist) {
		return
	}
	var mend func(*rundir.Dir) error
	cure := "the fingerprints in the checkpoint are used in its place"
	if c.hasFile && c.origin.Sum != "" {
		if corpus, opened := run.OpenCorpus(c.config); opened == nil && c.origin.CheckCorpus(corpus, c.config.Corpus) == nil {
			cure = "it is written again, because the corpus is the one that the checkpoint knows"
			mend = func(d *rundir.Dir) error {
				content, err := corpus.Content()
				if err != nil {
					return err
				}
				origin := c.origin
				origin.Format, origin.Corpus = corpus.Format().Name, content
				b, err := run.MarshalOrigin(origin)
				if err != nil {
					return err
				}
				return d.WriteFile(rundir.DataFile, b)
			}
		}
	}
	c.found(rundir.DataFile, err, cure, mend)
}

// tokens reads the tokenizer and the labels, which must be those that the model was
// trained with.
func (c *checker) tokens() {
	if _, err := run.ReadTokenizer(c.dir, c.origin); err != nil {
		c.learnAgain(rundir.TokenizerFile, err)
	}
	if !c.hasFile {
		return
	}
	if _, err := run.ReadLabels(c.dir, c.config.Model.Condition, c.origin); err != nil {
		c.learnAgain(rundir.LabelsFile, err)
	}
}

// fits wants the parameters, the tokenizer and the configuration to be of one model.
func (c *checker) fits() {
	for _, name := range []string{rundir.ConfigFile, rundir.TokenizerFile, rundir.LabelsFile} {
		if !c.sound(name) {
			return
		}
	}
	if c.model == nil && c.state == nil {
		return
	}
	r, err := run.Open(c.dir, 1)
	if err == nil {
		r.Close()
		return
	}
	c.found(rundir.ModelFile, err, "its configuration, its tokenizer and its parameters are not of one run; put back the file that was exchanged", nil)
}

// litter finds what killed processes left.
func (c *checker) litter() {
	if c.live {
		return // it is writing them
	}
	names, err := rundir.Temporaries(c.dir)
	if err != nil {
		return
	}
	for _, name := range names {
		c.found(name, errors.New("a process that was killed left it"), "it is taken away", removing(name))
	}
}
