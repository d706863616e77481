package training

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/dialog"
)

// strategies are the methods that change how training goes.
var strategies = []string{"agg", "ae+bn", "ae+linear+agg"}

// strategyConfig trains for six epochs of four steps, one of them an
// autoencoder's.
func strategyConfig(t testing.TB, names string) config.Config {
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.Batch, c.MaxSteps, c.MaxEpochs, c.LogInterval = names, 32, 0, 6, 1
	c.Settings = method.Settings{}
	if strings.Contains(names, "agg") {
		c.Settings["agg.inner"], c.Settings["agg.window"] = 8, 3
	}
	if strings.Contains(names, "ae") {
		c.Settings["ae.epochs"] = 1
	}
	return c
}

// TestStrategyThreads trains on one and three workers: the files must be equal
// bit for bit.
func TestStrategyThreads(t *testing.T) {
	for _, method := range strategies {
		t.Run(method, func(t *testing.T) {
			c := strategyConfig(t, method)
			if want, got := sums(t, trained(t, c, 1)), sums(t, trained(t, c, 3)); got != want {
				t.Errorf("three threads:\n%swant\n%s", got, want)
			}
		})
	}
}

// looks is a context that ends when its error has been asked for so often.
type looks struct {
	context.Context
	left int
}

func (l *looks) Err() error {
	if l.left--; l.left < 0 {
		return context.Canceled
	}
	return nil
}

// TestStrategyInterrupted ends training between updates and within validations
// and resumes it in the same folder: its files are those of an uninterrupted
// run, bit for bit.
func TestStrategyInterrupted(t *testing.T) {
	for _, method := range strategies {
		t.Run(method, func(t *testing.T) {
			c := strategyConfig(t, method)
			want := sums(t, trained(t, c, 1))
			for _, budget := range []int{150, 260} { // both more than the samples of one event take, which come again
				dir, resumed := filepath.Join(t.TempDir(), "run"), 0
				for !interruptedAfter(t, c, dir, budget) {
					resumed++
				}
				if got := sums(t, dir); got != want || resumed == 0 {
					t.Errorf("resumed %d times:\n%swant\n%s", resumed, got, want)
				}
			}
		})
	}
}

// interruptedAfter goes on with the run in dir for so many looks at the context
// and reports whether it ended.
func interruptedAfter(t *testing.T, c config.Config, dir string, budget int) bool {
	t.Helper()
	s, err := Prepare(context.Background(), c, Options{Out: dir, Threads: 1, Resume: true})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Train(&looks{context.Background(), budget})
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	return err == nil
}

// TestPhaseEvents names the phase of every event, and none in other runs.
func TestPhaseEvents(t *testing.T) {
	seen := map[string]map[float64]bool{}
	watch := seeing(func(e dialog.Event) {
		if seen[e.Phase] == nil {
			seen[e.Phase] = map[float64]bool{}
		}
		if e.Kind != dialog.Sampled { // samples have no beta
			seen[e.Phase][e.Beta] = true
		}
	})
	c := strategyConfig(t, "ae+bn")
	c.Settings["ae.warm_up"] = 0
	trainIn(t, context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Progress: watch})
	if diff := cmp.Diff(map[string]map[float64]bool{"autoencoder": {0: true}, "main": {1: true}}, seen); diff != "" {
		t.Errorf("betas of the phases (-want +got):\n%s", diff)
	}
	clear(seen)
	c = strategyConfig(t, "bn")
	c.MaxEpochs = 1
	trainIn(t, context.Background(), c, Options{Out: filepath.Join(t.TempDir(), "run"), Progress: watch})
	if len(seen) != 1 || seen[""] == nil {
		t.Errorf("phases of a run with one: %v", seen)
	}
}

// TestSeparateInference gives the response encoder weights of its own, and says
// so in config.yaml.
func TestSeparateInference(t *testing.T) {
	c := strategyConfig(t, "agg")
	c.Model.Encoder.Share, c.MaxEpochs = true, 1
	saved, err := run.ReadConfig(trained(t, c, 1))
	if err != nil {
		t.Fatal(err)
	}
	if saved.Model.Encoder.Share {
		t.Error("the encoders share their weights")
	}
}

// TestPhaseTooLong refuses epochs that end before the last phase.
func TestPhaseTooLong(t *testing.T) {
	c := strategyConfig(t, "ae")
	c.MaxEpochs = 1
	dir := filepath.Join(t.TempDir(), "run")
	_, err := Prepare(context.Background(), c, Options{Out: dir})
	var refused config.Error
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "max_epochs") {
		t.Errorf("one epoch, of the autoencoder: %v", err)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the refused run left %v (%v)", left, err)
	}
}
