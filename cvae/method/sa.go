package method

import (
	"errors"

	"github.com/cvae-go/cvae/cvae"
)

// sa refines the posterior that the encoder puts out by steps of gradient descent
// on the loss of each example, in training and wherever a response is scored (Kim
// et al. 2018). With through=on the encoder and the decoder learn from the refined
// loss through all the steps; with off, the authors' VAE+SVI, the refined posterior
// is a constant and the encoder learns from its own bound.
//
// A step of training runs the model 3·steps+2 times, with off steps+1 times, and
// scoring steps+1 times.
//
// The authors descend on the mean of a batch: with 32 examples and a rate of 1 each
// moves by 1/32 of its own gradient, and the lengths that are clipped at 5 are of
// all together. Here every example is on its own, so that its score does not depend
// on the examples beside it; the defaults of rate and clip are the authors' for 32.
// One dropout mask serves all runs of a step. In dialogue the posterior alone is
// refined; the prior learns through the steps as the decoder does.
var sa = Method{
	Name: "sa", Title: "SA-VAE, posterior refined by gradient steps on each example",
	Cite:  "Kim et al. 2018",
	Known: []string{"semiamortised", "semiamortized", "svi", "vae+svi"},
	Parameters: []Parameter{
		{Name: "steps", Dialogue: 20.0, Text: 20.0, Min: 1, Max: 1000, Help: "steps of the refinement, in training and in scoring", Source: "authors' code"},
		{Name: "rate", Dialogue: 1.0 / 32, Text: 1.0 / 32, Max: 1, Help: "length of a step, times the gradient of the loss of an example in nats", Source: "authors' code, for a batch of 32"},
		{Name: "momentum", Dialogue: 0.5, Text: 0.5, Max: 0.999, Help: "share of a step that the next one repeats", Source: "authors' code"},
		{Name: "clip", Dialogue: 28.0, Text: 28.0, Min: 1e-6, Max: 1e6, Help: "longest gradient of the means, and of the log-variances, of an example", Source: "authors' code: 5·√32, for a batch of 32"},
		{Name: "through", Dialogue: "on", Text: "on", Choices: onOff, Help: "differentiate through the steps; off: the encoder learns from its own bound", Source: "Kim et al. 2018; off: their VAE+SVI",
			// Without through, the gradient is not that of one loss.
			Smooth: map[string]Values{
				"on":  {"steps": 2.0, "clip": 1e6},
				"off": {"steps": 2.0, "clip": 1e6, "through": "on"},
			}},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{
			Posterior: cvae.GaussianPosterior{},
			Refine: cvae.Refinement{Steps: v.Int("steps"), Rate: v.Number("rate"), Momentum: v.Number("momentum"),
				Clip: v.Number("clip"), Through: v.On("through")},
		}}, nil
	},
	Joined: func(_ Values, all Parts) error {
		switch {
		case all.Strategy != nil:
			return errors.New("agg trains the encoder until little is left to refine, with updates that would refine too; choose agg or sa")
		case all.Decoder.Fraternal > 0 || all.Decoder.Denoise > 0:
			return errors.New("the refinement has one pass of the decoder, and fraternal and dvae make two; choose one")
		case all.Decoder.BagOfWords > 0:
			return errors.New("scoring refines the posterior on the bound alone, and bow would refine it on the bag of words too in training; choose one")
		case all.Rate != nil:
			if bits, ok := all.Rate.(freeBits); !ok || bits.batch {
				return errors.New("the refinement is of each example alone, and this rate holds or compares what the batch has; join sa with a schedule, beta or freebits of a sample variant")
			}
		}
		return nil
	},
}
