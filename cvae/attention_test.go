package cvae_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae"
	"github.com/cvae-go/cvae/cvae/cvaetest"
	"github.com/cvae-go/cvae/cvae/internal/kernel"
	"github.com/cvae-go/cvae/cvae/method/methodtest"
	"github.com/cvae-go/cvae/dialog"
)

// attending are the configs whose decoder attends to the context.
func attending() map[string]cvae.Config {
	all := cvaetest.Configs()
	for name, c := range all {
		if c.Decoder.Attention == "" {
			delete(all, name)
		}
	}
	return all
}

// TestGradientsAttention checks attention in the passes that decode twice, beside skip
// connections, a z for every word, pooled turns, labels, and without a latent.
func TestGradientsAttention(t *testing.T) {
	told, z := cvaetest.Told(attending()["dialogue lstm attending"], cvae.Parts{Posterior: cvaetest.TwoSteps{}})
	for what, check := range map[string]struct {
		config cvae.Config
		pool   string
		parts  cvae.Parts
	}{
		"all options, both directions": {attending()["dialogue both directions attending"], "last", cvae.Parts{Decoder: options["all"]}},
		"denoising, transformer":       {attending()["dialogue transformer attending"], "mean", cvae.Parts{Decoder: cvae.DecoderOptions{Denoise: 0.4}}},
		"no latent, cnn":               {attending()["dialogue cnn attending"], "max", cvae.Parts{NoLatent: true}},
		"z a word, labels":             {told, "last", z},
	} {
		t.Run(what, func(t *testing.T) {
			c := check.config
			c.Encoder.Pool, c.Context.Turns = check.pool, 2 // the oldest of three turns share an age
			cvaetest.CheckGradients(t, c, check.parts)
		})
	}
}

// TestAttentionOfOneExample: an example scores the same alone, in its batch, and in
// one whose other contexts are longer or shorter; contexts of one turn are among them.
func TestAttentionOfOneExample(t *testing.T) {
	for name, c := range attending() {
		m := cvaetest.New[float64](t, c, cvae.Parts{}, kernel.PureGo)
		b := randomBatch(c, 9, cvaetest.Vocabulary, 3)
		z := make([]float64, b.Size()*m.Latent().Width())
		for i := range z {
			z[i] = 0.1 * float64(i%7)
		}
		score := func(b *dialog.Batch, z []float64) []float64 {
			contexts, _, _ := m.EncodeContext(b)
			return m.Distortion(b, contexts, z)
		}
		all, turns := score(b, z), map[int]bool{}
		for i := range b.Size() {
			turns[len(b.Context[i])] = true
			width := m.Latent().Width()
			methodtest.Near(t, fmt.Sprint(name, ": example ", i), score(b.Slice(i, i+1), z[i*width:(i+1)*width]), all[i:i+1], 1e-12)
		}
		if !turns[1] || len(turns) < 3 {
			t.Fatalf("the contexts have %v turns", turns)
		}
		swapped := *b
		swapped.Context = slices.Clone(b.Context)
		swapped.Context[4] = [][]int32{{5, 6}, {7}, {8, 9, 10, 11}, {12}}
		swapped.Floor = slices.Clone(b.Floor)
		swapped.Floor[4] = make([]uint8, 4)
		for i, v := range score(&swapped, z) {
			if i != 4 {
				methodtest.Near(t, fmt.Sprint(name, ": example ", i, " beside another"), []float64{v}, all[i:i+1], 1e-12)
			} else if v == all[i] {
				t.Errorf("%s: example %d does not see its context", name, i)
			}
		}
	}
}

// TestAttentionSeesWords: with the features c held still, the first word of the oldest
// turn moves the distortion through attention alone.
func TestAttentionSeesWords(t *testing.T) {
	for name, c := range cvaetest.Configs() {
		if c.Mode == cvae.Text {
			continue
		}
		m := cvaetest.New[float64](t, c, cvae.Parts{}, kernel.PureGo)
		b := cvaetest.Batch(c)
		contexts, _, _ := m.EncodeContext(b)
		z := make([]float64, b.Size()*m.Latent().Width())
		moved := *b
		moved.Context = slices.Clone(b.Context)
		moved.Context[2] = slices.Clone(b.Context[2])
		moved.Context[2][0] = append([]int32{21}, b.Context[2][0][1:]...)
		before, after := m.Distortion(b, contexts, z), m.Distortion(b, m.ContextsOf(&moved, contexts.C), z)
		if seen := before[2] != after[2]; seen != (c.Decoder.Attention != "") {
			t.Errorf("%s: a word of the context is seen: %t", name, seen)
		}
	}
}

// TestAttentionRefused says what to do, and is ignored where there is no context.
func TestAttentionRefused(t *testing.T) {
	text, other := cvaetest.Configs()["text"], cvaetest.Configs()["dialogue gru"]
	text.Decoder.Attention, other.Decoder.Attention = cvae.AttendContext, "local"
	for want, c := range map[string]cvae.Config{
		"decoder.attention=context attends to the words of the context, and mode text has none; leave it out": text,
		`decoder.attention "local" is neither context nor none`:                                               other,
	} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	c := cvaetest.Configs()["dialogue transformer attending"]
	m := cvaetest.New[float64](t, c, cvae.Parts{NoLatent: true, NoContext: true}, kernel.PureGo)
	for _, p := range m.Params() {
		if strings.Contains(p.Name, "cross") || p.Name == "context.age" {
			t.Errorf("a language model has %s", p.Name)
		}
	}
	c.Decoder.Attention = "none"
	if got := c.Complete().Decoder.Attention; got != "" {
		t.Errorf("none is %q", got)
	}
}
