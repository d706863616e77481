package method

import (
	"fmt"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// beta weights the KL by a constant, below 1 for text (Higgins et al. 2017). The
// best model is chosen by the bound, at weight 1, not by the weighted loss.
var beta = Method{
	Name: "beta", Title: "β-VAE, constant weight of the KL",
	Cite: "Higgins et al. 2017",
	Parameters: []Parameter{
		{Name: "weight", Dialogue: 0.4, Text: 0.4, Max: 100, Help: "weight of the KL; 1: the plain VAE, 0: a stochastic autoencoder", Source: "Song et al. 2024, table 1"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Schedule: train.Constant(v.Number("weight"))}, nil
	},
	Joined: func(v Values, all Parts) error { return wait(all, "beta.weight", v.Number("weight")) },
}

// waiting is a posterior a part of which acts from where beta is 1.
type waiting interface {
	waits() string // that part
}

// wait refuses a beta that stays below 1, by the setting of that name, for a
// posterior that waits for it.
func wait(all Parts, setting string, beta float64) error {
	if p, ok := all.Posterior.(waiting); ok && beta < 1 {
		return fmt.Errorf("%s begins when beta is 1, and %s is %g", p.waits(), setting, beta)
	}
	return nil
}
