package run_test

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/dialog"
)

// TestExplain: the words of an explanation add up to ln p of the answer; the change of a dimension is the difference to an answer
// that is decoded without it, where the words stay the same; and a dimension that is at the prior mean already moves nothing.
func TestExplain(t *testing.T) {
	r := opened(t, "bn")
	q := ask("do you like the number 3 ?", 2)
	reply := respond(t, r, q)
	answer := reply.Responses[0]
	why, err := r.Explain(t.Context(), q, answer)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(why.LogProb-answer.LogProb) > 1e-4 {
		t.Errorf("ln p %v, and the answer has %v", why.LogProb, answer.LogProb)
	}
	z, mean := answer.Z.Vector(), reply.PriorMean.Vector()
	if len(why.Moves) != len(z) || strings.Join(why.Words, " ") != strings.TrimSpace(answer.Text+" (end)") && !answer.Cut {
		t.Fatalf("%d dimensions and %d words", len(why.Moves), len(why.Words))
	}
	checked := 0
	for i, m := range why.Moves {
		if i > 0 && math.Abs(m.LogProb) > math.Abs(why.Moves[i-1].LogProb) {
			t.Error("a larger change comes later")
		}
		total := 0.0
		for _, w := range m.Words {
			total += w
		}
		if math.Abs(total-m.LogProb) > 1e-9 || m.Z != float64(z[m.Dimension]) || m.Prior != float64(mean[m.Dimension]) {
			t.Errorf("dimension %d: words add up to %v of %v", m.Dimension, total, m.LogProb)
		}
		without := append(dialog.Block{}, append([]float32{}, z...))
		without[0][m.Dimension] = mean[m.Dimension]
		p := q
		p.Z = []dialog.Block{without}
		if other := respond(t, r, p).Responses[0]; other.Text == answer.Text {
			checked++
			if want := answer.LogProb - other.LogProb; math.Abs(want-m.LogProb) > 1e-4 {
				t.Errorf("dimension %d: %v nats, want %v", m.Dimension, m.LogProb, want)
			}
		}
	}
	if checked == 0 {
		t.Error("no dimension leaves the words as they are, so that nothing was compared")
	}
	at := answer
	at.Z = reply.PriorMean
	still, err := r.Explain(t.Context(), q, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range still.Moves {
		if m.LogProb != 0 {
			t.Errorf("dimension %d is at the prior mean, and moves %v nats", m.Dimension, m.LogProb)
		}
	}
}

func TestExplainRefuses(t *testing.T) {
	r := opened(t, "bn")
	q := ask("do you like the number 3 ?", 1)
	answer := respond(t, r, q).Responses[0]
	for name, change := range map[string]func(*dialog.Response){
		"no z":             func(a *dialog.Response) { a.Z = nil },
		"a short z":        func(a *dialog.Response) { a.Z = dialog.Block{{1}} },
		"an unknown token": func(a *dialog.Response) { a.Tokens = []string{"no such token"} },
	} {
		a := answer
		change(&a)
		if _, err := r.Explain(t.Context(), q, a); !errors.Is(err, run.ErrRequest) {
			t.Errorf("%s: %v", name, err)
		}
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Explain(cancelled, q, answer); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// TestDirections: turning an axis round turns its names round, they are words of the model, and an axis that leads nowhere has none.
func TestDirections(t *testing.T) {
	r := opened(t, "bn")
	q := ask("do you like the number 3 ?", 1)
	d := r.Latent().Width()
	axis, back := make([]float64, d), make([]float64, d)
	axis[0], back[0] = 1, -1
	got, err := r.Directions(t.Context(), q, [][]float64{axis, back, make([]float64, d)})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got[1].Less, got[0].More)
	same(t, got[1].More, got[0].Less)
	if len(got[0].Less)+len(got[0].More) == 0 {
		t.Error("no word names the axis")
	}
	if len(got[2].Less)+len(got[2].More) > 0 {
		t.Errorf("no direction has the names %v", got[2])
	}
	if _, err := r.Directions(t.Context(), q, [][]float64{{1}}); !errors.Is(err, run.ErrRequest) {
		t.Errorf("%v", err)
	}
}

func same(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%q, want %q", got, want)
		return
	}
	for i := range got {
		if got[i] != want[i] {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
