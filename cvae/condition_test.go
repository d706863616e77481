package cvae_test

import (
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/rng"
	"github.com/cvae-go/cvae/tokenize"
)

// conditions are labels and an act head apart and together.
var conditions = map[string]func(*cvae.Conditioning){
	"labels":   func(c *cvae.Conditioning) { c.ActHead, c.Act = false, "" },
	"act head": func(c *cvae.Conditioning) { c.Labels = nil },
	"both":     func(*cvae.Conditioning) {},
}

// told is the first test model with a condition.
func told(condition string, p cvae.Parts) (cvae.Config, cvae.Parts) {
	c, p := cvaetest.Told(cvaetest.Configs()["dialogue gru"], p)
	conditions[condition](&c.Condition)
	for name := range p.Labels {
		if !slices.Contains(c.Condition.Labels, name) && name != c.Condition.Act {
			delete(p.Labels, name)
		}
	}
	return c, p
}

// TestGradientsTold compares gradients with central differences.
func TestGradientsTold(t *testing.T) {
	for condition := range conditions {
		t.Run(condition, func(t *testing.T) {
			c, p := told(condition, cvae.Parts{})
			cvaetest.CheckGradients(t, c, p)
		})
	}
	t.Run("without a latent", func(t *testing.T) {
		c, p := told("both", cvae.Parts{NoLatent: true})
		cvaetest.CheckGradients(t, c, p)
	})
}

// TestSinglePrecisionTold compares float32 on every kernel path with float64.
func TestSinglePrecisionTold(t *testing.T) {
	c, p := told("both", cvae.Parts{})
	cvaetest.CheckSinglePrecision(t, c, p)
}

// TestActStaysHidden: the act of the response moves the training loss, where it
// is told to the decoder, and neither c, nor the prior, nor the likelihood of
// the generator.
func TestActStaysHidden(t *testing.T) {
	c, p := told("both", cvae.Parts{NoLatent: true})
	m := cvaetest.New[float64](t, c, p, kernel.PureGo)
	b := cvaetest.Batch(c)
	other := *b
	other.Acts = []int32{3, 1, 2, 3, 1}
	if slices.Equal(b.Acts, other.Acts) {
		t.Fatal("the acts are the same")
	}
	before, after := methodtest.Score(t, m, b), methodtest.Score(t, m, &other)
	methodtest.Same(t, "c", after.C, before.C)
	methodtest.Same(t, "distortion", after.Rec, before.Rec)
	if before.Side == after.Side || before.Side != before.Observed["act_ce"][0] {
		t.Errorf("side %g and %g, cross-entropy of the act %v", before.Side, after.Side, before.Observed["act_ce"])
	}
	g := graph(t, m, cvaetest.Rows)
	trained, retrained := methodtest.Run(t, g, b, 1), methodtest.Run(t, g, &other, 1)
	if slices.Equal(trained.Rec, retrained.Rec) {
		t.Error("training does not tell the decoder the act")
	}
}

// TestPriorOfTold: what is known moves c and the prior, and the act of the
// response does not.
func TestPriorOfTold(t *testing.T) {
	c, p := told("both", cvae.Parts{})
	m := cvaetest.New[float64](t, c, p, kernel.PureGo)
	b := cvaetest.Batch(c)
	acts, labels := *b, *b
	acts.Acts = []int32{3, 1, 2, 3, 1}
	labels.Labels = slices.Repeat([][]int32{{1, 3}}, cvaetest.Rows)
	_, before, _ := m.EncodeContext(b)
	_, same, _ := m.EncodeContext(&acts)
	_, moved, _ := m.EncodeContext(&labels)
	methodtest.Same(t, "prior", same, before)
	if slices.Equal(moved, before) {
		t.Error("the labels do not reach the prior")
	}
}

// TestUntold: without labels c ends in zeros, the embedding of None.
func TestUntold(t *testing.T) {
	c, p := told("labels", cvae.Parts{})
	m := cvaetest.New[float64](t, c, p, kernel.PureGo)
	b := cvaetest.Batch(c)
	b.Labels = nil
	silent, _, _ := m.EncodeContext(b)
	m.Tell(b, map[string]string{"topic": "never seen", "unknown": "work"})
	unknown, _, _ := m.EncodeContext(b)
	methodtest.Same(t, "c", unknown.C, silent.C)
	width := len(silent.C) / b.Size()
	if !zero(silent.C[width-8:width]) || zero(silent.C[:width-8]) { // two embeddings of 4
		t.Errorf("c is %v", silent.C[:width])
	}
}

// TestToldBatch has the ids of what is known before the response, and of its act.
func TestToldBatch(t *testing.T) {
	c, p := told("both", cvae.Parts{})
	m := cvaetest.New[float32](t, c, p, kernel.PureGo)
	var source iter.Seq2[dialog.Dialogue, error] = func(yield func(dialog.Dialogue, error) bool) {
		d := dialog.Dialogue{Labels: map[string]string{"topic": "work"}, Turns: []dialog.Turn{
			{Text: "hi", Labels: map[string]string{"act": "greet"}},
			{Text: "why ?", Labels: map[string]string{"act": "ask"}},
			{Text: "so", Labels: map[string]string{"act": "sigh"}},
		}}
		yield(d, nil)
	}
	words, err := tokenize.TrainWords(func(yield func(string, error) bool) { yield("hi why ? so", nil) }, tokenize.Options{})
	if err != nil {
		t.Fatal(err)
	}
	set, err := dialog.Encode(source, words, c.Window(), c.Condition.Labelling(p.Labels))
	if err != nil {
		t.Fatal(err)
	}
	b := m.Batch(set, []int{0, 1})
	// Of topic, work is 2; of act, ask is 1, greet 2 and tell 3.
	if diff := cmp.Diff([][]int32{{2, 2}, {2, 1}}, b.Labels); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int32{1, dialog.None}, b.Acts); diff != "" {
		t.Error(diff)
	}
}

// TestConditionRefused says what cannot be.
func TestConditionRefused(t *testing.T) {
	for word, change := range map[string]func(*cvae.Config, *cvae.Parts){
		"mode text":            func(c *cvae.Config, _ *cvae.Parts) { c.Mode = cvae.Text },
		"no context":           func(_ *cvae.Config, p *cvae.Parts) { p.NoContext = true },
		"named once":           func(c *cvae.Config, _ *cvae.Parts) { c.Condition.Labels = []string{"topic", "topic"} },
		"needs a name":         func(c *cvae.Config, _ *cvae.Parts) { c.Condition.Labels = []string{""} },
		"condition.embedding":  func(c *cvae.Config, _ *cvae.Parts) { c.Condition.Embedding = -1 },
		`no values of the`:     func(c *cvae.Config, _ *cvae.Parts) { c.Condition.Act = "mood" },
		`label "topic"`:        func(_ *cvae.Config, p *cvae.Parts) { delete(p.Labels, "topic") },
		`is not told`:          func(_ *cvae.Config, p *cvae.Parts) { p.Labels["mood"] = []string{"warm"} },
		`"food", is not in or`: func(_ *cvae.Config, p *cvae.Parts) { p.Labels["topic"] = []string{"work", "food"} },
		`"", is not in order`:  func(_ *cvae.Config, p *cvae.Parts) { p.Labels["topic"] = []string{"", "food"} },
	} {
		c, p := cvaetest.Told(cvaetest.Configs()["dialogue gru"], cvae.Parts{})
		change(&c, &p)
		team, err := kernel.NewTeam(1, kernel.PureGo)
		if err != nil {
			t.Fatal(err)
		}
		_, err = tried(func() (*cvae.Model[float32], error) { return cvae.New[float32](c, 9, p, 1, team) })
		team.Close()
		if err == nil || !strings.Contains(err.Error(), word) || strings.HasPrefix(err.Error(), "panic") {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// TestForeignLabels of a batch are an error of the graph, not a panic.
func TestForeignLabels(t *testing.T) {
	c, p := told("both", cvae.Parts{})
	m := cvaetest.New[float32](t, c, p, kernel.PureGo)
	g := graph(t, m, cvaetest.Rows)
	for word, change := range map[string]func(*dialog.Batch){
		"value 3 of label 0 is not": func(b *dialog.Batch) { b.Labels[1][0] = 3 },
		"value -1":                  func(b *dialog.Batch) { b.Labels[0][1] = -1 },
		"labels of 4 examples":      func(b *dialog.Batch) { b.Labels = b.Labels[1:] },
		"acts of 3 examples":        func(b *dialog.Batch) { b.Acts = b.Acts[2:] },
		"1 labels":                  func(b *dialog.Batch) { b.Labels[2] = []int32{0} },
		"act 4 is not one of 3":     func(b *dialog.Batch) { b.Acts[0] = 4 },
	} {
		b := cvaetest.Batch(c)
		change(b)
		if _, err := g.Run(b, cvae.Draws{Purpose: rng.Posterior}, 1); err == nil || !strings.Contains(err.Error(), word) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

// TestConditionComplete fills in defaults of what is on alone.
func TestConditionComplete(t *testing.T) {
	for _, test := range []struct{ given, want cvae.Conditioning }{
		{cvae.Conditioning{Labels: []string{}}, cvae.Conditioning{}},
		{cvae.Conditioning{Labels: []string{"topic"}}, cvae.Conditioning{Labels: []string{"topic"}, Embedding: 30}},
		{cvae.Conditioning{ActHead: true}, cvae.Conditioning{ActHead: true, Act: "act", Embedding: 30}},
		{cvae.Conditioning{ActHead: true, Act: "intent", Embedding: 8}, cvae.Conditioning{ActHead: true, Act: "intent", Embedding: 8}},
	} {
		if diff := cmp.Diff(test.want, test.given.Complete()); diff != "" {
			t.Error(diff)
		}
	}
}
