package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// TestMethodsJoinDecoders: every method trains with every kind of decoder, in each
// mode that it has, with attention to the context too, and generation gives the
// likelihood of its graph.
func TestMethodsJoinDecoders(t *testing.T) {
	all := cvaetest.Configs()
	for kind, shapes := range map[string][]cvae.Config{
		"cnn":         {all["dialogue cnn"], all["text cnn"]},
		"transformer": {all["dialogue transformer"], all["text transformer"]},
		"attention":   {all["dialogue lstm attending"], all["dialogue cnn attending"], all["dialogue transformer attending"]},
	} {
		for _, c := range shapes {
			for _, m := range method.All() {
				t.Run(kind+" "+c.Decoder.Kind+" "+string(c.Mode)+" "+m.Name, func(t *testing.T) {
					parts, _, err := method.Compose(m.Name, nil, c.Mode)
					if err != nil {
						t.Skip(err)
					}
					model, b := cvaetest.New[float64](t, c, parts.Parts, kernel.PureGo), cvaetest.Batch(c)
					trained := methodtest.Train(t, model, b, 1)
					if loss := cvaetest.Loss(trained, parts.Parts, 1); math.IsNaN(loss) || math.IsInf(loss, 0) {
						t.Errorf("the loss is %v", loss)
					}
					r := methodtest.Score(t, model, b)
					methodtest.Near(t, "the log-probability of the words", methodtest.Likelihood(model, b, r), r.Rec, 1e-12)
				})
			}
		}
	}
}
