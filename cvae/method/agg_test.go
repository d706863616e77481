package method_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/nn"
	"github.com/cvae-go/cvae/cvae/method"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/cvae/train"
)

// TestAggressive is the budget of the authors' text.py, whose loop of sub < 100
// makes 99 updates and looks at every fifteenth.
func TestAggressive(t *testing.T) {
	for _, mode := range []cvae.Mode{cvae.Dialogue, cvae.Text} {
		parts := methodtest.Parts(t, "agg+linear", nil, mode)
		a, ok := parts.Strategy.(*train.Aggressive)
		if !ok || a.Inner != 99 || a.Window != 15 {
			t.Errorf("%s: strategy %+v", mode, parts.Strategy)
		}
		if !parts.SeparateInference || parts.Schedule == nil {
			t.Errorf("%s: parts %+v", mode, parts)
		}
	}
	again := methodtest.Parts(t, "agg", nil, cvae.Text)
	if again.Strategy == methodtest.Parts(t, "agg", nil, cvae.Text).Strategy {
		t.Error("two runs share one strategy")
	}
}

// TestAutoencoder pre-trains with beta 0 and everything moving, whatever is
// joined, and leaves the second phase to the joined methods.
func TestAutoencoder(t *testing.T) {
	parts := methodtest.Parts(t, "ae+bn+linear+agg", map[string]any{"ae.epochs": 3}, cvae.Dialogue)
	want := []train.Phase{
		{Name: "autoencoder", Epochs: 3, Schedule: train.Constant(0), Strategy: train.Joint{}},
		{Name: "main", ResetDecoder: true},
	}
	if diff := cmp.Diff(want, parts.Phases); diff != "" {
		t.Errorf("phases (-want +got):\n%s", diff)
	}
	if parts.Posterior == nil || parts.Schedule == nil || parts.Strategy == nil {
		t.Errorf("parts %+v", parts)
	}
}

// TestStrategiesRefused says what cannot be joined.
func TestStrategiesRefused(t *testing.T) {
	for names, word := range map[string]string{
		"agg+agg": "both set the strategy", "ae+ae": "both set the phases",
		"lm+agg": "no latent", "seq2seq+ae": "no latent",
	} {
		if _, _, err := method.Compose(names, nil, cvae.Dialogue); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", names, err)
		}
	}
}

// TestResetShift gives the learned shift of bn its first value back with the
// decoder, as the authors refill their normalisation layer.
func TestResetShift(t *testing.T) {
	m := methodtest.New(t, methodtest.Shapes()[cvae.Dialogue], "bn", map[string]any{"bn.beta": 0.25})
	shifts := 0
	for _, p := range m.Params() {
		if p.Name == "bn.beta" {
			shifts++
			p.Value[0] = 3
			if m.ResetDecoder(); p.Value[0] != 0.25 {
				t.Errorf("the shift is %g", p.Value[0])
			}
		}
	}
	if shifts != 1 {
		t.Errorf("%d shifts", shifts)
	}
}

// TestAggressiveDialogue is what the paper, which has no context, leaves open. Its inner
// updates move the encoder of the response. Where the dialogue presets share that encoder
// with the turns, this moves the context and the prior, which are to stand still: the trap.
// So the encoder is in the inference part where its weights are its own, as agg has them,
// and moving that part moves the posterior alone.
func TestAggressiveDialogue(t *testing.T) {
	shared := methodtest.Shapes()[cvae.Dialogue]
	for name, c := range map[string]cvae.Config{"shared": shared, "separate": shared.SeparateInference()} {
		b := cvaetest.Batch(c)
		// moved scores the batch with some parameters moved, and counts the tensors of
		// an encoder among them.
		moved := func(some func(p *nn.Param[float64]) bool) (r *cvae.Result, encoders int) {
			m := methodtest.New(t, c, "agg", nil)
			for _, p := range m.Params() {
				if p.Group&nn.Inference == 0 && !some(p) {
					continue
				}
				if !strings.HasPrefix(p.Name, "recognition.") {
					encoders++
				}
				for i := range p.Value {
					p.Value[i] += 0.1
				}
			}
			m.Changed()
			return methodtest.Score(t, m, b), encoders
		}
		before := methodtest.Score(t, methodtest.New(t, c, "agg", nil), b)
		after, encoders := moved(func(*nn.Param[float64]) bool { return false })
		if (encoders > 0) != (name == "separate") {
			t.Errorf("%s: the inference part has %d tensors of an encoder", name, encoders)
		}
		methodtest.Same(t, name+": context", after.C, before.C)
		methodtest.Same(t, name+": prior", after.P.Mean, before.P.Mean)
		if after.Q.Mean[0] == before.Q.Mean[0] {
			t.Errorf("%s: the posterior has not moved", name)
		}
		if name == "separate" {
			continue
		}
		literal, encoders := moved(func(p *nn.Param[float64]) bool { return strings.HasPrefix(p.Name, "turn.") })
		if encoders == 0 || literal.C[0] == before.C[0] || literal.P.Mean[0] == before.P.Mean[0] {
			t.Errorf("the encoder of %d tensors that responses share with turns moves neither context nor prior", encoders)
		}
	}
}
