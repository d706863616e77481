package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/config"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/run/training"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog"
)

func builtin(t testing.TB) *run.Run {
	t.Helper()
	r, err := run.OpenBuiltin(1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// trained trains a small run of a method; mode is dialogue or text.
func trained(t testing.TB, method, mode string) *run.Run {
	t.Helper()
	c := runtest.Config(t, runtest.Corpus(t))
	c.Method, c.MaxSteps = method, 20
	if mode == "text" {
		c.Model.Mode = "text"
	}
	return trainedAs(t, c)
}

// trainedAs trains a configuration in a folder named after its method.
func trainedAs(t testing.TB, c config.Config) *run.Run {
	t.Helper()
	dir := filepath.Join(t.TempDir(), c.Method)
	s, err := training.Prepare(context.Background(), c, training.Options{Out: dir, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Train(context.Background()); err != nil {
		t.Fatal(err)
	}
	r, err := run.Open(dir, 1)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Close)
	return r
}

// served answers on loopback with runs.
func served(t testing.TB, o serve.Options, runs ...*run.Run) string {
	t.Helper()
	s, err := serve.New(runs, o)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		web.Close()
		s.Close()
	})
	return web.URL
}

// post sends a request and returns the status and the body.
func post(t testing.TB, url, body string) (*http.Response, []byte) {
	t.Helper()
	resp, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, text
}

// asked posts a request that is answered, into v.
func asked(t testing.TB, url, body string, v any) *http.Response {
	t.Helper()
	resp, text := post(t, url, body)
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s: %s", body, resp.Status, text)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return resp
}

// refused posts a request that is not answered.
func refused(t testing.TB, url, body string) (int, openai.Error) {
	t.Helper()
	resp, text := post(t, url, body)
	var e struct{ Error openai.Error }
	if err := json.Unmarshal(text, &e); err != nil || e.Error.Message == "" {
		t.Fatalf("%s: %s: %s", body, resp.Status, text)
	}
	return resp.StatusCode, e.Error
}

const dinner = "Shall we have dinner together tonight?"

// chatting is a request about dinner with more keys.
func chatting(more string) string {
	return fmt.Sprintf(`{"messages":[{"role":"user","content":%q}]%s}`, dinner, more)
}

// TestEqualsReply: n = 8 with a seed are the eight responses of the library, which cvae
// reply prints, with their latents.
func TestEqualsReply(t *testing.T) {
	r := builtin(t)
	url := served(t, serve.DefaultOptions(), r) + "/v1/chat/completions"
	for _, temperature := range []float64{0, 0.8} {
		var got openai.ChatReply
		asked(t, url, chatting(fmt.Sprintf(`,"n":8,"seed":7,"temperature":%g`, temperature)), &got)
		q := dialog.Request{Context: []string{dinner}, Sampling: dialog.DefaultSampling()}
		q.N, q.Seed, q.Temperature = 8, 7, temperature
		want, err := r.Respond(context.Background(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Choices) != 8 || got.Own.Seed != 7 || got.Own.Distinct != want.Distinct || got.Model != "builtin" || got.ID == "" {
			t.Fatalf("%+v", got)
		}
		for i, c := range got.Choices {
			w := want.Responses[i]
			if c.Message.Content != w.Text || *c.Own.LogProb != w.LogProb || *c.Own.PriorDistance != w.PriorDistance || !reflect.DeepEqual(c.Own.Z, w.Z) {
				t.Errorf("response %d is %+v, want %+v", i, c, w)
			}
		}
	}
}

// TestSeeds: without a seed every answer has one of its own, which is told and gives the
// same answer again.
func TestSeeds(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t)) + "/v1/chat/completions"
	var first, second, again openai.ChatReply
	asked(t, url, chatting(`,"n":3`), &first)
	asked(t, url, chatting(`,"n":3`), &second)
	asked(t, url, chatting(fmt.Sprintf(`,"n":3,"seed":%d`, first.Own.Seed)), &again)
	for given, told := range map[string]uint64{"9007199254740993": 1<<53 + 1, "18446744073709551615": 1<<64 - 1, "-2": 1<<64 - 2} {
		var got openai.ChatReply
		if asked(t, url, chatting(`,"seed":`+given), &got); got.Own.Seed != told {
			t.Errorf("the seed %s is taken as %d", given, got.Own.Seed)
		}
	}
	if status, e := refused(t, url, chatting(`,"seed":9007199254740993.0`)); status != 400 || *e.Param != "seed" {
		t.Errorf("a seed that may have lost bits: %d %+v", status, e)
	}
	if first.Own.Seed == second.Own.Seed || !reflect.DeepEqual(first.Choices, again.Choices) {
		t.Errorf("seeds %d and %d; again %+v", first.Own.Seed, second.Own.Seed, again)
	}
}

// TestLogprobs: those of the tokens add up to what scoring the response gives: for a model
// without a latent ln p(x|c) of cvae score, and else ln p(x|z,c) of its z.
func TestLogprobs(t *testing.T) {
	for _, method := range []string{"seq2seq", "bn"} {
		t.Run(method, func(t *testing.T) {
			r := trained(t, method, "dialogue")
			url := served(t, serve.DefaultOptions(), r) + "/v1/chat/completions"
			var got openai.ChatReply
			asked(t, url, `{"messages":[{"role":"user","content":"do you like the number 3 ?"}],"n":6,"seed":3,"temperature":1,"logprobs":true,"top_logprobs":3}`, &got)
			for i, c := range got.Choices {
				sum := 0.0
				for _, l := range c.Logprobs.Content {
					sum += l.LogProb
					if len(l.Likeliest) != 3 || l.Likeliest[0].LogProb < l.LogProb {
						t.Errorf("the likeliest for %+v are %+v", l, l.Likeliest)
					}
				}
				if c.Reason != openai.ReasonStop || c.Message.Content == "" {
					continue // scoring adds </s>, and refuses an empty response
				}
				pair := run.Pair{Context: []string{"do you like the number 3 ?"}, Response: c.Message.Content}
				want := scored(t, r, pair, c.Own.Z)
				if math.Abs(sum-want) > 1e-4 || math.Abs(*c.Own.LogProb-want) > 1e-4 {
					t.Errorf("response %d %q: tokens %.6f, log_prob %.6f, score %.6f", i, c.Message.Content, sum, *c.Own.LogProb, want)
				}
			}
		})
	}
}

func scored(t *testing.T, r *run.Run, p run.Pair, z dialog.Block) float64 {
	t.Helper()
	if z == nil {
		l, err := r.Score(context.Background(), p, 1, 0)
		if err != nil {
			t.Fatal(err)
		}
		return float64(l.Bound)
	}
	l, _, err := r.Likelihood(context.Background(), p, z)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// streamed is what a streamed answer amounts to.
type streamed struct {
	texts   map[int]string
	reasons map[int]string
	words   map[int]int
	usage   *openai.Usage
	extra   *openai.Extra
	done    bool
	fault   *openai.Error
}

// listen reads server-sent events and checks what every chunk must have.
func listen(t testing.TB, body io.Reader) streamed {
	t.Helper()
	s := streamed{texts: map[int]string{}, reasons: map[int]string{}, words: map[int]int{}}
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		switch {
		case lines.Text() == "":
			continue
		case !ok || s.done:
			t.Errorf("the line %q, done %v", lines.Text(), s.done)
		case data == "[DONE]":
			s.done = true
			continue
		}
		var c struct {
			openai.ChatChunk
			Error *openai.Error
		}
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if s.fault = c.Error; s.fault != nil {
			return s
		}
		if c.ID == "" || c.Model == "" || c.Object != "chat.completion.chunk" {
			t.Errorf("a chunk lacks its head: %s", data)
		}
		for _, choice := range c.Choices {
			if choice.Delta.Content != nil {
				s.texts[choice.Index] += *choice.Delta.Content
			}
			if choice.Reason != nil {
				s.reasons[choice.Index] = *choice.Reason
			}
			if choice.Logprobs != nil {
				s.words[choice.Index] += len(choice.Logprobs.Content)
			}
		}
		if c.Usage != nil {
			if s.usage != nil || len(c.Choices) != 0 {
				t.Errorf("usage comes twice, or beside choices: %s", data)
			}
			s.usage = c.Usage
		} else if len(c.Choices) == 0 {
			t.Errorf("a chunk without choices or usage: %s", data)
		}
		if c.Own != nil {
			s.extra = c.Own
		}
	}
	return s
}

// TestStreamIsWhole: a stream amounts to the answer in one piece, with stops and without.
func TestStreamIsWhole(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t)) + "/v1/chat/completions"
	for _, more := range []string{`,"n":4,"seed":3`, `,"n":4,"seed":3,"max_tokens":3`, `,"n":6,"seed":5,"temperature":1,"stop":["e"," I"]`, `,"n":2,"seed":5,"logprobs":true,"top_logprobs":1`} {
		var whole openai.ChatReply
		asked(t, url, chatting(more), &whole)
		resp, text := post(t, url, chatting(more+`,"stream":true,"stream_options":{"include_usage":true}`))
		if resp.Header.Get("Content-Type") != "text/event-stream" {
			t.Fatalf("%s: %s", resp.Status, text)
		}
		s := listen(t, bytes.NewReader(text))
		if !s.done || s.usage == nil || *s.usage != whole.Usage || s.extra == nil || s.extra.Distinct != whole.Own.Distinct {
			t.Errorf("%s: the stream is %+v, whole %+v", more, s, whole)
		}
		for i, c := range whole.Choices {
			words := 0
			if c.Logprobs != nil {
				words = len(c.Logprobs.Content)
			}
			if s.texts[i] != c.Message.Content || s.reasons[i] != c.Reason || s.words[i] != words {
				t.Errorf("%s: response %d streams %q (%s, %d words) and is %q (%s, %d)", more, i, s.texts[i], s.reasons[i], s.words[i], c.Message.Content, c.Reason, words)
			}
			if strings.Contains(more, "stop") && strings.ContainsAny(c.Message.Content, "e") {
				t.Errorf("%q goes past its stop", c.Message.Content)
			}
			if strings.Contains(more, "max_tokens") && c.Reason == openai.ReasonLength && whole.Usage.Completion > 12 {
				t.Errorf("%d tokens of at most 12", whole.Usage.Completion)
			}
		}
		_, text = post(t, url, chatting(more+`,"stream":true`))
		if s := listen(t, bytes.NewReader(text)); s.usage != nil || !s.done {
			t.Errorf("usage was not asked for: %+v", s)
		}
	}
}

// TestOwnLatents decodes the latents of an answer again.
func TestOwnLatents(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t)) + "/v1/chat/completions"
	var first, second openai.ChatReply
	asked(t, url, chatting(`,"n":2,"seed":3`), &first)
	z, err := json.Marshal([]dialog.Block{first.Choices[1].Own.Z, first.Choices[0].Own.Z})
	if err != nil {
		t.Fatal(err)
	}
	asked(t, url, chatting(fmt.Sprintf(`,"cvae":{"z":%s}`, z)), &second)
	if len(second.Choices) != 2 || second.Choices[0].Message != first.Choices[1].Message || second.Choices[1].Message != first.Choices[0].Message {
		t.Errorf("%+v, and of its latents %+v", first.Choices, second.Choices)
	}
	asked(t, url, chatting(`,"n":3,"cvae":{"prior_scale":0}`), &second)
	if second.Own.PriorScale != 0 || *second.Choices[2].Own.PriorDistance != 0 {
		t.Errorf("at prior scale 0: %+v", second)
	}
	if status, e := refused(t, url, chatting(`,"cvae":{"z":[[1,2]]}`)); status != 400 || *e.Param != "cvae.z[0]" {
		t.Errorf("a short latent: %d, %+v", status, e)
	}
}

// TestEmbeddings are posterior means, alike in both encodings.
func TestEmbeddings(t *testing.T) {
	r := builtin(t)
	url := served(t, serve.DefaultOptions(), r) + "/v1/embeddings"
	const request = `{"input":["Yes, please.","No."],"cvae":{"context":["Shall we have dinner together tonight?"]},"encoding_format":`
	var floats struct {
		Data []struct{ Embedding []float32 }
	}
	var coded struct{ Data []struct{ Embedding string } }
	resp := asked(t, url, request+`"float"}`, &floats)
	if w := resp.Header.Get("Cvae-Warning"); w != "" {
		t.Errorf("the latent of the built-in model lives, and a header warns: %s", w)
	}
	asked(t, url, request+`"base64"}`, &coded)
	code, err := r.Encode(context.Background(), run.Pair{Context: []string{dinner}, Response: "Yes, please."}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(floats.Data) != 2 || !reflect.DeepEqual(floats.Data[0].Embedding, code.Mean.Vector()) {
		t.Errorf("the embedding is %v, the posterior mean %v", floats.Data, code.Mean)
	}
	for i, d := range coded.Data {
		b, err := base64.StdEncoding.DecodeString(d.Embedding)
		if err != nil {
			t.Fatal(err)
		}
		v := make([]float32, len(b)/4)
		for k := range v {
			v[k] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*k:]))
		}
		if !reflect.DeepEqual(v, floats.Data[i].Embedding) {
			t.Errorf("base64 %v, float %v", v, floats.Data[i].Embedding)
		}
	}
	if status, e := refused(t, url, `{"input":"Yes."}`); status != 400 || *e.Param != "cvae.context" {
		t.Errorf("without a context: %d %+v", status, e)
	}
	if status, e := refused(t, url, request+`"float","dimensions":3}`); status != 400 || *e.Param != "dimensions" {
		t.Errorf("other dimensions: %d %+v", status, e)
	}
}

// TestText completes prompts with a model of sentences, whose latent is dead.
func TestText(t *testing.T) {
	r := trained(t, "vae", "text")
	url := served(t, serve.DefaultOptions(), r, builtin(t))
	var got openai.CompletionReply
	asked(t, url+"/v1/completions", `{"model":"vae","prompt":"then take","n":3,"seed":2,"temperature":1,"logprobs":1,"max_tokens":4}`, &got)
	if len(got.Choices) != 3 || got.Object != "text_completion" || got.Usage.Prompt != 2 || got.Usage.Completion > 12 {
		t.Fatalf("%+v", got)
	}
	for i, c := range got.Choices {
		sum := 0.0
		for _, l := range c.Logprobs.LogProbs {
			sum += l
		}
		if math.Abs(sum-*c.Own.LogProb) > 1e-9 {
			t.Errorf("the tokens of response %d after the prompt add up to %g, and its log_prob is %g", i, sum, *c.Own.LogProb)
		}
	}
	_, text := post(t, url+"/v1/completions", `{"model":"vae","prompt":"then take","n":3,"seed":2,"temperature":1,"max_tokens":4,"stream":true}`)
	texts := map[int]string{}
	for line := range strings.Lines(string(text)) {
		var c openai.CompletionReply
		if data, ok := strings.CutPrefix(line, "data: {"); ok {
			if err := json.Unmarshal([]byte("{"+data), &c); err != nil {
				t.Fatal(err)
			}
			for _, choice := range c.Choices {
				texts[choice.Index] += choice.Text
			}
		}
	}
	for i, c := range got.Choices {
		if strings.HasPrefix(c.Text, "Then take") || texts[i] != c.Text || len(c.Logprobs.Tokens) == 0 {
			t.Errorf("response %d is %q with tokens %q, and streams %q", i, c.Text, c.Logprobs.Tokens, texts[i])
		}
	}
	var card dialog.LatentCard
	if d, err := r.Describe(context.Background()); err == nil {
		card = *d.Latent
	}
	var e struct {
		Data []struct{ Embedding []float32 }
	}
	if resp := asked(t, url+"/v1/embeddings", `{"model":"vae","input":"then take 2"}`, &e); (resp.Header.Get("Cvae-Warning") != "") != (card.Verdict != "") || card.Verdict == "" {
		t.Errorf("the verdict is %q, the header %q", card.Verdict, resp.Header.Get("Cvae-Warning"))
	}
	for path, model := range map[string]string{"/v1/chat/completions": "vae", "/v1/completions": "builtin"} {
		if status, e := refused(t, url+path, fmt.Sprintf(`{"model":%q,%s}`, model, map[string]string{"vae": `"messages":[{"role":"user","content":"a"}]`, "builtin": `"prompt":"a"`}[model])); status != 400 || *e.Param != "model" {
			t.Errorf("%s of %s: %d %+v", path, model, status, e)
		}
	}
}
