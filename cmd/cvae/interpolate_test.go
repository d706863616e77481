package main

import (
	"encoding/json"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

// TestLine has both ends, bit for bit, and equal steps between.
func TestLine(t *testing.T) {
	a, b := dialog.Block{{0.1}, {-2}}, dialog.Block{{0.7}, {4}}
	places := line(a, b, 4)
	if len(places) != 4 || !reflect.DeepEqual(places[0], a) || !reflect.DeepEqual(places[3], b) {
		t.Fatalf("places %v", places)
	}
	for i, want := range [][]float64{{0.1, -2}, {0.3, 0}, {0.5, 2}, {0.7, 4}} {
		for s, w := range want {
			if math.Abs(float64(places[i][s][0])-w) > 1e-6 {
				t.Errorf("place %d is %v, want %v", i, places[i], want)
			}
		}
	}
}

// fixture trains a model of sentences and one of dialogue, in a folder of the
// fixtures that becomes the working directory.
func fixture(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := writeFixtures(dir); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	called(t, "train", "--corpus", "cats", "--config", "tiny.yaml", "--out", "sentences", "--method", "skip", "--set", "mode=text")
	called(t, "train", "--corpus", "chat", "--config", "tiny.yaml", "--out", "dialogues")
}

// decoded reads one JSON value.
func decoded(t *testing.T, text string) (value map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return value
}

func keys(m any) string { return strings.Join(slices.Sorted(maps.Keys(m.(map[string]any))), " ") }

// TestReconstructAndInterpolate: the keys are the contract, both ends of the
// walk are the reconstructions of the texts, and so is their z.
func TestReconstructAndInterpolate(t *testing.T) {
	fixture(t)
	for name, test := range map[string]struct {
		from, to string
		args     []string
	}{
		"sentences": {"the cat sat on the mat .", "the cat ran on the bed .", nil},
		"dialogues": {"yes , very much .", "maybe later .", []string{"--context", "do you like tea ?"}},
	} {
		args := append([]string{"--json"}, test.args...)
		walk := decoded(t, called(t, append([]string{"interpolate", name, test.from, test.to, "--steps", "3"}, args...)...))
		steps := walk["steps"].([]any)
		if keys(walk) != "from steps to" || keys(steps[0]) != "log_prob t text z" || len(steps) != 3 {
			t.Fatalf("%s: %v", name, walk)
		}
		for i, text := range map[int]string{0: test.from, 2: test.to} {
			one := decoded(t, called(t, append([]string{"reconstruct", name, text}, args...)...))
			if keys(one) != "kl log_prob reconstruction text tokens z" {
				t.Fatalf("%s: %v", name, one)
			}
			end := steps[i].(map[string]any)
			if end["text"] != one["reconstruction"] || !slices.Equal(end["z"].([]any), one["z"].([]any)) {
				t.Errorf("%s: %v, and the reconstruction is %v", name, end, one)
			}
		}
	}
}
