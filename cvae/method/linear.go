package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// linear raises beta linearly (Bowman et al. 2016).
var linear = Method{
	Name: "linear", Title: "Linear KL annealing",
	Cite: "Bowman et al. 2016",
	Parameters: []Parameter{
		{Name: "start", Dialogue: 0.0, Text: 0.1, Max: 1, Help: "beta before the first step",
			Source: "dialogue: NeuralDialog-CVAE; text: He et al. 2019"},
		{Name: "steps", Dialogue: 10000.0, Text: 0.0, Max: 1e9, Help: "steps to reach 1; 0: use epochs",
			Source: "dialogue: NeuralDialog-CVAE"},
		{Name: "epochs", Dialogue: 10.0, Text: 10.0, Max: 1e6, Help: "epochs to reach 1, when steps is 0",
			Source: "warm_up of He et al. 2019"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Schedule: train.Linear{Start: v.Number("start"), Steps: v.Int("steps"), Epochs: v.Number("epochs")}}, nil
	},
}
