package check

import (
	"errors"
	"io/fs"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/cvae/train"
)

// measured reads what the end of training measures of the best model, which can be
// measured again. A run that has not ended, or was imported, may lack it.
func (c *checker) measured() {
	ended := false
	if c.state != nil && !c.live {
		reason, err := train.Ended(*c.state)
		ended = err == nil && reason != ""
	}
	for _, name := range []string{rundir.LatentFile, rundir.EvalFile, rundir.CardFile} {
		err := training.CheckMeasured(c.dir, name)
		missing := errors.Is(err, fs.ErrNotExist)
		switch {
		case err == nil, missing && (!ended || name == rundir.LatentFile && !c.mapped()):
		case ended:
			c.add(Finding{File: name, Fault: err.Error(), Cure: "the best model is measured again on its corpus", measured: true})
		default:
			c.found(name, err, "it is taken away; the end of training makes it", removing(name))
		}
	}
}

// factored reads factors.json, which a run has where a user asked for it. Of parameters
// that training has replaced it is of no use.
func (c *checker) factored() {
	if c.live || c.model == nil {
		return
	}
	err := run.CheckFactors(c.dir, c.model.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.found(rundir.FactorsFile, err, "it is taken away; cvae probe "+c.dir+" --factors all measures again", removing(rundir.FactorsFile))
	}
}

// mapped reports whether the end of training writes a map of the latent space: not
// where there is none, or where it ran away.
func (c *checker) mapped() bool {
	r, err := run.ReadEvaluation(c.dir)
	return c.latent && (err != nil || r.KL.Known())
}

// builtin looks at the files of the model that is part of this program.
func builtin() (findings []Finding) {
	r, err := run.OpenBuiltin(1)
	if err != nil {
		return []Finding{{File: rundir.ModelFile, Fault: err.Error(), Cure: reinstall}}
	}
	defer r.Close()
	for _, warning := range r.Warnings {
		findings = append(findings, Finding{File: run.BuiltinName, Fault: warning, Cure: reinstall})
	}
	return findings
}

// reinstall is what helps where the program itself is damaged.
const reinstall = "the file of this program is damaged; install it again"
