package training

import (
	"context"
	"maps"
	"math"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
)

// pointsConfig is a small model of the corpus points, trained for a few steps.
func pointsConfig(t *testing.T, set map[string]any) config.Config {
	t.Helper()
	c, err := config.Defaults("ptb")
	if err != nil {
		t.Fatal(err)
	}
	c.Corpus, c.MaxSteps, c.MaxEpochs = "points", 4, 0
	shapes := map[string]any{"encoder.embedding": 8, "encoder.hidden": 8, "decoder.hidden": 8, "latent.dim": 2}
	maps.Copy(shapes, set)
	for key, value := range shapes {
		if err := c.Set(key, value); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// TestBatchesOfOneLabel trains bn on batches of one component each and looks at
// where it puts them: all components have the mean of bn's shift, so nothing lies
// between them, and the shape of a single one is that under saved statistics. In
// mixed batches something does. Looking changes nothing.
func TestBatchesOfOneLabel(t *testing.T) {
	for label, separated := range map[string]bool{"component": false, "": true} {
		s, err := Prepare(context.Background(), pointsConfig(t, map[string]any{"batch_label": label, "keep_batches": label != "", "init.weights": 0.5, "init.embedding": 1}),
			Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		if err := s.Train(context.Background()); err != nil {
			t.Fatal(err)
		}
		kept := slices.Clone(s.model.Buffers()[0].Value)
		p, names, err := s.Place(context.Background(), "component")
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(names, []string{"0", "1", "2", "3"}) || p.D != 2 || len(p.Groups) != placedBatches*s.Config.Batch || len(p.Trained) != 2*len(p.Groups) {
			t.Errorf("%q: %d places in %d numbers of the groups %v", label, len(p.Groups), len(p.Trained), names)
		}
		for i, b := range s.trainer.FullBatches(placedBatches) {
			if mixed := len(slices.Compact(slices.Sorted(slices.Values(p.Groups[i*len(b):(i+1)*len(b)])))) > 1; mixed != separated {
				t.Fatalf("%q: batch %d has several components: %t", label, i, mixed)
			}
		}
		if got := float64(p.Separation) > 1e-6; got != separated {
			t.Errorf("%q: the separation is %v", label, p.Separation)
		}
		for name, v := range map[string]float64{"displacement": float64(p.Displacement), "regrouped": float64(p.Regrouped)} {
			if !(v > 0 && v < 1) || (name == "regrouped") != (v > 0.3) && separated {
				t.Errorf("%q: %s is %v", label, name, v)
			}
		}
		again, _, err := s.Place(context.Background(), "component")
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Errorf("%q: places differ the second time: %v", label, err)
		}
		if !slices.Equal(kept, s.model.Buffers()[0].Value) {
			t.Errorf("%q: looking changed the saved statistics", label)
		}
		for _, w := range s.model.Params() {
			if slices.ContainsFunc(w.Grad, func(g float32) bool { return g != 0 }) {
				t.Errorf("%q: looking left a gradient of %s", label, w.Name)
			}
		}
		if math.IsNaN(float64(p.Procrustes)) || p.Procrustes < 0 || p.Procrustes > 1 {
			t.Errorf("%q: procrustes is %v", label, p.Procrustes)
		}
	}
}

// TestBatchLabelUnknown names the labels that there are.
func TestBatchLabelUnknown(t *testing.T) {
	_, err := Prepare(context.Background(), pointsConfig(t, map[string]any{"batch_label": "colour"}), Options{Out: filepath.Join(t.TempDir(), "run"), Threads: 1})
	if err == nil || !strings.Contains(err.Error(), `no label "colour"; the labels there are component, horizontal, vertical`) {
		t.Errorf("%v", err)
	}
}
