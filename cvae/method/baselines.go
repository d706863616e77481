package method

import (
	"errors"

	"github.com/cvae-go/cvae/cvae"
)

// lm is the language model p(x): the decoder alone. In dialogue it ignores the
// context; its perplexity is what a model that conditions must beat.
var lm = Method{
	Name: "lm", Title: "Language model, no latent and no context",
	Cite: "Mikolov et al. 2010; LSTM-LM rows of He et al. 2019",
	Build: func(Values, cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{NoLatent: true, NoContext: true}}, nil
	},
}

// seq2seq is p(x|c) with a hierarchical encoder and no latent.
var seq2seq = Method{
	Name: "seq2seq", Title: "Sequence to sequence, no latent",
	Cite:  "Sutskever, Vinyals and Le 2014; Serban et al. 2016 (HRED)",
	Known: []string{"hred", "s2s"},
	Build: func(_ Values, mode cvae.Mode) (Parts, error) {
		if mode == cvae.Text {
			return Parts{}, errors.New("there is no context to condition on in text mode; use lm")
		}
		return Parts{Parts: cvae.Parts{NoLatent: true}}, nil
	},
}

// vae is the plain (conditional) variational autoencoder.
var vae = Method{
	Name: "vae", Title: "Plain (C)VAE",
	Cite:  "Kingma and Welling 2014; Bowman et al. 2016; Serban et al. 2017",
	Known: []string{"cvae", "vhred", "plain", "vanilla"},
	Build: func(Values, cvae.Mode) (Parts, error) { return Parts{}, nil },
}
