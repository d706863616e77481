package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// ae trains an autoencoder first, β = 0 and all parameters at once, then gives
// the decoder its first weights back and trains with the joined methods as
// they are, on a fresh optimiser (Li et al. 2019).
var ae = Method{
	Name: "ae", Title: "Autoencoder pre-training, then a fresh decoder",
	Cite: "Li et al. 2019",
	Parameters: []Parameter{
		{Name: "epochs", Dialogue: 5.0, Text: 10.0, Min: 1, Max: 1e6, Help: "epochs of pre-training; max_epochs and the other limits count them too",
			Source: "ours; the papers train to convergence"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Phases: []train.Phase{
			{Name: "autoencoder", Epochs: v.Int("epochs"), Schedule: train.Constant(0), Strategy: train.Joint{}},
			{Name: "main", ResetDecoder: true},
		}}, nil
	},
}
