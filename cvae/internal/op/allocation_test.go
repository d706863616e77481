package op

import (
	"slices"
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// sizes of the models that are counted: words of the vocabulary, embeddings,
// hidden states, latents and examples.
const sizeV, sizeE, sizeH, sizeZ, sizeN = 700, 8, 12, 4, 20

// TestDecoderAllocatesNothing once its memory has grown, with any option.
func TestDecoderAllocatesNothing(t *testing.T) {
	for name, change := range map[string]func(*Autoregressive[float32]){
		"plain":   func(*Autoregressive[float32]) {},
		"dropout": func(w *Autoregressive[float32]) { w.DropIn, w.DropOut, w.DropWords = 0.2, 0.3, 0.4 },
		"skip": func(w *Autoregressive[float32]) {
			w.Skip, w.Output = true, &Output[float32]{Weight: NewWeight[float32](sizeV, sizeH+sizeZ, false), Bias: NewWeight[float32](1, sizeV, false)}
		},
		"fraternal": func(w *Autoregressive[float32]) { w.DropOut, w.Fraternal = 0.3, 0.15 },
	} {
		for _, cell := range []Cell{GRU, LSTM} {
			nothing(t, string(cell)+" "+name, func(team *kernel.Team) func() {
				w := &Autoregressive[float32]{Embedding: NewWeight[float32](sizeV, sizeE, true), Network: layer(cell, sizeE),
					Latent: NewWeight[float32](cell.Gates()*sizeH, sizeZ, false), Output: &Output[float32]{Weight: NewWeight[float32](sizeV, sizeH, false)}}
				change(w)
				return decoderStep(team, w)
			})
		}
	}
}

// TestNetworksAllocateNothing once their memory has grown, with either activation.
func TestNetworksAllocateNothing(t *testing.T) {
	norm := func(n int, rectified bool) *Norm[float32] {
		return &Norm[float32]{Gain: NewWeight[float32](1, n, false), Bias: NewWeight[float32](1, n, false), Rectified: rectified}
	}
	weight := func(rows, cols int) *Weight[float32] { return NewWeight[float32](rows, cols, false) }
	stem := func() *Stem[float32] {
		return &Stem[float32]{Hidden: sizeH, Input: weight(sizeH, sizeE), Positions: weight(31, sizeH)}
	}
	transformer := func(a Activation) Network[float32] {
		return &Transformer[float32]{Stem: stem(), Heads: 2, Norm: norm(sizeH, false), Blocks: []*TransformerBlock[float32]{{
			Norm: norm(sizeH, false), FeedNorm: norm(sizeH, false), In: weight(3*sizeH, sizeH), InBias: weight(1, 3*sizeH),
			Out: weight(sizeH, sizeH), OutBias: weight(1, sizeH), Memory: weight(sizeH, sizeH),
			Feed: &FeedForward[float32]{Activation: a, Up: weight(20, sizeH), UpBias: weight(1, 20), Down: weight(sizeH, 20), DownBias: weight(1, sizeH)}}}}
	}
	cnn := func() Network[float32] {
		return &CNN[float32]{Stem: stem(), Blocks: []*Convolution[float32]{{Dilation: 2, In: weight(5, sizeH), NormIn: norm(5, true),
			Taps: weight(5, Taps*5), NormTaps: norm(5, true), Out: weight(sizeH, 5), NormOut: norm(sizeH, true)}}}
	}
	for name, network := range map[string]func() Network[float32]{
		"relu": func() Network[float32] { return transformer(ReLU) }, "gelu": func() Network[float32] { return transformer(GELU) }, "cnn": cnn,
	} {
		nothing(t, name, func(team *kernel.Team) func() {
			w := &Autoregressive[float32]{Embedding: NewWeight[float32](sizeV, sizeE, true), Network: network(),
				Latent: weight(sizeH, sizeZ), Output: &Output[float32]{Weight: weight(sizeV, sizeH)}}
			return decoderStep(team, w)
		})
	}
}

// decoderStep is a training step of a decoder.
func decoderStep(team *kernel.Team, w *Autoregressive[float32]) func() {
	s, batch, loss := w.Scorer(true, nil), sentences(sizeN, 1, 1), make([]float64, sizeN)
	batch.Weight = 1. / sizeN
	start, dstart := make([]float32, sizeN*sizeH), make([]float32, sizeN*sizeH)
	z, dz := make([]float32, sizeN*sizeZ), make([]float32, sizeN*sizeZ)
	return func() {
		s.Forward(team, batch, start, z, loss)
		s.Backward(team, dstart, dz)
		if r, ok := w.Network.(*Recurrent[float32]); ok {
			r.Input.Changed()
		}
		w.Output.Weight.Changed()
		w.Embedding.ZeroGrad()
	}
}

// TestEncodersAllocateNothing once their memory has grown.
func TestEncodersAllocateNothing(t *testing.T) {
	batch := talks(sizeN)
	for _, pool := range Pools() {
		cell := LSTM
		if pool == MeanState {
			cell = GRU
		}
		nothing(t, string(cell+" "+Cell(pool)), func(team *kernel.Team) func() {
			turns := &Reader[float32]{Pool: pool, Embedding: NewWeight[float32](sizeV, sizeE, true), Forward: layer(cell, sizeE), Backward: layer(cell, sizeE)}
			w := &ContextEncoder[float32]{Turns: turns, Layer: layer(cell, 2*sizeH+2), Floor: true}
			c, r := contextPass[float32]{ContextEncoder: w}, reading[float32]{}
			context, response := make([]float32, sizeN*sizeH), make([]float32, sizeN*turns.Width())
			return func() {
				c.forward(team, batch, context, true)
				r.forward(team, turns, batch.Encoded, 1, response)
				r.backward(team, turns, response)
				c.backward(team, context)
				turns.Embedding.ZeroGrad()
			}
		})
	}
}

// talks is n examples with one to three turns of context.
func talks(n int) *dialog.Batch {
	examples := make([]dialog.Example, n)
	for i := range examples {
		e := &examples[i]
		for turn := range 1 + i%3 {
			e.Context = append(e.Context, slices.Repeat([]int32{int32(4 + turn)}, 1+i*5%7))
			e.Floor = append(e.Floor, uint8(turn%2))
		}
		e.Response = slices.Repeat([]int32{5}, 1+i*7%29)
	}
	return dialog.NewBatch(examples, true)
}

// layer is a small recurrent layer of n inputs.
func layer(cell Cell, n int) *Recurrent[float32] {
	g := cell.Gates() * sizeH
	r := &Recurrent[float32]{Cell: cell, Hidden: sizeH, Input: NewWeight[float32](g, n, false),
		State: NewWeight[float32](g, sizeH, false), Bias: NewWeight[float32](1, g, false)}
	if cell == GRU {
		r.StateBias = NewWeight[float32](1, g, false)
	}
	return r
}

// nothing checks that what build returns allocates nothing, on any path, alone
// and with a helper.
func nothing(t *testing.T, name string, build func(*kernel.Team) func()) {
	t.Helper()
	for _, path := range kernel.Paths() {
		for threads := 1; threads <= 2; threads++ {
			team, err := kernel.NewTeam(threads, path)
			if err != nil {
				t.Fatal(err)
			}
			if n := testing.AllocsPerRun(5, build(team)); n != 0 {
				t.Errorf("%s, %s, %d threads: %v allocations", name, path, threads, n)
			}
			team.Close()
		}
	}
}
