package train

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/eval"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/dialog"
)

// TestPrecision: training in bf16 ends elsewhere, and what it validates with is a model
// as fp32 computes it.
func TestPrecision(t *testing.T) {
	var exact, rounded memory
	for p, k := range map[cvae.Precision]*memory{cvae.FP32: &exact, cvae.BF16: &rounded} {
		tr := trainer(t, Options{MaxEpochs: 1, Precision: p}, k)
		if err := tr.Run(context.Background(), nil); err != nil {
			t.Fatal(err)
		}
		if now := tr.mover.model.Team().Use(p); now == cvae.BF16 {
			t.Errorf("after training in %s the team uses %s", p, now)
		}
	}
	if cmp.Equal(exact.last.Model, rounded.last.Model) {
		t.Error("bf16 and fp32 end with the same model")
	}
	m := cvaetest.New[float32](t, shape(), cvae.Parts{}, kernel.Best())
	if err := Restore(m, rounded.last.Model); err != nil {
		t.Fatal(err)
	}
	report, err := eval.Evaluate(context.Background(), m, dialogues(t, shape(), 5), eval.Options{Seed: 1, Batch: 4, Threads: 1}, nil)
	if err != nil {
		t.Fatal(err)
	}
	bound := 0.0
	for _, e := range rounded.events {
		if e.Kind == dialog.Validated {
			bound = e.Bound
		}
	}
	if want := float64(report.NLL.Bound()); bound != want {
		t.Errorf("the validation of a run in bf16 is %v, and that of its model in fp32 %v", bound, want)
	}
}
