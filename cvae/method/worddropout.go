package method

import "github.com/cvae-go/cvae/cvae"

// worddropout hides words of the response from the decoder as it trains, so
// that it must ask z for them: an input is read as <unk>, the word that is
// predicted stays. Measuring and replying drop nothing.
var worddropout = Method{
	Name: "worddropout", Title: "Word dropout of the decoder's inputs",
	Cite: "Bowman et al. 2016",
	Parameters: []Parameter{
		{Name: "probability", Dialogue: 0.4, Text: 0.4, Min: 0.01, Max: 0.99, Help: "probability of reading <unk> for a word",
			Source: "dcnn_textvae (Yang et al. 2017), which keeps 0.6"},
	},
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Parts: cvae.Parts{Decoder: cvae.DecoderOptions{WordDropout: v.Number("probability")}}}, nil
	},
}
