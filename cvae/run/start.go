package run

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/tokenize"
)

// StartBuiltin names the model that is part of this program where a run is named that
// opened or another begins with.
const StartBuiltin = "builtin"

// A Start is a run that another begins with.
type Start struct{ files }

// StartOf is the run in a directory, or the one that StartBuiltin or BuiltinName names.
func StartOf(name string) Start {
	if name == StartBuiltin || name == BuiltinName {
		return Start{inProgram()}
	}
	return Start{inFolder(name)}
}

// Config is its configuration. The error wraps [ErrNoRun] where there is no run.
func (s Start) Config() (config.Config, error) { return s.config() }

// Weights are those of its best model or, where that is missing or damaged, its newest.
func (s Start) Weights() (Weights, error) { return s.weights() }

// Tokenizer is its tokenizer, which must be the one of the origin.
func (s Start) Tokenizer(o Origin) (tokenize.Tokenizer, error) { return s.tokenizer(o) }

// Labels are its labels, which must be those of the origin.
func (s Start) Labels(c cvae.Conditioning, o Origin) (cvae.Labels, error) { return s.labels(c, o) }
