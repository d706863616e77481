package run

import (
	"math"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/cvae/run/builtin"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// overUsual is ln p(x|z) of every sequence with its z (N,Z), in nats: the mean over usual
// contexts of the model's own p(x|z,c). It is what the built-in model, which has no
// language model, ranks by in the place of ln p(x). The caller holds the model.
func (r *Run) overUsual(sequences []decode.Sequence, z []float32) ([]float64, error) {
	batch := &dialog.Batch{}
	for _, s := range sequences {
		target := append([]int32{}, s.Tokens...)
		if s.Finished || len(target) == 0 {
			target = append(target, tokenize.End)
		}
		batch.Target = append(batch.Target, target)
	}
	var each [][]float64
	for _, turn := range builtin.Usual() {
		one, _, err := r.contextBatch([]string{turn}, nil)
		if err != nil {
			return nil, err
		}
		encoded, _, _ := r.model.EncodeContext(one)
		each = append(each, r.model.Distortion(batch, cvae.Contexts[float32]{}.Append(encoded, len(sequences)), z))
	}
	return meanOver(each), nil
}

// meanOver is ln of the mean over contexts of exp(−nll) of every sequence, where each has
// a row of nll a context.
func meanOver(each [][]float64) []float64 {
	out := make([]float64, len(each[0]))
	for i := range out {
		least := math.Inf(1)
		for _, nll := range each {
			least = min(least, nll[i])
		}
		sum := 0.0
		for _, nll := range each {
			sum += math.Exp(least - nll[i])
		}
		out[i] = math.Log(sum/float64(len(each))) - least
	}
	return out
}
