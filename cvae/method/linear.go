package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// linear raises beta once, on a line or along the logistic function (Bowman et
// al. 2016). The weight that selects the best model is 1 all the same.
var linear = Method{
	Name: "linear", Title: "KL annealing, linear or logistic",
	Cite:  "Bowman et al. 2016",
	Known: []string{"annealing", "klannealing", "warmup"},
	Parameters: []Parameter{
		{Name: "ramp", Dialogue: "linear", Text: "linear", Choices: []string{"linear", "logistic"}, Help: "how beta rises",
			Source: "NeuralDialog-CVAE, He et al. 2019; logistic: Sentence-VAE"},
		{Name: "start", Dialogue: 0.0, Text: 0.1, Max: 1, With: Values{"ramp": "linear"}, Help: "beta before the first step of the line",
			Source: "dialogue: NeuralDialog-CVAE; text: He et al. 2019"},
		{Name: "end", Dialogue: 1.0, Text: 1.0, Max: 100, Help: "beta at the end, below 1 for an annealed β-VAE", Source: "Bowman et al. 2016"},
		{Name: "steps", Dialogue: 10000.0, Text: 0.0, Max: 1e9, With: Values{"ramp": "linear"}, Help: "steps of the line to its end; 0: use epochs",
			Source: "dialogue: NeuralDialog-CVAE"},
		{Name: "epochs", Dialogue: 10.0, Text: 10.0, Max: 1e6, With: Values{"ramp": "linear"}, Help: "epochs to the end, when steps is 0",
			Source: "warm_up of He et al. 2019"},
		{Name: "slope", Dialogue: 0.0025, Text: 0.0025, Min: 1e-9, Max: 100, With: Values{"ramp": "logistic"}, Help: "of the logistic, per step", Source: "Sentence-VAE"},
		{Name: "middle", Dialogue: 2500.0, Text: 2500.0, Max: 1e9, With: Values{"ramp": "logistic"}, Help: "step at which the logistic is half-way", Source: "Sentence-VAE"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		if v.Choice("ramp") == "logistic" {
			return Parts{Schedule: train.Logistic{Slope: v.Number("slope"), Middle: v.Number("middle"), End: v.Number("end")}}, nil
		}
		return Parts{Schedule: train.Linear{Start: v.Number("start"), End: v.Number("end"), Steps: v.Int("steps"), Epochs: v.Number("epochs")}}, nil
	},
	Joined: func(v Values, all Parts) error { return wait(all, "linear.end", v.Number("end")) },
}
