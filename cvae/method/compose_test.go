package method_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/cvae/train"
)

// TestLinear is the line from start to 1, moved before the step: step 0 of 10
// has a tenth of the way behind it.
func TestLinear(t *testing.T) {
	for _, row := range []struct {
		settings map[string]any
		mode     cvae.Mode
		clock    train.Clock
		want     float64
	}{
		{nil, cvae.Dialogue, train.Clock{Step: 0}, 1e-4},
		{nil, cvae.Dialogue, train.Clock{Step: 4999}, 0.5},
		{nil, cvae.Dialogue, train.Clock{Step: 9999}, 1},
		{nil, cvae.Dialogue, train.Clock{Step: 1e6}, 1},
		{nil, cvae.Text, train.Clock{Step: 0, StepsPerEpoch: 100}, 0.1 + 0.9/1000},
		{nil, cvae.Text, train.Clock{Step: 499, StepsPerEpoch: 100}, 0.55},
		{nil, cvae.Text, train.Clock{Step: 999, StepsPerEpoch: 100}, 1},
		{nil, cvae.Text, train.Clock{Step: 5000, StepsPerEpoch: 100}, 1},
		{map[string]any{"linear.epochs": 0}, cvae.Text, train.Clock{StepsPerEpoch: 100}, 1},
		{map[string]any{"linear.end": 0.4}, cvae.Dialogue, train.Clock{Step: 4999}, 0.2},
		{map[string]any{"linear.end": 0.4}, cvae.Dialogue, train.Clock{Step: 1e6}, 0.4},
		{map[string]any{"linear.end": 0.4, "linear.ramp": "logistic"}, cvae.Text, train.Clock{Step: 2500}, 0.2},
		{map[string]any{"linear.start": 1}, cvae.Text, train.Clock{StepsPerEpoch: 100}, 1},
	} {
		s := methodtest.Parts(t, "linear", row.settings, row.mode).Schedule
		if got := s.Beta(row.clock); math.Abs(got-row.want) > 1e-12 {
			t.Errorf("%s at step %d: %v, want %v", row.mode, row.clock.Step, got, row.want)
		}
	}
}

// TestLinearRises and never passes 1.
func TestLinearRises(t *testing.T) {
	s, last := methodtest.Parts(t, "linear", map[string]any{"linear.steps": 37}, cvae.Text).Schedule, 0.0
	for step := range 100 {
		beta := s.Beta(train.Clock{Step: step, StepsPerEpoch: 3})
		if beta < last || beta > 1 || (beta == 1) != (step >= 36) {
			t.Errorf("step %d: %v after %v", step, beta, last)
		}
		last = beta
	}
}

// TestCompose joins rows that set different axes.
func TestCompose(t *testing.T) {
	given := map[string]any{"bn.gamma": 0.4, "bow.weight": "2", "bn.learn_beta": false}
	parts, settings, err := method.Compose(" bn + linear+bow", given, cvae.Dialogue)
	if err != nil {
		t.Fatal(err)
	}
	if parts.Posterior == nil || parts.Schedule == nil || parts.Decoder.BagOfWords != 2 || parts.NoLatent {
		t.Errorf("parts %+v", parts)
	}
	want := method.Settings{
		"bn.gamma": 0.4, "bn.beta": 0.0, "bn.learn_beta": "off", "bn.coordinates": "residual", "bn.prior_kl": "off", "bn.prior_kl_weight": 1.0,
		"bn.epsilon": 1e-12, "bn.momentum": 0.1, "bn.min_batch": 2.0, "bow.weight": 2.0,
		"bn.version": "v1", "bn.tau": 0.5, "bn.calibration": 6400.0, "bn.init": "preset", "linear.end": 1.0, "linear.ramp": "linear", "linear.slope": 0.0025, "linear.middle": 2500.0,
		"linear.start": 0.0, "linear.steps": 10000.0, "linear.epochs": 10.0,
	}
	if diff := cmp.Diff(want, settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if len(given) != 3 {
		t.Error("Compose changed its argument")
	}
	again, same, err := method.Compose("bn+linear+bow", settings, cvae.Dialogue)
	if err != nil || cmp.Diff(settings, same) != "" {
		t.Errorf("complete settings do not compose again: %v", err)
	}
	if again.Posterior == parts.Posterior {
		t.Error("two runs share one posterior")
	}
}

// TestComposeRefuses says what cannot be joined, in one sentence.
func TestComposeRefuses(t *testing.T) {
	for names, word := range map[string]string{
		"freebits+mae": "both set the rate", "delta+du": "both set the posterior", "beta+cyclical": "both set the schedule",
		"mmd+lm": "no latent", "aggkl+linear": "aggkl.beta", "du+beta": "beta.weight is 0.4", "delta+freebits": "freebits.lambda 0.1 never acts",
		"bn+scale": "both set the posterior", "linear+linear": "both set the schedule", "lm+seq2seq": "both set",
		"lm+bn": "no latent", "seq2seq+linear": "no latent", "lm+bow": "no latent",
		"": "no method", "bn+": "no method", "nosuch": "the methods are lm seq2seq",
	} {
		_, _, err := method.Compose(names, nil, cvae.Dialogue)
		if err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%q: %v", names, err)
		}
	}
	if _, _, err := method.Compose("du+linear", map[string]any{"linear.end": 0.5}, cvae.Text); err == nil || !strings.Contains(err.Error(), "linear.end is 0.5") {
		t.Errorf("du waits for a beta that does not come: %v", err)
	}
	if _, _, err := method.Compose("mmd+linear", map[string]any{"mmd.alpha": 1}, cvae.Text); err == nil || !strings.Contains(err.Error(), "set mmd.alpha below 1") {
		t.Errorf("a schedule for no KL: %v", err)
	}
	if _, _, err := method.Compose("seq2seq", nil, cvae.Text); err == nil || !strings.Contains(err.Error(), "lm") {
		t.Errorf("seq2seq in text mode: %v", err)
	}
	if _, _, err := method.Compose("vae", map[string]any{"bn.gamma": 1}, cvae.Text); err == nil || !strings.Contains(err.Error(), "bn.gamma") {
		t.Errorf("a setting of another method: %v", err)
	}
}

// TestFormerSettings reads the words of earlier versions, as a saved run has
// them among complete settings; a present word beside them wins.
func TestFormerSettings(t *testing.T) {
	before := map[string]map[string]any{
		"bn": {"calibration": 0, "init": "preset"}, "du": {"calibration": 0, "init": "preset"},
		"scale": {"calibration": 0, "generator": "paper", "f_steps": 0, "warm_up": 0},
	}
	for key, now := range map[string]map[string]any{
		"bn.conditional=residual":    {"bn.coordinates": "residual", "bn.prior_kl": "off"},
		"bn.conditional=paper":       {"bn.coordinates": "raw", "bn.prior_kl": "on"},
		"delta.conditional=whitened": {"delta.coordinates": "residual"},
		"delta.conditional=raw":      {"delta.coordinates": "raw"},
		"du.conditional=raw":         {"du.coordinates": "raw"},
		"scale.conditional=residual": {"scale.coordinates": "residual"},
		"scale.conditional=literal":  {"scale.coordinates": "raw"},
		"mae.conditional=raw":        {"mae.coordinates": "raw"},
	} {
		old, word, _ := strings.Cut(key, "=")
		name, _, _ := strings.Cut(old, ".")
		for setting, value := range before[name] { // what the version did that knew the words
			now[name+"."+setting] = value
		}
		_, got, err := method.Compose(name, map[string]any{old: word}, cvae.Dialogue)
		if err != nil {
			t.Fatalf("%s: %v", key, err)
		}
		_, want, err := method.Compose(name, now, cvae.Dialogue)
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s (-want +got): %s, %v", key, diff, err)
		}
		_, got, err = method.Compose(name, map[string]any{old: word, name + ".coordinates": "residual"}, cvae.Dialogue)
		if err != nil || got[name+".coordinates"] != "residual" {
			t.Errorf("%s beside the present setting: %v, %v", key, got, err)
		}
	}
	for key, word := range map[string]any{"bn.conditional": "literal", "scale.conditional": "paper", "du.conditional": 1.0} {
		name, _, _ := strings.Cut(key, ".")
		if _, _, err := method.Compose(name, map[string]any{key: word}, cvae.Dialogue); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s=%v: %v", key, word, err)
		}
	}
}

// TestAnneal: rows that anneal by themselves do so until a schedule is joined.
func TestAnneal(t *testing.T) {
	for names, want := range map[string]float64{"ae": 0.5, "ae+freebits": 0.5, "ae+beta": 0.4, "scale": 1, "scale+cyclical": 0.9982} {
		s := methodtest.Parts(t, names, nil, cvae.Text).Schedule
		if got := s.Beta(train.Clock{Step: 499, StepsPerEpoch: 100}); math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: beta is %v after five epochs, want %v", names, got, want)
		}
	}
	if s := methodtest.Parts(t, "scale", nil, cvae.Text).Schedule; s.Beta(train.Clock{StepsPerEpoch: 100}) != 1.0/500 {
		t.Error("scale does not begin near 0 in text mode")
	}
	for _, row := range []struct {
		names string
		given map[string]any
		mode  cvae.Mode
	}{{"scale", nil, cvae.Dialogue}, {"ae", map[string]any{"ae.warm_up": 0}, cvae.Text}} {
		if s := methodtest.Parts(t, row.names, row.given, row.mode).Schedule; s != nil {
			t.Errorf("%s with %v has the schedule %v", row.names, row.given, s)
		}
	}
}

// TestFirstWeights: in text mode the weights of bn and du begin within 1/√fan-in,
// those of recurrent layers within 1/√H, and embeddings as the configuration says;
// with init=preset all do.
func TestFirstWeights(t *testing.T) {
	c := methodtest.Shapes()[cvae.Text]
	c.Init.Weights, c.Init.Embedding = 0.01, 0.1
	for _, name := range []string{"bn", "du"} {
		for _, choice := range []string{"fan-in", "preset"} {
			m := methodtest.New(t, c, name, map[string]any{name + ".init": choice})
			largest := map[string]float64{}
			for _, p := range m.Params() {
				for _, v := range p.Value {
					largest[p.Name] = max(largest[p.Name], math.Abs(v))
				}
			}
			fan := 1 / math.Sqrt(float64(c.Encoder.Hidden))
			if choice == "preset" {
				fan = 0.01
			}
			if v := largest["response.forward.state"]; v > fan || v < 0.7*fan {
				t.Errorf("%s, %s: the largest recurrent weight is %v", name, choice, v)
			}
			if v := largest["recognition.mean.weight0"]; v > fan || v < 0.7*fan {
				t.Errorf("%s, %s: the largest weight of the means is %v", name, choice, v)
			}
			if v := largest["response.embedding"]; v < 0.08 || v > 0.1 {
				t.Errorf("%s, %s: the largest element of an embedding is %v", name, choice, v)
			}
		}
	}
}

// TestWholeNumbers are rounded, as Values.Int says.
func TestWholeNumbers(t *testing.T) {
	b := methodtest.Parts(t, "bn", map[string]any{"bn.min_batch": 7.9}, cvae.Text).Posterior.(cvae.MinBatcher)
	if b.MinBatch() != 8 {
		t.Errorf("7.9 is %d", b.MinBatch())
	}
}

// TestSuggestions: names that papers and other programs give the methods.
func TestSuggestions(t *testing.T) {
	for typed, want := range map[string]string{
		"δ-VAE": "delta", "β-VAE": "beta", "agressive": "agg", "agrgessive": "agg", "delta vae": "delta", "SA-VAE": "sa", "Fisher": "fisher", "BN-CVAE": "bn", "cyclicall": "cyclical", "freebit": "freebits", "δ-AR": "delta-ar",
		"lagging": "agg", "BN-VAE": "bn", "scale-vae": "scale", "cyclic": "cyclical", "free-bits": "freebits",
		"Delta_VAE": "delta", "Word Dropout": "worddropout", "KL-annealing": "linear", "InfoVAE": "mmd",
		"hred": "seq2seq", "HRED": "seq2seq", "cvae": "vae", "CVAE": "vae", "VAE": "vae", "VHRED": "vae", "vanilla vae": "vae",
	} {
		if _, err := method.Find(typed); err == nil || !strings.Contains(err.Error(), "did you mean "+want+"?") {
			t.Errorf("%s: %v", typed, err)
		}
	}
	if _, err := method.Find("nosuch"); err == nil || strings.Contains(err.Error(), "did you mean") {
		t.Errorf("a name that is none: %v", err)
	}
}
