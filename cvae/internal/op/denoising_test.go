package op

import "testing"

// TestDenoising: the loss is the mean of a pass over the true words and of one over
// words of which some are hidden, each as a decoder of its own has it, and so are
// the gradients. Alone it is the first.
func TestDenoising(t *testing.T) {
	team := newTeam(t, 1)
	batch := func() *Batch { return words([]int32{4, 5, 6, 7}, []int32{8}, []int32{5, 4, 4, 4, 6}) }
	run := func(scorer func(*Autoregressive[float64]) Scorer[float64], b *Batch) (loss, grad []float64) {
		w := decoder()
		w.Denoise = 0.6
		s := scorer(w)
		loss = make([]float64, b.Size())
		b.Weight = 0.5
		s.Forward(team, b, nil, nil, loss)
		s.Backward(team, nil, nil)
		return loss, w.Output.Weight.Grad
	}
	clean, dclean := run(func(w *Autoregressive[float64]) Scorer[float64] { return newDecoding(w, nil) }, batch())
	noisy, dnoisy := run(func(w *Autoregressive[float64]) Scorer[float64] {
		w.DropWords = w.Denoise
		d := newDecoding(w, nil)
		d.second = true
		return d
	}, batch())
	both, dboth := run(func(w *Autoregressive[float64]) Scorer[float64] { return w.Scorer(true, nil) }, batch())
	differ := false
	for i := range clean {
		differ = differ || clean[i] != noisy[i]
		close(t, "the loss", both[i], (clean[i]+noisy[i])/2)
	}
	if !differ {
		t.Error("no word was hidden")
	}
	for i := range dboth {
		close(t, "a gradient", dboth[i], (dclean[i]+dnoisy[i])/2)
	}
	b := batch()
	b.Alone = true
	alone, dalone := run(func(w *Autoregressive[float64]) Scorer[float64] { return w.Scorer(true, nil) }, b)
	for i := range alone {
		close(t, "the loss alone", alone[i], clean[i])
	}
	for i := range dalone {
		close(t, "a gradient alone", dalone[i], dclean[i])
	}
}
