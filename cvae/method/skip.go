package method

import "github.com/cvae-go/cvae/cvae"

// skip lets z enter every step and the vocabulary layer besides the initial
// state, so that no word is chosen without it. With one recurrent layer these
// are all the places that the paper names; the context keeps its usual path.
var skip = Method{
	Name: "skip", Title: "Skip-VAE: z enters every step and the vocabulary layer",
	Cite: "Dieng et al. 2019",
	Build: func(Values, cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Decoder: cvae.DecoderOptions{Skip: true}}}, nil
	},
}
