package train

import (
	"context"
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/dialog"
)

// A spy watches which parameters an update of a group moves.
type spy struct {
	*Trainer
	t       *testing.T
	updates map[nn.Group]int
}

func (s *spy) Apply(u *Update, group nn.Group) error {
	before := cloned(modelTensors(s.mover.model))
	err := s.Trainer.Apply(u, group)
	moved := map[nn.Group]bool{}
	for i, p := range s.mover.model.Params() {
		if !reflect.DeepEqual(before[i].Data, p.Value) {
			moved[p.Group] = true
		}
	}
	for _, p := range []nn.Group{nn.Inference, nn.Generative} {
		if moved[p] != (group&p != 0) {
			s.t.Errorf("an update of group %d moves group %d: %v", group, p, moved[p])
		}
	}
	s.updates[group]++
	return err
}

// TestGroupsStayStill checks bit for bit that the model side stands still in the
// inner updates and the inference side in the outer one.
func TestGroupsStayStill(t *testing.T) {
	var k memory
	tr := trainer(t, Options{}, &k)
	watched := &spy{tr, t, map[nn.Group]int{}}
	b := tr.batches.at(0)
	a := &Aggressive{Inner: 7, Window: 99}
	for range 2 {
		if _, err := a.Step(context.Background(), watched, b); err != nil {
			t.Fatal(err)
		}
	}
	a.joint = true
	if _, err := a.Step(context.Background(), watched, b); err != nil {
		t.Fatal(err)
	}
	want := map[nn.Group]int{nn.Inference: 14, nn.Generative: 2, nn.Whole: 1}
	if diff := cmp.Diff(want, watched.updates); diff != "" {
		t.Errorf("updates (-want +got):\n%s", diff)
	}
}

// A weigher writes down the weight of the rate in every run of the graph.
type weigher struct {
	*Trainer
	betas []float64
}

func (w *weigher) Gradients(b *dialog.Batch) (*Update, error) {
	w.betas = append(w.betas, w.beta())
	return w.Trainer.Gradients(b)
}

// TestInnerUpdatesShareBeta: the weight of the rate moves once an outer step, before it,
// and is that of all its inner updates (He et al. 2019, text.py).
func TestInnerUpdatesShareBeta(t *testing.T) {
	var k memory
	w := &weigher{Trainer: trainer(t, Options{Schedule: Linear{Steps: 10, End: 1}}, &k)}
	a := &Aggressive{Inner: 7, Window: 99}
	for range 2 {
		if _, err := a.Step(context.Background(), w, w.batches.at(0)); err != nil {
			t.Fatal(err)
		}
		w.state.Step++
	}
	if diff := cmp.Diff(append(slices.Repeat([]float64{0.1}, 8), slices.Repeat([]float64{0.2}, 8)...), w.betas); diff != "" {
		t.Errorf("weights (-want +got):\n%s", diff)
	}
}

// TestRandomBatch draws every batch of the epoch about equally often, the same
// for one number of runs and another for another.
func TestRandomBatch(t *testing.T) {
	var k memory
	tr := trainer(t, Options{}, &k)
	counts := make([]int, tr.batches.size())
	for range 300 {
		b := tr.RandomBatch()
		if diff := cmp.Diff(b, tr.RandomBatch()); diff != "" {
			t.Fatalf("one number of runs drew two batches:\n%s", diff)
		}
		for i, examples := range batchesOf(tr.batches) {
			if reflect.DeepEqual(b, tr.mover.model.Batch(tr.batches.set, examples)) {
				counts[i]++
			}
		}
		tr.state.Extra++
	}
	for i, n := range counts {
		if n < 70 || n > 130 { // 100 ± 3.7 standard deviations of a binomial
			t.Errorf("batch %d came %d times of 300: %v", i, n, counts)
		}
	}
}

// TestDraws gives every run of the graph other noise, also within one step.
func TestDraws(t *testing.T) {
	var k memory
	tr := trainer(t, Options{}, &k)
	b := tr.batches.at(0)
	seen := map[float64]bool{}
	for range 5 {
		u, err := tr.Gradients(b)
		if err != nil {
			t.Fatal(err)
		}
		seen[u.Z[0]] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d different draws of z in 5 runs", len(seen))
	}
}

// TestValidationMI draws the same each time: its value depends on the
// parameters alone.
func TestValidationMI(t *testing.T) {
	var k memory
	tr := trainer(t, Options{}, &k)
	measure := func() float64 {
		t.Helper()
		tr.validation.changed()
		mi, err := tr.ValidationMI(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		return mi
	}
	first := measure()
	tr.state.Step, tr.state.Epoch, tr.state.Extra = 70, 8, 9
	if again := measure(); again != first {
		t.Errorf("information %v and then %v of the same parameters", first, again)
	}
	u, err := tr.Gradients(tr.batches.at(0))
	if err != nil {
		t.Fatal(err)
	}
	if err := tr.Apply(u, nn.Whole); err != nil {
		t.Fatal(err)
	}
	if moved, err := tr.ValidationMI(context.Background()); err != nil || moved == first {
		t.Errorf("information %v of other parameters: %v", moved, err)
	}
}
