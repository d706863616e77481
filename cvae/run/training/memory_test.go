package training

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run/runtest"
)

// TestDemands compares the parameters that are counted with those of the models of
// the presets: the estimate is of the right size.
func TestDemands(t *testing.T) {
	for _, preset := range []string{"tiny", "small", "swda"} {
		c, err := config.Defaults(preset)
		if err != nil {
			t.Fatal(err)
		}
		c.Corpus, c.MaxSteps, c.Batch = runtest.Corpus(t), 1, 2
		s, err := Prepare(context.Background(), c, Options{Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		const copies = 16 // bytes of a parameter in training
		if estimate, real := s.Estimate(), copies*float64(s.model.Count()); estimate < 0.7*real || estimate > 5*real {
			t.Errorf("%s: %.1f MB are estimated, and the parameters alone take %.1f", preset, estimate/1e6, real/1e6)
		}
		s.Close()
	}
}

// childSettings is the environment of the child process whose memory is measured: a
// method and the settings that large makes.
const childSettings = "CVAE_TEST_MEMORY"

// measuring is the environment that asks for TestDemandsAgainstMemory.
const measuring = "CVAE_TEST_LARGE"

// large is a configuration of some hundred megabytes.
func large(c config.Config, method, kind string) config.Config {
	c.Method, c.MaxSteps, c.Batch, c.LogInterval = method, 2, 48, 1
	c.Model.Decoder.Kind, c.Model.Decoder.Tokens, c.Model.Decoder.Hidden, c.Model.Encoder.Hidden = kind, 40, 768, 512
	c.Model.Context.Hidden, c.Model.Latent.Dim = 512, 128
	return c
}

// memoryChild takes two steps and prints the most memory that it had and the estimate,
// in bytes.
func memoryChild(settings, corpus string) {
	method, kind, _ := strings.Cut(settings, " ")
	c := runtest.Config(&testing.T{}, corpus)
	c.MaxSteps = 2
	if method != "" {
		c = large(c, method, kind)
	}
	s, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err == nil {
		_, err = s.Plan(context.Background())
	}
	if err != nil {
		os.Stderr.WriteString(err.Error() + "\n")
		os.Exit(1)
	}
	fmt.Println(peakMemory(), s.Estimate())
}

// peakMemory is the most memory that this process had, in bytes; 0 where the system does
// not say.
func peakMemory() float64 {
	text, err := os.ReadFile("/proc/self/status")
	_, rest, ok := strings.Cut(string(text), "VmHWM:")
	kib := 0.0
	if err == nil && ok {
		if _, err := fmt.Sscan(rest, &kib); err != nil {
			return 0
		}
	}
	return kib * 1024
}

// TestDemandsAgainstMemory holds the estimate to what a process of its own needs more
// than one with a tiny model, for every kind of decoder, a z for every word, and a
// posterior that is refined: within a factor of 2.5.
func TestDemandsAgainstMemory(t *testing.T) {
	if os.Getenv(measuring) == "" {
		t.Skip("it builds large models: set " + measuring)
	}
	path := longCorpus(t)
	measure := func(settings string) (peak, estimate float64) {
		t.Helper()
		child := exec.Command(os.Args[0])
		child.Env = append(os.Environ(), childSettings+"="+settings, childCorpus+"="+path)
		child.Stderr = os.Stderr
		out, err := child.Output()
		if err != nil {
			t.Fatalf("%s: %v", settings, err)
		}
		if _, err := fmt.Sscan(string(out), &peak, &estimate); err != nil {
			t.Fatalf("%s: %q: %v", settings, out, err)
		}
		return peak, estimate
	}
	base, _ := measure(" ")
	if base == 0 {
		t.Skip("this system does not say how much memory a process has")
	}
	for _, settings := range []string{"vae rnn", "vae transformer", "vae cnn", "delta-ar rnn", "sa rnn"} {
		peak, estimate := measure(settings)
		t.Logf("%s: %.0f MB are estimated, %.0f MB needed", settings, estimate/1e6, (peak-base)/1e6)
		if ratio := estimate / (peak - base); ratio < 0.4 || ratio > 2.5 {
			t.Errorf("%s: %.0f MB are estimated and %.0f MB needed", settings, estimate/1e6, (peak-base)/1e6)
		}
	}
}

// longCorpus is dialogues whose turns fill what a large model sees.
func longCorpus(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "corpus.jsonl")
	var text []byte
	for i := range 400 {
		turn := strings.Repeat(fmt.Sprintf("word%d and ", i%97), 20)
		text = fmt.Appendf(text, `{"turns":[%q,%q]}`+"\n", turn, turn)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestTooLarge: a model that cannot be is refused by the setting, before it is built.
func TestTooLarge(t *testing.T) {
	c := runtest.Config(t, runtest.Corpus(t))
	s, err := Prepare(context.Background(), c, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.checkMemory(0); err != nil {
		t.Errorf("a machine that does not say what it has: %v", err)
	}
	s.Config.Model.Decoder.Hidden = 1 << 14
	var configuration config.Error
	if err := s.checkMemory(8e9); !errors.As(err, &configuration) || !strings.Contains(err.Error(), "decoder.hidden, which is 16384; lower it") {
		t.Errorf("16,384 hidden units on 8 GB: %v", err)
	}
}
