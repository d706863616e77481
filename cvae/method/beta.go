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
	Joined: func(v Values, all Parts) error {
		if p, ok := all.Posterior.(waiting); ok && v.Number("weight") < 1 {
			return fmt.Errorf("%s begins when beta is 1, and beta.weight is %g", p.waits(), v.Number("weight"))
		}
		return nil
	},
}

// waiting is a posterior a part of which acts from where beta is 1.
type waiting interface {
	waits() string // that part
}
