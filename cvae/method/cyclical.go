package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// cyclical raises beta again and again (Fu et al. 2019). The best model is
// chosen by the bound, at weight 1: as a rule it is one from the end of a cycle.
var cyclical = Method{
	Name: "cyclical", Title: "Cyclical KL annealing",
	Cite:  "Fu et al. 2019",
	Known: []string{"cyclic", "cyclicalannealing"},
	Parameters: []Parameter{
		{Name: "cycles", Dialogue: 4.0, Text: 4.0, Min: 1, Max: 1e6, Help: "cycles in the planned steps", Source: "Fu et al. 2019"},
		{Name: "ratio", Dialogue: 0.5, Text: 0.5, Min: 0.01, Max: 1, Help: "part of a cycle in which beta rises", Source: "Fu et al. 2019"},
		{Name: "start", Dialogue: 0.0, Text: 0.1, Max: 1, Help: "beta at the start of a cycle", Source: "Fu et al. 2019; text: their language models"},
		{Name: "epochs", Dialogue: 0.0, Text: 0.0, Max: 1e6, Help: "epochs of a cycle; 0: from the planned steps, and 10 without --max-epochs or --max-steps",
			Source: "10: language models of Fu et al. 2019"},
		{Name: "ramp", Dialogue: "linear", Text: "linear", Choices: []string{"linear", "sigmoid", "cosine"}, Help: "how beta rises", Source: "Fu et al. 2019"},
		{Name: "restarts", Dialogue: "off", Text: "off", Choices: onOff, Help: "begin the optimiser anew with every cycle, in which the learning rate falls to 0 along a cosine", Source: "ours; on in the experiments of Fu et al. 2019"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Schedule: train.Cyclical{
			Start: v.Number("start"), Ratio: v.Number("ratio"), Epochs: v.Number("epochs"),
			Cycles: v.Int("cycles"), Ramp: train.Ramp(v.Choice("ramp")), Restarts: v.On("restarts"),
		}}, nil
	},
}
