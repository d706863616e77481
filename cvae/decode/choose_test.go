package decode

import (
	"math"
	"slices"
	"testing"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
	"pgregory.net/rapid"
)

// chiSquare is Pearson's statistic of counts against probabilities p, and its
// degrees of freedom.
func chiSquare(counts map[string]int, p map[string]float64) (statistic float64, freedom int) {
	n := 0
	for _, c := range counts {
		n += c
	}
	for key, q := range p {
		expected := q * float64(n)
		miss := float64(counts[key]) - expected
		statistic += miss * miss / expected
	}
	return statistic, len(p) - 1
}

// limit is the 99.9 % point of the chi-square distribution with k degrees of
// freedom, by the approximation of Wilson and Hilferty (1931).
func limit(k int) float64 {
	v := 2 / (9 * float64(k))
	return float64(k) * math.Pow(1-v+3.0902*math.Sqrt(v), 3)
}

func checkFrequencies(t *testing.T, counts map[string]int, p map[string]float64) {
	t.Helper()
	for key := range counts {
		if p[key] == 0 {
			t.Errorf("%q was generated and has no probability", key)
		}
	}
	statistic, freedom := chiSquare(counts, p)
	if statistic > limit(freedom) {
		t.Errorf("chi-square %.1f exceeds %.1f: %v against %v", statistic, limit(freedom), counts, p)
	}
}

// name spells tokens as letters: 4 is a; a final dot is </s>.
func name(s Sequence) string {
	var b []byte
	for _, id := range s.Tokens {
		b = append(b, 'a'+byte(id-4))
	}
	if s.Finished {
		b = append(b, '.')
	}
	return string(b)
}

// The first token under p = (.4, .3, .2, .1) for (</s>, a, b, c). A temperature
// of ½ squares the probabilities: (16, 9, 4, 1)/30.
func TestSamplingFrequencies(t *testing.T) {
	row := []float64{.4, .3, .2, .1}
	c := probabilities(row, row, row, row)
	for what, test := range map[string]struct {
		o    Options
		want map[string]float64
	}{
		"plain":         {Options{Sampling: dialog.Sampling{TopP: 1, Temperature: 1}}, map[string]float64{".": .4, "a": .3, "b": .2, "c": .1}},
		"cold":          {Options{Sampling: dialog.Sampling{TopP: 1, Temperature: .5}}, map[string]float64{".": 16. / 30, "a": 9. / 30, "b": 4. / 30, "c": 1. / 30}},
		"top-k":         {Options{Sampling: dialog.Sampling{TopP: 1, Temperature: 1, TopK: 2}}, map[string]float64{".": 4. / 7, "a": 3. / 7}},
		"top-k of all":  {Options{Sampling: dialog.Sampling{TopP: 1, Temperature: 1, TopK: 99}}, map[string]float64{".": .4, "a": .3, "b": .2, "c": .1}},
		"nucleus":       {Options{Sampling: dialog.Sampling{Temperature: 1, TopP: .75}}, map[string]float64{".": 4. / 9, "a": 3. / 9, "b": 2. / 9}},
		"nucleus of 1":  {Options{Sampling: dialog.Sampling{Temperature: 1, TopP: 1}}, map[string]float64{".": .4, "a": .3, "b": .2, "c": .1}},
		"cold nucleus":  {Options{Sampling: dialog.Sampling{Temperature: .5, TopP: .75}}, map[string]float64{".": 16. / 25, "a": 9. / 25}},
		"k then p":      {Options{Sampling: dialog.Sampling{Temperature: 1, TopK: 3, TopP: .75}}, map[string]float64{".": 4. / 7, "a": 3. / 7}},
		"tiny nucleus":  {Options{Sampling: dialog.Sampling{Temperature: 1, TopP: 1e-9}}, map[string]float64{".": 1}},
		"nearly greedy": {Options{Sampling: dialog.Sampling{TopP: 1, Temperature: 1e-300}}, map[string]float64{".": 1}},
	} {
		t.Run(what, func(t *testing.T) {
			test.o.MaxTokens = 1
			counts := map[string]int{}
			for test.o.Seed = range uint64(2) {
				for _, s := range decode(t, copies(c, 10_000), test.o) {
					counts[name(s)]++
				}
			}
			if len(test.want) == 1 {
				if counts["."] != 20_000 {
					t.Errorf("%v, want only </s>", counts)
				}
				return
			}
			checkFrequencies(t, counts, test.want)
		})
	}
}

// Whole sequences of a Markov chain come with the product of its
// probabilities, so later steps draw independently of earlier ones.
func TestSequenceFrequencies(t *testing.T) {
	counts := map[string]int{}
	for seed := range uint64(3) {
		for _, s := range decode(t, copies(twoWords, 10_000), Options{MaxTokens: 2, Sampling: dialog.Sampling{TopP: 1, Temperature: 1, Seed: seed}}) {
			counts[name(s)]++
		}
	}
	checkFrequencies(t, counts, map[string]float64{
		".":  .1,
		"a.": .6 * .2, "aa": .6 * .1, "ab": .6 * .7,
		"b.": .3 * .8, "ba": .3 * .1, "bb": .3 * .1,
	})
}

func TestSeeds(t *testing.T) {
	c := randomChain(1, 30)
	run := func(seed uint64) (names []string) {
		for _, s := range decode(t, copies(c, 8), Options{MaxTokens: 9, Sampling: dialog.Sampling{TopP: 1, Temperature: 1, Seed: seed}}) {
			names = append(names, name(s))
		}
		return names
	}
	if !slices.Equal(run(1), run(1)) {
		t.Error("one seed gives two answers")
	}
	if slices.Equal(run(1), run(2)) {
		t.Error("two seeds give one answer")
	}
}

// The sets that truncation keeps. Logits are chosen so that the weights are
// exact: 0 and −40, or equal.
func TestCandidates(t *testing.T) {
	equal := []float32{0, 0, 0, 0, 0, 0, 0, 0} // allowed: 3 … 7
	peaked := []float32{50, 50, 50, -40, 0, -40, 0, -41}
	for what, c := range map[string]struct {
		logits []float32
		o      Options
		want   []int32
	}{
		"all":                       {equal, Options{Sampling: dialog.Sampling{TopP: 1}}, []int32{3, 4, 5, 6, 7}},
		"unk too":                   {equal, Options{Sampling: dialog.Sampling{TopP: 1, AllowUnk: true}}, []int32{1, 3, 4, 5, 6, 7}},
		"top-k ties, lowest ids":    {equal, Options{Sampling: dialog.Sampling{TopP: 1, TopK: 3}}, []int32{3, 4, 5}},
		"top-p ties, lowest ids":    {equal, Options{Sampling: dialog.Sampling{TopP: .5}}, []int32{3, 4, 5}},
		"top-p met exactly":         {equal, Options{Sampling: dialog.Sampling{TopP: .4}}, []int32{3, 4}},
		"top-k by rank":             {peaked, Options{Sampling: dialog.Sampling{TopP: 1, TopK: 3}}, []int32{4, 6, 3}},
		"top-p by rank":             {peaked, Options{Sampling: dialog.Sampling{TopP: .9}}, []int32{4, 6}},
		"half of two equals is one": {peaked, Options{Sampling: dialog.Sampling{TopP: .5}}, []int32{4}},
		"p of what k left":          {peaked, Options{Sampling: dialog.Sampling{TopK: 1, TopP: .99}}, []int32{4}},
	} {
		c.o.Temperature = 1
		if got := newChooser(8, c.o).candidates(c.logits); !slices.Equal(got, c.want) {
			t.Errorf("%s: kept %v, want %v", what, got, c.want)
		}
	}
}

// The nucleus is the smallest set: it holds at least p, and does not without
// its least probable member; nobody outside is more probable.
func TestNucleusIsSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		logits := rapid.SliceOfN(rapid.Float32Range(-6, 6), 5, 40).Draw(t, "logits")
		p := rapid.Float64Range(.01, .99).Draw(t, "p")
		c := newChooser(len(logits), Options{Sampling: dialog.Sampling{Temperature: rapid.Float64Range(.2, 3).Draw(t, "T"), TopP: p}})
		kept := c.candidates(logits)
		all := c.mass(c.allowed)
		if held := c.mass(kept); held < p*all*(1-1e-12) {
			t.Fatalf("kept %v of the mass, want %v", held/all, p)
		}
		if held := c.mass(kept[:len(kept)-1]); held >= p*all*(1+1e-12) {
			t.Fatalf("%v would do without the last of %v", held/all, kept)
		}
		least := logits[kept[len(kept)-1]]
		for _, id := range c.allowed {
			if logits[id] > least && !slices.Contains(kept, id) {
				t.Fatalf("token %d is more probable than the kept %v", id, kept)
			}
		}
	})
}

// u just below 1 must not fall off the end nor pick a token of no weight.
func TestSampleEdges(t *testing.T) {
	c := newChooser(7, Options{Sampling: dialog.Sampling{TopP: 1, Temperature: 1}})
	copy(c.weights, []float64{0, 0, 0, 0, .1, .2, 0})
	for u, want := range map[float64]int32{0: 4, 1. / 3 * .999: 4, .34: 5, math.Nextafter(1, 0): 5, 1: 5} {
		if got := c.sample(c.allowed, u); got != want {
			t.Errorf("sample at %v = %d, want %d", u, got, want)
		}
	}
	c.weights[5] = .1
	if got := c.sample(c.allowed, .5); got != 5 {
		t.Errorf("sample at the border = %d, want 5: intervals are closed below and open above", got)
	}
	if c.allowed[0] != tokenize.End {
		t.Errorf("allowed ids start at %d", c.allowed[0])
	}
}

func BenchmarkChoose(b *testing.B) {
	logits := randomChain(1, 1)[0]
	for len(logits) < 10_000 {
		logits = append(logits, randomChain(uint64(len(logits)), 1)[0]...)
	}
	for what, o := range map[string]dialog.Sampling{"greedy": {TopP: 1}, "sample": {Temperature: 1, TopP: 1}, "nucleus": {Temperature: 1, TopP: .9}, "top-k": {Temperature: 1, TopP: 1, TopK: 40}} {
		b.Run(what, func(b *testing.B) {
			c := newChooser(len(logits), Options{Sampling: o})
			for b.Loop() {
				if _, _, err := c.choose(logits, 0, 0, nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
