package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// ae trains an autoencoder first, β = 0 and all parameters at once, then gives
// the decoder its first weights back and trains with the joined methods, on a
// fresh optimiser and with β rising from 0 (Li et al. 2019). A schedule that is
// joined takes the place of that rise.
var ae = Method{
	Name: "ae", Title: "Autoencoder pre-training, then a fresh decoder",
	Cite:  "Li et al. 2019",
	Known: []string{"autoencoder", "pretraining"},
	Parameters: []Parameter{
		{Name: "epochs", Dialogue: 5.0, Text: 10.0, Min: 1, Max: 1e6, Help: "epochs of pre-training; max_epochs and the other limits count them too",
			Source: "ours; the papers train to convergence"},
		{Name: "warm_up", Dialogue: 10.0, Text: 10.0, Max: 1e6, Help: "epochs in which beta rises from 0 to 1 after the pre-training, unless a schedule is joined; 0: none",
			Source: "Li et al. 2019"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Anneal: rise(v.Number("warm_up")), Phases: []train.Phase{
			{Name: "autoencoder", Epochs: v.Int("epochs"), Schedule: train.Constant(0), Strategy: train.Joint{}},
			{Name: "main", ResetDecoder: true},
		}}, nil
	},
}

// rise is beta from 0 to 1 over some epochs; nil for none.
func rise(epochs float64) train.Schedule {
	if epochs == 0 {
		return nil
	}
	return train.Linear{End: 1, Epochs: epochs}
}
