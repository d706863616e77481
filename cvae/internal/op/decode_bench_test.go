package op

import (
	"testing"

	"github.com/cvae-go/cvae/cvae/internal/kernel"
)

// BenchmarkDecode is a training step of a decoder of small shapes with every
// option; what it allocates must not grow with the shapes.
func BenchmarkDecode(b *testing.B) {
	for name, change := range map[string]func(*Autoregressive[float32]){
		"plain": func(*Autoregressive[float32]) {},
		"words": func(w *Autoregressive[float32]) { w.DropWords = 0.4 },
		"skip": func(w *Autoregressive[float32]) {
			w.Skip, w.Output.Weight = true, NewWeight[float32](4000, 128+32, false)
		},
		"fraternal": func(w *Autoregressive[float32]) { w.DropOut, w.Fraternal = 0.3, 0.15 },
	} {
		b.Run(name, func(b *testing.B) { benchmarkDecode(b, change) })
	}
}

func benchmarkDecode(b *testing.B, change func(*Autoregressive[float32])) {
	const v, e, h, z, n = 4000, 64, 128, 32, 32
	team, err := kernel.NewTeam(1, kernel.Best())
	if err != nil {
		b.Fatal(err)
	}
	defer team.Close()
	w := &Autoregressive[float32]{
		Embedding: NewWeight[float32](v, e, true),
		Network: &Recurrent[float32]{Cell: LSTM, Hidden: h, Input: NewWeight[float32](4*h, e, false),
			State: NewWeight[float32](4*h, h, false), Bias: NewWeight[float32](1, 4*h, false)},
		Latent: NewWeight[float32](4*h, z, false),
		Output: &Output[float32]{Weight: NewWeight[float32](v, h, false)},
	}
	change(w)
	s, batch, loss := w.Scorer(true, nil), sentences(n, 1, 1), make([]float64, n)
	batch.Weight = 1. / n
	start, dstart := make([]float32, n*h), make([]float32, n*h)
	latent, dlatent := make([]float32, n*z), make([]float32, n*z)
	b.ReportAllocs()
	for b.Loop() {
		s.Forward(team, batch, start, latent, loss)
		s.Backward(team, dstart, dlatent)
	}
}
