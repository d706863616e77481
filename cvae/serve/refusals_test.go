package serve_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cvae-go/cvae/cvae/run/runtest"
	"github.com/cvae-go/cvae/cvae/serve"
	"github.com/cvae-go/cvae/cvae/serve/openai"
)

// TestBlamed: what only the model can refuse names its parameter too.
func TestBlamed(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t), trained(t, "vae", "text"))
	for _, c := range []struct{ path, body, param, words string }{
		{"chat/completions", `{"messages":[{"role":"user","content":"\u0000"}]}`, "messages", "holds no word"},
		{"completions", fmt.Sprintf(`{"model":"vae","prompt":%q}`, strings.Repeat("then take 1 ", 50)), "prompt", "the prompt has 150 tokens"},
		{"embeddings", `{"input":["a",""],"cvae":{"context":["hello"]}}`, "input[1]", "input[1] holds no word"},
		{"embeddings", `{"input":"a","cvae":{"context":[" "]}}`, "cvae.context", "the context holds no word"},
		{"embeddings", `{"input":"a","cvae":{"context":["hello"],"labels":{"mood":"warm"}}}`, "cvae.labels", "not conditioned on labels"},
		{"chat/completions", chatting(`,"cvae":{"labels":{"mood":"warm"}}`), "cvae.labels", "not conditioned on labels"},
	} {
		status, e := refused(t, url+"/v1/"+c.path, c.body)
		if status != 400 || e.Param == nil || *e.Param != c.param || !strings.Contains(e.Message, c.words) || strings.Contains(e.Message, "bad request") {
			t.Errorf("%s %.80s: %d %+v", c.path, c.body, status, e)
		}
	}
}

// TestElsewhere: who asks where nothing is, as clients of /v1/responses do, is told where to ask.
func TestElsewhere(t *testing.T) {
	url := served(t, serve.DefaultOptions(), builtin(t))
	for _, path := range []string{"/v1/responses", "/chat/completions"} {
		if status, e := refused(t, url+path, `{}`); status != 404 || e.Code == nil || *e.Code != "unknown_url" || !strings.Contains(e.Message, "/v1/chat/completions") {
			t.Errorf("%s: %d %+v", path, status, e)
		}
	}
}

// TestLabels: a model that is conditioned on labels refuses others, and says which values
// it never saw.
func TestLabels(t *testing.T) {
	corpus := filepath.Join(t.TempDir(), "corpus.jsonl")
	var lines []byte
	for i := range 40 {
		lines = fmt.Appendf(lines, `{"labels":{"topic":%q},"turns":["do you like the number %d ?","yes , take %d"]}`+"\n", []string{"food", "work"}[i%2], i%7, i%5)
	}
	if err := os.WriteFile(corpus, lines, 0o600); err != nil {
		t.Fatal(err)
	}
	c := runtest.Config(t, corpus)
	c.Method, c.MaxSteps, c.Model.Condition.Labels = "bn", 10, []string{"topic"}
	url := served(t, serve.DefaultOptions(), trainedAs(t, c))
	for value, warning := range map[string]string{"work": "", "sport": `the run saw no topic "sport", which counts as none; it saw food, work`} {
		var got openai.ChatReply
		resp := asked(t, url+"/v1/chat/completions", chatting(fmt.Sprintf(`,"cvae":{"labels":{"topic":%q}}`, value)), &got)
		if w := resp.Header.Get("Cvae-Warning"); w != warning || got.Own.Labels["topic"] != value {
			t.Errorf("topic %s: the warning %q, labels %v", value, w, got.Own.Labels)
		}
		var e openai.EmbeddingReply
		resp = asked(t, url+"/v1/embeddings", fmt.Sprintf(`{"input":"take 2","cvae":{"context":["hello"],"labels":{"topic":%q}}}`, value), &e)
		if w := strings.Join(resp.Header.Values("Cvae-Warning"), "; "); strings.Contains(w, "sport") != (warning != "") {
			t.Errorf("embedding of topic %s: the warning %q", value, w)
		}
	}
	if status, e := refused(t, url+"/v1/chat/completions", chatting(`,"cvae":{"labels":{"mood":"warm"}}`)); status != 400 || *e.Param != "cvae.labels" || !strings.Contains(e.Message, "conditioned on topic alone") {
		t.Errorf("another label: %d %+v", status, e)
	}
}
