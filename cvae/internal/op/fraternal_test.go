package op

import (
	"testing"

	G "gorgonia.org/gorgonia"
)

// brothers decodes a batch with fraternal dropout, from zero.
func brothers(t *testing.T, w *Autoregressive[float64], b *Batch) (*fraternal[float64], []float64) {
	t.Helper()
	f, loss := newFraternal(w, nil), make([]float64, b.Size())
	f.Forward(newTeam(t, 2), b, nil, nil, loss)
	return f, loss
}

// logits is the (rows, V) matrix of a pass, which the op never makes.
func logits(d *decoding[float64]) [][]float64 {
	h, o := d.Network.Width(), d.Output
	var all [][]float64
	for r := range d.seq.rows() {
		line := append([]float64(nil), o.Bias.Value...)
		for v := range line {
			for i, x := range row(d.hidden, r, h) {
				line[v] += x * row(o.Weight.Value, v, o.Weight.Cols)[i]
			}
		}
		all = append(all, line)
	}
	return all
}

func mean(m []float64) float64 {
	sum := 0.0
	for _, v := range m {
		sum += v
	}
	return sum / float64(len(m))
}

// TestDisagreement is κ times the mean square over all words and the vocabulary
// of the difference of the logits, by its definition; the loss is the mean of
// both passes. Swapping the passes changes nothing.
func TestDisagreement(t *testing.T) {
	w := decoder()
	w.DropOut, w.DropIn, w.DropWords, w.Fraternal = 0.4, 0.2, 0.3, 0.15
	b := words([]int32{4, 5, 6, 7}, []int32{8}, []int32{5, 4})
	f, loss := brothers(t, w, b)
	first, second := logits(&f.first), logits(&f.second)
	sum, n := 0.0, 0.0
	for r, line := range first {
		for v, l := range line {
			sum += (l - second[r][v]) * (l - second[r][v])
			n++
		}
	}
	if sum == 0 {
		t.Fatal("both passes have the same masks")
	}
	close(t, "the disagreement", mean(f.terms), 0.15*sum/n)
	each := make([]float64, 3)
	f.first.sum(each, f.first.rowLoss)
	for i := range each {
		close(t, "the loss of a row", loss[i], (each[i]+f.loss[i])/2)
	}
	swapped := newFraternal(w, nil)
	swapped.first.second, swapped.second.second = true, false
	again := make([]float64, 3)
	swapped.Forward(newTeam(t, 1), b, nil, nil, again)
	close(t, "the disagreement of swapped passes", mean(swapped.terms), mean(f.terms))
	close(t, "the loss of swapped passes", mean(again), mean(loss))
}

// TestNoDropoutNoDisagreement: the loss is then the plain one.
func TestNoDropoutNoDisagreement(t *testing.T) {
	w := decoder()
	w.Fraternal = 0.15
	b := words([]int32{4, 5, 6, 7}, []int32{8})
	f, loss := brothers(t, w, b)
	plain := make([]float64, 2)
	w.Scorer(false, nil).Forward(newTeam(t, 1), &Batch{Batch: b.Batch}, nil, nil, plain)
	for i := range plain {
		if f.terms[i] != 0 || loss[i] != plain[i] {
			t.Errorf("disagreement %v, loss %v; want 0 and %v", f.terms[i], loss[i], plain[i])
		}
	}
}

// TestDecodersStayApart: ops that differ in one option alone, or in none, have
// hashes of their own.
func TestDecodersStayApart(t *testing.T) {
	g, team := G.NewGraph(), newTeam(t, 1)
	x, z := matrix(g, "x", 2, 3, make([]float64, 6)), matrix(g, "z", 2, 2, make([]float64, 4))
	base := decoder()
	dropping, twins := *base, *base
	dropping.DropWords = 0.5
	twins.Fraternal, twins.DropOut = 0.1, 0.5
	b, seen := words([]int32{4, 5}, []int32{6}), map[uint32]bool{}
	all := []*Autoregressive[float64]{base, base, skipping(base, func(int, int) float64 { return 0 }), &dropping, &twins, &twins}
	for _, w := range all {
		latent := z
		if !w.Skip {
			latent = nil
		}
		rec, terms, err := Decode(team, w, b, x, x, latent, nil, true)
		if err != nil {
			t.Fatal(err)
		}
		seen[rec.Op().Hashcode()] = true
		if (terms != nil) != (w.Fraternal > 0) {
			t.Fatalf("fraternal weight %v: term %v", w.Fraternal, terms)
		}
		if terms != nil {
			seen[terms.Op().Hashcode()] = true
		}
	}
	if len(seen) != len(all)+2 {
		t.Errorf("%d hashes of %d ops", len(seen), len(all)+2)
	}
}
