package training

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/internal/safetensors"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/rundir"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/train"
	"github.com/cvae-go/cvae/cvae/train/checkpoint"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
)

// trained runs a configuration to its end in a new folder, which it returns.
func trained(t testing.TB, c config.Config, threads int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "run")
	trainIn(t, context.Background(), c, Options{Out: dir, Threads: threads})
	return dir
}

func trainIn(t testing.TB, ctx context.Context, c config.Config, o Options) error {
	t.Helper()
	s, err := Prepare(ctx, c, o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Train(ctx)
	if err != nil && ctx.Err() == nil {
		t.Fatal(err)
	}
	return err
}

// sums are the SHA-256 of the files that equal runs have in common.
func sums(t testing.TB, dir string) string {
	t.Helper()
	out := ""
	for _, name := range []string{rundir.LastFile, rundir.ModelFile} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(b)
		out += name + " " + hex.EncodeToString(sum[:]) + "\n"
	}
	return out
}

// TestThreads trains on one, two and three workers: the files must be equal bit
// for bit, for the methods with batch statistics and for dropout.
func TestThreads(t *testing.T) {
	path := runtest.Corpus(t)
	for _, method := range []string{"bn", "scale", "vae+bow", "lm", "seq2seq"} {
		t.Run(method, func(t *testing.T) {
			c := runtest.Config(t, path)
			c.Method, c.Model.Decoder.DropoutIn, c.Model.Decoder.DropoutOut = method, 0.2, 0.3
			want := sums(t, trained(t, c, 1))
			for _, threads := range []int{2, 3} {
				if got := sums(t, trained(t, c, threads)); got != want {
					t.Errorf("%d threads:\n%swant\n%s", threads, got, want)
				}
			}
		})
	}
}

// TestInterrupted cancels training several times and resumes it: the end is
// that of an uninterrupted run, bit for bit.
func TestInterrupted(t *testing.T) {
	path := runtest.Corpus(t)
	for _, method := range []string{"bn", "scale", "linear"} {
		t.Run(method, func(t *testing.T) {
			c := runtest.Config(t, path)
			c.Method = method
			want := sums(t, trained(t, c, 1))
			dir := filepath.Join(t.TempDir(), "run")
			for i := 0; ; i++ {
				ctx, cancel := context.WithCancel(context.Background())
				err := trainIn(t, ctx, c, Options{Out: dir, Threads: 1, Resume: i > 0, Progress: cancelAfter{cancel, i}})
				cancel()
				if err == nil {
					break
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatal(err)
				}
			}
			if got := sums(t, dir); got != want {
				t.Errorf("resumed:\n%swant\n%s", got, want)
			}
		})
	}
}

// cancelAfter cancels at an event that depends on how often it was resumed.
type cancelAfter struct {
	cancel context.CancelFunc
	resume int
}

func (c cancelAfter) Report(e dialog.Event) {
	if e.Step > 10*c.resume {
		c.cancel()
	}
}

// countdown is a context that ends when it has been looked at so many times.
type countdown struct {
	context.Context
	left *int
}

func (c countdown) Err() error {
	if *c.left--; *c.left < 0 {
		return context.Canceled
	}
	return nil
}

// clockFields are the numbers of log.jsonl that tell the time.
var clockFields = regexp.MustCompile(`"(elapsed|remaining|tokens_per_second)":(null|[0-9.e+-]+)`)

func logOf(t *testing.T, dir string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, rundir.LogFile))
	if err != nil {
		t.Fatal(err)
	}
	return clockFields.ReplaceAllString(string(b), `"$1":0`)
}

// TestLogOfInterrupted interrupts training at many places, within intervals, epochs,
// aggressive steps and validations: the log is that of an uninterrupted run but for what
// tells the time. Means are of whole intervals, and nothing is said twice.
func TestLogOfInterrupted(t *testing.T) {
	path, warned := runtest.Corpus(t), 0
	for i, method := range []string{"vae", "scale", "agg", "delta-ar", "lm"} {
		c := runtest.Config(t, path)
		c.Method, c.LogInterval, c.MaxSteps = method, 43, 240
		switch method {
		case "agg":
			c.MaxSteps = 60
		case "delta-ar": // whose closing phase comes at every end
			c.MaxSteps, c.Settings = 60, map[string]any{"delta-ar.prior_epochs": 1.0}
		}
		want := logOf(t, trained(t, c, 1))
		warned += strings.Count(want, `"kind":"warning"`)
		dir, draw, interrupted := filepath.Join(t.TempDir(), "run"), rng.New(1, rng.Bench, i, 0), 0
		for done := false; !done; {
			left := 20 + draw.IntN(200)
			s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1, Resume: interrupted > 0})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Train(countdown{context.Background(), &left})
			s.Close()
			if done = err == nil; !done && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if interrupted++; interrupted > 300 {
				t.Fatalf("%s does not end", method)
			}
		}
		if interrupted < 3 {
			t.Errorf("%s was interrupted %d times", method, interrupted-1)
		}
		if got := logOf(t, dir); got != want {
			t.Errorf("%s: %s", method, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
	}
	if warned == 0 {
		t.Error("nothing was warned of, so nothing could be said twice")
	}
}

// TestLogOfEnded ends training at many places by its limits of steps and of time and by
// signals, and raises the limits: log, weights and best model are those of a run that had
// the last limits from the start.
func TestLogOfEnded(t *testing.T) {
	path, warned, decayed := runtest.Corpus(t), 0, 0
	for i, method := range []string{"vae", "scale", "agg", "delta", "dvae", "lm", "delta-ar"} {
		c := runtest.Config(t, path)
		c.Method, c.LogInterval, c.MaxSteps = method, 43, 240
		c.Optimiser.Patience, c.Optimiser.Decays, c.Optimiser.Decay, c.Optimiser.DecayFrom = 1, 9, 0.5, 0
		if method == "agg" {
			c.MaxSteps = 60
		}
		whole := trained(t, c, 1)
		want, wantSums := logOf(t, whole), sums(t, whole)
		warned += strings.Count(want, `"kind":"warning"`)
		decayed += strings.Count(want, `"kind":"validation"`) - strings.Count(want, `"best":true`)
		dir, draw, step := filepath.Join(t.TempDir(), "run"), rng.New(3, rng.Bench, i, 0), 0
		stopped := false
		for ends := 0; step < c.MaxSteps && !stopped; ends++ {
			limited, ctx := c, context.Background()
			left := 10 + draw.IntN(300)
			switch draw.IntN(4) {
			case 0, 1:
				limited.MaxSteps = min(c.MaxSteps, step+1+draw.IntN(40))
			case 2:
				limited.MaxTime = time.Nanosecond // it has been reached
				if ends > 0 {
					limited.MaxTime = saved(t, dir).Elapsed + time.Duration(1+draw.IntN(20))*time.Millisecond
				}
			case 3:
				ctx = countdown{ctx, &left}
			}
			s, err := Prepare(context.Background(), limited, Options{Out: dir, Threads: 1, Resume: ends > 0})
			if err != nil {
				t.Fatal(err)
			}
			err = s.Train(ctx)
			stopped = s.Stopped()
			s.Close()
			if err != nil && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
			if step = saved(t, dir).Step; ends > 300 {
				t.Fatalf("%s stands at step %d", method, step)
			}
		}
		trainIn(t, context.Background(), c, Options{Out: dir, Threads: 1, Resume: true})
		if got := logOf(t, dir); got != want {
			t.Errorf("%s: %s", method, cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
		}
		if got := sums(t, dir); got != wantSums {
			t.Errorf("%s:\n%swant\n%s", method, got, wantSums)
		}
	}
	if warned == 0 || decayed == 0 {
		t.Errorf("%d warnings and %d validations without a better bound: nothing could be said twice, or forgotten", warned, decayed)
	}
}

// saved is the checkpoint of a run.
func saved(t *testing.T, dir string) checkpoint.State {
	t.Helper()
	s, err := checkpoint.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestRaisedLimit goes on with a run that ended at a limit.
func TestRaisedLimit(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	dir := filepath.Join(t.TempDir(), "run")
	c.MaxSteps = 7
	trainIn(t, context.Background(), c, Options{Out: dir})
	c.MaxSteps = 9
	trainIn(t, context.Background(), c, Options{Out: dir, Resume: true})
	s, err := Prepare(context.Background(), c, Options{Out: dir, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if s.saved.Step != 9 {
		t.Errorf("the run stands at step %d, not 9", s.saved.Step)
	}
}

// TestOtherConfiguration refuses to resume a run as another.
func TestOtherConfiguration(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps = 3
	dir := trained(t, c, 1)
	c.Batch = 17
	_, err := Prepare(context.Background(), c, Options{Out: dir, Resume: true})
	if err == nil {
		t.Fatal("resumed with another batch size")
	}
	t.Log(err)
}

// TestDiverged stops at the first number that is not finite and keeps the last
// checkpoint.
func TestDiverged(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Optimiser.Name, c.Optimiser.Clip, c.Optimiser.LearningRate = "sgd", 0, 100
	c.Method, c.MaxSteps = "vae", 2000
	dir := filepath.Join(t.TempDir(), "run")
	s, err := Prepare(context.Background(), c, Options{Out: dir})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Train(context.Background())
	s.Close()
	if !errors.Is(err, train.ErrDiverged) {
		t.Fatalf("training with a learning rate of 100: %v", err)
	}
	t.Log(err)
	s, err = Prepare(context.Background(), c, Options{Out: dir, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Close()
}

// TestDecay halves the learning rate, goes back to the best model and stops.
func TestDecay(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps, c.MaxEpochs = "vae", 0, 400
	c.Optimiser = train.Optimiser{Name: "sgd", LearningRate: 2, Clip: 5, Decay: 0.5, Patience: 1, DecayFrom: 2, Decays: 2}
	rates := map[float64]bool{}
	dir := filepath.Join(t.TempDir(), "run")
	trainIn(t, context.Background(), c, Options{Out: dir, Progress: seeing(func(e dialog.Event) { rates[e.LearningRate] = true })})
	for _, want := range []float64{2, 1, 0.5} {
		if !rates[want] {
			t.Errorf("learning rate %g was not used; seen %v", want, rates)
		}
	}
}

type seeing func(dialog.Event)

func (f seeing) Report(e dialog.Event) { f(e) }

// TestInit starts a run from another's parameters.
func TestInit(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps = "vae", 5
	first := trained(t, c, 1)
	c.Init, c.Method = first, "bn"
	s, err := Prepare(context.Background(), c, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	saved, _, err := checkpoint.LoadModel(filepath.Join(first, rundir.ModelFile))
	if err != nil {
		t.Fatal(err)
	}
	p := s.model.Params()[0]
	at := slices.IndexFunc(saved, func(x safetensors.Tensor) bool { return x.Name == p.Name })
	if at < 0 || !slices.Equal(saved[at].Data.([]float32), p.Value) {
		t.Errorf("the parameter %s is not that of the other run", p.Name)
	}
}

// TestMaxTime ends by the clock: the time is spent, and the last step began
// before it was. That no later step begins is tested with a clock of its own in
// cvae/train.
func TestMaxTime(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	c.MaxSteps, c.MaxTime, c.LogInterval = 0, 300*time.Millisecond, 1
	var steps []time.Duration
	dir := filepath.Join(t.TempDir(), "run")
	trainIn(t, context.Background(), c, Options{Out: dir, Progress: seeing(func(e dialog.Event) {
		if e.Kind == dialog.Stepped {
			steps = append(steps, e.Elapsed)
		}
	})})
	reason, err := run.Ended(dir)
	if err != nil || reason != "300ms spent" {
		t.Errorf("ended by %q (%v)", reason, err)
	}
	last, err := checkpoint.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	late := slices.IndexFunc(steps, func(at time.Duration) bool { return at >= c.MaxTime })
	if len(steps) == 0 || late >= 0 && late < len(steps)-1 || last.Elapsed < c.MaxTime {
		t.Errorf("steps ended after %v, the run after %v of %v", steps, last.Elapsed, c.MaxTime)
	}
}

// TestGone: a run whose directory is deleted while it trains says so, and what to do.
func TestGone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	o := Options{Out: dir, Threads: 1, Progress: seeing(func(dialog.Event) { _ = os.RemoveAll(dir) })} // as often as it is made
	s, err := Prepare(context.Background(), runtest.Config(t, runtest.Corpus(t)), o)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Train(context.Background())
	if err == nil || !strings.Contains(err.Error(), dir+" was deleted or moved while it was trained in") || !strings.Contains(err.Error(), "train again") {
		t.Errorf("a run whose directory is gone: %v", err)
	}
}
