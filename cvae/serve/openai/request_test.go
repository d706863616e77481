package openai

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/dialog"
)

const hello = `"messages":[{"role":"user","content":"hello"}]`

// TestRefusals names the parameter at fault, as it stands in the request.
func TestRefusals(t *testing.T) {
	for param, request := range map[string]string{
		"":                                   `{`,
		"messages":                           `{}`,
		"n":                                  `{` + hello + `,"n":129}`,
		"temperature":                        `{` + hello + `,"temperature":-1}`,
		"top_p":                              `{` + hello + `,"top_p":0}`,
		"seed":                               `{` + hello + `,"seed":1.5}`,
		"max_tokens":                         `{` + hello + `,"max_tokens":0}`,
		"max_completion_tokens":              `{` + hello + `,"max_tokens":3,"max_completion_tokens":"4"}`,
		"stop":                               `{` + hello + `,"stop":["a","b","c","d","e"]}`,
		"stream_options":                     `{` + hello + `,"stream_options":{"include_usage":true}}`,
		"stream_options.include":             `{` + hello + `,"stream":true,"stream_options":{"include":true}}`,
		"top_logprobs":                       `{` + hello + `,"top_logprobs":3}`,
		"tools":                              `{` + hello + `,"tools":[{"type":"function"}]}`,
		"tool_choice":                        `{` + hello + `,"tool_choice":"required"}`,
		"response_format":                    `{` + hello + `,"response_format":{"type":"json_object"}}`,
		"frequency_penalty":                  `{` + hello + `,"frequency_penalty":0.5}`,
		"logit_bias":                         `{` + hello + `,"logit_bias":{"5":1}}`,
		"mesages":                            `{"mesages":[]}`,
		"Messages":                           `{"Messages":[]}`,
		"messages[0].content[1]":             `{"messages":[{"role":"user","content":[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"x"}}]}]}`,
		"messages[1].role":                   `{"messages":[{"role":"user","content":"a"},{"role":"tool","content":"b"}]}`,
		"messages[0].tool_calls":             `{"messages":[{"role":"assistant","tool_calls":[{"id":"a"}]}]}`,
		"cvae.z":                             `{` + hello + `,"cvae":{"z":[[1,null]]}}`,
		"cvae.prior_scale":                   `{` + hello + `,"cvae":{"prior_scale":-1}}`,
		"cvae.no_repeat_ngram":               `{` + hello + `,"cvae":{"no_repeat_ngram":-1}}`,
		"cvae.labels":                        `{` + hello + `,"cvae":{"labels":["a"]}}`,
		"cvae.zz":                            `{` + hello + `,"cvae":{"zz":1}}`,
		"cvae":                               `{` + hello + `,"cvae":1}`,
		"model":                              `{` + hello + `,"model":7}`,
		"stream":                             `{` + hello + `,"stream":"yes"}`,
		"modalities":                         `{` + hello + `,"modalities":["audio"]}`,
		"functions":                          `{` + hello + `,"functions":[{}]}`,
		"stream_options.include_obfuscation": `{` + hello + `,"stream":true,"stream_options":{"include_obfuscation":true}}`,
		"messages[0].content":                `{"messages":[{"role":"user","content":7}]}`,
		"messages[0].audio":                  `{"messages":[{"role":"assistant","audio":{"id":"a"}}]}`,
	} {
		_, fault := ReadChat([]byte(request))
		if fault == nil {
			t.Errorf("%s is taken", request)
			continue
		}
		got := ""
		if fault.Param != nil {
			got = *fault.Param
		}
		if fault.Status != http.StatusBadRequest || got != param || !strings.Contains(fault.Message, param) {
			t.Errorf("%s: %d, parameter %q, %q", request, fault.Status, got, fault.Message)
		}
	}
}

// TestSentences: what is wrong is said in words about the request.
func TestSentences(t *testing.T) {
	for request, want := range map[string]string{
		`{` + hello + `,"temperature":1e999}`:          "temperature must be a number",
		`{"messages":[{"role":"tool","content":"b"}]}`: `messages[0].role is "tool": there are no tools here; leave out the message`,
		`{` + hello + `,"cvae":{"z":[]}}`:              "cvae.z has 0 latents; it must have from 1 to 128",
		`{` + hello + `,"cvae":{"z":[[1e300,0]]}}`:     "cvae.z holds 1e300, which is too large for a float32",
		`{` + hello + `,"cvae":{"z":[[[1],[-1e99]]]}}`: "cvae.z holds -1e99, which is too large for a float32",
		`{` + hello + `,"cvae":{"z":[["1"]]}}`:         "cvae.z must be a list of latents, each a list of so many numbers as the latent has dimensions",
		`{` + hello + `,"cvae":{"z":1}}`:               "cvae.z must be a list of latents, each a list of so many numbers as the latent has dimensions",
		`{` + hello + `,"cvae":{"z":[[1]]},"n":2}`:     "n is 2, and the number of latents in cvae.z is 1; leave n out",
	} {
		if _, fault := ReadChat([]byte(request)); fault == nil || fault.Message != want {
			t.Errorf("%s: %v", request, fault)
		}
	}
	if _, fault := ReadEmbedding([]byte(`{"input":[]}`)); fault == nil || fault.Message != "input has 0 texts; it must have from 1 to 256" {
		t.Errorf("no input: %v", fault)
	}
}

// TestHarmless takes what clients send although it means nothing here.
func TestHarmless(t *testing.T) {
	_, fault := ReadChat([]byte(`{` + hello + `,"model":"m","user":"u","metadata":{"a":"b"},"store":false,"tools":[],"tool_choice":"none","response_format":{"type":"text"},
		"frequency_penalty":0,"presence_penalty":0.0,"logit_bias":{},"parallel_tool_calls":true,"modalities":["text"],"stop":"","stream":true,"stream_options":{"include_usage":true},"n":null,"max_tokens":5,"max_completion_tokens":5}`))
	if fault != nil {
		t.Error(fault)
	}
}

func TestReadChat(t *testing.T) {
	r, fault := ReadChat([]byte(`{"model":"m","messages":[{"role":"system","content":"be kind"},{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]},{"role":"assistant","content":"c"}],
		"n":3,"seed":18446744073709551615,"temperature":0.5,"top_p":0.9,"stop":"x","logprobs":true,"top_logprobs":2,"cvae":{"labels":{"topic":"work"},"prior_scale":0.5,"top_k":7,"no_repeat_ngram":3}}`))
	if fault != nil {
		t.Fatal(fault)
	}
	turns, instructions := r.Turns()
	if strings.Join(turns, "|") != "ab|c" || instructions != "be kind" {
		t.Errorf("turns %q, instructions %q", turns, instructions)
	}
	want := dialog.Sampling{N: 3, Temperature: 0.5, TopP: 0.9, TopK: 7, PriorScale: 0.5, NoRepeat: 3, Seed: 1<<64 - 1}
	got := r.Sampling(dialog.DefaultSampling(), 5)
	if got.Labels["topic"] != "work" {
		t.Errorf("labels %v", got.Labels)
	}
	got.Labels = nil
	if got.N != want.N || got.Temperature != want.Temperature || got.TopP != want.TopP || got.TopK != want.TopK || got.NoRepeat != want.NoRepeat || got.PriorScale != want.PriorScale || got.Seed != want.Seed {
		t.Errorf("sampling %+v, want %+v", got, want)
	}
	plain, fault := ReadChat([]byte(`{` + hello + `}`))
	if s := plain.Sampling(dialog.DefaultSampling(), 5); fault != nil || s.N != 1 || s.Seed != 5 || s.TopP != 1 {
		t.Errorf("without parameters: %+v, %v", s, fault)
	}
	negative, fault := ReadChat([]byte(`{` + hello + `,"seed":-1}`))
	if fault != nil || *negative.Seed != 1<<64-1 {
		t.Errorf("seed -1: %+v, %v", negative.Seed, fault)
	}
	latents, fault := ReadChat([]byte(`{` + hello + `,"cvae":{"z":[[1,2],[3,4]]}}`))
	if s := latents.Sampling(dialog.DefaultSampling(), 5); fault != nil || s.N != 2 {
		t.Errorf("two latents: %+v, %v", s, fault)
	}
}

// hostileRequests are bodies that have broken other servers.
func hostileRequests() []string {
	return []string{"", "null", "[]", "{}", "{" + hello + "}", "{" + hello + "}{}", "{" + hello, `{"messages":null}`, `{"messages":[null]}`, `{"messages":[{}]}`,
		strings.Repeat("[", 100000), `{"messages":` + strings.Repeat("[", 9999), `{"a":` + strings.Repeat(`{"a":`, 20000), "{" + hello + `,"n":1e999}`, "{" + hello + `,"n":99999999999999999999}`,
		"{" + hello + `,"temperature":1e-999}`, `{"messages":[{"role":"user","content":"\ud800"}]}`, "{\"messages\":[{\"role\":\"user\",\"content\":\"\xff\xfe\"}]}", `{"messages":[{"role":"user","content":"\u0000\u001b[2J"}]}`,
		"{" + hello + `,"cvae":{"z":[[]]}}`, "{" + hello + `,"cvae":{"z":[[[1],[2,3]]]}}`, "{" + hello + `,"cvae":{"z":[null]}}`, "{" + hello + `,"stop":[""]}`, "\ufeff{}", "{" + hello + `,"logprobs":true,"top_logprobs":20}`}
}

// FuzzRead looks for requests that break the decoders, or get out of them unbounded.
func FuzzRead(f *testing.F) {
	for _, s := range append(hostileRequests(), `{"prompt":["a"],"logprobs":3}`, `{"input":["a"],"encoding_format":"base64","cvae":{"context":["b"]}}`) {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for what, read := range map[string]func([]byte) (Request, *Error){"chat": ReadChat, "completion": ReadCompletion} {
			r, fault := read(text)
			if fault != nil {
				checkFault(t, fault)
				continue
			}
			s := r.Sampling(dialog.DefaultSampling(), 1)
			if err := s.Check(); err != nil || s.N > MaxN || len(r.Stop) > maxStops || r.Alternatives > maxAlternatives {
				t.Fatalf("%s: %+v, %v", what, r, err)
			}
		}
		if r, fault := ReadEmbedding(text); fault != nil {
			checkFault(t, fault)
		} else if len(r.Input) < 1 || len(r.Input) > maxInputs {
			t.Fatalf("%+v", r)
		}
	})
}

// checkFault wants a fault of the client's, in one piece of JSON.
func checkFault(t *testing.T, fault *Error) {
	t.Helper()
	text, err := json.Marshal(fault.Body())
	if err != nil || fault.Status != http.StatusBadRequest || fault.Message == "" || fault.Type != typeRequest {
		t.Fatalf("%+v, %s, %v", fault, text, err)
	}
}

// TestWholeNumbers: 2.0 is 2, as JSON has it, and 2.5 is no whole number.
func TestWholeNumbers(t *testing.T) {
	for _, n := range []string{"2", "2.0", "2e0", "0.2e1"} {
		r, fault := ReadChat([]byte(`{` + hello + `,"n":` + n + `,"seed":` + n + `}`))
		if fault != nil || r.N != 2 || *r.Seed != 2 {
			t.Errorf("n and seed %s: %+v, %v", n, r, fault)
		}
	}
	for _, n := range []string{"2.5", `"2"`, "1e300", "-2.0"} {
		if _, fault := ReadChat([]byte(`{` + hello + `,"n":` + n + `}`)); fault == nil || *fault.Param != "n" {
			t.Errorf("n %s: %v", n, fault)
		}
	}
}

// TestKeysStandOnce: an object with one key twice is refused at any depth, and equal keys of
// two objects are not.
func TestKeysStandOnce(t *testing.T) {
	for _, text := range []string{
		`{"n":1,"n":2,` + hello + `}`,
		`{` + hello + `,"cvae":{"labels":{"a":"b","a":"c"}}}`,
		`{"messages":[{"role":"user","content":"a","content":"b"}]}`,
		`{"n":1,"\u006e":2,` + hello + `}`,
	} {
		if _, fault := ReadChat([]byte(text)); fault == nil || !strings.Contains(fault.Message, "twice") || fault.Param == nil || !strings.Contains("n cvae messages", *fault.Param) {
			t.Errorf("%s: %+v", text, fault)
		}
	}
	if _, fault := ReadChat([]byte(`{"messages":[{"role":"user","content":"content"},{"role":"user","content":"role"}],"cvae":{"labels":{"n":"n"}},"n":2}`)); fault != nil {
		t.Errorf("keys that stand once: %v", fault)
	}
}

// TestNoGoTypes: messages speak of JSON and not of this program.
func TestNoGoTypes(t *testing.T) {
	for _, text := range []string{`[]`, `"a"`, `7`, `true`, `null`, ``, `{}x`} {
		_, fault := ReadChat([]byte(text))
		if fault == nil || strings.Contains(fault.Message, "Go ") || strings.Contains(fault.Message, "map[") || strings.Contains(fault.Message, "openai.") {
			t.Errorf("%s: %v", text, fault)
		}
	}
}
