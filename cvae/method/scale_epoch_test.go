package method_test

import (
	"math"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
)

// byEpochs lets epochs alone decide how long batches use their own factor.
var byEpochs = map[string]any{"scale.f_steps": 0}

// TestScaleEpochs walks through two epochs of des_std 0.7 by hand. Columns of
// ±s have variance s².
func TestScaleEpochs(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "scale", byEpochs, 4)
	step := func(s float64) *cvae.Result {
		b.Columns(s, -s, s, -s)
		return b.Update()
	}
	end := b.Inner().(cvae.EpochEnder).EndEpoch
	near(t, "f̄ before the first step", b.Buffer("scale.factor"), 1)

	near(t, "the batch's own factor", step(1).Observed["factor"], 0.7)
	near(t, "f̄ follows in the first epoch", b.Buffer("scale.factor"), 0.7)
	near(t, "the batch's own factor", step(0.5).Observed["factor"], 1.4)
	// Pooled: √((1+¼)/2). The mean of the factors would be 1.05.
	first := 0.7 / math.Sqrt(1.25/2)
	near(t, "f̄ is pooled", b.Buffer("scale.factor"), first)
	end()
	near(t, "f̄ at the end of the epoch", b.Buffer("scale.factor"), first)

	near(t, "later epochs use f̄", step(2).Observed["factor"], first)
	near(t, "and keep it", b.Buffer("scale.factor"), first)
	near(t, "also in scoring", b.Score().Drawn.Mean[:3], 2*first)
	end()
	near(t, "the next f̄ pools the last epoch alone", b.Buffer("scale.factor"), 0.35)
	near(t, "epochs", b.Buffer("scale.epochs"), 2)
}

// TestScaleOwnEpochs: batches use their own factor for f_epo epochs.
func TestScaleOwnEpochs(t *testing.T) {
	for _, epochs := range []int{0, 1, 3} {
		b := methodtest.NewBench(t, cvae.Text, "scale", map[string]any{"scale.f_epo": epochs, "scale.f_steps": 0}, 4)
		for epoch := range 5 {
			b.Columns(1, -1, 1, -1)
			b.Update()
			b.Columns(2, -2, 2, -2)
			own := math.Abs(b.Update().Observed["factor"][0]-0.35) < 1e-9
			if own != (epoch < epochs) {
				t.Errorf("f_epo %d, epoch %d: own factor is %v", epochs, epoch, own)
			}
			b.Inner().(cvae.EpochEnder).EndEpoch()
		}
	}
}

// TestScaleEmptyEpoch: an epoch in which no batch was large enough leaves f̄.
func TestScaleEmptyEpoch(t *testing.T) {
	b := methodtest.NewBench(t, cvae.Text, "scale", byEpochs, 4)
	b.Columns(1, -1, 1, -1)
	b.Update()
	b.Inner().(cvae.EpochEnder).EndEpoch()
	b.Inner().(cvae.EpochEnder).EndEpoch()
	near(t, "f̄", b.Buffer("scale.factor"), 0.7)
}

// TestScaleSavesItsPlace: buffers hold f̄, the pool and the epoch.
func TestScaleSavesItsPlace(t *testing.T) {
	old, fresh := methodtest.NewBench(t, cvae.Text, "scale", byEpochs, 4), methodtest.NewBench(t, cvae.Text, "scale", byEpochs, 4)
	old.Columns(1, -1, 1, -1)
	old.Update()
	old.Inner().(cvae.EpochEnder).EndEpoch()
	old.Columns(2, -2, 2, -2)
	old.Update()
	for i, b := range old.Model.Buffers() {
		copy(fresh.Model.Buffers()[i].Value, b.Value)
	}
	for _, b := range []*methodtest.Bench{old, fresh} {
		b.Columns(3, -3, 3, -3)
		near(t, "factor", b.Update().Observed["factor"], 0.7)
		b.Inner().(cvae.EpochEnder).EndEpoch()
		near(t, "f̄", b.Buffer("scale.factor"), 0.7/math.Sqrt(6.5))
	}
}

// TestScaleOwnSteps: the own factor stays until f_steps are done, too, and then to
// the end of the epoch. Epochs have three steps.
func TestScaleOwnSteps(t *testing.T) {
	for steps, want := range map[int]int{0: 1, 3: 1, 4: 2, 6: 2, 7: 3} {
		b := methodtest.NewBench(t, cvae.Text, "scale", map[string]any{"scale.f_steps": steps}, 4)
		epochs := 0
		for b.Buffer("scale.own_factor")[0] == 1 && epochs < 9 {
			for range 3 {
				b.Update()
			}
			b.Inner().(cvae.EpochEnder).EndEpoch()
			epochs++
		}
		if epochs != want {
			t.Errorf("f_steps %d: %d epochs, want %d", steps, epochs, want)
		}
	}
}
