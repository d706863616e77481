package train

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// A memory keeps what training makes, and counts the checkpoints that stand
// inside a step.
type memory struct {
	last   *checkpoint.State
	best   []safetensors.Tensor
	inside int
	events []dialog.Event
	stop   func() // called after every event; nil: nothing
	saves  int    // checkpoints, those that fail too
	full   int    // which checkpoint finds the disk full; 0: none
}

var errFull = errors.New("no space left")

// spentTime is the time in what a checkpoint says of steps that are not logged.
var spentTime = regexp.MustCompile(`"spent":[0-9]+`)

func (m *memory) Checkpoint(s checkpoint.State) error {
	if m.saves++; m.saves == m.full {
		return errFull
	}
	for i, t := range s.Training {
		if stream, ok := t.Data.(safetensors.Stream); ok {
			var all []float32 // but for rank 0, in part
			if err := stream.Write(func(part []float32) error { all = append(all, part...); return nil }); err != nil {
				return err
			}
			s.Training[i].Data = all
		}
	}
	s.Model, s.Training = cloned(s.Model), cloned(s.Training)
	for _, t := range s.Training {
		if t.Name == "aggressive.counts" && t.Data.([]int64)[1] > 0 {
			m.inside++
		}
	}
	s.Elapsed, s.Unlogged = 0, spentTime.ReplaceAllString(s.Unlogged, `"spent":0`) // the rest is equal in equal runs
	m.last = &s
	return nil
}

func (m *memory) SaveBest(model []safetensors.Tensor, _ int, _ float64) error {
	m.best = cloned(model)
	return nil
}

func (m *memory) Logged() int64 { return int64(len(m.events)) }

func (m *memory) Rewind(logged int64, save func() error) error {
	m.events = m.events[:min(max(0, int(logged)), len(m.events))]
	return save()
}

func (m *memory) LoadBest() ([]safetensors.Tensor, error) { return m.best, nil }

func (m *memory) Report(e dialog.Event) {
	if m.events = append(m.events, e); m.stop != nil {
		m.stop()
	}
}

func cloned(list []safetensors.Tensor) (out []safetensors.Tensor) {
	for _, t := range list {
		switch d := t.Data.(type) {
		case []float32:
			t.Data = slices.Clone(d)
		case []float64:
			t.Data = slices.Clone(d)
		case []int64:
			t.Data = slices.Clone(d)
		}
		out = append(out, t)
	}
	return out
}

// dialogues is a set of n examples in words of the test models.
func dialogues(t testing.TB, c cvae.Config, n int) *dialog.Set {
	t.Helper()
	texts := []string{"yes", "no thanks", "do you like it", "i do", "we may see you soon", "not now"}
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) {
		for _, text := range texts {
			if !yield(text, nil) {
				return
			}
		}
	}, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if words.Size() > cvaetest.Vocabulary {
		t.Fatalf("%d words", words.Size())
	}
	set, err := dialog.Encode(func(yield func(dialog.Dialogue, error) bool) {
		for i := range n {
			turns := []dialog.Turn{{Text: texts[i%6], Speaker: "a"}, {Text: texts[i*i%5], Speaker: "b"}}
			if !yield(dialog.Dialogue{Turns: turns}, nil) {
				return
			}
		}
	}, words, c.Window(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// shape is a model whose inference group shares no weight.
func shape() cvae.Config { return cvaetest.Configs()["dialogue both directions"] }

// trainer prepares three steps an epoch on a fresh model.
func trainer(t testing.TB, o Options, k *memory) *Trainer {
	t.Helper()
	o.Seed, o.Batch, o.Window, o.Interval = 1, 4, 1, 1
	if o.Optimiser.Name == "" {
		o.Optimiser = adam()
	}
	return trainerOf(t, cvae.Parts{}, o, k)
}

// trainerOf trains a model of some parts.
func trainerOf(t testing.TB, p cvae.Parts, o Options, k *memory) *Trainer {
	t.Helper()
	m := cvaetest.New[float32](t, shape(), p, kernel.Best())
	tr, err := New(m, dialogues(t, shape(), 12), dialogues(t, shape(), 5), o, k, k)
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// TestStepsOfZ: a latent of two steps trains, its events leave out the units that
// it has not, and a strategy that asks for its mutual information is refused.
func TestStepsOfZ(t *testing.T) {
	var k memory
	options := Options{Seed: 1, Batch: 4, Window: 1, Interval: 1, Optimiser: adam(), MaxEpochs: 8}
	tr := trainerOf(t, cvae.Parts{Posterior: cvaetest.TwoSteps{}}, options, &k)
	if err := tr.Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	first, last := k.events[0], dialog.Event{}
	for _, e := range k.events {
		if e.Kind != dialog.Warned && e.LatentDim != shape().Latent.Dim || e.ActiveUnits != nil || e.ResidualActiveUnits != nil {
			t.Errorf("event %+v", e)
		}
		if e.Kind == dialog.Stepped {
			last = e
		}
	}
	if !(last.Rec < first.Rec) || len(last.KLPerDim) != shape().Latent.Dim {
		t.Errorf("the distortion went from %v to %v, with KL %v", first.Rec, last.Rec, last.KLPerDim)
	}
	again := cvaetest.New[float32](t, shape(), cvae.Parts{Posterior: cvaetest.TwoSteps{}}, kernel.Best())
	if err := Restore(again, k.last.Model); err != nil {
		t.Error(err)
	}
	options.Strategy = &Aggressive{Inner: 6, Window: 2}
	tr = trainerOf(t, cvae.Parts{Posterior: cvaetest.TwoSteps{}}, options, &memory{})
	if err := tr.Run(context.Background(), nil); err == nil || !strings.Contains(err.Error(), "mutual information") {
		t.Errorf("aggressive training: %v", err)
	}
}

// pretrained is an autoencoder phase of an epoch, and another.
func pretrained() []Phase {
	return []Phase{{Name: "first", Epochs: 1, Schedule: Constant(0), Strategy: Joint{}}, {Name: "second", ResetDecoder: true}}
}

// restarting is a schedule that restarts before every second step.
type restarting struct{ Constant }

func (restarting) Restart(c Clock) bool { return c.Step%2 == 1 }

// TestResumed ends training after every so many looks at its context, which are
// before each update and within each validation, and resumes it on a new model:
// parameters, optimiser, strategy and state end up as without, bit for bit.
func TestResumed(t *testing.T) {
	for name, options := range map[string]func() Options{
		"aggressive": func() Options {
			return Options{MaxEpochs: 3, Strategy: &Aggressive{Inner: 6, Window: 2}}
		},
		"aggressive after pre-training": func() Options {
			return Options{MaxEpochs: 3, Strategy: &Aggressive{Inner: 6, Window: 2}, Phases: pretrained(), Schedule: Linear{Epochs: 2, End: 1}}
		},
		"aggressive with restarts": func() Options {
			return Options{MaxEpochs: 2, Strategy: &Aggressive{Inner: 6, Window: 2}, Schedule: restarting{1}}
		},
		"aggressive in bf16": func() Options {
			return Options{MaxEpochs: 2, Strategy: &Aggressive{Inner: 6, Window: 2}, Precision: cvae.BF16}
		},
		"sgd": func() Options {
			return Options{MaxEpochs: 2, Strategy: &Aggressive{Inner: 6, Window: 2}, Optimiser: sgd()}
		},
	} {
		t.Run(name, func(t *testing.T) {
			var want memory
			if err := trainer(t, options(), &want).Run(context.Background(), nil); err != nil {
				t.Fatal(err)
			}
			inside := 0
			for _, budget := range []int{3, 4, 5, 7, 16} {
				var got memory
				interrupted(t, options, &got, budget)
				inside += got.inside
				if diff := cmp.Diff(want.last, got.last); diff != "" {
					t.Errorf("%d looks at a time (-want +got):\n%s", budget, diff)
				}
				if diff := cmp.Diff(want.best, got.best); diff != "" {
					t.Errorf("%d looks at a time, best model (-want +got):\n%s", budget, diff)
				}
			}
			if inside < 6 {
				t.Errorf("only %d interruptions were inside a step", inside)
			}
		})
	}
}

// interrupted trains to the end, a new process at a time. A process that comes no further,
// because a measurement that begins anew takes more looks, is followed by one with more.
func interrupted(t *testing.T, options func() Options, k *memory, budget int) {
	t.Helper()
	for more := 0; ; {
		before := k.last
		err := trainer(t, options(), k).Run(&fuse{context.Background(), budget + more}, k.last)
		if err == nil {
			return
		}
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		if more = 2*more + 1; !reflect.DeepEqual(before, k.last) {
			more = 0
		}
	}
}

// TestPhases begins the second phase with a fresh schedule, learning rate and
// best model, and counts the limits over both.
func TestPhases(t *testing.T) {
	var k memory
	phases := pretrained()
	phases[0].Epochs = 2
	o := Options{MaxEpochs: 4, Phases: phases, Schedule: Linear{Epochs: 2, End: 1}}
	o.Optimiser = Optimiser{Name: "adam", LearningRate: 1e-3, Clip: 5, Patience: 1}
	if err := trainer(t, o, &k).Run(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range k.events {
		switch e.Kind {
		case dialog.Stepped:
			got = append(got, fmt.Sprintf("%s %d %.4f", e.Phase, e.Step, e.Beta))
		case dialog.Validated:
			got = append(got, fmt.Sprintf("%s validated, best %v", e.Phase, e.Best))
		}
	}
	// A step's event carries the beta of the step that follows it: of 6 steps
	// from 0 to 1 the first has 1/6.
	want := []string{
		"first 1 0.0000", "first 2 0.0000", "first 3 0.0000", "first validated", "first 4 0.0000", "first 5 0.0000", "first 6 0.0000", "first validated",
		"second 7 0.3333", "second 8 0.5000", "second 9 0.6667", "second validated, best true",
		"second 10 0.8333", "second 11 1.0000", "second 12 1.0000", "second validated",
	}
	if len(got) != len(want) {
		t.Fatalf("events %q", got)
	}
	for i, w := range want {
		if !strings.HasPrefix(got[i], w) {
			t.Errorf("event %d is %q, want %q", i, got[i], w)
		}
	}
	if k.last.Step != 12 {
		t.Errorf("ended at step %d", k.last.Step)
	}
}

// TestPhaseBorder gives the decoder its first weights back, which a fresh model
// has, keeps the encoders, and begins the optimiser anew.
func TestPhaseBorder(t *testing.T) {
	var k memory
	tr := trainer(t, Options{Phases: pretrained()}, &k)
	first := modelTensors(cvaetest.New[float32](t, shape(), cvae.Parts{}, kernel.Best()))
	for range tr.batches.size() {
		if err := tr.step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	trained := cloned(modelTensors(tr.mover.model))
	tr.mover.optimiser.rate, tr.state.Stale = 0.5, 99
	if err := tr.nextEpoch(); err != nil || tr.state.Finished != "" {
		t.Fatalf("the first phase stopped early: %s, %v", tr.state.Finished, err)
	}
	reset := 0
	for i, p := range modelTensors(tr.mover.model) {
		name := strings.SplitN(p.Name, ".", 2)[0]
		want, decoder := trained[i], slices.Contains([]string{"decoder", "vocabulary", "start"}, name)
		if decoder {
			want = first[i]
			reset++
		}
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("%s (-want +got):\n%s", p.Name, diff)
		}
	}
	// two initial-state weights and a bias, a GRU of four, the embedding, the vocabulary's two
	if reset != 10 {
		t.Errorf("%d tensors of the decoder", reset)
	}
	if tr.mover.optimiser.rate != 1e-3 || len(tr.mover.optimiser.steps) != 0 || tr.mover.optimiser.moments[3].m[0] != 0 || tr.mover.optimiser.moments[3].v[0] != 0 {
		t.Error("the optimiser goes on as it was")
	}
	if tr.state.Phase != 1 || tr.state.Best != nil || tr.clock() != (Clock{StepsPerEpoch: 3}) {
		t.Errorf("the second phase begins at %+v", tr.state)
	}
}

// TestPhaseLimits refuses limits that end the run before its last phase.
func TestPhaseLimits(t *testing.T) {
	for _, row := range []struct {
		o       Options
		refused string
	}{
		{Options{MaxEpochs: 1}, "max_epochs"},
		{Options{MaxEpochs: 2}, ""},
		{Options{MaxSteps: 3}, "max_steps"},
		{Options{MaxSteps: 4}, ""},
		{Options{}, ""},
	} {
		row.o.Phases = pretrained()
		err := row.o.checkPhases(3)
		if (err == nil) != (row.refused == "") || err != nil && !strings.Contains(err.Error(), row.refused) {
			t.Errorf("%d epochs, %d steps: %v", row.o.MaxEpochs, row.o.MaxSteps, err)
		}
	}
	endless := Options{Phases: []Phase{{Name: "endless"}, {}}}
	if err := endless.checkPhases(3); err == nil || !strings.Contains(err.Error(), "endless") {
		t.Errorf("a first phase without an end: %v", err)
	}
	var k memory
	tr := trainer(t, Options{Phases: pretrained()}, &k)
	bad := checkpoint.State{Model: modelTensors(tr.mover.model), Values: map[string]string{stateKey: `{"phase":2}`}}
	if err := tr.resume(bad); err == nil || !strings.Contains(err.Error(), "phase 3 of 2") {
		t.Errorf("a state in a third phase of two: %v", err)
	}
}

// TestRestart begins the optimiser anew once before a step that the schedule
// names, and before no other.
func TestRestart(t *testing.T) {
	var k memory
	tr := trainer(t, Options{Schedule: restarting{1}}, &k)
	if err := tr.step(context.Background()); err != nil {
		t.Fatal(err)
	}
	tr.mover.optimiser.rate = 0.5
	tr.restart() // before step 1
	if tr.mover.optimiser.rate != 1e-3 || len(tr.mover.optimiser.steps) != 0 || tr.mover.optimiser.moments[3].m[0] != 0 {
		t.Error("the optimiser goes on as it was")
	}
	tr.mover.optimiser.rate = 0.25
	tr.restart() // an interrupted step that goes on
	if tr.mover.optimiser.rate != 0.25 {
		t.Error("one step restarted twice")
	}
	tr.state.Step = 2
	if tr.restart(); tr.mover.optimiser.rate != 0.25 {
		t.Error("a step restarted that the schedule does not name")
	}
}
