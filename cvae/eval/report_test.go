package eval

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae/eval/latent"
)

// withoutLatent is the golden report of a language model: every key of the
// contract is there.
const withoutLatent = `{
  "run": "run",
  "corpus": "builtin",
  "split": "test",
  "method": "lm",
  "examples": 3,
  "tokens": 12,
  "rec": 9.5,
  "kl": null,
  "kl_per_dim": null,
  "kl_per_step": null,
  "committed_rate": null,
  "lengths": null,
  "prior_kl": null,
  "side": null,
  "nll": {
    "elbo": 9.5,
    "iw": null,
    "iw_samples": null,
    "iw_se": null,
    "iw_examples": null,
    "elbo_iw_rows": null,
    "gain": null,
    "gain_se": null,
    "aux": null
  },
  "ppl": {
    "elbo": 10.75,
    "iw": null,
    "aux": null,
    "reconstruction": 10.75
  },
  "mi": {
    "full": null,
    "full_se": null,
    "minibatch": null,
    "raw_full": null,
    "per_step": null,
    "steps": null,
    "steps_se": null,
    "ceiling": {
      "full": null,
      "minibatch": null,
      "steps": null
    }
  },
  "active_units": null,
  "residual_active_units": null,
  "active_units_charged": null,
  "mean_std": null,
  "latent_dim": null,
  "latent": {
    "shape": null
  },
  "collapse": {
    "information": null,
    "kl": null,
    "prior": null,
    "context_only": null
  },
  "findings": null,
  "bounds": {
    "e1": null,
    "e2": null,
    "e3": null,
    "e4": null
  }
}`

func languageModel() Report {
	r := blank()
	r.Run, r.Corpus, r.Split, r.Method = "run", "builtin", "test", "lm"
	r.Examples, r.Tokens, r.Rec, r.NLL.ELBO = 3, 12, 9.5, 9.5
	r.PPL.ELBO, r.PPL.Reconstruction = 10.75, 10.75
	return r
}

func TestReportGolden(t *testing.T) {
	text, err := json.MarshalIndent(languageModel(), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(withoutLatent, string(text)); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	var back Report
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.MarshalIndent(back, "", "  ")
	if err != nil || string(again) != withoutLatent {
		t.Errorf("a report that was read back is %s, %v", again, err)
	}
}

func TestNumber(t *testing.T) {
	for _, test := range []struct {
		number Number
		want   string
	}{{1.25, "1.25"}, {0, "0"}, {unknown, "null"}, {Number(math.Inf(1)), "null"}, {Number(math.Inf(-1)), "null"}} {
		if text, err := json.Marshal(test.number); err != nil || string(text) != test.want {
			t.Errorf("%v is %s, %v, want %s", float64(test.number), text, err, test.want)
		}
	}
	var n Number
	if err := json.Unmarshal([]byte(`"many"`), &n); err == nil {
		t.Error("a word was read as a number")
	}
}

func TestFirstLine(t *testing.T) {
	alive := languageModel()
	alive.NLL = NLL{ELBO: 45.12, IW: 44.24, Samples: new(20), IWError: 0.11, IWExamples: new(3), Aux: unknown}
	alive.Rec, alive.KL, alive.PPL.ELBO = 39.01, 6.11, 32.06
	alive.MI.Full, alive.MI.Ceiling.Full = 4.2, 8.8
	words := languageModel()
	words.NLL.ELBO, words.Rec, words.KL, words.Committed, words.LatentDim = 45.12, 39.01, 6.11, 2.04, new(2)
	words.MI.PerStep = []Number{0.1, 0.04}
	words.MI.Steps, words.MI.Ceiling.Steps, words.Findings = 0.14, 31.26, []latent.Finding{{Name: "information"}}
	alive.Active, alive.Residual, alive.LatentDim = new(32), new(31), new(32)
	dead := alive
	dead.Split, dead.NLL = "", NLL{ELBO: 45.12, IW: unknown, IWError: unknown, Aux: unknown}
	dead.KL, dead.MI.Full, dead.Active, dead.Residual = 0.04, 0.01, new(3), new(0)
	dead.Findings = []latent.Finding{{Name: "kl"}, {Name: "context_only"}}
	below := dead
	below.MI.Full = -0.03
	part := alive
	part.NLL.IWExamples, part.NLL.IWRows = new(2), 44.91
	fitted := alive
	fitted.NLL = NLL{ELBO: 45.12, IW: unknown, IWError: unknown, Aux: 44.31}
	fitted.PPL.Aux, fitted.Committed, fitted.MI.Full, fitted.Active = 31.04, 2.04, unknown, nil
	one := languageModel()
	one.NLL.IW = 9.4 // of one example there is no error
	for _, test := range []struct {
		report Report
		want   string
	}{
		{languageModel(), "test: nll 9.5  ppl 10.8"},
		{one, "test: nll 9.5 (iw 9.4)  ppl 10.8"},
		{alive, "test: nll 45.1 (iw 44.2 ± 0.1)  rec 39.0  kl 6.1  ppl 32.1  mi 4.2/8.8  units 32/32 residual 31"},
		{part, "test: nll 45.1 (iw 44.2 ± 0.1 of 2, where nll is 44.9)  rec 39.0  kl 6.1  ppl 32.1  mi 4.2/8.8  units 32/32 residual 31"},
		{fitted, "test: nll 44.3 (45.1 without the auxiliary prior)  rec 39.0  kl 6.1 (committed 2.0)  ppl 31.0"},
		{words, "test: nll 45.1  rec 39.0  kl 6.1 (committed 2.0)  ppl 10.8  mi 0.1/31.3  collapse information"},
		{below, "nll 45.1  rec 39.0  kl 0.0  ppl 32.1  mi 0.0/8.8  units 3/32 residual 0  collapse kl, context_only"},
		{dead, "nll 45.1  rec 39.0  kl 0.0  ppl 32.1  mi 0.0/8.8  units 3/32 residual 0  collapse kl, context_only"},
	} {
		if got := FirstLine(test.report); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}

// TestReportOfEarlierVersions: a number whose key is missing does not apply.
func TestReportOfEarlierVersions(t *testing.T) {
	var r Report
	if err := json.Unmarshal([]byte(`{"rec":9.5,"bounds":{"e1":1,"e2":2,"e3":3}}`), &r); err != nil {
		t.Fatal(err)
	}
	if r.Rec != 9.5 || r.Bounds.E3 != 3 || r.Bounds.E4.Known() || r.KL.Known() {
		t.Errorf("%+v", r)
	}
}
