package decode

import (
	"context"
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/tokenize"
)

// jobsOf draws jobs of one to three hypotheses, and the chains of each.
func jobsOf(t *rapid.T, vocab int) (jobs []Job, chains [][]chain) {
	for range rapid.IntRange(1, 4).Draw(t, "jobs") {
		n := rapid.IntRange(1, 3).Draw(t, "n")
		jobs = append(jobs, Job{Context: context.Background(), KeepWords: true, Alternatives: rapid.IntRange(0, 3).Draw(t, "alternatives"),
			Options: Options{MaxTokens: rapid.IntRange(1, 6).Draw(t, "max"), Sampling: dialog.Sampling{N: n,
				Temperature: float64(rapid.IntRange(0, 2).Draw(t, "temperature")), TopP: rapid.Float64Range(0.3, 1).Draw(t, "p"),
				Seed: rapid.Uint64().Draw(t, "seed"), NoRepeat: rapid.IntRange(0, 2).Draw(t, "repeat"), AllowUnk: rapid.Bool().Draw(t, "unk")}}})
		var own []chain
		for range n {
			own = append(own, randomChain(rapid.Uint64().Draw(t, "chain"), vocab))
		}
		chains = append(chains, own)
	}
	return jobs, chains
}

// Every job of a pass has the result that it has alone.
func TestTogetherIsAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const vocab = 9
		jobs, chains := jobsOf(t, vocab)
		together := Together(&markov{chains: slices.Concat(chains...)}, vocab, jobs)
		for j, job := range jobs {
			alone := Together(&markov{chains: chains[j]}, vocab, []Job{job})[0]
			if diff := cmp.Diff(alone, together[j]); diff != "" {
				t.Fatalf("job %d (-alone +together):\n%s", j, diff)
			}
		}
	})
}

// The words of a sequence add up to it, and the first of the likeliest is the word that
// greedy decoding takes.
func TestWords(t *testing.T) {
	job := Job{Context: context.Background(), KeepWords: true, Alternatives: 2, Options: Options{MaxTokens: 9, Sampling: dialog.Sampling{N: 1, TopP: 1}}}
	s := Together(copies(twoWords, 1), len(twoWords), []Job{job})[0].Sequences[0]
	sum := 0.0
	for _, w := range s.Words {
		sum += w.LogProb
		if w.Likeliest[0] != (Likely{w.Token, w.LogProb}) || len(w.Likeliest) != 2 || w.Likeliest[1].LogProb > w.LogProb {
			t.Errorf("greedy decoding took %d of %v", w.Token, w.Likeliest)
		}
	}
	if len(s.Words) != 3 || s.Words[2].Token != tokenize.End || sum != s.LogProb {
		t.Errorf("the words %v are not those of %+v", s.Words, s)
	}
	near(t, "the second choice of the first word", s.Words[0].Likeliest[1].LogProb, math.Log(.3), 1e-6)
}

// A job that ends, by its context, its caller or a fault, leaves the others as they are.
func TestJobsEndAlone(t *testing.T) {
	endless := probabilities([]float64{0, 1, 0}, []float64{0, 1, 0}, []float64{0, 1, 0})
	broken := chain{endless[0], endless[1], endless[2], endless[3], []float32{0, 0, 0, 0, float32(math.NaN()), 0}, endless[5]}
	o := Options{MaxTokens: 5, Sampling: dialog.Sampling{N: 1, TopP: 1}}
	ctx, leave := context.WithCancel(context.Background())
	gone := Job{Context: ctx, Options: o, Each: func(int, Word) bool { leave(); return true }}
	cut := Job{Context: context.Background(), Options: o, Each: func(int, Word) bool { return false }}
	whole := Job{Context: context.Background(), Options: o}
	s := &markov{chains: []chain{endless, endless, broken, endless}}
	r := Together(s, 6, []Job{gone, cut, whole, whole})
	if !errors.Is(r[0].Err, context.Canceled) || r[0].Sequences != nil {
		t.Errorf("the job of one who left: %+v", r[0])
	}
	if r[1].Err != nil || len(r[1].Sequences[0].Tokens) != 1 || r[1].Sequences[0].Finished {
		t.Errorf("the job that its caller cut: %+v", r[1])
	}
	if !errors.Is(r[2].Err, errNotFinite) {
		t.Errorf("the job of a broken model: %+v", r[2])
	}
	if r[3].Err != nil || len(r[3].Sequences[0].Tokens) != 5 {
		t.Errorf("the job that nothing happened to: %+v", r[3])
	}
	if len(s.fed) != 4 || len(s.fed[0]) != 3 || len(s.fed[1]) != 1 {
		t.Errorf("the model was fed %v", s.fed)
	}
}

// Options out of range are a fault of whoever made the pass.
func TestTogetherChecksOptions(t *testing.T) {
	right := Job{Context: context.Background(), Options: Options{MaxTokens: 5, Sampling: dialog.Sampling{N: 1, TopP: 1}}}
	wrong := right
	wrong.TopP = 2
	for _, r := range Together(copies(twoWords, 2), len(twoWords), []Job{right, wrong}) {
		var outside dialog.SamplingError
		if !errors.As(r.Err, &outside) || r.Sequences != nil {
			t.Errorf("with a wrong job: %+v", r)
		}
	}
}

// A prefix is what a sequence begins with, whatever is likely, and counts.
func TestPrefix(t *testing.T) {
	job := Job{Context: context.Background(), Options: Options{MaxTokens: 5, Sampling: dialog.Sampling{N: 1, TopP: 1}}, Prefix: []int32{5}}
	got := Together(copies(twoWords, 1), len(twoWords), []Job{job})[0].Sequences[0]
	if !slices.Equal(got.Tokens, []int32{5}) || !got.Finished {
		t.Errorf("got %+v, want b and the end, which is likeliest after it", got)
	}
	near(t, "LogProb", got.LogProb, math.Log(.3*.8), 1e-6)
}
