// Package clients calls cvae serve with the clients that others use. It is a module of
// its own, so that the program does not depend on them.
package clients

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

var address = regexp.MustCompile(`http://[0-9.:]+/v1`)

// client starts the server with the built-in model and returns a client of it.
func client(t *testing.T) openai.Client {
	t.Helper()
	program := filepath.Join(t.TempDir(), "cvae")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./cmd/cvae")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	c := exec.CommandContext(ctx, program, "serve", "--listen", "127.0.0.1:0")
	errs, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_, _ = io.Copy(io.Discard, errs)
		_ = c.Wait() // it was killed
	})
	line, err := bufio.NewReader(errs).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return openai.NewClient(option.WithBaseURL(address.FindString(line)), option.WithAPIKey("none"), option.WithMaxRetries(0))
}

// TestOpenAI asks for eight responses at once and as a stream, for embeddings, and for
// what is refused.
func TestOpenAI(t *testing.T) {
	c, ctx := client(t), t.Context()
	models, err := c.Models.List(ctx)
	if err != nil || len(models.Data) != 1 || models.Data[0].ID != "builtin" {
		t.Fatalf("%+v, %v", models, err)
	}
	q := openai.ChatCompletionNewParams{Model: "builtin", N: openai.Int(8), Seed: openai.Int(7), Logprobs: openai.Bool(true),
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Shall we order pizza tonight?")}}
	whole, err := c.Chat.Completions.New(ctx, q)
	if err != nil || len(whole.Choices) != 8 {
		t.Fatalf("%+v, %v", whole, err)
	}
	different := map[string]bool{}
	for _, choice := range whole.Choices {
		different[choice.Message.Content] = true
	}
	if len(different) < 3 {
		t.Errorf("of 8 responses %d differ", len(different))
	}
	q.StreamOptions.IncludeUsage = openai.Bool(true)
	stream := c.Chat.Completions.NewStreaming(ctx, q)
	gathered := openai.ChatCompletionAccumulator{}
	for stream.Next() {
		if !gathered.AddChunk(stream.Current()) {
			t.Errorf("a chunk does not fit: %+v", stream.Current())
		}
	}
	if err := stream.Err(); err != nil {
		t.Fatal(err)
	}
	for i, choice := range whole.Choices {
		if got := gathered.Choices[i]; got.Message.Content != choice.Message.Content || got.FinishReason != choice.FinishReason || len(got.Logprobs.Content) != len(choice.Logprobs.Content) {
			t.Errorf("response %d is streamed as %+v, and is %+v", i, got, choice)
		}
	}
	if gathered.Usage.TotalTokens != whole.Usage.TotalTokens || gathered.ID == "" {
		t.Errorf("usage %+v, whole %+v", gathered.Usage, whole.Usage)
	}
}

func TestOpenAIEmbeddings(t *testing.T) {
	c, ctx := client(t), t.Context()
	context := option.WithJSONSet("cvae.context", []string{"Shall we order pizza tonight?"})
	e, err := c.Embeddings.New(ctx, openai.EmbeddingNewParams{Model: "builtin", Input: openai.EmbeddingNewParamsInputUnion{OfArrayOfStrings: []string{"Yes.", "No."}}}, context)
	if err != nil || len(e.Data) != 2 {
		t.Fatalf("%+v, %v", e, err)
	}
	apart := 0.0
	for d, x := range e.Data[0].Embedding {
		apart += math.Abs(x - e.Data[1].Embedding[d])
	}
	if apart == 0 {
		t.Error("yes and no have one embedding")
	}
	var fault *openai.Error
	_, err = c.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: "gpt", Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("a")}})
	if !errors.As(err, &fault) || fault.StatusCode != http.StatusNotFound || fault.Code != "model_not_found" || fault.Param != "model" {
		t.Errorf("a model that is not there: %v", err)
	}
}
