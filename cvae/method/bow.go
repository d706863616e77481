package method

import "github.com/cvae-go/cvae/cvae"

// bow predicts the words of the response from [c;z] without their order. Its
// loss is no part of the bound.
var bow = Method{
	Name: "bow", Title: "Bag-of-words loss",
	Cite:  "Zhao, Zhao and Eskenazi 2017",
	Known: []string{"bagofwords"},
	Parameters: []Parameter{
		{Name: "weight", Dialogue: 1.0, Text: 1.0, Min: 1e-6, Max: 1e3, Help: "weight of the loss", Source: "NeuralDialog-CVAE"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Decoder: cvae.DecoderOptions{BagOfWords: v.Number("weight")}}}, nil
	},
}
