package openai

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cvae-go/cvae/dialog"
)

var update = flag.Bool("update", false, "write the golden files")

// outcome is an answer of two responses, the second of which was cut.
func outcome(words bool) Outcome {
	o := Outcome{
		Reply: dialog.Reply{Context: []string{"hello"}, Seed: 7, Distinct: 2, PriorMean: dialog.Block{{0, 0.5}}, PriorStd: dialog.Block{{1, 2}}, Unread: dialog.Unread{Turns: 1, Tokens: 2},
			Responses: []dialog.Response{{Text: "Hi.", LogProb: -1.5, Z: dialog.Block{{0.25, -1}}, PriorDistance: 0.75}, {Text: "Hi you", LogProb: -2.5, Z: dialog.Block{{1, 1}}, PriorDistance: 1.25}}},
		Sampling: dialog.Sampling{N: 2, PriorScale: 1, Labels: map[string]string{"topic": "work"}},
		Texts:    []Outtext{{Text: "Hi.", Reason: ReasonStop}, {Text: "Hi you", Reason: ReasonLength}},
		Card:     &dialog.LatentCard{Dim: 2, Measured: true, KLPerDim: []float64{0.5, 0.001}, Verdict: "it is dead"},
		Usage:    NewUsage(1, 4), Instructions: 1,
	}
	if words {
		o.Texts[0].Words = []Spoken{{Token: "hi", LogProb: -1, Likeliest: []Spoken{{Token: "hi", LogProb: -1}}}, {Token: ".", LogProb: -0.25, Offset: 2}, {Token: "</s>", LogProb: -0.25, IsEnd: true, Offset: 3}}
		o.Texts[1].Words = []Spoken{}
	}
	return o
}

// TestGolden compares every form of an answer with its file. The keys are those of the
// OpenAI API reference, but for cvae.
func TestGolden(t *testing.T) {
	h := Head{ID: "id-1", Created: time.Unix(1700000000, 0), Model: "run"}
	z := 2
	for name, v := range map[string]any{
		"chat":          NewChatReply(h, outcome(false)),
		"chat-logprobs": NewChatReply(h, outcome(true)),
		"chunks":        stream(ChatChunks{h}, outcome(true)),
		"completion":    NewCompletionReply(h, outcome(true)),
		"completions":   stream(CompletionChunks{h}, outcome(false)),
		"embeddings":    NewEmbeddingReply(EmbeddingRequest{}, "run", [][]float32{{0.5, -1}, {0, 3}}, 5),
		"embeddings64":  NewEmbeddingReply(EmbeddingRequest{Base64: true}, "run", [][]float32{{0.5, -1}}, 5),
		"models": NewModelList([]Model{NewModel("run", time.Unix(1700000000, 0), dialog.Card{Name: "runs/run", Method: "bn", Parameters: 10, Vocabulary: 20, Latent: outcome(false).Card}, 15, map[string][]string{}),
			NewModel("other", time.Unix(1700000000, 0), dialog.Card{Method: "lm", Sentences: true, Temperature: 1, Latent: &dialog.LatentCard{Dim: z}}, 15, nil)}),
		"error": NoModel("gpt").Body(),
	} {
		got, err := json.MarshalIndent(v, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, '\n')
		path := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(path, got, 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, want) {
			t.Errorf("%s (-want +got):\n%s", path, cmp.Diff(string(want), string(got)))
		}
	}
}

// stream is all chunks of an answer.
func stream(c interface {
	Begin(int) any
	Text(int, string, []Spoken) any
	End(Outcome, int) any
	Usage(Outcome) any
}, o Outcome) (list []any) {
	for i, text := range o.Texts {
		if first := c.Begin(i); first != nil {
			list = append(list, first)
		}
		list = append(list, c.Text(i, text.Text, text.Words))
	}
	for i := range o.Texts {
		list = append(list, c.End(o, i))
	}
	return append(list, c.Usage(o))
}
