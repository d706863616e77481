package serve

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/cvae-go/cvae/cvae/decode"
	"github.com/cvae-go/cvae/cvae/run"
	"github.com/cvae-go/cvae/cvae/serve/openai"
	"github.com/cvae-go/cvae/dialog"
	"github.com/cvae-go/cvae/dialog/safe"
)

// An exchange is one request for responses, and what its answer needs.
type exchange struct {
	openai.Request
	model    *model
	question run.Question
	manner   manner
	head     openai.Head
	unread   int // instructions
}

// chat answers /v1/chat/completions.
func (s *Server) chat(w http.ResponseWriter, r *http.Request) {
	x, fault := s.exchange(w, r, openai.ReadChat, "chatcmpl-", false)
	if fault != nil {
		fail(w, fault)
		return
	}
	s.answer(w, r, x, openai.ChatChunks{Head: x.head}, func(o openai.Outcome) any { return openai.NewChatReply(x.head, o) })
}

// complete answers /v1/completions.
func (s *Server) complete(w http.ResponseWriter, r *http.Request) {
	x, fault := s.exchange(w, r, openai.ReadCompletion, "cmpl-", true)
	if fault != nil {
		fail(w, fault)
		return
	}
	s.answer(w, r, x, openai.CompletionChunks{Head: x.head}, func(o openai.Outcome) any { return openai.NewCompletionReply(x.head, o) })
}

// answer streams or sends the answer.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, x *exchange, chunks chunks, whole func(openai.Outcome) any) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.options.Timeout, errTimeout)
	defer cancel()
	x.question.Ctx = ctx
	if x.Stream {
		s.stream(w, x, chunks)
		return
	}
	if x.Stop != nil {
		x.question.Each = x.watch(nil)
	}
	answer := x.model.queue.Ask(x.question)
	if answer.Err != nil {
		s.end(ctx, x.model, w, answer.Err)
		return
	}
	o := x.outcome(answer)
	s.metrics.spoke(x.model.id, o)
	reply(w, whole(o))
}

// exchange reads a request for a model of dialogue, or of sentences.
func (s *Server) exchange(w http.ResponseWriter, r *http.Request, read func([]byte) (openai.Request, *openai.Error), prefix string, sentences bool) (*exchange, *openai.Error) {
	text, fault := body(w, r)
	if fault != nil {
		return nil, fault
	}
	x := &exchange{}
	if x.Request, fault = read(text); fault != nil {
		return nil, fault
	}
	if x.model = s.model(x.Model); x.model == nil {
		return nil, openai.NoModel(x.Model)
	}
	if x.model.run.Sentences() != sentences {
		return nil, openai.BadParameter("model", misdirected(x.model.id, sentences))
	}
	x.head = openai.Head{ID: prefix + hex.EncodeToString(random(12)), Created: time.Now(), Model: x.model.id}
	return x, x.ask(w)
}

// misdirected says where the model answers.
func misdirected(id string, sentences bool) string {
	if sentences {
		return fmt.Sprintf("the model %q answers conversations; send them to /v1/chat/completions", id)
	}
	return fmt.Sprintf("the model %q is one of sentences and reads no conversation; ask /v1/completions", id)
}

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// mostSeed bounds the seeds that the server draws: clients whose numbers have 53 bits, such
// as those in JavaScript, can send them back.
const mostSeed = 1 << 53

// ask makes the question of the request.
func (x *exchange) ask(w http.ResponseWriter) *openai.Error {
	r := x.model.run
	if x.Own.Labels = clone(x.Own.Labels); x.Messages != nil {
		var instructions string
		x.question.Context, instructions = x.Turns()
		x.unread = len(x.Messages) - len(x.question.Context)
		if _, given := x.Own.Labels[dialog.PersonaLabel]; !given && instructions != "" && r.Config.Model.Context.Persona {
			x.Own.Labels[dialog.PersonaLabel], x.unread = instructions, 0
		}
	}
	if fault := x.checkOwn(w); fault != nil {
		return fault
	}
	x.question.Sampling, x.question.Z = x.Sampling(r.Sampling(), binary.LittleEndian.Uint64(random(8))%mostSeed), x.Own.Z
	x.question.MaxTokens, x.question.Prompt = x.MaxTokens, x.Prompt
	x.question.KeepWords, x.question.Alternatives = x.Logprobs || x.Prompt != "", x.Alternatives
	x.manner = manner{words: r.Tokenizer, stops: x.Stop}
	var err error
	if x.Prompt != "" {
		x.manner.prompt, err = r.Tokenizer.Encode(x.Prompt)
	}
	if err != nil {
		return openai.BadParameter("prompt", "prompt cannot be read: "+err.Error())
	}
	if x.Messages != nil && !slices.ContainsFunc(x.question.Context, func(turn string) bool { return strings.TrimSpace(turn) != "" }) {
		return openai.BadParameter("messages", "messages hold no words of the user or the assistant")
	}
	return nil
}

func clone(labels map[string]string) map[string]string {
	out := map[string]string{}
	for name, value := range labels {
		out[name] = value
	}
	return out
}

// checkOwn refuses labels and latents that the model cannot have.
func (x *exchange) checkOwn(w http.ResponseWriter) *openai.Error {
	if fault := checkLabels(w, x.model.run, x.Own.Labels); fault != nil {
		return fault
	}
	for i, z := range x.Own.Z {
		if _, err := x.model.run.Latent().Row(z); err != nil {
			return openai.BadParameter(fmt.Sprintf("cvae.z[%d]", i), err.Error())
		}
	}
	return nil
}

// checkLabels refuses labels that the run is not conditioned on. Values that it never saw
// are a warning in the header of the answer.
func checkLabels(w http.ResponseWriter, r *run.Run, labels map[string]string) *openai.Error {
	unseen, err := r.CheckLabels(labels)
	if err != nil {
		return openai.BadParameter("cvae.labels", "cvae.labels: "+err.Error())
	}
	for _, text := range unseen {
		w.Header().Add(warningHeader, safe.Line(text))
	}
	return nil
}

// watch is the Each of a question: it passes tokens on, unless pass is nil, and ends a
// response at a stop.
func (x *exchange) watch(pass func(row int, w decode.Word)) func(int, decode.Word) bool {
	rows := map[int]*speaker{}
	return func(row int, w decode.Word) bool {
		if pass != nil {
			pass(row, w)
		}
		if x.Stop == nil {
			return true
		}
		if rows[row] == nil {
			rows[row] = &speaker{manner: x.manner}
		}
		_, ended := rows[row].add(w.Token)
		return !ended
	}
}

// outcome is the answer before it has a form.
func (x *exchange) outcome(a run.Answer) openai.Outcome {
	o := openai.Outcome{Reply: a.Reply, Sampling: x.question.Sampling, Card: x.model.card.Latent, Instructions: x.unread}
	said := 0
	for i, s := range a.Sequences {
		if len(x.manner.prompt) > 0 {
			o.Reply.Responses[i].LogProb = logProb(s.Words[min(len(s.Words), len(x.manner.prompt)):])
		}
		o.Texts = append(o.Texts, x.manner.outtext(s, x.Logprobs))
		said += max(0, len(s.Tokens)-len(x.manner.prompt))
	}
	o.Usage = openai.NewUsage(x.read(), said)
	return o
}

// logProb is that of words after what stands before them, in nats.
func logProb(words []decode.Word) (sum float64) {
	for _, w := range words {
		sum += w.LogProb
	}
	return sum
}

// read counts the tokens of the request.
func (x *exchange) read() (n int) {
	n = len(x.manner.prompt)
	for _, turn := range x.question.Context {
		ids, err := x.model.run.Tokenizer.Encode(turn)
		if err == nil { // or there were no answer
			n += len(ids)
		}
	}
	return n
}
