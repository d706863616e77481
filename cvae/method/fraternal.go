package method

import "github.com/cvae-go/cvae/cvae"

// fraternal decodes every response twice with the same z and different dropout
// masks, and charges
//
//	½(rec_a + rec_b) + weight·mean((logit_a − logit_b)²)
//
// with gradients through both, logits before the softmax, the mean over words
// and vocabulary. The second term is no part of the bound. Presets of dialogue
// drop nothing, hence a dropout of the method's own.
var fraternal = Method{
	Name: "fraternal", Title: "Fraternal dropout",
	Cite: "Zolna et al. 2018",
	Parameters: []Parameter{
		{Name: "weight", Dialogue: 0.15, Text: 0.15, Min: 1e-6, Max: 1e3, Help: "weight of the mean squared difference of the logits", Source: "Zolna et al. 2018"},
		{Name: "dropout", Dialogue: 0.3, Text: 0.3, Min: 0.01, Max: 0.9, Help: "dropout of hidden states before the vocabulary; a higher decoder.dropout_out stays", Source: "ours"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Decoder: cvae.DecoderOptions{Fraternal: v.Number("weight"), Dropout: v.Number("dropout")}}}, nil
	},
}
