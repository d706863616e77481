package train

import (
	"errors"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/nn"
)

// reducing is a Reducer made of a function.
type reducing func(*Update) error

func (f reducing) Reduce(u *Update) error { return f(u) }

// A listener is a posterior that keeps what it is told after an update.
type listener struct {
	cvae.GaussianPosterior
	told *float64
}

func (l listener) Infer(s *cvae.Scope, f cvae.Features) (cvae.Code, error) {
	c, err := l.GaussianPosterior.Infer(s, f)
	s.Observe("mean", s.Mean(c.Q.Mean))
	return c, err
}

func (l listener) AfterUpdate(observed map[string][]float64) { *l.told = observed["mean"][0] }

// mover is a fresh model to train by SGD without clipping, with a step of 1.
func mover(t testing.TB, parts cvae.Parts, r Reducer) *Mover {
	t.Helper()
	m := NewMover(cvaetest.New[float32](t, shape(), parts, kernel.Best()), Optimiser{Name: "sgd", LearningRate: 1}, 1)
	m.reducer = r
	return m
}

// TestReduced doubles the gradients and the observed statistics at the seam: all
// that Apply does doubles, the parameters' steps, what the method is told, and
// the norm.
func TestReduced(t *testing.T) {
	set := dialogues(t, shape(), 12)
	move := func(r Reducer) (steps [][]float64, told, norm float64) {
		m := mover(t, cvae.Parts{Posterior: listener{told: &told}}, r)
		before := cloned(modelTensors(m.model))
		u, err := m.Gradients(m.model.Batch(set, []int{0, 1, 2, 3}), 0, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Apply(u, nn.Whole); err != nil {
			t.Fatal(err)
		}
		for i, p := range m.model.Params() {
			step := make([]float64, len(p.Value))
			for j, w := range p.Value {
				step[j] = float64(w) - float64(before[i].Data.([]float32)[j])
			}
			steps = append(steps, step)
		}
		return steps, told, u.GradNorm
	}
	once, told, norm := move(nil)
	twice, toldTwice, normTwice := move(reducing(func(u *Update) error {
		for _, p := range u.Params {
			for j := range p.Grad {
				p.Grad[j] *= 2
			}
		}
		u.Observed["mean"][0] *= 2
		return nil
	}))
	if told == 0 || toldTwice != 2*told || math.Abs(normTwice-2*norm) > 1e-6*norm {
		t.Errorf("the method is told %g, then %g; the norms are %g and %g", told, toldTwice, norm, normTwice)
	}
	for i := range once {
		for j := range once[i] {
			if math.Abs(twice[i][j]-2*once[i][j]) > 1e-6 {
				t.Fatalf("number %d of parameter %d moved by %g, and by %g with twice the gradient", j, i, once[i][j], twice[i][j])
			}
		}
	}
}

// TestReduceFails ends with the error of the reducer, and moves nothing.
func TestReduceFails(t *testing.T) {
	lost := errors.New("a rank is gone")
	m := mover(t, cvae.Parts{}, reducing(func(*Update) error { return lost }))
	if _, err := m.Gradients(m.model.Batch(dialogues(t, shape(), 12), []int{0, 1}), 0, 1); !errors.Is(err, lost) {
		t.Errorf("the error is %v", err)
	}
}

// A pair is the seam of two ranks in one process: the last to come reduces both
// updates to their mean.
type pair struct {
	mu    sync.Mutex
	first *Update
	done  chan struct{}
}

func (p *pair) Reduce(u *Update) error {
	p.mu.Lock()
	if p.first == nil {
		p.first, p.done = u, make(chan struct{})
		done := p.done
		p.mu.Unlock()
		<-done
		return nil
	}
	defer p.mu.Unlock()
	average(p.first, u)
	close(p.done)
	p.first = nil
	return nil
}

// average makes both updates that of both batches, which are of one size.
func average(a, b *Update) {
	loss := (a.Loss + b.Loss) / 2
	a.Loss, b.Loss = loss, loss
	a.Examples, b.Examples = a.Examples+b.Examples, a.Examples+b.Examples
	a.Tokens, b.Tokens = a.Tokens+b.Tokens, a.Tokens+b.Tokens
	for i, p := range a.Params {
		q := b.Params[i]
		if p.Sparse {
			for _, r := range p.Touched {
				q.Touch(r)
			}
			for _, r := range q.Touched {
				p.Touch(r)
			}
			slices.Sort(p.Touched) // both ranks sum the squares of the rows in one order
			slices.Sort(q.Touched)
		}
		for j := range p.Grad {
			mean := (p.Grad[j] + q.Grad[j]) / 2
			p.Grad[j], q.Grad[j] = mean, mean
		}
	}
}

// TestTwoRanks trains two copies of a model, each on half of every batch, with
// gradients, touched rows and tallies summed at the seam. They stay equal bit
// for bit, and equal but for rounding to a model that sees whole batches: without
// a latent there is no noise, so nothing but the seam joins the halves.
func TestTwoRanks(t *testing.T) {
	set, none := dialogues(t, shape(), 12), cvae.Parts{NoLatent: true}
	train := func(r Reducer, half func([]int) []int) (*Mover, []*Update) {
		m := mover(t, none, r)
		var seen []*Update
		for step := range 6 {
			b := m.model.Batch(set, half([]int{step % 3, 3 + step%3, 6 + step%3, 9 + step%3}))
			u, err := m.Gradients(b, step, 1)
			if err == nil {
				err = m.Apply(u, nn.Whole)
			}
			if err != nil {
				t.Error(err)
			}
			seen = append(seen, u)
		}
		return m, seen
	}
	whole, want := train(nil, func(b []int) []int { return b })
	var ranks [2]*Mover
	var got [2][]*Update
	var both sync.WaitGroup
	seam := &pair{}
	for rank := range 2 {
		both.Go(func() {
			ranks[rank], got[rank] = train(seam, func(b []int) []int { return b[2*rank : 2*rank+2] })
		})
	}
	both.Wait()
	if diff := cmp.Diff(modelTensors(ranks[0].model), modelTensors(ranks[1].model)); diff != "" {
		t.Errorf("the ranks differ:\n%s", diff)
	}
	for step, u := range want {
		for rank := range 2 {
			g := got[rank][step]
			if g.Examples != u.Examples || g.Tokens != u.Tokens || math.Abs(g.Loss-u.Loss) > 1e-4 || math.Abs(g.GradNorm-u.GradNorm) > 1e-4 {
				t.Errorf("step %d, rank %d: %d examples, %d tokens, loss %g, norm %g; the whole batch has %d, %d, %g, %g",
					step, rank, g.Examples, g.Tokens, g.Loss, g.GradNorm, u.Examples, u.Tokens, u.Loss, u.GradNorm)
			}
		}
	}
	for i, p := range ranks[0].model.Params() {
		for j, w := range whole.model.Params()[i].Value {
			if math.Abs(float64(w-p.Value[j])) > 1e-4 {
				t.Fatalf("%s[%d] is %g, and %g of whole batches", p.Name, j, p.Value[j], w)
			}
		}
	}
}
