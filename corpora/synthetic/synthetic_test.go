package synthetic

import (
	"bytes"
	"compress/gzip"
	"flag"
	"io"
	"math"
	"os"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

var update = flag.Bool("update", false, "write sentences.gz anew")

// TestUpdate writes the file when asked to.
func TestUpdate(t *testing.T) {
	if !*update {
		t.Skip("only with -update")
	}
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	g, total := newGenerator(), 0.0
	n := sizes[0] + sizes[1] + sizes[2]
	for i := range n {
		s, nll := g.sentence(i)
		total += nll
		if _, err := w.Write(s.encode()); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	t.Logf("H(x|z) is %.3f nats a sentence", total/float64(n))
	if err := os.WriteFile("sentences.gz", b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// raw is the file without compression.
func raw(t *testing.T) []byte {
	t.Helper()
	r, err := gzip.NewReader(bytes.NewReader(sentences))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestSentencesAreOfTheGenerator draws sentences from all over the file again.
func TestSentencesAreOfTheGenerator(t *testing.T) {
	b, g := raw(t), newGenerator()
	n := sizes[0] + sizes[1] + sizes[2]
	if len(b) != n*size {
		t.Fatalf("the file has %d bytes, want %d", len(b), n*size)
	}
	for i := 0; i < n; i += 397 {
		want, _ := g.sentence(i)
		if got := decode(b[i*size : (i+1)*size]); got != want {
			t.Fatalf("sentence %d is %v, the generator draws %v", i, got, want)
		}
	}
}

// TestComponentsAreUniform allows five standard deviations of a binomial count.
func TestComponentsAreUniform(t *testing.T) {
	var counts [4]float64
	n := 0.0
	for d, err := range Dialogues(dialog.Train) {
		if err != nil {
			t.Fatal(err)
		}
		k := d.Labels["component"][0] - '0'
		counts[k]++
		n++
		if right := d.Labels["horizontal"] == "right"; right != (k&1 == 1) {
			t.Fatalf("component %d is called %s", k, d.Labels["horizontal"])
		}
		if up := d.Labels["vertical"] == "up"; up != (k >= 2) {
			t.Fatalf("component %d is called %s", k, d.Labels["vertical"])
		}
	}
	for k, c := range counts {
		if math.Abs(c-n/4) > 5*math.Sqrt(n*3/16) {
			t.Errorf("component %d has %.0f of %.0f sentences", k, c, n)
		}
	}
}

// TestChoose inverts a distribution of three words, (1, 2, 1)/4, by hand.
func TestChoose(t *testing.T) {
	logits := []float64{0, math.Log(2), 0}
	for u, want := range map[float64]uint16{0.1: 0, 0.24: 0, 0.26: 1, 0.74: 1, 0.76: 2, 0.999: 2} {
		if got, cost := choose(logits, u); got != want || math.Abs(cost+math.Log([]float64{.25, .5, .25}[want])) > 1e-12 {
			t.Errorf("choose(%v) = %d at %v nats, want %d", u, got, cost, want)
		}
	}
}

// TestCellAgainstHand reads a word with zero weights but for the bias: h =
// σ(b)·tanh(σ(b)·tanh(b)) from a state of zeros.
func TestCellAgainstHand(t *testing.T) {
	g := &generator{embedding: make([]float32, words*hidden), input: make([]float32, 4*hidden*hidden), recurrence: make([]float32, 4*hidden*hidden), bias: make([]float32, 4*hidden)}
	for i := range g.bias {
		g.bias[i] = 1
	}
	h, c := make([]float32, hidden), make([]float32, hidden)
	g.step(7, h, c)
	s := 1 / (1 + math.Exp(-1))
	if want := s * math.Tanh(s*math.Tanh(1)); math.Abs(float64(h[3])-want) > 1e-6 || math.Abs(float64(c[3])-s*math.Tanh(1)) > 1e-6 {
		t.Errorf("h = %v and c = %v, want %v and %v", h[3], c[3], want, s*math.Tanh(1))
	}
}
