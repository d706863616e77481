package bench

import (
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/train"
)

// BenchmarkStep is one training step of each workload, with what it allocates:
// that is gorgonia's bookkeeping, for the kernels and the ops keep their memory.
func BenchmarkStep(b *testing.B) {
	for _, name := range []string{"w3", "w2", "w1"} {
		b.Run(name, func(b *testing.B) {
			w, err := find(Options{Workload: name})
			if err != nil {
				b.Fatal(err)
			}
			step := stepper(b, w)
			step() // builds the graph
			b.ReportAllocs()
			for b.Loop() {
				step()
			}
		})
	}
}

// stepper returns a function that trains on the batches of a workload in turn.
func stepper(t testing.TB, w workload) func() {
	t.Helper()
	team, err := cvae.NewTeam(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(team.Close)
	m, optimiser, err := w.model(Options{Seed: 1}, team)
	if err != nil {
		t.Fatal(err)
	}
	data, i := w.data(m, 1), 0
	mover := train.NewMover(m, optimiser, 1)
	return func() {
		u, err := mover.Gradients(data[i%len(data)], i, 1)
		if err != nil {
			t.Fatal(err)
		}
		if err := mover.Apply(u, nn.Whole); err != nil {
			t.Fatal(err)
		}
		i++
	}
}

// TestStepAllocations counts the objects of a step, which do not depend on its
// sizes: those of gorgonia's arithmetic and of the result.
func TestStepAllocations(t *testing.T) {
	const most = 500
	w, err := find(Options{Workload: "w3"})
	if err != nil {
		t.Fatal(err)
	}
	w.vocabulary, w.batch = 100, 4
	step := stepper(t, w)
	for range batches {
		step()
	}
	n := testing.AllocsPerRun(batches, step)
	t.Logf("%v objects a step", n)
	if n > most {
		t.Errorf("%v objects a step, at most %d", n, most)
	}
}
