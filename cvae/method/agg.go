package method

import (
	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/train"
)

// agg updates the inference part many times for each update of the rest until
// the mutual information on validation stops rising (He et al. 2019). In
// dialogue the inference part is the response encoder, which gets weights of
// its own, and the recognition network; the prior network, the context encoder
// and the decoder are the rest. The paper has no context and leaves that open. An
// encoder that responses and turns share would be on both sides: the inner updates
// would move the context under the prior and the decoder, which stand still, or
// would have to leave the encoder out.
var agg = Method{
	Name: "agg", Title: "Aggressive training of the inference network",
	Cite:  "He et al. 2019",
	Known: []string{"lagging", "aggressive", "lagginginference"},
	Parameters: []Parameter{
		{Name: "inner", Dialogue: 99.0, Text: 99.0, Min: 1, Max: 1e4, Help: "most updates of the inference part for one of the rest; inner_steps in the log are those made",
			Source: "authors' code, whose loop stops below 100"},
		{Name: "window", Dialogue: 15.0, Text: 15.0, Min: 1, Max: 1e4, Help: "updates over which the loss is averaged; a window worse than the one before ends the updates",
			Source: "authors' code for text; the paper says 10"},
	},
	SeparateInference: true,
	Build: func(v Values, _ cvae.Mode) (Parts, error) {
		return Parts{Strategy: &train.Aggressive{Inner: v.Int("inner"), Window: v.Int("window")}}, nil
	},
}
